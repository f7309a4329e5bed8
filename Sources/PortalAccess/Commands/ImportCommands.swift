package import EventLine
package import PortalEvents

/// Opens the card of a client who comes from another system. The digest of where they come from
/// is claimed, so that a second import adds nothing.
package struct ImportClient: Command {
    private let clientID: UniqueID
    private let personal: ClientRegistered.Personal
    private let numberDigest: String
    private let importDigest: String
    private let status: RecordStatus

    package init(
        _ clientID: UniqueID,
        _ personal: ClientRegistered.Personal,
        numberDigest: String,
        importDigest: String,
        status: RecordStatus
    ) {
        self.clientID = clientID
        self.personal = personal
        self.numberDigest = numberDigest
        self.importDigest = importDigest
        self.status = status
    }

    package var audience: Audience { .system }
    package var linkCountMax: Int { 0 }
    package var target: Target { .organisation }
    package var claims: [Claim] {
        [Claim("patientNumber", numberDigest), Claim("imported", importDigest)]
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.taken.isEmpty else {
            throw .invalidInput("patientIdNumber", "another client has this Patient ID number")
        }
        let registered = ClientRegistered(
            clientId: clientID,
            numberDigest: numberDigest,
            importDigest: importDigest,
            personal: .open(personal)
        )
        guard status != .active else { return [.clientRegistered(registered)] }
        let changed = ClientRecordStatusChanged(
            clientId: clientID,
            from: .active,
            to: status
        )
        return [.clientRegistered(registered), .clientRecordStatusChanged(changed)]
    }
}

/// Records a client's representative who comes from another system.
package struct ImportRepresentative: Command {
    private let clientID: UniqueID
    private let personal: AuthorisedRepresentativeRecorded.Personal
    private let importDigest: String

    package init(
        _ personal: AuthorisedRepresentativeRecorded.Personal,
        of clientID: UniqueID,
        importDigest: String
    ) {
        self.clientID = clientID
        self.personal = personal
        self.importDigest = importDigest
    }

    package var audience: Audience { .system }
    package var linkCountMax: Int { 0 }
    package var target: Target { .client(clientID) }
    package var claims: [Claim] { [Claim("imported", importDigest)] }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let recorded = AuthorisedRepresentativeRecorded(
            clientId: clientID,
            representativeId: situation.ids[0],
            importDigest: importDigest,
            personal: .open(personal)
        )
        return [.authorisedRepresentativeRecorded(recorded)]
    }
}

/// Records a visit that comes from another system.
package struct ImportEncounter: Command {
    private let clientID: UniqueID
    private let visitDate: LocalDate
    private let importDigest: String

    package init(on visitDate: LocalDate, of clientID: UniqueID, importDigest: String) {
        self.clientID = clientID
        self.visitDate = visitDate
        self.importDigest = importDigest
    }

    package var audience: Audience { .system }
    package var linkCountMax: Int { 0 }
    package var target: Target { .client(clientID) }
    package var claims: [Claim] { [Claim("imported", importDigest)] }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let recorded = EncounterRecorded(
            encounterId: situation.ids[0],
            clientId: clientID,
            visitDate: visitDate,
            importDigest: importDigest
        )
        return [.encounterRecorded(recorded)]
    }
}
