import EventLine
import Foundation
import PortalService

/// Sends batch lines as any other program would, and reads what the outbox gets of them.
final class DemoStage {
    private let session: BatchSession
    private let outbox: String
    private var seenFiles: Set<String> = []
    private var mails: [String: [JSONValue]] = [:]

    private var now = DemoCalendar.start

    /// How many commands were sent.
    private(set) var commandCount = 0

    init(session: BatchSession, outbox: String) {
        self.session = session
        self.outbox = outbox
    }

    /// A time of the history, or the next minute where that lies in the past.
    func later(day: Int, minute: Int) -> Instant {
        now = max(now.adding(microseconds: 60_000_000), DemoCalendar.time(day: day, minute: minute))
        return now
    }

    /// Sends a command; an unexpected refusal ends the demo.
    @discardableResult
    func run(
        _ command: String,
        as actor: String,
        at time: Instant? = nil,
        _ input: JSONValue
    ) async throws -> JSONValue {
        let reply = try await attempt(command, as: actor, at: time, input)
        guard reply["ok"]?.bool == true else {
            throw ServiceError("the demo's \(command) was refused: \(reply.canonicalText)")
        }
        return reply["ids"] ?? [:]
    }

    /// Sends a command that may be refused.
    @discardableResult
    func attempt(
        _ command: String,
        as actor: String,
        at time: Instant? = nil,
        _ input: JSONValue
    ) async throws -> JSONValue {
        commandCount += 1
        var members = [
            JSONMember("command", .string(command)), JSONMember("as", .string(actor)),
            JSONMember("input", input),
        ]
        if let time { members.append(JSONMember("at", .string("\(time)"))) }
        return try await session.answer(JSONValue.object(members).canonicalBytes)
    }

    /// Asks a query as the operator.
    func show(_ query: String, _ input: JSONValue = [:]) async throws -> JSONValue {
        let line: JSONValue = ["show": .string(query), "input": input]
        let reply = try await session.answer(line.canonicalBytes)
        guard let result = reply["result"] else {
            throw ServiceError("the demo's \(query) was refused: \(reply.canonicalText)")
        }
        return result
    }

    /// The token of the newest mail to a client with such a link.
    func token(of client: String, _ link: String) throws -> String {
        try readOutbox()
        let mail = mails[client]?.last { $0["fields"]?[link] != nil }
        guard let text = mail?["fields"]?[link]?.string,
            let token = text.split(separator: "=").last
        else { throw ServiceError("the outbox has no \(link) for \(client)") }
        return String(token)
    }

    /// What the letters of a client show, the newest values.
    func letterFields(of client: String) throws -> [String: String] {
        try readOutbox()
        var fields: [String: String] = [:]
        for manifest in mails[client] ?? [] where manifest["kind"]?.string == "letter" {
            for member in manifest["fields"]?.members ?? [] {
                fields[member.name] = member.value.string
            }
        }
        return fields
    }

    private func readOutbox() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: outbox)
        for name in names.sorted() where name.hasSuffix(".json") && !seenFiles.contains(name) {
            seenFiles.insert(name)
            guard let bytes = FileManager.default.contents(atPath: "\(outbox)/\(name)"),
                let manifest = try? JSONValue(parsing: Array(bytes)),
                let client = manifest["clientId"]?.string
            else { continue }
            mails[client, default: []].append(manifest)
        }
    }
}
