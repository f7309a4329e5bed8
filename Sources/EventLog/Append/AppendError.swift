public import EventLine

/// Why events were not appended.
public enum AppendError: Error, Hashable, Sendable {
    /// An event cannot be written as a line.
    case invalidEvent(id: UniqueID, why: String)
    /// A line would have more than ``EventLine/byteCountMax`` bytes. Put the content in a blob.
    case lineTooLong(id: UniqueID, byteCount: Int)
    /// The lines together have more bytes than the journal takes at once.
    case appendTooLong(byteCount: Int, byteCountMax: Int)
    /// A stream is not as expected. Load it again and decide again.
    case conflict(stream: StreamName, expected: ExpectedVersion, found: Int)
    /// An event of that id is in the log, in another place.
    case idIsTaken(id: UniqueID, sequence: UInt64)
    /// The disk refused, or refused something that was submitted before. Nothing was written; the
    /// same append may succeed once the cause is gone.
    case refused(DeviceError)
    /// A synchronisation or a write failed, now or before. Whether the events are in the log shows
    /// after a restart; nothing more can be written until then.
    case stopped(DeviceError)
    /// The original of a repeated append could not be read.
    case unreadable(LogError)
    /// The log was closed.
    case closed
}

extension AppendError: CustomStringConvertible {
    /// The sentence, with advice.
    public var description: String {
        switch self {
        case .invalidEvent(let id, let why): "event \(id) cannot be written: \(why)"
        case .lineTooLong(let id, let byteCount):
            """
            event \(id) would be a line of \(byteCount) bytes, and a line may have \
            \(EventLine.byteCountMax). Store its content as a blob
            """
        case .appendTooLong(let byteCount, let byteCountMax):
            "the events have \(byteCount) bytes together, and one append may have \(byteCountMax)"
        case .conflict(let stream, let expected, let found):
            switch expected {
            case .none: "\(stream) should not exist yet, and has \(found) events"
            case .exactly(let version):
                "\(stream) should be at version \(version), and is at \(found)"
            case .any: "\(stream) is at version \(found)"
            }
        case .idIsTaken(let id, let sequence):
            "event \(id) is in the log already, in another place (sequence \(sequence))"
        case .refused(let error): "nothing was written: \(error)"
        case .stopped(let error):
            """
            the log takes no more events, because it is not known what is on the disk: \(error). \
            Restart; what was acknowledged is safe
            """
        case .unreadable(let error): "\(error)"
        case .closed: "the log was closed"
        }
    }
}
