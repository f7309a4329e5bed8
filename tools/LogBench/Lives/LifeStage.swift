internal import EventLine
internal import Foundation
internal import PortalService

/// Plays a script in a store of its own, through the commands that everybody uses.
struct LifeStage {
    private let store: Store
    private let session: BatchSession
    private let outbox: String
    private var seenFiles: Set<String> = []
    /// What stands for `$name`.
    private(set) var values: [String: String]
    private var now = Self.start

    /// 00:00 of a Monday in the time zone of the practice, which has no summer time: so a life can
    /// be moved by whole days, and everything that happens on a local date still does.
    static let start = Instant(utcMidnightOf: startDate).adding(microseconds: 7 * 3_600_000_000)
    static let startDate = LocalDate.epoch.adding(days: 18_631)
    static let timeZone = "America/Phoenix"

    /// Opens a store, with the names that are known already.
    init(directory: String, knowing values: [String: String]) async throws {
        let place = DataDirectory(directory)
        outbox = place.outboxPath
        store = try Store.open(at: place, clock: .standing(at: Self.start))
        session = try await BatchSession(desk: CommandDesk(store: store))
        self.values = values
        try readOutbox()
    }

    /// Plays one step after the other, and calls back after each.
    mutating func play(_ script: LifeScript, afterEach step: () throws -> Void) async throws {
        for next in script.steps {
            do {
                try await play(next)
                try step()
            } catch {
                throw UsageError(
                    "\(script.name), day \(next.day), \(next.command ?? "wait"): \(error)"
                )
            }
        }
    }

    /// Keeps under another name what is known under one.
    mutating func rename(_ name: String, _ newName: String) { values[newName] = values[name] }

    func close() throws {
        try session.finish()
        try store.close()
    }

    private mutating func play(_ step: LifeScript.Step) async throws {
        let minutes = Int64(step.day * 1440 + step.minute)
        let due = Self.start.adding(microseconds: minutes * 60_000_000)
        // Steps of the same minute follow each other within it.
        now = max(due, now.adding(microseconds: 1_734_211))
        let actor = step.actor.isEmpty ? "system/operator" : try actor(step.actor)
        guard let command = step.command else {
            _ = try await answer("\"show\":\"PatientCommunicationSettings\"", actor, "{}")
            return
        }
        let input = try filled(step.input, on: step.day)
        let reply = try await answer("\"command\":\"\(command)\"", actor, input)
        guard reply["ok"]?.bool == true || step.mayBeRefused else {
            throw UsageError("refused: \(reply.canonicalText)")
        }
        keep(reply["ids"] ?? [:])
        try readOutbox()
        for (name, field) in step.renamings { values[name] = values[field] }
    }

    private func answer(
        _ question: String,
        _ actor: String,
        _ input: String
    ) async throws -> JSONValue {
        let line = "{\(question),\"as\":\"\(actor)\",\"at\":\"\(now)\",\"input\":\(input)}"
        return try await session.answer(Array(line.utf8))
    }

    /// `patient` is whoever has signed in or registered last; `desk` and others are staff.
    private func actor(_ name: String) throws -> String {
        if name == "anonymous" { return name }
        if name == "patient" { return "portalUser/\(try value("accountId"))" }
        if name.hasPrefix("portalUser/") { return try filled(name, on: 0) }
        return "staff/\(try value(name))"
    }

    private mutating func keep(_ ids: JSONValue) {
        for member in ids.members ?? [] { values[member.name] = member.value.string }
    }

    private func value(_ name: some StringProtocol) throws -> String {
        guard let value = values[String(name)] else { throw UsageError("nothing is $\(name)") }
        return value
    }

    private func filled(_ text: String, on day: Int) throws -> String {
        var filled = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            filled += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let name = rest.prefix { $0.isLetter || $0.isNumber }
            rest = rest.dropFirst(name.count)
            if name == "day", rest.first == "+" {
                let days = rest.dropFirst().prefix { $0.isNumber }
                rest = rest.dropFirst(days.count + 1)
                filled += "\(Self.startDate.adding(days: day + (Int(days) ?? 0)))"
            } else {
                filled += try value(name)
            }
        }
        return filled + rest
    }

    /// Keeps what new mails and letters show. A link is kept as its token.
    private mutating func readOutbox() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: outbox)
        for name in names.sorted() where name.hasSuffix(".json") && !seenFiles.contains(name) {
            seenFiles.insert(name)
            guard let bytes = FileManager.default.contents(atPath: "\(outbox)/\(name)") else {
                continue
            }
            let manifest = try JSONValue(parsing: Array(bytes))
            for field in manifest["fields"]?.members ?? [] {
                guard let text = field.value.string else { continue }
                values[field.name] = text.split(separator: "token=").last.map(String.init) ?? text
            }
        }
    }
}
