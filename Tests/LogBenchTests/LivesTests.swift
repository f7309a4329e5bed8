import EventLine
import EventLog
import Foundation
import PortalService
import Testing

@testable import LogBench

@Suite struct LifeScriptTests {
    @Test func `a step can be done on several days, and days come in order`() throws {
        let (practice, lives) = try LifeScript.read(
            """
            practice
            0 05:00 admin TurnOn {}
            # a comment
            life short 2.5
            9 10:00 wait
            2..8/3 09:30 desk Invite? {"a":"$b",
              "c":1} -> first=grantId second=accountId
            """
        )
        #expect(practice.steps.map(\.command) == ["TurnOn"])
        let life = try #require(lives.first)
        #expect(life.name == "short")
        #expect(life.share == 2.5)
        #expect(life.steps.map(\.day) == [2, 5, 8, 9])
        #expect(life.steps[0].minute == 570)
        #expect(life.steps[0].mayBeRefused)
        #expect(life.steps[0].command == "Invite")
        #expect(life.steps[0].input == #"{"a":"$b","c":1}"#)
        #expect(life.steps[0].renamings.map(\.name) == ["first", "second"])
        #expect(life.steps[3].command == nil)
    }

    @Test(arguments: ["2", "x 09:00 wait", "2 9 wait", "2 09:00 desk", "2..8/0 09:00 wait"])
    func `a line that is no step is refused`(line: String) {
        #expect(throws: UsageError.self) { try LifeScript.read("practice\n\(line)") }
    }
}

@Suite struct LineWordTests {
    @Test(arguments: [
        "017c230a-55ca-7000-801d-ba1647a5009c", "2021-09-26T16:57:32.362894Z", "2021-09-26",
        String(repeating: "0a", count: 32),
    ])
    func `what may change is found, and only as a whole`(text: String) throws {
        let bytes = Array("\"\(text)\"".utf8)
        let words = bytes.indices.compactMap { LineWord(at: $0, in: bytes) }
        #expect(words.map { $0.text(in: bytes) } == [text])
        #expect(LineWord(at: 0, in: Array("a\(text)a".utf8)) == nil)
    }
}

@Suite struct TimelineTests {
    private func template(_ days: [Int], share: Double) -> LifeTemplate {
        let line = LifeTemplate.Line(type: "SignedIn.v1", pieces: [.sequence])
        let commits = days.map {
            LifeTemplate.Commit(
                microseconds: Int64($0) * Life.microsecondsOfDay + 36_000_000_000,
                lines: [line],
                sharedStreams: [],
                newKeys: [],
                erased: []
            )
        }
        return LifeTemplate(name: "", share: share, commits: commits, ids: [], keys: [])
    }

    private func moments(seed: UInt64) -> [Timeline.Moment] {
        let templates = [template([0, 1, 30], share: 3), template([0, 0], share: 1)]
        var timeline = Timeline(templates: templates, events: 2750, days: 500, seed: seed)
        return (0..<600).flatMap { _ in timeline.nextDay() }
    }

    @Test func `times ascend, and each life is lived in its order`() {
        let moments = moments(seed: 7)
        #expect(moments.map(\.microseconds) == moments.map(\.microseconds).sorted())
        let lives = Dictionary(grouping: moments, by: \.life.number)
        #expect(lives.count > 900)
        for life in lives.values {
            #expect(life.map(\.commit) == Array(0..<life.count))
        }
    }

    @Test func `lives are as frequent as their shares`() {
        let begun = moments(seed: 7).filter { $0.commit == 0 }
        let share = Double(begun.count { $0.life.kind == 0 }) / Double(begun.count)
        #expect(abs(share - 0.75) < 0.05)
    }

    @Test func `a seed gives the same lives each time, and another one others`() {
        let once = moments(seed: 7).map(\.microseconds)
        #expect(moments(seed: 7).map(\.microseconds) == once)
        #expect(moments(seed: 8).map(\.microseconds) != once)
    }
}

@Suite struct GenerateLivesTests {
    /// Generating a store takes long, so all that is asked of one is asked of the same.
    @Test func `the domain can go on with a generated store, and the reference makes its rows`()
        async throws
    {
        let path = NSTemporaryDirectory() + "daybook-lives-\(UUID().uuidString)"
        defer {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: path + ".key")
            try? FileManager.default.removeItem(atPath: path + ".reference")
        }
        let words = [path, "--events", "3000", "--segment-bytes", "300000", "--days", "600"]
        let arguments = try Arguments(words, options: GenerateLivesCommand.options)
        try await GenerateLivesCommand(arguments).run()

        let verification = try LogReader(directory: path).verify()
        #expect(verification.isSound)
        #expect((3000..<3020).contains(verification.lineCount))
        #expect(try LogReader(directory: path).segments().count > 5)

        let reference = try CompiledReference(in: path + ".reference")
        for name in ["access-grants", "audit-trail", "profile-states"] {
            let rows = try reference.rows(of: name, in: path)
            #expect(rows.built.count > 100)
            #expect(rows.made == rows.built)
        }

        let store = try Store.open(at: DataDirectory(path), clock: .system())
        defer { try? store.close() }
        #expect(store.repairs.isEmpty)
        let failures = try Archive(of: store).rebuild(nil)
        #expect(failures.isEmpty)
        let session = try await BatchSession(desk: CommandDesk(store: store))
        let clients = try await answer("ClientList", "{}", session).array ?? []
        #expect(clients.count > 50)
        for client in clients.prefix(20) {
            let input = #"{"clientId":"\#(client["clientId"]?.string ?? "")"}"#
            let card = try await answer("ClientCard", input, session)
            #expect(card["name"] == client["name"])
            #expect(card["name"]?.string?.contains("Givenname") == false)
        }
        try session.finish()
    }

    private func answer(
        _ query: String,
        _ input: String,
        _ session: BatchSession
    ) async throws -> JSONValue {
        let line = #"{"show":"\#(query)","input":\#(input)}"#
        let reply = try await session.answer(Array(line.utf8))
        return try #require(reply["result"])
    }
}
