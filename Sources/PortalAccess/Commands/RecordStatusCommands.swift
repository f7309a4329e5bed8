package import EventLine
package import PortalEvents

/// Changes the status of a client's record. One that disables closes the account with it.
package struct ChangeRecordStatus: CallableCommand {
    private let clientID: UniqueID
    private let status: RecordStatus

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        status = try input.choice("status")
    }

    package var audience: Audience { .staff(.editClientCard) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let card = situation.client.card else { throw Refusal(.notFound) }
        let changed = ClientRecordStatusChanged(
            clientId: clientID,
            from: card.recordStatus,
            to: status
        )
        let wasDisabling = situation.organisation.disablingStatuses.contains(card.recordStatus)
        return [.clientRecordStatusChanged(changed)]
            + situation.disabling(by: status, wasDisabling: wasDisabling)
    }
}

/// Disables a client's account after the organisation has made the client's record status one
/// that disables. The account shows Disabled at once without it; this puts it on record.
package struct DisableByRecordStatus: Command {
    private let clientID: UniqueID

    package init(clientID: UniqueID) { self.clientID = clientID }

    package var audience: Audience { .system }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let status = situation.client.card?.recordStatus else { throw Refusal(.notFound) }
        let events = situation.disabling(by: status, wasDisabling: true)
        guard !events.isEmpty else { throw Refusal(.notDueYet) }
        return events
    }
}

extension Situation {
    /// The events that disable the client's account where a record status does: when the status
    /// becomes one that disables, and where it is one and the account does not know it yet.
    fileprivate func disabling(by status: RecordStatus, wasDisabling: Bool) -> [PortalEvent] {
        guard let clientID = client.id, let account = client.ownAccount,
            organisation.disablingStatuses.contains(status),
            !wasDisabling || !account.disabledBy.contains(.recordStatus)
        else { return [] }
        let disabled = PatientAccountDisabledAutomatically(
            accountId: account.id,
            clientId: clientID,
            cause: .recordStatus,
            recordStatus: status
        )
        guard account.canHoldSessions, client.card?.isEndDateInEffect(on: today) != true else {
            return [.patientAccountDisabledAutomatically(disabled)]
        }
        let ended = SessionsEnded(accountId: account.id, clientId: clientID, reason: .disabled)
        return [.patientAccountDisabledAutomatically(disabled), .sessionsEnded(ended)]
    }
}
