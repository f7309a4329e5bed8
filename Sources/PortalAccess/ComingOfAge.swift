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

    /// Whether the ownership of whoever owned a minor's profile for them ended.
    func isOwnershipEndedByAge(_ profile: Profile, of client: ClientState) -> Bool {
        guard profile.ownership == .owned, let owner = profile.ownerPersonID, !client.is(owner),
            let account = profile.ownerAccountID, let adulthood = adulthood(of: client)
        else { return false }
        let own = profile.grants.last {
            $0.holder == .person(owner) || $0.holder == .account(account)
        }
        return (own?.id ?? account).madeAt < adulthood
    }
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

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let client = situation.client
        let events = client.profiles.filter { !$0.isDeleted }.flatMap {
            ending($0, of: client, in: situation)
        }
        guard !events.isEmpty else { throw Refusal(.notDueYet) }
        return events
    }

    private func ending(
        _ profile: Profile,
        of client: ClientState,
        in situation: Situation
    ) -> [PortalEvent] {
        let ended = profile.grants.filter {
            $0.state != .removed && situation.isEndedByAge($0, of: client)
        }
        let removals = ended.map { grant in
            PortalEvent.familyPortalAccessRemoved(
                .init(
                    profileId: profile.id,
                    clientId: clientID,
                    grantId: grant.id,
                    reason: .cameOfAge
                )
            )
        }
        let revocations = client.invitations.filter { invitation in
            [.pending, .expired].contains(invitation.state)
                && ended.contains { $0.id == invitation.grantID }
        }.map { invitation in
            PortalEvent.invitationRevoked(
                .init(
                    invitationId: invitation.id,
                    clientId: clientID,
                    profileDeleted: false
                )
            )
        }
        return removals + revocations + endingOwnership(of: profile, client, in: situation)
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
