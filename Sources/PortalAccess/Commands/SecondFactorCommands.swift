package import EventLine
package import PortalEvents

/// Hands out a second factor (TOTP, RFC 6238), which signing in needs once it was confirmed. The
/// secret is drawn outside, told once in the reply, and kept in the vault only.
package struct SetUpSecondFactor: CallableCommand {
    package init(_ input: inout CommandInput) throws(Refusal) {}

    package var audience: Audience { .portalUser }
    package var target: Target { .actor }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (account, clientID) = try situation.actingActiveAccount()
        // Whoever finds an open session must not put a phone of their own in the place of hers.
        guard account.security.factor == nil else {
            throw Refusal(.hasSecondFactor, detail: "ask the organisation to remove it first")
        }
        let setUp = SecondFactorSetUp(
            accountId: account.id,
            clientId: clientID,
            factorId: situation.ids[0]
        )
        return account.removingFactors(clientID) + [.secondFactorSetUp(setUp)]
    }
}

/// Shows that the second factor works. Signing in needs it from now on.
package struct ConfirmSecondFactor: CallableCommand {
    private let code: String

    package init(_ input: inout CommandInput) throws(Refusal) { code = try input.text("code") }

    package var audience: Audience { .portalUser }
    package var target: Target { .actor }

    package func checkedCode(in client: ClientState, by actor: Actor) -> CheckedCode? {
        guard case .portalUser(let id) = actor,
            let factor = client.account(id)?.security.waitingFactor
        else { return nil }
        return CheckedCode(code: code, factorID: factor)
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (account, clientID) = try situation.actingActiveAccount()
        guard let factor = account.security.waitingFactor else { throw Refusal(.noSecondFactor) }
        guard let step = situation.codeStep else {
            throw Refusal(
                .wrongSecondFactor,
                field: "code",
                detail: "enter the six digits that the application shows now"
            )
        }
        let confirmed = SecondFactorConfirmed(
            accountId: account.id,
            clientId: clientID,
            factorId: factor,
            step: step
        )
        return [.secondFactorConfirmed(confirmed)]
    }
}

/// Takes the second factor from somebody who has lost their phone. The organisation has to make
/// sure first that it is them.
package struct RemoveSecondFactor: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let accountID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        accountID = try input.id("accountId")
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id, let account = situation.client.account(accountID)
        else { throw Refusal(.notFound, field: "accountId") }
        let removed = account.removingFactors(clientID)
        guard !removed.isEmpty else { throw Refusal(.noSecondFactor) }
        return removed
    }
}

/// A code that a command gives, and the second factor whose secret it is checked with.
package struct CheckedCode: Hashable, Sendable {
    package let code: String
    package let factorID: UniqueID
}

extension PortalAccount {
    /// The events that end an account's second factors; their secrets are erased.
    func removingFactors(_ clientID: UniqueID) -> [PortalEvent] {
        [security.factor?.id, security.waitingFactor].compactMap { $0 }.map {
            .secondFactorRemoved(.init(accountId: id, clientId: clientID, factorId: $0))
        }
    }

    /// What is wrong with the second factor that somebody who knows the password gives; a code
    /// can be used once, and none that is older than one that was.
    func secondFactorRefusal(
        _ code: String?,
        step: Int?,
        at now: Instant
    ) -> SignInRefusal? {
        guard let factor = security.factor else { return nil }
        guard code != nil else { return .secondFactorRequired }
        if security.wrongCodes.isShut(at: now, by: .codes) { return .throttled }
        guard let step, step > factor.lastStep else { return .wrongSecondFactor }
        return nil
    }
}

extension Situation {
    /// The account that acts, with its client, as long as nothing keeps it from signing in.
    func actingActiveAccount() throws(Refusal) -> (PortalAccount, client: UniqueID) {
        guard case .portalUser(let id) = actor, let clientID = client.id,
            let account = client.account(id)
        else { throw Refusal(.notFound) }
        if let barrier = signInBarrier(of: account) ?? profileBarrier(of: account) {
            throw .barred(barrier)
        }
        return (account, clientID)
    }
}
