import EventLine
import PortalAccess
import PortalEvents

/// What came of a command.
enum Outcome {
    case obeyed([PortalEvent])
    case refused(Refusal)

    /// The events that it wrote, those that record a refusal included.
    var events: [PortalEvent] {
        switch self {
        case .obeyed(let events): events
        case .refused(let refusal): refusal.recording
        }
    }

    var names: [String] { events.map(\.name) }

    var refusal: Refusal? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal
    }

    var reason: Refusal.Reason? { refusal?.reason }
    var isObeyed: Bool { refusal == nil }
}

/// What a cell of a state table says.
struct Answer: Hashable, CustomStringConvertible {
    let reason: Refusal.Reason?
    let names: [String]

    /// The command is obeyed and writes these events, written with blanks between them.
    static func writes(_ names: String) -> Answer {
        Answer(reason: nil, names: names.split(separator: " ").map(String.init))
    }

    /// The command is refused; these events record it.
    static func refuses(_ reason: Refusal.Reason, recording names: String = "") -> Answer {
        Answer(reason: reason, names: names.split(separator: " ").map(String.init))
    }

    var description: String {
        "\(reason.map { "refused \($0)" } ?? "obeyed") \(names.joined(separator: " "))"
    }
}

extension Outcome {
    var answer: Answer { Answer(reason: reason, names: names) }
}

extension PortalEvent {
    /// Its name without the version.
    var name: String { String(type.prefix { $0 != "." }) }
}

extension JSONValue {
    static func id(_ id: UniqueID) -> JSONValue { .string("\(id)") }

    /// The same object with a member replaced or, with nil, left out.
    func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        let others = (members ?? []).filter { $0.name != name }
        return .object(others + (value.map { [JSONMember(name, $0)] } ?? []))
    }
}
