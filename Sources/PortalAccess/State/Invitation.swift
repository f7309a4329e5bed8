package import EventLine
package import PortalEvents

/// An invitation and what became of it (T1).
package struct Invitation: Hashable, Sendable {
    package let id: UniqueID
    package let kind: InvitationKind
    package let verification: Verification
    package let createsProfile: Bool
    package let recipientKind: RecipientKind
    package let recipientID: UniqueID?
    /// The account and the access that it is for, where they exist already.
    package let accountID: UniqueID?
    package let grantID: UniqueID?
    /// Where it was sent last; nil once that is erased.
    package private(set) var recipientEmail: String?
    package private(set) var state = State.pending
    package private(set) var tokenHash: String
    package private(set) var expiresAt: Instant
    package private(set) var timesResent = 0
    /// Why its mail could not be delivered; nil again when it is sent once more.
    package private(set) var mailFailure: EmailFailure?
    /// Whether the holder of the newest link has shown who they are (S2-17).
    package private(set) var isIdentityVerified = false
    /// How often the holder of the newest link has failed to.
    package private(set) var failedVerifications = 0
    /// Hashes of the links that a newer one took the place of.
    private var deadTokenHashes: [String] = []

    package enum State: String, Hashable, Sendable {
        case pending
        case expired
        case accepted
        case rejected
        case revoked
    }

    init(_ event: ClientInvited) {
        id = event.invitationId
        kind = .ownership
        verification = event.verification
        recipientKind = .patient
        recipientID = event.clientId
        accountID = nil
        grantID = nil
        createsProfile = event.createProfileBeforeAcceptance
        recipientEmail = event.personal.content?.recipientEmail
        tokenHash = event.tokenHash
        expiresAt = event.expiresAt
    }

    init(again event: ClientReInvited) {
        id = event.invitationId
        kind = .ownership
        verification = event.verification
        recipientKind = .patient
        recipientID = event.clientId
        accountID = nil
        grantID = nil
        createsProfile = event.createProfileBeforeAcceptance
        recipientEmail = event.personal.content?.recipientEmail
        tokenHash = event.tokenHash
        expiresAt = event.expiresAt
    }

    init(portal event: PortalInvitationSent) {
        id = event.invitationId
        kind = event.kind
        verification = event.verification
        recipientKind = event.recipientKind
        recipientID = event.recipientId
        accountID = event.accountId
        grantID = event.grantId
        createsProfile = false
        recipientEmail = event.personal.content?.recipientEmail
        tokenHash = event.tokenHash
        expiresAt = event.expiresAt
    }

    /// The state at a moment: the guard that does not wait for the timer.
    package func state(at now: Instant) -> State {
        state == .pending && now >= expiresAt ? .expired : state
    }

    /// Whether nobody has answered it; what has expired can still be sent again or revoked (T1).
    package var isOpen: Bool { state == .pending || state == .expired }

    /// Whether a link was ever this invitation's, by the hash of its token.
    package func hasHandedOut(_ tokenHash: String) -> Bool {
        self.tokenHash == tokenHash || deadTokenHashes.contains(tokenHash)
    }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .portalInvitationResent(let event) where event.invitationId == id:
            state = .pending
            deadTokenHashes.append(tokenHash)
            tokenHash = event.tokenHash
            expiresAt = event.expiresAt
            timesResent = event.attempt
            if let sent = event.personal?.content { recipientEmail = sent.recipientEmail }
            mailFailure = nil
            isIdentityVerified = false
            failedVerifications = 0
        case .invitationEmailFailed(let event) where event.invitationId == id:
            mailFailure = event.reasonCode
        case .invitedIdentityVerified(let event) where event.invitationId == id:
            isIdentityVerified = true
        case .invitedIdentityNotVerified(let event) where event.invitationId == id:
            failedVerifications = event.attempt
        case .invitationAccepted(let event) where event.invitationId == id: state = .accepted
        case .invitationRejected(let event) where event.invitationId == id: state = .rejected
        case .invitationRevoked(let event) where event.invitationId == id: state = .revoked
        case .invitationExpired(let event) where event.invitationId == id: state = .expired
        default: break
        }
    }
}
