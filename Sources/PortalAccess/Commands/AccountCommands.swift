import EventLine
package import PortalEvents

/// Disables an active account (S1-45).
package struct DisablePatientProfileAccount: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let accountID: UniqueID
    private let note: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        accountID = try input.id("accountId")
        note = try input.optionalText("note", limit: CommandInput.Limit.text)
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (account, clientID) = try situation.account(accountID)
        guard situation.userState(of: account) == .active else {
            throw Refusal(.accountNotActive)
        }
        let disabled = PatientAccountDisabled(
            accountId: accountID,
            clientId: clientID,
            personal: .open(.init(note: note))
        )
        let ended = SessionsEnded(accountId: accountID, clientId: clientID, reason: .disabled)
        return [.patientAccountDisabled(disabled), .sessionsEnded(ended)]
    }
}

/// Enables a disabled account that has active credentials (S1-46).
package struct EnablePatientProfileAccount: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let accountID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        accountID = try input.id("accountId")
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (account, clientID) = try situation.account(accountID)
        guard situation.userState(of: account) == .disabled
        else { throw Refusal(.accountNotDisabled) }
        // One that was closed when records were merged stays closed.
        guard !account.isClosed else {
            throw Refusal(.alreadyMerged, field: "accountId")
        }
        if account.holder == .client,
            situation.isRecordDisabling
        {
            throw Refusal(.recordStatusDisabled)
        }
        guard account.hasActiveCredentials(on: situation.today, at: situation.now) else {
            throw Refusal(.noActiveCredentials, detail: "distribute new credentials")
        }
        let enabled = PatientAccountEnabled(
            accountId: accountID,
            clientId: clientID,
            cause: .staff
        )
        return [.patientAccountEnabled(enabled)]
    }
}

/// Ends the session of somebody who is signed in.
package struct SignOut: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }

    package init(_ input: inout CommandInput) throws(Refusal) {}

    package var audience: Audience { .portalUser }
    package var target: Target { .actor }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard case .portalUser(let id) = situation.actor else { throw Refusal(.notPermitted) }
        let (account, clientID) = try situation.account(id)
        return [.signedOut(.init(accountId: account.id, clientId: clientID))]
    }
}

extension Situation {
    fileprivate func account(
        _ id: UniqueID
    ) throws(Refusal) -> (PortalAccount, client: UniqueID) {
        guard let clientID = client.id, let account = client.account(id) else {
            throw Refusal(.notFound, field: "accountId")
        }
        return (account, clientID)
    }
}
