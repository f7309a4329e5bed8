package import EventLine

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

    /// Where the log is kept.
    package var device: any LogDevice = FileDevice()
    /// The time that the ages of files are told by.
    package var now: @Sendable () -> Instant = { FileDevice.now }
    /// Whether complete segments are indexed and sealed in the background.
    package var keepsUp = true

    /// The usual settings.
    public init() {}
}
