package import EventLine
import PortalEvents

/// Whom patients can turn to: one contact for each type of organisation, and one for all other
/// types (T9).
package struct SupportInformation: Hashable, Sendable {
    /// Every version that was entered, in order; a type of nil stands for all others.
    private var versions: [String?: [Version]] = [:]

    /// What somebody entered at a time, and patients see from another one on.
    package struct Version: Hashable, Sendable {
        package let supportID: UniqueID
        /// Nil where the contact was taken back.
        package let contact: Contact?
        package let visibleFrom: Instant

        package struct Contact: Hashable, Sendable {
            package let email: String
            package let phone: String
        }
    }

    /// How long an amendment takes until patients see it (S1-64).
    package static let delayMicroseconds: Int64 = 3_600_000_000

    /// What staff see for a type: the newest version, at once; nil where there is none.
    package func newest(for type: String?) -> Version? {
        versions[type]?.last.flatMap { $0.contact == nil ? nil : $0 }
    }

    /// What a patient of an organisation of a type sees at a moment: the type's own contact, or
    /// else the one for all types.
    package func visible(toPatientsOf type: String?, at now: Instant) -> Version? {
        visibleVersion(of: type, at: now) ?? visibleVersion(of: nil, at: now)
    }

    private func visibleVersion(of type: String?, at now: Instant) -> Version? {
        let newest = versions[type]?.last { $0.visibleFrom <= now }
        return newest?.contact == nil ? nil : newest
    }

    /// The types for which there is a contact of their own, and nil for the one of all others.
    package var types: [String?] {
        versions.keys.filter { newest(for: $0) != nil }
            .sorted { ($0 == nil ? 0 : 1, $0 ?? "") < ($1 == nil ? 0 : 1, $1 ?? "") }
    }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .supportInformationEntered(let event):
            let contact = Version.Contact(email: event.email, phone: event.phone)
            add(event.supportId, event.organisationType, contact, event.visibleFrom)
        case .supportInformationAmended(let event):
            let contact = Version.Contact(email: event.email, phone: event.phone)
            add(event.supportId, event.organisationType, contact, event.visibleFrom)
        case .supportInformationWithdrawn(let event):
            add(event.supportId, event.organisationType, nil, event.visibleFrom)
        default: break
        }
    }

    private mutating func add(
        _ id: UniqueID,
        _ type: String?,
        _ contact: Version.Contact?,
        _ visibleFrom: Instant
    ) {
        let version = Version(supportID: id, contact: contact, visibleFrom: visibleFrom)
        versions[type, default: []].append(version)
    }
}
