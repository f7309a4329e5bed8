import EventLine
import PortalAccess

/// Where clients are read from, by whoever looks for those that a decision touches.
protocol ClientSource {
    /// A client; nil if the organisation has none of this id.
    mutating func linkedClient(_ id: UniqueID) throws(ServiceError) -> ClientState?
    /// The client with whom an account was opened.
    mutating func home(ofAccount id: UniqueID) throws(ServiceError) -> UniqueID?
    /// The client with whom a person's account was opened; nil if they have none.
    mutating func home(ofPerson id: UniqueID) throws(ServiceError) -> UniqueID?
    /// The clients of whom a person is a contact, or who let them see their profiles.
    mutating func clients(ofPerson id: UniqueID) throws(ServiceError) -> Set<UniqueID>
}

/// What else a decision or a query about a client touches.
struct LinkQuestion {
    /// The account that it is about, every profile of which counts.
    var account: UniqueID?
    /// The account that has the login address which it names.
    var loginHolder: UniqueID?
    /// People whose accounts it touches.
    var people: Set<UniqueID> = []
    /// Clients that it names.
    var clients: Set<UniqueID> = []
    /// Who asks.
    var actor = Actor.anonymous
}

extension ClientSource {
    /// The other clients that a decision about a client touches.
    ///
    /// Those whose accounts have access to its profiles, those whom the question names, and for
    /// the account and the people that it is about all clients to whose profiles they have access.
    mutating func linked(
        to client: ClientState,
        _ question: LinkQuestion
    ) throws(ServiceError) -> [UniqueID: ClientState] {
        var found: [UniqueID: ClientState] = [:]
        var wanted = question.clients.union(client.homesOfGuests)
        if let survivor = client.mergedInto { wanted.insert(survivor) }
        if case .portalUser(let id) = question.actor, let home = try home(ofAccount: id) {
            wanted.insert(home)
        }
        if let id = question.loginHolder, let home = try home(ofAccount: id) {
            wanted.insert(home)
        }
        for person in client.guests.union(question.people) {
            if let home = try home(ofPerson: person) { wanted.insert(home) }
        }
        try read(wanted, except: client.id, into: &found)
        for home in [client] + found.values {
            try read(reaches(of: question, from: home), except: client.id, into: &found)
        }
        return found
    }

    /// The clients whose profiles accounts of a client's may open: those that it was given access
    /// to, and those that let the person see them before there was an account.
    private mutating func reaches(
        of question: LinkQuestion,
        from home: ClientState
    ) throws(ServiceError) -> Set<UniqueID> {
        var reached: Set<UniqueID> = []
        for account in home.accounts {
            let people = account.people(of: home)
            guard account.id == question.account || !people.isDisjoint(with: question.people)
            else { continue }
            reached.formUnion(account.reaches)
            for person in people { reached.formUnion(try clients(ofPerson: person)) }
        }
        return reached
    }

    private mutating func read(
        _ ids: Set<UniqueID>,
        except own: UniqueID?,
        into found: inout [UniqueID: ClientState]
    ) throws(ServiceError) {
        for id in ids {
            // A merged record's account may have gone over to the record that it was merged into.
            var next: UniqueID? = id
            while let id = next, id != own, found[id] == nil {
                found[id] = try linkedClient(id)
                next = found[id]?.mergedInto
            }
        }
    }
}
