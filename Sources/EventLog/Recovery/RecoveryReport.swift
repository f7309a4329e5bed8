/// What opening a log had to repair.
public struct RecoveryReport: Hashable, Sendable {
    /// A broken end that was cut off, because the journal could not give it back. None of it was
    /// ever acknowledged, unless a disk has lost what it had confirmed.
    public struct Cut: Hashable, Sendable {
        /// The segment that it was cut from.
        public let segment: String
        /// Where the segment ends now.
        public let offset: Int
        /// How many bytes were cut.
        public let byteCount: Int
        /// The file that keeps them.
        public let keptIn: String
    }

    /// How many lines the journal gave back.
    public internal(set) var restoredLineCount: UInt64 = 0
    /// What was cut off.
    public internal(set) var cut: Cut?
}
