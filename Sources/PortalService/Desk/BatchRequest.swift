import EventLine
import PortalAccess

/// A line of a batch: `{"command":…,"as":…,"organisation":…,"key":…,"input":{…},"at":…}`, with
/// `"show"` in place of `"command"` for a query, `"from"` for the network address that a command
/// comes from, and `"expectedVersion"` for what it rests on.
struct BatchRequest {
    let command: String?
    let query: String?
    let actor: Actor
    let organisation: UniqueID?
    let key: String?
    let expectedVersion: Int?
    let input: JSONValue
    let at: Instant?
    let from: NetworkAddress?
    /// The event that an answer has to take in.
    let after: UInt64?

    init(_ line: [UInt8]) throws(Refusal) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line)
        } catch {
            throw .invalidInput("line", error.description)
        }
        var fields = try CommandInput(value) { _, text in text }
        command = try fields.optionalText("command")
        query = try fields.optionalText("show")
        actor = try Self.actor(try fields.optionalText("as"))
        organisation = try fields.optionalID("organisation")
        key = try fields.optionalText("key")
        expectedVersion = try Self.version(fields.value("expectedVersion"))
        input = fields.value("input") ?? [:]
        at = try Self.instant(try fields.optionalText("at"))
        from = try Self.address(try fields.optionalText("from"))
        after = try Self.sequence(fields.value("after"))
        try fields.finish()
        guard (command == nil) != (query == nil) else {
            throw .invalidInput("command", "give command or show, and not both")
        }
        guard expectedVersion == nil || command != nil else {
            throw .invalidInput("expectedVersion", "is for commands; of a query use after")
        }
    }

    private static func version(_ value: JSONValue?) throws(Refusal) -> Int? {
        guard let value, value != .null else { return nil }
        guard let version = value.integer.flatMap(Int.init(exactly:)), version >= 0 else {
            throw .invalidInput("expectedVersion", "must be the number of a stream's events")
        }
        return version
    }

    private static func actor(_ text: String?) throws(Refusal) -> Actor {
        guard let text else { return .systemOperator }
        guard let actor = Actor(text) else {
            throw .invalidInput(
                "as",
                "must be staff/<id>, portalUser/<account id>, anonymous or system/operator"
            )
        }
        return actor
    }

    private static func sequence(_ value: JSONValue?) throws(Refusal) -> UInt64? {
        guard let value, value != .null else { return nil }
        guard let sequence = value.integer.flatMap(UInt64.init(exactly:)) else {
            throw .invalidInput("after", "must be a sequence such as 812")
        }
        return sequence
    }

    private static func address(_ text: String?) throws(Refusal) -> NetworkAddress? {
        guard let text else { return nil }
        guard let address = NetworkAddress(text) else {
            throw .invalidInput("from", "must be an IP address such as 203.0.113.7 or 2001:db8::7")
        }
        return address
    }

    private static func instant(_ text: String?) throws(Refusal) -> Instant? {
        guard let text else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            throw .invalidInput("at", "must be a time such as 2026-03-02T15:00:00Z")
        }
        return instant
    }
}
