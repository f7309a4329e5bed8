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
        try firstEnvelope(of: StreamName("portalAccount", id))?.client
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

    /// The envelope of a stream's first event, if it is the organisation's.
    func firstEnvelope(of stream: StreamName) throws(ServiceError) -> Envelope? {
        let first = try archive.lines(of: [stream], through: moment.sequence).first?.envelope
        return first?.organisation == organisation ? first : nil
    }
}
