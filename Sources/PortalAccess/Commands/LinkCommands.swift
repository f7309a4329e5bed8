package import EventLine
package import PortalEvents

/// Shows who holds the link of an invitation, by the phone number and the date of birth in the
/// client's chart (S2-17, S2-18).
package struct VerifyInvitedIdentity: CallableCommand {
    package static var replyIDs: [String] { ["invitationId"] }
    private let tokenHash: String
    private let phone: String
    private let dateOfBirth: LocalDate

    package init(_ input: inout CommandInput) throws(Refusal) {
        tokenHash = try input.tokenHash()
        phone = try input.text("phone").digits
        guard let date = LocalDate(american: try input.text("dateOfBirth")) else {
            throw Refusal(
                .dateOfBirthFormat,
                field: "dateOfBirth",
                detail: "must be a date as MM/DD/YYYY"
            )
        }
        dateOfBirth = date
    }

    package var audience: Audience { .anybody }
    package var target: Target { .stream(.token(tokenHash)) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (invitation, clientID) = try situation.usableLink(tokenHash)
        if invitation.recipientKind == .patient { try situation.requireClientIsWelcome() }
        if situation.isReadOnly { throw Refusal(.clientEndDated) }
        let attempt = invitation.failedVerifications + 1
        let isAllowed = attempt <= situation.organisation.maxFailedRegistrations
        guard isAllowed, isRight(for: situation.client) else {
            let failed = InvitedIdentityNotVerified(
                invitationId: invitation.id,
                clientId: clientID,
                method: .phoneAndDateOfBirth,
                attempt: attempt
            )
            throw Refusal(
                .identityNotVerified,
                detail: isAllowed ? nil : "ask the organisation for a new invitation",
                recording: [.invitedIdentityNotVerified(failed)]
            )
        }
        let verified = InvitedIdentityVerified(
            invitationId: invitation.id,
            clientId: clientID,
            method: .phoneAndDateOfBirth,
            attempt: attempt
        )
        return [.invitedIdentityVerified(verified)]
    }

    /// Phone numbers compare by their digits; no number fits nobody's.
    private func isRight(for client: ClientState) -> Bool {
        !phone.isEmpty && phone == client.card?.phone?.digits
            && dateOfBirth == client.card?.dateOfBirth
    }
}

/// Registers whoever holds the link of an invitation, and gives them their access (S4-19).
package struct RegisterByLink: CallableCommand, JoiningCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let tokenHash: String
    private let passwordText: String

    /// The names that are entered have to be there, and go no further: the chart has its own, and
    /// is not for the holder of a link to change.
    package init(_ input: inout CommandInput) throws(Refusal) {
        tokenHash = try input.tokenHash()
        let details = try input.object("details")
        for name in ["givenName", "familyName"] {
            guard let text = details[name]?.string, text.contains(where: { !$0.isWhitespace })
            else { throw .invalidInput("details", "must hold \(name)") }
        }
        passwordText = try input.text("password")
    }

    package var audience: Audience { .anybody }
    package var target: Target { .stream(.token(tokenHash)) }
    package var linkCountMax: Int { 0 }
    /// Whoever joins while signed in needs no password.
    package var isAllowedWithoutSession: Bool { false }
    package var password: PasswordUse { .setOrCheck(passwordText) }
    package func loginAddress(given client: ClientState) -> String? {
        client.invitation(by: tokenHash)?.recipientEmail
    }
    package func people(given client: ClientState) -> Set<UniqueID> {
        client.invitation(by: tokenHash)?.recipientID.map { [$0] } ?? []
    }

    package func joinedAccount(in situation: Situation) -> PortalAccount? {
        let found = situation.client.invitation(by: tokenHash)?.holderAccount(in: situation)
        return found?.account.isRegistered == true ? found?.account : nil
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (invitation, clientID) = try situation.usableLink(tokenHash)
        let holder = try LinkHolder(invitation, in: situation)
        try holder.checkBarriers()
        if invitation.verification == .phoneAndDateOfBirth, !invitation.isIdentityVerified {
            throw Refusal(
                .identityNotVerified,
                detail: "use VerifyInvitedIdentity with this token first"
            )
        }
        try holder.checkAccount(passwordText)
        let accepted = InvitationAccepted(
            invitationId: invitation.id,
            clientId: clientID,
            acceptedByPersonId: holder.personID,
            capacity: invitation.recipientKind == .representative ? .legalRepresentative : .`self`
        )
        return holder.opening() + [.invitationAccepted(accepted)] + holder.registering()
            + (try holder.granting())
    }
}

extension Situation {
    /// The invitation that a link registers for, if it can still be used (T1).
    fileprivate func usableLink(
        _ tokenHash: String
    ) throws(Refusal) -> (Invitation, client: UniqueID) {
        guard let clientID = client.id, let invitation = client.invitation(by: tokenHash),
            invitation.kind.isRegisteredByLink
        else { throw Refusal(.notFound, field: "token") }
        switch invitation.state(at: now) {
        case .accepted: throw Refusal(.linkAlreadyUsed, detail: "sign in instead")
        case .rejected: throw Refusal(.alreadyRejected)
        case .revoked: throw Refusal(.invitationRevoked)
        case .expired: throw Refusal(.invitationExpired, detail: "ask for a new invitation")
        case .pending: break
        }
        guard invitation.tokenHash == tokenHash else {
            throw Refusal(.invitationExpired, detail: "a newer invitation was sent; use its link")
        }
        try requireNotEndedByAge(invitation)
        // The client's login address is the card's (S3-24): a link that went to another one shows
        // nothing of whoever has that now.
        guard !invitation.isForCard || isCardAddress(invitation.recipientEmail) else {
            throw Refusal(
                .invitationExpired,
                detail: "it went to a former address; ask for a new invitation"
            )
        }
        return (invitation, clientID)
    }

    private func isCardAddress(_ email: String?) -> Bool {
        client.card?.email?.asLogin == email?.asLogin
    }
}

extension InvitationKind {
    /// Whether whoever is invited registers by the link alone.
    package var isRegisteredByLink: Bool {
        switch self {
        case .registration, .auto, .caregiver: true
        case .ownership, .familyPortal: false
        }
    }
}

extension String {
    /// The digits in it, of any script, by which phone numbers are compared (contract 10).
    var digits: String {
        compactMap(\.wholeNumberValue).filter { $0 < 10 }.map(String.init).joined()
    }
}

extension LocalDate {
    /// Reads `MM/DD/YYYY` and nothing else: which is the day and which the month is never guessed
    ///
    fileprivate init?(american text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [2, 2, 4] else { return nil }
        self.init("\(parts[2])-\(parts[0])-\(parts[1])")
    }
}
