package import EventLine
package import PortalEvents

/// The organisation's card of a client. Personal fields are nil once the client's key is gone.
package struct ClientCard: Hashable, Sendable {
    package let id: UniqueID
    package let patientIDNumber: String?
    package let givenName: String?
    package let familyName: String?
    package private(set) var dateOfBirth: LocalDate?
    package private(set) var email: String?
    package private(set) var phone: String?
    package private(set) var recordStatus = RecordStatus.active
    package private(set) var representatives: Set<UniqueID> = []

    init(_ event: ClientRegistered) {
        let personal = event.personal.content
        id = event.clientId
        patientIDNumber = personal?.patientIdNumber
        givenName = personal?.givenName
        familyName = personal?.familyName
        dateOfBirth = personal?.dateOfBirth
        email = personal?.email
        phone = personal?.phone
    }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .clientEmailChanged(let event): email = event.personal.content?.new
        case .clientPhoneChanged(let event): phone = event.personal.content?.new
        case .clientDateOfBirthCorrected(let event): dateOfBirth = event.personal.content?.new
        case .clientRecordStatusChanged(let event): recordStatus = event.to
        case .authorisedRepresentativeRecorded(let event):
            representatives.insert(event.representativeId)
        case .authorisedRepresentativeRemoved(let event):
            representatives.remove(event.representativeId)
        default: break
        }
    }
}
