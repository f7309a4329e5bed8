public import EventLine

/// An event as it was recorded: what the envelope says, and the event itself.
public struct RecordedEvent: Hashable, Sendable {
    /// Everything but the payload. Its `type` is the version that was written.
    public var envelope: Envelope
    /// The event in its newest version.
    public var event: PortalEvent

    /// A recorded event of these parts.
    public init(envelope: Envelope, event: PortalEvent) {
        self.envelope = envelope
        self.event = event
    }

    /// Reads the event of a line. `open` is called for what is sealed in it, at most once.
    public init<Failure: Error>(
        line: EventLine,
        open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError) {
        envelope = line.envelope
        event = try PortalEvent(type: line.envelope.type, data: line.data, open: open)
    }
}
