package import EventLine
package import PortalEvents

/// Whom an input names as the holder of a portal access: `client/<id>`, `contact/<id>` or
/// `representative/<id>`.
package struct HolderReference: Hashable, Sendable {
    package let kind: PortalHolderKind
    package let id: UniqueID

    package init(_ kind: PortalHolderKind, _ id: UniqueID) {
        self.kind = kind
        self.id = id
    }

    package init(_ input: inout CommandInput) throws(Refusal) {
        let parts = try input.text("holder").split(separator: "/", maxSplits: 1)
        let kinds: [PortalHolderKind] = [.client, .contact, .representative]
        guard parts.count == 2, let kind = kinds.first(where: { $0.rawValue == parts[0] }),
            let id = UniqueID(parts[1])
        else {
            throw .invalidInput(
                "holder",
                "must be client/<id>, contact/<id> or representative/<id>"
            )
        }
        self.init(kind, id)
    }

    /// The stream from which it can be told whose holder this is.
    package var stream: StreamName {
        switch kind {
        case .client: StreamName("client", id)
        case .contact, .caregiver: StreamName("contact", id)
        case .representative: StreamName("representative", id)
        }
    }

    /// Who it is as a person, if the client has them; a client is their own person.
    package func personID(given client: ClientState) -> UniqueID {
        kind == .contact ? client.contact(id)?.personID ?? id : id
    }
}

/// Somebody to whom a portal access can be given.
package struct PortalPerson: Hashable, Sendable {
    package let kind: PortalHolderKind
    package let id: UniqueID
    package let personID: UniqueID
    /// The address on the card or in the list of contacts.
    package let email: String?
    /// Whether it is the client to whom the profile belongs.
    package var isOwn: Bool { kind == .client }
}

extension Situation {
    /// The person whom a reference names for the client's profile (S3-02).
    package func portalPerson(_ holder: HolderReference) throws(Refusal) -> PortalPerson {
        switch holder.kind {
        case .client where holder.id == client.id:
            return PortalPerson(
                kind: .client,
                id: holder.id,
                personID: holder.id,
                email: client.card?.email
            )
        case .client:
            guard let contact = client.contacts.last(where: { $0.personID == holder.id }) else {
                throw unlisted(others[holder.id] != nil)
            }
            return try portalPerson(HolderReference(.contact, contact.id))
        case .contact, .caregiver:
            guard let contact = client.contact(holder.id) else {
                throw unlisted(others.values.contains { $0.contact(holder.id) != nil })
            }
            guard contact.isEnabled else { throw Refusal(.contactDisabled, field: "holder") }
            return PortalPerson(
                kind: .contact,
                id: contact.id,
                personID: contact.personID,
                email: contact.email
            )
        case .representative:
            guard let found = client.card?.representative(holder.id) else {
                throw unlisted(
                    others.values.contains { $0.card?.representative(holder.id) != nil }
                )
            }
            return PortalPerson(
                kind: .representative,
                id: found.id,
                personID: found.id,
                email: found.email
            )
        }
    }

    private func unlisted(_ isKnown: Bool) -> Refusal {
        guard isKnown else { return Refusal(.notFound, field: "holder") }
        return Refusal(
            .notAContactOfClient,
            field: "holder",
            detail: "add them as a contact of this client first"
        )
    }
}

extension Situation {
    /// The access that a person has to the client's profile or had suspended, by an account of
    /// theirs or in their own name, under whichever of their records.
    package func liveGrant(ofPerson id: UniqueID) -> AccessGrant? {
        liveGrants(ofPerson: id).first
    }

    /// Every such access: somebody may have had several before their records were merged.
    func liveGrants(ofPerson id: UniqueID) -> [AccessGrant] {
        grants(ofPerson: id).filter { $0.state != .removed }
    }

    /// Those too that have ended.
    func grants(ofPerson id: UniqueID) -> [AccessGrant] {
        let grants = client.profile?.grants ?? []
        return grants.filter { holder(of: $0).map { isSamePerson($0, id) } ?? false }
    }

    /// Whose an access is that was given through the portal.
    func holder(of grant: AccessGrant) -> UniqueID? {
        switch grant.holder {
        case .professional: nil
        case .person(let person): person
        case .account(let account):
            grant.portalHolder?.personID ?? (account == client.ownAccount?.id ? client.id : nil)
        }
    }
}

extension Situation {
    /// Every access of an account that has not ended, with the client whose profile it opens: the
    /// client with whom it was opened first, then by id.
    package func liveGrants(
        of account: PortalAccount
    ) -> [(client: ClientState, profile: Profile, grant: AccessGrant)] {
        let homeID = self.account(anywhere: account.id)?.home.id
        let clients = ([client] + others.values).sorted {
            ($0.id == homeID ? 0 : 1, $0.id?.description ?? "")
                < ($1.id == homeID ? 0 : 1, $1.id?.description ?? "")
        }
        return clients.compactMap { client in
            guard let profile = client.profile,
                let grant = profile.grant(to: account, homedWith: homeID),
                !isEndedByAge(grant, of: client)
            else { return nil }
            return (client, profile, grant)
        }
    }
}

extension Profile {
    /// The access by which an account sees the profile: its own, or that of its person.
    package func grant(to account: PortalAccount, homedWith home: UniqueID?) -> AccessGrant? {
        if let own = liveGrant(of: .account(account.id)) { return own }
        let people = account.people(homedWith: home)
        return grants.first { grant in
            guard grant.state != .removed, case .person(let id) = grant.holder else {
                return false
            }
            return people.contains(id)
        }
    }
}

extension PortalAccount {
    /// As whom its holder may have been given access in their own name: a client as each record of
    /// theirs.
    package func people(of home: ClientState) -> Set<UniqueID> { people(homedWith: home.id) }

    fileprivate func people(homedWith home: UniqueID?) -> Set<UniqueID> {
        switch holder {
        case .client: formerClients.union([home].compactMap { $0 })
        case .person(let id): [id]
        }
    }
}
