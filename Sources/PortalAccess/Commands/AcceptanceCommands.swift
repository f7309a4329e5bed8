package import EventLine
package import PortalEvents

/// Accepts an invitation: the person owns the profile from now on (S0-13).
package struct AcceptInvitation: CallableCommand, JoiningCommand {
    package static var replyIDs: [String] { ["profileId", "accountId"] }
    private let tokenHash: String
    private let capacity: OwnerCapacity
    package let password: PasswordUse

    package init(_ input: inout CommandInput) throws(Refusal) {
        tokenHash = try input.tokenHash()
        capacity = try input.choice("capacity")
        password = try input.optionalText("password").map { .setOrCheck($0) } ?? .none
    }

    package var audience: Audience { .anybody }
    package var target: Target { .stream(.token(tokenHash)) }
    /// Whoever accepts while signed in shows by it who they are.
    package var isAllowedWithoutSession: Bool { false }
    package func loginAddress(given client: ClientState) -> String? {
        client.invitation(by: tokenHash)?.recipientEmail
    }
    package func people(given client: ClientState) -> Set<UniqueID> {
        Set(client.card?.representatives.map(\.id) ?? [])
    }

    package func joinedAccount(in situation: Situation) -> PortalAccount? {
        guard capacity == .legalRepresentative,
            let email = situation.client.invitation(by: tokenHash)?.recipientEmail
        else { return nil }
        return situation.accountOfRepresentative(at: email)?.account
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let invitation = try situation.openInvitation(tokenHash)
        guard let clientID = situation.client.id, let email = invitation.recipientEmail,
            invitation.kind == .ownership
        else {
            throw Refusal(.notFound, detail: "this link is for registering: use RegisterByLink")
        }
        // Who would act for a minor cannot for somebody grown up; they themself can still accept.
        if capacity == .legalRepresentative,
            situation.isEndedByAge(invitation, of: situation.client)
        {
            throw .endedByAge
        }
        let owner = try ProspectiveOwner(capacity, email: email, password, in: situation)
        if case .setOrCheck(let text) = password, !owner.isJoining, !text.isStrongPassword {
            throw .weakPassword
        }
        let profileID = situation.client.profile?.id ?? situation.ids[0]
        let accepted = InvitationAccepted(
            invitationId: invitation.id,
            clientId: clientID,
            acceptedByPersonId: owner.personID,
            capacity: capacity
        )
        let assumed = ProfileOwnershipAssumed(
            profileId: profileID,
            clientId: clientID,
            ownerPersonId: owner.personID,
            accountId: owner.accountID,
            capacity: capacity
        )
        return [.invitationAccepted(accepted)]
            + creatingProfile(profileID, for: invitation.id, in: situation)
            + [.profileOwnershipAssumed(assumed)]
            + owner.opening(in: situation) + owner.granting(profileID, in: situation)
    }

    private func creatingProfile(
        _ id: UniqueID,
        for invitation: UniqueID,
        in situation: Situation
    ) -> [PortalEvent] {
        guard situation.client.profile == nil, let clientID = situation.client.id else { return [] }
        let created = MedicalProfileCreated(
            profileId: id,
            clientId: clientID,
            origin: .acceptance,
            invitationId: invitation,
            control: .owner
        )
        return [.medicalProfileCreated(created)]
    }

}

/// Rejects an invitation. No data is deleted; all access to the profile ends (S0-15, S0-17).
package struct RejectInvitation: CallableCommand {
    private let tokenHash: String

    package init(_ input: inout CommandInput) throws(Refusal) { tokenHash = try input.tokenHash() }

    package var audience: Audience { .anybody }
    package var target: Target { .stream(.token(tokenHash)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let invitation = try situation.openInvitation(tokenHash)
        guard let clientID = situation.client.id else { throw Refusal(.notFound) }
        let rejected = InvitationRejected(invitationId: invitation.id, clientId: clientID)
        // Who declines to register takes nothing from anybody who has access.
        guard let profile = situation.client.profile, invitation.kind == .ownership else {
            return [.invitationRejected(rejected)]
        }
        let removed = ProfileAccessRemoved(
            profileId: profile.id,
            clientId: clientID,
            reason: .invitationRejected,
            invitationId: invitation.id,
            grantIds: profile.grants.filter { $0.state != .removed }.map(\.id)
        )
        return [.invitationRejected(rejected), .profileAccessRemoved(removed)]
    }
}

extension CommandInput {
    /// The hash of the field `token`, the last part of a link.
    mutating func tokenHash() throws(Refusal) -> String {
        digest(try text("token"), for: .token)
    }
}

extension StreamName {
    /// The stream of the events that handed out one secret link.
    static func token(_ hash: String) -> StreamName {
        guard let name = StreamName("token/\(hash)") else {
            preconditionFailure("A keyed digest is hexadecimal, so it can stand in a stream name.")
        }
        return name
    }
}

extension Situation {
    /// The invitation that a link belongs to, if it can still be accepted or rejected (T1).
    fileprivate func openInvitation(_ tokenHash: String) throws(Refusal) -> Invitation {
        guard let invitation = client.invitation(by: tokenHash),
            invitation.kind != .familyPortal
        else { throw Refusal(.notFound) }
        switch invitation.state(at: now) {
        case .accepted: throw Refusal(.alreadyAccepted)
        case .rejected: throw Refusal(.alreadyRejected)
        case .revoked: throw Refusal(.invitationRevoked)
        case .expired: throw Refusal(.invitationExpired, detail: "ask for a new invitation")
        case .pending: break
        }
        guard invitation.tokenHash == tokenHash else {
            throw Refusal(.invitationExpired, detail: "a newer invitation was sent; use its link")
        }
        return invitation
    }
}

extension Refusal {
    static let weakPassword = Refusal(
        .weakPassword,
        field: "password",
        detail: "choose a password of at least 8 characters"
    )
}

extension String {
    /// At least eight characters, which are not all the same.
    var isStrongPassword: Bool { count >= 8 && Set(self).count > 1 }
}
