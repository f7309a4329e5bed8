public import EventLine

/// Why an event could not be read from its line.
public enum EventDecodingError: Error, Hashable, CustomStringConvertible {
    /// This program has no schema of that name, or not of that version.
    case unknownType(name: String, version: Int, newestKnown: Int?)
    /// The type is not of the form `<EventName>.v<k>`.
    case malformedType(String)
    /// The text is not JSON.
    case notJSON(type: String, JSONError)
    /// A member that the schema requires is not there.
    case memberMissing(type: String, path: String)
    /// There is a member that the schema does not have.
    case memberUnknown(type: String, path: String)
    /// A member's value is not what the schema says.
    case wrongValue(type: String, path: String, expected: String)
    /// A field does not give a valid stream name.
    case invalidStream(type: String, name: String)
    /// The sealed fields could not be opened, although their key is not destroyed.
    case personalNotOpened(type: String, reason: String)

    /// What was wrong and what to do, as a sentence.
    public var description: String {
        switch self {
        case .unknownType(let name, let version, let newest?):
            "\(name).v\(version) is newer than this program, which knows it up to v\(newest): "
                + "use the program that wrote it, or a later one"
        case .unknownType(let name, let version, nil):
            "\(name).v\(version) is no event type of this program: use a later one"
        case .malformedType(let type): "'\(type)' is no event type: it must be <EventName>.v<k>"
        case .notJSON(let type, let error): "data of \(type) is \(error)"
        case .memberMissing(let type, let path): "data of \(type) has no '\(path)'"
        case .memberUnknown(let type, let path):
            "data of \(type) has '\(path)', which its schema does not know"
        case .wrongValue(let type, let path, let expected):
            "'\(path)' in data of \(type) is not \(expected)"
        case .invalidStream(let type, let name):
            "data of \(type) gives '\(name)', which is no stream name"
        case .personalNotOpened(let type, let reason):
            "the personal fields of \(type) could not be opened: \(reason)"
        }
    }

    static func unknown(_ type: String, in known: [any EventPayload.Type]) -> EventDecodingError {
        let parts = type.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].first == "v", let version = Int(parts[1].dropFirst())
        else { return .malformedType(type) }
        let newest = known.count { $0.shape.title == parts[0] }
        return .unknownType(
            name: String(parts[0]),
            version: version,
            newestKnown: newest > 0 ? newest : nil
        )
    }
}
