import EventLine
import EventLog
import Foundation

/// Plays a scenario at a door: says its lines, keeps what the replies name, and holds each reply
/// against what the scenario expects.
final class Play {
    let door: any Door
    private let phrases: [Phrase]
    var named: [String: String] = [:]
    var actors: [String: String] = [:]
    var organisations = 0
    /// What each id that has a name was called in the reply: `clientId`, `profileId`, …
    private var fields: [String: String] = [:]
    private(set) var now: String
    var mailsBefore: Set<String> = []
    /// The questions that were answered, with where the log then stood.
    var asked: [Asked] = []
    /// Everything that was said, to search the log for it.
    var said: [JSONValue] = []

    struct Asked {
        let line: JSONValue
        let reply: JSONValue
        /// Whether the question itself was written down.
        let isRecorded: Bool
        let now: String
    }

    init(at door: any Door, phrases: [Phrase], now: String) {
        self.door = door
        self.phrases = phrases
        self.now = now
    }

    /// The ids with a name that a reply gave under a field.
    func ids(of field: String) -> [String] {
        fields.filter { $0.value == field }.map(\.key).sorted()
    }

    func note(_ id: String, as field: String) { fields[id] = field }

    func run(_ scenario: Scenario) async throws {
        try await setUp()
        for step in scenario.steps {
            do {
                try await run(step.text, depth: 0)
            } catch {
                throw Unexpected("\(scenario.file).feature:\(step.line): \(step.text)\n  \(error)")
            }
        }
    }

    /// The organisation Riverside in New York, and Ana who may do everything.
    private func setUp() async throws {
        let file = URL(fileURLWithPath: "\(ScenarioBook.folder)/letter.docx")
        named["WordFile"] = try Data(contentsOf: file).base64EncodedString()
        let reply: JSONValue = ["ids": try await door.begin()]
        try capture([.init(name: "Riverside", field: "organisationId")], from: reply)
        try capture([.init(name: "Ana", field: "staffId")], from: reply)
    }

    private func run(_ text: String, depth: Int) async throws {
        switch try Line(text) {
        case .at(let time, let outcome): try await move(to: time, outcome)
        case .reopen(let time):
            if let time { now = time }
            try await door.reopen(at: now)
        case .delivered(let delivered): try take(delivered)
        case .noNewMail(let recipient): try expectNoNewMail(to: recipient)
        case .newMails(let recipients):
            let wanted = try recipients.map { try LooseValue.filled($0, named).lowercased() }
            let found = try newMails().compactMap { $0["recipient"]?.string?.lowercased() }
            guard found.sorted() == wanted.sorted() else {
                throw Unexpected("the new mails go to \(found)")
            }
        case .called(let value, let name): named[name] = try LooseValue.filled(value, named)
        case .code(let secret, let name): named[name] = try code(of: secret)
        case .request(let request): try await run(request)
        case .sentence(let sentence): try await run(sentence: sentence, depth: depth)
        }
    }

    private func run(sentence: String, depth: Int) async throws {
        guard depth < 8 else { throw Unexpected("phrases go in a circle") }
        let heard = phrases.compactMap { phrase in
            phrase.values(in: sentence).map { (phrase: phrase, values: $0) }
        }
        // `may see nothing` is more than `may see <what>`.
        guard let chosen = heard.min(by: { $0.values.count < $1.values.count }) else {
            throw Unexpected("nobody knows what to do")
        }
        for step in chosen.phrase.steps {
            var text = step.text
            for (name, value) in chosen.values { text = text.replacing("<\(name)>", with: value) }
            do {
                try await run(text, depth: depth + 1)
            } catch {
                throw Unexpected("\(text)\n  \(error)")
            }
        }
    }
}

// MARK: The clock

extension Play {
    private func move(to time: String, _ outcome: String?) async throws {
        now = try LooseValue.filled(time, named)
        mailsBefore = Set(try door.manifestNames())
        let before = try door.head
        let reply = try await send(
            line(["show": "MergeFields", "at": .string(now)], in: nil)
        )
        if let reason = outcome?.dropping("refused ") {
            guard reply["reason"]?.string == reason else { throw Unexpected(reply.canonicalText) }
            return
        }
        guard reply["ok"] == true else { throw Unexpected(reply.canonicalText) }
        if let outcome { try expect(try types(after: before), outcome) }
    }

    func types(after sequence: UInt64) throws -> [String] {
        try door.events(after: sequence).map { $0.envelope.type.replacing(".v1", with: "") }
    }
}
