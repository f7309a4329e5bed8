import EventLine
import EventLog

extension EventLog {
    /// Whether a stream has events, those included that were submitted and are not durable yet.
    func has(_ stream: StreamName) throws(ServiceError) -> Bool {
        try eventCount(of: stream) > 0
    }

    /// How many events a stream has, those included that were submitted and are not durable yet.
    func eventCount(of stream: StreamName) throws(ServiceError) -> Int {
        try serviceError { () throws(LogError) in try version(of: stream) }
    }
}
