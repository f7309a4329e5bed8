import EventLine
package import PortalEvents

/// Enters whom patients of a type of organisation can turn to, or without a type those of all
/// others (S1-60). Patients see it an hour later.
package struct EnterSupportInformation: CallableCommand {
    package static var replyIDs: [String] { ["supportId"] }
    private let entry: SupportEntry

    package init(_ input: inout CommandInput) throws(Refusal) { entry = try .init(&input) }

    package var audience: Audience { .staff(.configureSupportInformation) }
    package var target: Target { .organisation }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.organisation.support.newest(for: entry.type) == nil else {
            throw Refusal(.supportAlreadyEntered, detail: "use AmendSupportInformation")
        }
        let entered = SupportInformationEntered(
            supportId: situation.ids[0],
            organisationType: entry.type,
            email: entry.email,
            phone: entry.phone,
            enteredAt: situation.now,
            visibleFrom: situation.supportVisibleFrom
        )
        return [.supportInformationEntered(entered)]
    }
}

/// Changes whom patients can turn to. Every amendment has an hour of its own, in which they see
/// what was there before.
package struct AmendSupportInformation: CallableCommand {
    package static var replyIDs: [String] { ["supportId"] }
    private let entry: SupportEntry

    package init(_ input: inout CommandInput) throws(Refusal) { entry = try .init(&input) }

    package var audience: Audience { .staff(.configureSupportInformation) }
    package var target: Target { .organisation }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let amended = SupportInformationAmended(
            supportId: try situation.supportID(for: entry.type),
            organisationType: entry.type,
            email: entry.email,
            phone: entry.phone,
            enteredAt: situation.now,
            visibleFrom: situation.supportVisibleFrom
        )
        return [.supportInformationAmended(amended)]
    }
}

/// Takes a contact back; patients stop seeing it an hour later.
package struct WithdrawSupportInformation: CallableCommand {
    package static var replyIDs: [String] { ["supportId"] }
    private let type: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        type = try input.organisationType()
    }

    package var audience: Audience { .staff(.configureSupportInformation) }
    package var target: Target { .organisation }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let withdrawn = SupportInformationWithdrawn(
            supportId: try situation.supportID(for: type),
            organisationType: type,
            visibleFrom: situation.supportVisibleFrom
        )
        return [.supportInformationWithdrawn(withdrawn)]
    }
}

/// An email address and a phone number, both required (S1-63), for a type of organisation.
private struct SupportEntry: Hashable, Sendable {
    let type: String?
    let email: String
    let phone: String

    init(_ input: inout CommandInput) throws(Refusal) {
        type = try input.organisationType()
        try input.require("email", or: .supportEmailRequired)
        email = try input.email("email")
        try input.require("phone", or: .supportPhoneRequired)
        phone = String(trimming: try input.text("phone"))
    }
}

extension CommandInput {
    /// A type of organisation; left blank it means all for which there is nothing else (S1-62).
    package mutating func organisationType() throws(Refusal) -> String? {
        guard let text = try optionalText("organisationType") else { return nil }
        let type = String(trimming: text)
        return type.isEmpty ? nil : type
    }

    /// Refuses a text that was left out or left blank for a reason of its own.
    fileprivate mutating func require(
        _ name: String,
        or reason: Refusal.Reason
    ) throws(Refusal) {
        let value = value(name, .text(limit: Limit.name))
        let isBlank = value?.string.map { String(trimming: $0).isEmpty } ?? (value == nil)
        if isBlank { throw Refusal(reason, field: name) }
    }
}

extension Situation {
    fileprivate var supportVisibleFrom: Instant {
        now.adding(microseconds: SupportInformation.delayMicroseconds)
    }

    fileprivate func supportID(for type: String?) throws(Refusal) -> UniqueID {
        guard let newest = organisation.support.newest(for: type) else {
            throw Refusal(.notFound, field: "organisationType", detail: "none was entered for it")
        }
        return newest.supportID
    }
}
