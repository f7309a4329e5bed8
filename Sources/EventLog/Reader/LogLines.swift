/// The lines of a log from a place on, across segments, plain and sealed: a ``LogScan`` that gives
/// each line as a value of its own.
///
/// At the end it answers nil; asked again later, it goes on with what was written since. Where
/// the log is damaged it throws once for each finding and, asked again, goes on behind the damage.
public struct LogLines: Sendable {
    private var scan: LogScan

    init(directory: LogDirectory, after sequence: UInt64) {
        scan = LogScan(directory: directory, after: sequence)
    }

    /// The next line; nil if there is none yet.
    public mutating func next() throws(LogError) -> RawLine? { try scan.nextRaw() }
}
