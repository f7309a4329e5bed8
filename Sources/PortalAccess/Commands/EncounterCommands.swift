import EventLine
package import PortalEvents

/// Records a client's visit.
package struct RecordEncounter: CallableCommand {
    package static var replyIDs: [String] { ["encounterId"] }
    private let clientID: UniqueID
    private let visitDate: LocalDate

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        visitDate = try input.date("visitDate")
    }

    package var audience: Audience { .staff(.workOnProfile) }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let recorded = EncounterRecorded(
            encounterId: situation.ids[0],
            clientId: clientID,
            visitDate: visitDate
        )
        return [.encounterRecorded(recorded)]
    }
}

/// Puts a note into the chart of a visit. From then on the visit has the client invited (S2-20).
package struct RecordChartNote: CallableCommand {
    package static var replyIDs: [String] { ["encounterId", "noteId"] }
    private let encounterID: UniqueID
    private let content: String

    package init(_ input: inout CommandInput) throws(Refusal) {
        encounterID = try input.id("encounterId")
        content = try input.text("content", limit: CommandInput.Limit.text)
    }

    package var audience: Audience { .staff(.workOnProfile) }
    package var target: Target { .stream(StreamName("encounter", encounterID)) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (encounter, clientID) = try situation.encounter(encounterID)
        let recorded = ChartNoteRecorded(
            encounterId: encounterID,
            clientId: clientID,
            noteId: situation.ids[0],
            personal: .open(.init(content: content))
        )
        return [.chartNoteRecorded(recorded)]
            + situation.scheduling(
                situation.invitingEncounters + [encounter.plan(on: situation.today)]
            )
    }
}

/// Signs a visit. The client is invited shortly after (S2-09).
package struct SignEncounter: CallableCommand {
    package static var replyIDs: [String] { ["encounterId"] }
    private let encounterID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        encounterID = try input.id("encounterId")
    }

    package var audience: Audience { .staff(.workOnProfile) }
    package var target: Target { .stream(StreamName("encounter", encounterID)) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (encounter, clientID) = try situation.encounter(encounterID)
        guard !encounter.isSigned else { throw Refusal(.alreadySigned) }
        var signedBy: UniqueID?
        if case .staff(let id) = situation.actor { signedBy = id }
        let signed = EncounterSigned(
            encounterId: encounterID,
            clientId: clientID,
            signedBy: signedBy
        )
        return [.encounterSigned(signed)]
            + situation.scheduling(
                situation.invitingEncounters + [encounter.signedPlan(on: situation.today)]
            )
    }
}

/// Takes back a visit that was none. An invitation for its sake is not sent, unless another visit
/// asks for one.
package struct VoidEncounter: CallableCommand {
    package static var replyIDs: [String] { ["encounterId"] }
    private let encounterID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        encounterID = try input.id("encounterId")
    }

    package var audience: Audience { .staff(.workOnProfile) }
    package var target: Target { .stream(StreamName("encounter", encounterID)) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (_, clientID) = try situation.encounter(encounterID)
        let voided = EncounterVoided(encounterId: encounterID, clientId: clientID)
        return [.encounterVoided(voided)] + withdrawing(clientID, in: situation)
    }

    private func withdrawing(_ clientID: UniqueID, in situation: Situation) -> [PortalEvent] {
        guard situation.client.autoInvite.plan?.encounterID == encounterID else { return [] }
        let others = situation.invitingEncounters.filter { $0.encounterID != encounterID }
        let next = others.min { $0.dueOn < $1.dueOn }
        guard let next, situation.organisation.communications.isAutoInviteOn else {
            return situation.cancellingAutoInvite(.encounterVoided)
        }
        return [next.event(for: clientID)]
    }
}

extension Situation {
    /// A visit that has not been taken back, with its client.
    fileprivate func encounter(
        _ id: UniqueID
    ) throws(Refusal) -> (Encounter, client: UniqueID) {
        guard let clientID = client.id, let encounter = client.encounter(id) else {
            throw Refusal(.notFound, field: "encounterId")
        }
        guard !encounter.isVoided else {
            throw Refusal(.notFound, field: "encounterId", detail: "the encounter was voided")
        }
        return (encounter, clientID)
    }
}
