import EventLine
import PortalAccess
import PortalEvents

/// The clients of one organisation, from what a loader keeps.
struct OrganisationClients: ClientSource {
    var loader: StateLoader
    let organisation: UniqueID

    mutating func linkedClient(_ id: UniqueID) throws(ServiceError) -> ClientState? {
        try loader.client(id, in: organisation)?.state
    }

    func home(ofAccount id: UniqueID) throws(ServiceError) -> UniqueID? {
        try loader.home(ofAccount: id, in: organisation)
    }

    mutating func home(ofPerson id: UniqueID) throws(ServiceError) -> UniqueID? {
        if try loader.client(id, in: organisation) != nil { return id }
        let stream = StreamName("person", id)
        guard try loader.client(of: stream, in: organisation) != nil else { return nil }
        for event in try loader.events(in: stream) {
            if case .contactAccountOnboarded(let event) = event { return event.clientId }
        }
        return nil
    }

    func clients(ofPerson id: UniqueID) throws(ServiceError) -> Set<UniqueID> {
        try loader.clients(of: StreamName("person", id), in: organisation)
    }
}
