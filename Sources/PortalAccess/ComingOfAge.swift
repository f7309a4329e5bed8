package import EventLine
package import PortalEvents

/// What ends when a client comes of age, where the organisation has said at which age: access
/// that others were given while the client was a minor. What the client or the organisation gives
/// afterwards stays.
extension Situation {
    /// Since when a client has been of age; nil before, and where nothing ends with it. The date
    /// decides, not the timer.
    func adulthood(of client: ClientState) -> Instant? {
        guard let years = organisation.comingOfAgeYears, let born = client.card?.dateOfBirth else {
            return nil
        }
        let birthday = born.birthday(after: years, organisation.leapDayRule)
        return birthday <= today ? startOfDay(birthday) : nil
    }

    /// Whether an access ended when the client came of age. Its id says when it was given.
    func isEndedByAge(_ grant: AccessGrant, of client: ClientState) -> Bool {
        guard grant.isOthers(than: client), let adulthood = adulthood(of: client) else {
            return false
        }
        return grant.id.madeAt < adulthood
    }

    /// Whether an invitation by which somebody else than the client would get in was sent while
    /// the client was a minor, and died when they came of age.
    func isEndedByAge(_ invitation: Invitation, of client: ClientState) -> Bool {
        guard let adulthood = adulthood(of: client) else { return false }
        return invitation.id.madeAt < adulthood
    }

    /// Checks that no birthday has ended a link by which somebody registers for a minor.
    func requireNotEndedByAge(_ invitation: Invitation) throws(Refusal) {
        guard invitation.isLinkOfOthers, isEndedByAge(invitation, of: client) else { return }
        throw .endedByAge
    }

    /// Whether the ownership of whoever owned a minor's profile for them ended.
    func isOwnershipEndedByAge(_ profile: Profile, of client: ClientState) -> Bool {
        guard profile.ownership == .owned, let owner = profile.ownerPersonID, !client.is(owner),
            let account = profile.ownerAccountID, let adulthood = adulthood(of: client)
        else { return false }
        let own = profile.grants.last {
            if case .person(let id) = $0.holder { return isSamePerson(id, owner) }
            return $0.holder == .account(account)
        }
        return (own?.id ?? account).madeAt < adulthood
    }
}

extension Invitation {
    /// Whether it is a link by which somebody else than the client registers.
    fileprivate var isLinkOfOthers: Bool {
        kind.isRegisteredByLink && recipientKind != .patient
    }
}

extension Refusal {
    static let endedByAge = Refusal(
        .invitationRevoked,
        detail: "the client has come of age since it was sent; ask for a new invitation"
    )
}

extension AccessGrant {
    /// Whether it is a portal access of somebody else than the client.
    fileprivate func isOthers(than client: ClientState) -> Bool {
        switch holder {
        case .professional: false
        case .person(let id): !client.is(id)
        case .account(let id):
            id != client.ownAccount?.id && portalHolder.map { !client.is($0.personID) } ?? true
        }
    }
}

extension ClientState {
    /// Whether a person is the client, under this record or the one it was merged into.
    fileprivate func `is`(_ person: UniqueID) -> Bool { person == id || person == mergedInto }
}

extension UniqueID {
    /// The moment that a UUIDv7 was made, to the millisecond (RFC 9562 §5.7).
    fileprivate var madeAt: Instant { Instant(microseconds: Int64(high >> 16) * 1000) }
}

/// Sets at which age of a client the access of others to the profile ends; without an age it does
/// not end.
package struct ChangeComingOfAge: CallableCommand {
    private let ageYears: Int?

    package init(_ input: inout CommandInput) throws(Refusal) {
        ageYears = try input.optionalNumber("ageYears", in: 1...100)
    }

    package var audience: Audience { .staff(.administerOrganisation) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        [.comingOfAgeChanged(.init(ageYears: ageYears))]
    }
}

/// Notes what ended when a client came of age.
package struct ApplyComingOfAge: Command {
    private let clientID: UniqueID

    package init(clientID: UniqueID) { self.clientID = clientID }

    package var audience: Audience { .system }
    package var target: Target { .client(clientID) }
    package func people(given client: ClientState) -> Set<UniqueID> { client.guests }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let client = situation.client
        let profiles = client.profiles.filter { !$0.isDeleted }
        let events =
            profiles.flatMap { endingAccess(to: $0, in: situation) }
            + revokingLinks(in: situation)
            + profiles.flatMap { endingOwnership(of: $0, client, in: situation) }
        guard !events.isEmpty else { throw Refusal(.notDueYet) }
        return events
    }

    private func endingAccess(to profile: Profile, in situation: Situation) -> [PortalEvent] {
        let ended = profile.grants.filter {
            $0.state != .removed && situation.isEndedByAge($0, of: situation.client)
        }
        // A link that was sent since the birthday still lets its holder in.
        return situation.ending(
            ended,
            on: profile.id,
            of: clientID,
            .cameOfAge,
            keepsLinks: true
        )
    }

    /// With the birthday dies every link by which somebody else could still register. One to own
    /// the profile the client can answer now.
    private func revokingLinks(in situation: Situation) -> [PortalEvent] {
        situation.client.invitations.filter {
            $0.isOpen && $0.isLinkOfOthers && situation.isEndedByAge($0, of: situation.client)
        }.map { $0.revoked(for: clientID) }
    }

    private func endingOwnership(
        of profile: Profile,
        _ client: ClientState,
        in situation: Situation
    ) -> [PortalEvent] {
        guard situation.isOwnershipEndedByAge(profile, of: client),
            let owner = profile.ownerPersonID
        else { return [] }
        let ended = ProfileOwnershipEnded(
            profileId: profile.id,
            clientId: clientID,
            ownerPersonId: owner
        )
        return [.profileOwnershipEnded(ended)]
    }
}
