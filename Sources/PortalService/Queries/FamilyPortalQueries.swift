import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Contacts, and the access that clients and contacts have through the portal (S3).
    static let familyPortalQueries = [
        Query("ContactList", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            try asked.requireStaff()
            let situation = try asked.clientWithContacts(id)
            let arguments: [String: JSONValue] = ["client": .string("\(id)")]
            let others = Set(situation.others.keys)
            return .array(
                try asked.rows(about: id, and: others, "contacts", "contact-list", arguments)
            )
        },
        Query("MultiProfileAccess", about: "accountId") { asked in
            let accountID = try asked.input.optionalID("accountId")
            let personID = try asked.input.optionalID("personId")
            try asked.requireStaff(orAccount: accountID)
            guard let (id, situation) = try asked.account(accountID, orOf: personID) else {
                return .array([])
            }
            let arguments: [String: JSONValue] = ["account": .string("\(id)")]
            let clients = Set(situation.others.keys)
            guard let home = situation.client.id else { return .array([]) }
            return .array(
                try asked.rows(about: home, and: clients, "access-grants", "by-account", arguments)
            )
        },
        Query("ManageAccess", about: "profileId") { asked in
            let (profile, situation, holder) = try asked.holder()
            return manageAccess(holder, profile, situation)
        },
        Query("AddAccessForm", about: "profileId") { asked in
            let (_, situation, holder) = try asked.holder()
            return try addAccessForm(holder, situation)
        },
    ]

    /// The address with which the person signs in and their access to this and other profiles
    /// (S3-23 to S3-26, S3-42).
    private static func manageAccess(
        _ holder: HolderReference,
        _ profile: Profile,
        _ situation: Situation
    ) -> JSONValue {
        let personID = holder.personID(given: situation.client)
        let found = situation.account(ofPerson: personID)
        let grants = found.map { situation.liveGrants(of: $0.account) } ?? []
        return .object([
            JSONMember("profileId", .string("\(profile.id)")),
            JSONMember("holder", .string("\(holder.kind.rawValue)/\(holder.id)")),
            JSONMember("accountId", .text(found.map { "\($0.account.id)" })),
            JSONMember("loginEmail", .text(found?.account.loginEmail?.asLogin)),
            JSONMember("editable", .bool(found?.account.loginEmail != nil)),
            JSONMember(
                "grants",
                .array(
                    grants.map { row($0.client, $0.profile, $0.grant, situation.organisation) }
                )
            ),
        ])
    }

    private static func row(
        _ client: ClientState,
        _ profile: Profile,
        _ grant: AccessGrant,
        _ organisation: OrganisationState
    ) -> JSONValue {
        let role = grant.roleID.flatMap { organisation.roles[$0] }
        let permissions = role?.permissions.map { JSONValue.string($0.rawValue) } ?? []
        return .object([
            JSONMember("grantId", .string("\(grant.id)")),
            JSONMember("profileId", .string("\(profile.id)")),
            JSONMember("clientId", .text(client.id.map { "\($0)" })),
            JSONMember("roleId", .text(grant.roleID.map { "\($0)" })),
            JSONMember("role", .text(role?.name)),
            JSONMember("permissions", .array(permissions)),
            JSONMember("state", .string(grant.state.rawValue)),
        ])
    }

    /// What the form for adding access starts with. The address is the one that the person signs
    /// in with, and fixed, while they have access somewhere; else what the card says (S3-10..14).
    private static func addAccessForm(
        _ holder: HolderReference,
        _ situation: Situation
    ) throws(Refusal) -> JSONValue {
        let person = try situation.portalPerson(holder)
        let account = situation.account(ofPerson: person.personID)?.account
        let isLocked =
            account.map { $0.loginEmail != nil && !situation.liveGrants(of: $0).isEmpty } ?? false
        let roles = situation.organisation.roles.filter { !$0.value.isRetired }
            .sorted { $0.key < $1.key }
        return .object([
            JSONMember(
                "email",
                .text(isLocked ? account?.loginEmail?.asLogin : person.email)
            ),
            JSONMember("locked", .bool(isLocked)),
            JSONMember(
                "roles",
                .array(
                    roles.map {
                        ["roleId": .string("\($0.key)"), "name": .string($0.value.name)]
                    }
                )
            ),
        ])
    }
}

extension QueryCase {
    /// The holder that the input names, with the profile and everything the person's account
    /// reaches.
    fileprivate mutating func holder() throws -> (
        profile: Profile, situation: Situation, holder: HolderReference
    ) {
        let id = try input.id("profileId")
        let holder = try HolderReference(&input)
        try requireStaff()
        let (profile, first, clientID) = try profile(id)
        let others = try clients(of: holder.stream)
        let question = LinkQuestion(
            people: [holder.personID(given: first.client)],
            clients: others
        )
        let situation = try client(clientID, question)
        if holder.kind != .contact || first.client.contact(holder.id) == nil {
            _ = try situation.portalPerson(holder)
        }
        return (profile, situation, holder)
    }

    private func clients(of stream: StreamName) throws -> Set<UniqueID> {
        let lines = try archive.lines(of: [stream], through: moment.sequence)
        guard lines.first?.envelope.organisation == organisation else { return [] }
        return Set(lines.compactMap(\.envelope.client))
    }

    /// An account by its own id or by its person's, with every client whose profile it reaches;
    /// nil for a person who has none.
    fileprivate func account(
        _ accountID: UniqueID?,
        orOf personID: UniqueID?
    ) throws -> (id: UniqueID, situation: Situation)? {
        if let accountID {
            guard let home = try home(ofAccount: accountID) else {
                throw Refusal(.notFound, field: "accountId")
            }
            return (accountID, try client(home, LinkQuestion(account: accountID)))
        }
        guard let personID else {
            throw Refusal.invalidInput("accountId", "give accountId or personId")
        }
        guard let home = try home(ofPerson: personID) else {
            let isKnown = try !clients(of: StreamName("person", personID)).isEmpty
            let isRepresentative =
                try !clients(of: StreamName("representative", personID)).isEmpty
            guard isKnown || isRepresentative else {
                throw Refusal(.notFound, field: "personId")
            }
            return nil
        }
        let situation = try client(home, LinkQuestion(people: [personID]))
        return situation.account(ofPerson: personID).map { ($0.account.id, situation) }
    }

    /// Lets staff pass, and the holder of the account that is asked about.
    fileprivate func requireStaff(orAccount account: UniqueID?) throws {
        if case .portalUser(let id) = actor, id == account { return }
        try requireStaff()
    }
}
