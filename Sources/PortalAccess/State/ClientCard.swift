package import EventLine
package import PortalEvents

/// The organisation's card of a client. Personal fields are nil once the client's key is gone.
package struct ClientCard: Hashable, Sendable {
    package let id: UniqueID
    package let patientIDNumber: String?
    package private(set) var givenName: String?
    package private(set) var familyName: String?
    package private(set) var dateOfBirth: LocalDate?
    package private(set) var email: String?
    package private(set) var phone: String?
    package private(set) var recordStatus = RecordStatus.active
    /// From the start of this day, organisation time, the client has no access.
    package private(set) var endDate: LocalDate?
    /// Whether what the end date takes has been taken, and not been given back.
    package private(set) var hasEndDateTakenEffect = false
    package private(set) var representatives: [Representative] = []
    /// Whether the client may be invited automatically after a visit (S2-22).
    package private(set) var isAutoSendOn = true

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

    /// Whether the end date has come. The date decides, not an event: a late timer leaves no door
    /// open (T7).
    package func isEndDated(on today: LocalDate) -> Bool { endDate.map { $0 <= today } ?? false }

    /// Whether the end date has come, or came before the organisation moved to a time zone where
    /// it is still to come: past effects stay.
    package func isEndDateInEffect(on today: LocalDate) -> Bool {
        isEndDated(on: today) || hasEndDateTakenEffect
    }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .clientEmailChanged(let event): email = event.personal.content?.new
        case .clientPhoneChanged(let event): phone = event.personal.content?.new
        case .clientDateOfBirthCorrected(let event): dateOfBirth = event.personal.content?.new
        case .clientRecordStatusChanged(let event) where event.clientId == id:
            recordStatus = event.to
        case .clientEndDateSet(let event): endDate = event.endDate
        case .clientEndDateChanged(let event): endDate = event.endDate
        case .clientEndDateRemoved: endDate = nil
        case .clientEndDateTookEffect: hasEndDateTakenEffect = true
        case .clientEndDateLifted: hasEndDateTakenEffect = false
        case .clientDemographicsChanged(let event):
            givenName = event.personal.content?.givenName ?? givenName
            familyName = event.personal.content?.familyName ?? familyName
        case .authorisedRepresentativeRecorded(let event):
            representatives.append(Representative(event))
        case .authorisedRepresentativeRemoved(let event):
            representatives.removeAll { $0.id == event.representativeId }
        case .autoSendInvitationTurnedOff: isAutoSendOn = false
        case .autoSendInvitationTurnedOn: isAutoSendOn = true
        default: break
        }
    }

    package func representative(_ id: UniqueID) -> Representative? {
        representatives.first { $0.id == id }
    }
}

/// Somebody who may act for a client (S0-03, S2-05). Their id is also who they are as a person.
package struct Representative: Hashable, Sendable {
    package let id: UniqueID
    package let name: String?
    package let email: String?

    init(_ event: AuthorisedRepresentativeRecorded) {
        id = event.representativeId
        name = event.personal.content?.name
        email = event.personal.content?.email
    }
}
