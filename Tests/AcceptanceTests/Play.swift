import EventLine
import EventLog
import Foundation

/// Plays a scenario at a door: says its lines, keeps what the replies name, and holds each reply
/// against what the scenario expects.
final class Play {
    private let door: any Door
    private let phrases: [Phrase]
    private(set) var named: [String: String] = [:]
    private var actors: [String: String] = [:]
    private var organisations = 0
    private(set) var now: String
    private var mailsBefore: Set<String> = []
    /// The questions that were answered, with where the log then stood.
    private(set) var asked: [Asked] = []
    /// Everything that was said, to search the log for it.
    private(set) var said: [JSONValue] = []

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
        case .request(let request): try await run(request)
        case .sentence(let sentence): try await run(sentence: sentence, depth: depth)
        }
    }

    private func run(sentence: String, depth: Int) async throws {
        guard depth < 8 else { throw Unexpected("phrases go in a circle") }
        for phrase in phrases {
            guard let values = phrase.values(in: sentence) else { continue }
            for step in phrase.steps {
                var text = step.text
                for (name, value) in values { text = text.replacing("<\(name)>", with: value) }
                do {
                    try await run(text, depth: depth + 1)
                } catch {
                    throw Unexpected("\(text)\n  \(error)")
                }
            }
            return
        }
        throw Unexpected("nobody knows what to do")
    }
}

// MARK: The clock

extension Play {
    private func move(to time: String, _ outcome: String?) async throws {
        now = try LooseValue.filled(time, named)
        mailsBefore = try mailIDs()
        let before = try head()
        let reply = try await send(
            line(["show": "MergeFields", "at": .string(now)], in: nil)
        )
        guard reply["ok"] == true else { throw Unexpected(reply.canonicalText) }
        if let outcome { try expect(try types(after: before), outcome) }
    }

    private func head() throws -> UInt64 { try door.reader.lastSequence() }

    private func types(after sequence: UInt64) throws -> [String] {
        try door.events(after: sequence).map { $0.envelope.type.replacing(".v1", with: "") }
    }
}

// MARK: Commands and queries

extension Play {
    private func run(_ request: Line.Request) async throws {
        mailsBefore = try mailIDs()
        let input = try LooseValue.value(request.input, named)
        var members: [JSONMember] = [
            JSONMember(request.isQuery ? "show" : "command", .string(request.name)),
            JSONMember("input", input),
        ]
        if request.who != "operator" {
            members.append(JSONMember("as", .string(try actor(request.who))))
        }
        if let key = request.key { members.append(JSONMember("key", .string(key))) }
        let asked = line(.object(members), in: try request.organisation.map {
            try LooseValue.filled($0, named)
        })
        let before = try head()
        let reply = try await send(asked)
        if request.isQuery {
            try hear(reply, to: asked, request.outcome, since: before)
        } else {
            try obey(reply, request, since: before)
        }
    }

    private func actor(_ who: String) throws -> String {
        if who == "anonymous" || who == "someone" { return "anonymous" }
        if let actor = actors[who] ?? actors["\(who).account"] { return actor }
        if who.contains("/") { return try LooseValue.filled(who, named) }
        throw Unexpected("who is \(who)?")
    }

    private func line(_ line: JSONValue, in organisation: String?) -> JSONValue {
        guard let members = line.members else { return line }
        // Where there is one organisation, it need not be named.
        let chosen = organisation ?? (organisations > 1 ? named["Riverside"] : nil)
        guard let chosen else { return line }
        return .object(members + [JSONMember("organisation", .string(chosen))])
    }

    private func send(_ line: JSONValue) async throws -> JSONValue {
        said.append(line)
        return try await door.answer(line)
    }

    private func hear(
        _ reply: JSONValue,
        to line: JSONValue,
        _ outcome: String?,
        since before: UInt64
    ) throws {
        if let wanted = outcome?.dropping("refused ") {
            guard reply["ok"] == false, [reply["reason"]?.string, "_"].contains(wanted) else {
                throw Unexpected("reply: \(reply.canonicalText)")
            }
            return
        }
        guard reply["ok"] == true, let result = reply["result"] else {
            throw Unexpected("reply: \(reply.canonicalText)")
        }
        asked.append(
            Asked(line: line, reply: reply, isRecorded: try head() > before, now: now)
        )
        guard let outcome else { return }
        if let fault = try Expectation.fault(outcome, result, named) {
            throw Unexpected("the answer \(fault); it is\n  \(result.canonicalText)")
        }
    }

    private func obey(_ reply: JSONValue, _ request: Line.Request, since before: UInt64) throws {
        if let refusal = request.outcome?.dropping("refused ") {
            return try expect(refusal, reply, since: before)
        }
        guard reply["ok"] == true else { throw Unexpected("reply: \(reply.canonicalText)") }
        try capture(request.captures, from: reply)
        switch request.outcome {
        case nil, "accepted": break
        case let outcome? where outcome.hasPrefix("{"):
            if let fault = try Expectation.fault(outcome, reply, named) {
                throw Unexpected("the reply \(fault); it is\n  \(reply.canonicalText)")
            }
        case let outcome?:
            let types = (reply["events"]?.array ?? []).compactMap { $0["type"]?.string }
            try expect(types.map { $0.replacing(".v1", with: "") }, outcome)
        }
    }

    /// `reason`, `reason field`, and `+ A, B` for what the refusal leaves in the log.
    private func expect(_ refusal: String, _ reply: JSONValue, since before: UInt64) throws {
        let sides = Expectation.topLevel(refusal, separator: "+")
        let words = (sides.first ?? "").split(separator: " ").map(String.init)
        let reasons = [reply["reason"]?.string, "_"]
        guard reply["ok"] == false, reasons.contains(words.first),
            words.count < 2 || reply["field"]?.string == words[1]
        else { throw Unexpected("reply: \(reply.canonicalText)") }
        var wanted = sides.count > 1 ? sides[1] : "nothing"
        if words.first == "notPermitted", sides.count == 1 { wanted = "CommandRefused" }
        if wanted != "something" { try expect(try types(after: before), wanted) }
    }

    private func expect(_ types: [String], _ wanted: String) throws {
        if wanted == "nothing" {
            guard types.isEmpty else { throw Unexpected("it wrote \(types)") }
            return
        }
        if let rest = wanted.dropping("... ") {
            var left = types[...]
            for type in Expectation.topLevel(rest, separator: ",") {
                guard let index = left.firstIndex(of: type) else {
                    throw Unexpected("\(type) is missing in \(types)")
                }
                left = left[(index + 1)...]
            }
            return
        }
        guard types == Expectation.topLevel(wanted, separator: ",") else {
            throw Unexpected("the events are \(types.joined(separator: ", "))")
        }
    }

    private func capture(_ captures: [Line.Capture], from reply: JSONValue) throws {
        for capture in captures {
            var value = reply["ids"]
            for part in capture.field.split(separator: ".") {
                value = Int(part).map { index in
                    value?.array.flatMap { index < $0.count ? $0[index] : nil }
                } ?? value?[String(part)]
            }
            guard let text = value?.string else {
                throw Unexpected("there is no \(capture.field) in \(reply.canonicalText)")
            }
            named[capture.name] = text
            switch capture.field {
            case "staffId": actors[capture.name] = "staff/\(text)"
            case "accountId": actors[capture.name] = "portalUser/\(text)"
            case "organisationId":
                actors[capture.name] = "!"
                organisations += 1
            default: break
            }
        }
    }
}

// MARK: Mails and letters

extension Play {
    private func mailIDs() throws -> Set<String> {
        Set(try door.manifests().compactMap { $0["id"]?.string })
    }

    private func newMails() throws -> [JSONValue] {
        try door.manifests().filter { !mailsBefore.contains($0["id"]?.string ?? "") }
    }

    private func take(_ delivered: Line.Delivered) throws {
        let recipient = try LooseValue.filled(delivered.recipient, named).lowercased()
        let found = try door.manifests().last { manifest in
            let isTo =
                manifest["recipient"]?.string?.lowercased() == recipient
                || manifest["clientId"]?.string == recipient
            let isAbout =
                delivered.purpose == nil || manifest["purpose"]?.string == delivered.purpose
            return isTo && isAbout && manifest["kind"]?.string == delivered.kind
                && delivered.captures.allSatisfy { manifest["fields"]?[$0.field] != nil }
        }
        guard let found else { throw Unexpected("there is none: \(try door.manifests().count)") }
        for capture in delivered.captures {
            guard let value = found["fields"]?[capture.field]?.string else {
                throw Unexpected("there is no \(capture.field) in \(found.canonicalText)")
            }
            // A link's token is what commands want.
            let token = value.split(separator: "?token=").last.map(String.init)
            named[capture.name] = capture.field.hasSuffix("Link") ? token : value
        }
    }

    private func expectNoNewMail(to recipient: String?) throws {
        let recipient = try recipient.map { try LooseValue.filled($0, named).lowercased() }
        let found = try newMails().filter { manifest in
            recipient == nil || manifest["recipient"]?.string?.lowercased() == recipient
                || manifest["clientId"]?.string == recipient
        }
        guard found.isEmpty else { throw Unexpected("there is \(found.map(\.canonicalText))") }
    }
}
