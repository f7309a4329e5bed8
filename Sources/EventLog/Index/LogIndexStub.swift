internal import EventLine

final class LogIndex: Sendable {
    static func open(_ directory: LogDirectory, mayWrite: Bool) throws(LogError) -> LogIndex { LogIndex() }
    var lastSequence: UInt64 { .max - 1 }
    var greatestID: UniqueID? { nil }
    func add(_ name: SegmentName) throws(LogError) {}
    func merge() throws(LogError) {}
    func version(of: StreamName) throws(LogError) -> Int { 0 }
    func lines(of: StreamName, after: Int, through: UInt64) throws(LogError) -> [RawLine] { [] }
    func line(at: UInt64) throws(LogError) -> RawLine { throw .noSuchLine(sequence: at) }
    func sequence(of: UniqueID) throws(LogError) -> UInt64? { nil }
}
extension SegmentSealer {
    func due(at now: Instant) throws(LogError) -> [SegmentName] { [] }
    func seal(_ name: SegmentName, backlog: Int) throws(LogError) {}
}
