import EventLine
import PortalAccess
import PortalEvents

extension QueryCase: ClientSource {
    func linkedClient(_ id: UniqueID) throws(ServiceError) -> ClientState? {
        let events = try archive.events(in: [StreamName("client", id)], through: moment.sequence)
        guard events.first?.envelope.organisation == organisation else { return nil }
        var client = ClientState()
        for event in events { client.evolve(with: event.event) }
        return client
    }

    func home(ofAccount id: UniqueID) throws(ServiceError) -> UniqueID? {
        let stream = StreamName("portalAccount", id)
        let lines = try archive.lines(of: [stream], through: moment.sequence)
        guard let first = lines.first?.envelope, first.organisation == organisation else {
            return nil
        }
        guard lines.contains(where: { $0.envelope.type == "ClientRecordsMerged.v1" }) else {
            return first.client
        }
        // Where records were merged, it is the survivor's.
        for recorded in try archive.events(in: [stream], through: moment.sequence).reversed() {
            if case .clientRecordsMerged(let event) = recorded.event, event.keptAccountId == id {
                return event.clientId
            }
        }
        return first.client
    }

    func home(ofPerson id: UniqueID) throws(ServiceError) -> UniqueID? {
        if try firstEnvelope(of: StreamName("client", id)) != nil { return id }
        let stream = StreamName("person", id)
        for recorded in try archive.events(in: [stream], through: moment.sequence)
        where recorded.envelope.organisation == organisation {
            if case .contactAccountOnboarded(let event) = recorded.event { return event.clientId }
        }
        return nil
    }

    func clients(ofPerson id: UniqueID) throws(ServiceError) -> Set<UniqueID> {
        try clients(of: StreamName("person", id))
    }

    /// The clients whom the events of a stream of the organisation concern.
    func clients(of stream: StreamName) throws(ServiceError) -> Set<UniqueID> {
        let lines = try archive.lines(of: [stream], through: moment.sequence)
        guard lines.first?.envelope.organisation == organisation else { return [] }
        return Set(lines.compactMap(\.envelope.client))
    }

    /// The records that a client's was merged into, one after the other; what is kept up to now
    /// has them all anyway.
    func survivors(of client: UniqueID) throws -> Set<UniqueID> {
        var found: Set<UniqueID> = []
        guard try !isLive else { return found }
        var next = try linkedClient(client)?.mergedInto
        while let survivor = next {
            found.insert(survivor)
            next = try linkedClient(survivor)?.mergedInto
        }
        return found
    }

    /// The envelope of a stream's first event, if it is the organisation's.
    func firstEnvelope(of stream: StreamName) throws(ServiceError) -> Envelope? {
        let first = try archive.lines(of: [stream], through: moment.sequence).first?.envelope
        return first?.organisation == organisation ? first : nil
    }
}
