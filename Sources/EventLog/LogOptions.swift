/// How a log is kept. What is already on the disk stays readable whatever is set here.
public struct LogOptions: Sendable {
    /// A segment that has reached this size is not written to any more.
    public var segmentBytes = 64 << 20
    /// How long a rolled segment stays plain text.
    public var sealingGrace = Duration.seconds(600)
    /// The size of a new journal; no append may have more bytes.
    public var journalBytes = 16 << 20
    /// What is waiting is committed together up to this size.
    public var groupBytes = 4 << 20

    package var device: any LogDevice = FileDevice()

    /// The usual settings.
    public init() {}
}
