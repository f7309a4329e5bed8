package import EventLine
package import PortalEvents

/// Invites a client to register for the portal, by a link that is mailed to the address on the
/// card (S4-03, S2-23).
package struct SendPortalInvitation: CallableCommand {
    package static var replyIDs: [String] { ["invitationId"] }
    private let clientID: UniqueID
    private let templateID: UniqueID?
    private let origin: InvitationOrigin

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        templateID = try input.optionalID("templateId")
        origin = try input.choice("origin")
        guard origin != .autoInvite else {
            throw .invalidInput("origin", "is for invitations that nobody sends by hand")
        }
    }

    package var audience: Audience { .staff(.sendPortalInvitation) }
    package var target: Target { .client(clientID) }
    package func people(given client: ClientState) -> Set<UniqueID> { [clientID] }
    package func loginAddress(given client: ClientState) -> String? { client.card?.email }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        try situation.requireRightToInvite()
        try situation.requireClientIsInvitable()
        guard let email = situation.client.card?.email else {
            throw Refusal(.emailRequired, detail: "put an address on the card")
        }
        let template = try situation.invitationTemplate(templateID, for: .portalInvitation)
        let (accountID, opening) = try situation.invitedAccount(opening: situation.ids[1])
        guard situation.login.accountID == nil || situation.login.accountID == accountID else {
            throw .loginEmailInUse
        }
        guard situation.client.openInvitation(.registration, to: email, at: situation.now) == nil
        else { throw Refusal(.invitationPending, detail: "use ResendInvitation") }
        let issue = PortalInvitationIssue(
            kind: .registration,
            origin: origin,
            verification: .emailLink,
            templateID: template
        )
        let invitee = Invitee(
            kind: .patient,
            personID: clientID,
            email: email,
            accountID: accountID
        )
        return opening + situation.revokingOutdated(.registration)
            + issue.event(
                to: invitee,
                situation.ids[0],
                tokenHash: situation.secrets.tokenHash,
                in: situation
            ) + situation.cancellingAutoInvite(.alreadyInvited)
    }
}

/// Invites somebody who cares for a client: another client, or a person whose name and address are
/// entered (S4-17).
package struct SendCaregiverInvitation: CallableCommand {
    package static var replyIDs: [String] { ["invitationId"] }
    private let clientID: UniqueID
    private let existingClientID: UniqueID?
    private let caregiverName: String?
    private let email: String?
    private let isConfirmed: Bool

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        existingClientID = try input.optionalID("existingClientId")
        caregiverName = try input.optionalText("name")
        email = try input.filledInEmail("email")
        isConfirmed = try input.optionalFlag("confirmed") ?? false
    }

    package var audience: Audience { .staff(.sendPortalInvitation) }
    package var target: Target { .client(clientID) }
    package func otherClients(given client: ClientState) -> Set<UniqueID> {
        existingClientID.map { [$0] } ?? []
    }
    package func people(given client: ClientState) -> Set<UniqueID> {
        existingClientID.map { [$0] } ?? []
    }
    package func loginAddress(given client: ClientState) -> String? { email }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        try situation.requireRightToInvite()
        let invitee = try invitee(in: situation)
        if situation.isReadOnly { throw Refusal(.clientEndDated) }
        try situation.requireOrganisationControls()
        try checkAccount(of: invitee, in: situation)
        guard isConfirmed else {
            throw Refusal(.confirmationRequired, detail: "repeat it with \"confirmed\":true")
        }
        let client = situation.client
        guard client.openInvitation(.caregiver, to: invitee.email, at: situation.now) == nil else {
            throw Refusal(.invitationPending, detail: "use ResendInvitation")
        }
        let issue = PortalInvitationIssue(
            kind: .caregiver,
            origin: .clientCard,
            verification: .emailLink,
            templateID: try situation.invitationTemplate(nil, for: .portalInvitation)
        )
        return issue.event(
            to: invitee,
            situation.ids[0],
            tokenHash: situation.secrets.tokenHash,
            in: situation
        )
    }

    private func invitee(in situation: Situation) throws(Refusal) -> Invitee {
        guard let existingClientID else { return try enteredInvitee(in: situation) }
        guard caregiverName == nil && email == nil else {
            throw .invalidInput("existingClientId", "give it, or name and email, but not both")
        }
        guard existingClientID != clientID else {
            throw .invalidInput("existingClientId", "is the client who is cared for")
        }
        guard let existing = situation.others[existingClientID], let card = existing.card else {
            throw Refusal(.notFound, field: "existingClientId")
        }
        guard let email = existing.ownAccount?.loginEmail ?? card.email else {
            throw Refusal(.requiredFieldMissing, field: "email", detail: "the card has no address")
        }
        let names = [card.givenName, card.familyName].compactMap { $0 }
        return Invitee(
            kind: .caregiver,
            personID: existingClientID,
            email: email,
            name: names.joined(separator: " ")
        )
    }

    /// Somebody whose address is a login already is that login's person.
    private func enteredInvitee(in situation: Situation) throws(Refusal) -> Invitee {
        guard let caregiverName, caregiverName.contains(where: { !$0.isWhitespace }) else {
            throw Refusal(.requiredFieldMissing, field: "name")
        }
        guard let email else { throw Refusal(.requiredFieldMissing, field: "email") }
        let known = situation.loginHolder.map { $0.account.person(of: $0.home) }
        return Invitee(
            kind: .caregiver,
            personID: known.flatMap { $0 } ?? situation.ids[1],
            email: email,
            name: caregiverName
        )
    }

    /// The caregiver is somebody else than the client, has no access yet, and is not shut out.
    private func checkAccount(
        of invitee: Invitee,
        in situation: Situation
    ) throws(Refusal) {
        guard let account = situation.account(ofPerson: invitee.personID)?.account else {
            return try situation.requireStatusAllows(invitee.personID)
        }
        guard invitee.personID != situation.client.id else { throw .loginEmailInUse }
        switch situation.userState(of: account) {
        case .disabled: throw Refusal(.accountDisabled)
        case .locked: throw Refusal(.accountLocked)
        case .pendingRegistration, .pendingEmailConfirmation, .active: break
        }
        guard situation.client.profile?.liveGrant(of: .account(account.id)) == nil else {
            throw Refusal(.alreadyHasAccess)
        }
    }
}

extension Situation {
    /// The account that signs in with the address that the command names, with its home.
    var loginHolder: (account: PortalAccount, home: ClientState)? {
        login.accountID.flatMap { account(anywhere: $0) }
    }

    /// The events that end invitations of a kind to the client's address of before: whoever reads
    /// there is perhaps not the client.
    func revokingOutdated(_ kind: InvitationKind) -> [PortalEvent] {
        guard let clientID = client.id else { return [] }
        let email = client.card?.email?.asLogin
        return client.invitations.filter {
            $0.kind == kind && $0.recipientKind == .patient && $0.state(at: now) == .pending
                && $0.recipientEmail?.asLogin != email
        }.map { $0.revoked(for: clientID) }
    }
}

extension PortalAccount {
    /// Whose account it is. A client is their own person.
    func person(of home: ClientState) -> UniqueID? {
        switch holder {
        case .client: home.id
        case .person(let id): id
        }
    }
}
