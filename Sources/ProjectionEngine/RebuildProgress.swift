/// How far a rebuild is. The indexes come after its last event.
public struct RebuildProgress: Hashable, Sendable {
    /// The last event applied by all that are built.
    public let done: UInt64
    /// The head of the log when it started.
    public let total: UInt64
}
