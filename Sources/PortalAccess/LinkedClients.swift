package import EventLine

extension Situation {
    /// A client whom the decision touches, by id.
    package func anyClient(_ id: UniqueID) -> ClientState? {
        client.id == id ? client : others[id]
    }

    /// An account of any client whom the decision touches, with the client it was opened with.
    package func account(
        anywhere id: UniqueID
    ) -> (account: PortalAccount, home: ClientState)? {
        if let account = client.account(id) { return (account, client) }
        for other in others.values {
            if let account = other.account(id) { return (account, other) }
        }
        return nil
    }

    /// The account that a person signs in with, wherever it was opened. A client is their own
    /// person, and a merged record's person is the survivor's.
    package func account(
        ofPerson id: UniqueID
    ) -> (account: PortalAccount, home: ClientState)? {
        let survivor = anyClient(id)?.mergedInto
        if let survivor, let found = account(ofPerson: survivor) { return found }
        for home in [client] + others.values.sorted(by: { ($0.id ?? id) < ($1.id ?? id) }) {
            if home.id == id, let own = home.ownAccount { return (own, home) }
            let account = home.accounts.first { $0.holder == .person(id) }
            if let account { return (account, home) }
        }
        return nil
    }

    /// The record that stands for a person now: the one that their record was merged into, however
    /// often, or else their own. Two records of one person have the same.
    package func standing(for person: UniqueID) -> UniqueID {
        var record = person
        while let survivor = anyClient(record)?.mergedInto { record = survivor }
        return record
    }

    /// Whether two ids are those of one person, whose records may have been merged.
    func isSamePerson(_ left: UniqueID, _ right: UniqueID) -> Bool {
        left == right || standing(for: left) == standing(for: right)
    }

    /// Whether an end date shuts a client's profile to the portal: the record's own, or that of
    /// the record which stands for the person now, as both profiles are theirs.
    package func isShutByDate(_ client: ClientState) -> Bool {
        if client.card?.isEndDateInEffect(on: today) == true { return true }
        guard let survivor = client.mergedInto else { return false }
        return anyClient(standing(for: survivor))?.card?.isEndDateInEffect(on: today) == true
    }

    /// The state that an account shows; the client with whom it was opened decides (T3).
    package func userState(of account: PortalAccount) -> UserState {
        let home = self.account(anywhere: account.id)?.home ?? client
        return home.userState(of: account, in: organisation, on: today)
    }
}

extension ClientState {
    /// The other clients with whom accounts were opened that have access to this one's profiles.
    package var homesOfGuests: Set<UniqueID> {
        let holders = profiles.flatMap(\.grants).filter { $0.state != .removed }
        return Set(holders.compactMap { $0.portalHolder?.homeClientID })
    }

    /// People without an account here who have access to this one's profiles.
    package var guests: Set<UniqueID> {
        let people = profiles.flatMap(\.grants).compactMap { grant -> UniqueID? in
            guard grant.state != .removed, case .person(let id) = grant.holder else { return nil }
            return id
        }
        return Set(people).filter { id in !accounts.contains { $0.holder == .person(id) } }
    }
}
