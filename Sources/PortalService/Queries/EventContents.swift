import EventLine
import PersonalData
import PortalEvents
import ProjectionEngine

/// Opens what projections do not hold: the personal fields of the events to which their rows
/// point. What its key was destroyed for is null.
struct EventContents: Sendable {
    let line: @Sendable (_ sequence: UInt64) throws(ServiceError) -> EventLine
    let opening: PersonalOpening

    /// The rows with the fields themselves where some columns have the sequences of events.
    /// Reads each event once.
    func opened(
        _ rows: [JSONValue],
        _ columns: [String]
    ) throws(ServiceError) -> [JSONValue] {
        var read: [Int64: JSONValue] = [:]
        var opened: [JSONValue] = []
        for row in rows {
            var members: [JSONMember] = []
            for member in row.members ?? [] {
                guard columns.contains(member.name), let sequence = member.value.integer else {
                    members.append(member)
                    continue
                }
                if read[sequence] == nil {
                    read[sequence] = try personalFields(of: UInt64(sequence))
                }
                members.append(JSONMember(member.name, read[sequence]?[member.name] ?? .null))
            }
            opened.append(.object(members))
        }
        return opened
    }

    /// What is sealed in an event; null where its key is gone.
    private func personalFields(of sequence: UInt64) throws(ServiceError) -> JSONValue {
        let line = try line(sequence)
        do {
            guard let sealed = try JSONValue(parsing: line.data)["personal"]?.string else {
                return .null
            }
            switch opening(sealed) {
            case .opened(let json): return try JSONValue(parsing: json)
            case .erased: return .null
            case .unavailable(let reason):
                throw ServiceError("event \(sequence) cannot be opened now: \(reason)")
            }
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError("event \(sequence): \(error)")
        }
    }
}

extension Archive {
    /// How the content of events is opened.
    var contents: EventContents {
        EventContents(
            line: { sequence throws(ServiceError) in try self.line(at: sequence) },
            opening: vault.projectionOpening
        )
    }
}
