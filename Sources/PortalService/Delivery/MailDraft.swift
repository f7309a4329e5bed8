import EventLine
import PortalAccess
import PortalEvents

/// What an event says about the mail that it promises.
struct MailDraft {
    private(set) var recipient: String
    let purpose: EmailPurpose
    let clientID: UniqueID
    /// The hash of the token in its link.
    var tokenHash: String
    var recipientName: String?
    var expiresAt: Instant?
    /// The template that was chosen; nil for the organisation's default.
    var templateID: UniqueID?
    /// The invitation that it carries.
    var invitationID: UniqueID?
    /// The account that it lets in, where there is one already.
    var accountID: UniqueID?

    /// Nil if the event promises no mail with a link, or its recipient was erased meanwhile.
    init?(_ event: PortalEvent, loader: StateLoader) throws(ServiceError) {
        if case .portalInvitationResent(let resent) = event {
            guard let first = try Self.first(of: resent.invitationId, loader) else { return nil }
            self = first
            if let sent = resent.personal?.content { recipient = sent.recipientEmail }
            templateID = resent.templateId ?? first.templateID
            expiresAt = resent.expiresAt
            tokenHash = resent.tokenHash
            return
        }
        guard let draft = Self.invitation(event) ?? Self.aboutAccount(event) else { return nil }
        self = draft
    }

    private init(
        _ purpose: EmailPurpose,
        to recipient: String,
        _ clientID: UniqueID,
        _ tokenHash: String
    ) {
        self.recipient = recipient
        self.purpose = purpose
        self.clientID = clientID
        self.tokenHash = tokenHash
    }

    /// An invitation as it was first sent.
    private static func first(
        of invitation: UniqueID,
        _ loader: StateLoader
    ) throws(ServiceError) -> MailDraft? {
        for event in try loader.events(in: StreamName("invitation", invitation)) {
            if let draft = Self.invitation(event) { return draft }
        }
        return nil
    }

    private static func invitation(_ event: PortalEvent) -> MailDraft? {
        switch event {
        case .clientInvited(let event):
            let email = event.personal.content?.recipientEmail
            return ownership(email, event.invitationId, event.clientId, event.tokenHash)
                .expiring(event.expiresAt)
        case .clientReInvited(let event):
            let email = event.personal.content?.recipientEmail
            return ownership(email, event.invitationId, event.clientId, event.tokenHash)
                .expiring(event.expiresAt)
        case .portalInvitationSent(let event):
            guard let personal = event.personal.content else { return nil }
            var draft = MailDraft(
                purpose(of: event.kind),
                to: personal.recipientEmail,
                event.clientId,
                event.tokenHash
            )
            draft.recipientName = personal.recipientName
            draft.expiresAt = event.expiresAt
            draft.templateID = event.templateId
            draft.invitationID = event.invitationId
            draft.accountID = event.accountId
            return draft
        default: return nil
        }
    }

    private static func ownership(
        _ email: String?,
        _ invitation: UniqueID,
        _ client: UniqueID,
        _ tokenHash: String
    ) -> MailDraft? {
        guard let email else { return nil }
        var draft = MailDraft(.clientInvitation, to: email, client, tokenHash)
        draft.invitationID = invitation
        return draft
    }

    private static func aboutAccount(_ event: PortalEvent) -> MailDraft? {
        switch event {
        case .confirmationEmailSent(let event):
            guard let email = event.personal.content?.email else { return nil }
            var draft = MailDraft(.emailConfirmation, to: email, event.clientId, event.tokenHash)
            draft.accountID = event.accountId
            draft.expiresAt = event.expiresAt
            return draft
        case .passwordResetRequested(let event):
            guard let email = event.personal.content?.email else { return nil }
            var draft = MailDraft(.passwordReset, to: email, event.clientId, event.tokenHash)
            draft.accountID = event.accountId
            draft.expiresAt = event.expiresAt
            return draft
        default: return nil
        }
    }

    private static func purpose(of kind: InvitationKind) -> EmailPurpose {
        switch kind {
        case .ownership: .clientInvitation
        case .registration, .caregiver: .portalInvitation
        case .familyPortal: .familyPortalAccess
        case .auto: .autoInvitation
        }
    }
}

extension MailDraft? {
    fileprivate func expiring(_ instant: Instant) -> MailDraft? {
        var draft = self
        draft?.expiresAt = instant
        return draft
    }
}
