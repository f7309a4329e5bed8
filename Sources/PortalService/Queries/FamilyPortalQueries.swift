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
            guard let (account, at) = situation.account(anywhere: id), let home = at.id else {
                return .array([])
            }
            let people = account.people(of: at).sorted().map { JSONValue.string("\($0)") }
            let arguments: [String: JSONValue] = [
                "account": .string("\(id)"), "people": .array(people),
            ]
            let clients = Set(situation.others.keys)
            return .array(
                try asked.rows(about: home, and: clients, "access-grants", "by-account", arguments)
            )
        },
        Query("ManageAccess", about: "profileId") { asked in
            let (profile, situation, holder) = try asked.holder()
            return try asked.manageAccess(of: holder, to: profile.id, situation)
        },
        Query("AddAccessForm", about: "profileId") { asked in
            let (_, situation, holder) = try asked.holder()
            return try asked.addAccessForm(for: holder, situation)
        },
    ]
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

    /// Lets staff pass, and the holder of the account that is asked about if they could sign in
    /// now.
    fileprivate func requireStaff(orAccount account: UniqueID?) throws {
        guard case .portalUser(let id) = actor, id == account else { return try requireStaff() }
        try requireStaffOrOpenAccount()
    }
}
