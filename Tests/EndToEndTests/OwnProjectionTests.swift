import EventLine
import Foundation
import Testing

/// An operator's own projection from outside: check, rebuild, ask, verify, and take it away again.
@Suite struct OwnProjectionTests {
    private let sandbox: Sandbox
    private let example: String

    init() throws {
        sandbox = try Sandbox()
        example =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
            + "/tools/examples/projections"
    }

    @Test func `the example is checked, rebuilt, asked, verified and taken away`() throws {
        try signIn()
        let checked = try own(["projections", "check"])
        #expect(checked.status == 0, "\(checked.errors)")
        #expect(checked.output.contains("sign-ins-by-day"))

        let rebuilt = try own(["rebuild", "sign-ins-by-day"])
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        let queries = try own(["projections", "query", "sign-ins-by-day"])
        #expect(queries.lines == ["by-day (from, to)", "reasons (day)"])
        #expect(try rows("by-day").map { $0["succeeded"] } == [1])
        #expect(try rows("by-day").map { $0["refused"] } == [1])
        #expect(try rows("by-day", ["from=2090-01-02"]) == [])
        #expect(try rows("reasons") == [["reason": "wrongPassword", "count": 1]])
        #expect(try rows("by-day", at: "5") == [])

        // It is followed by whoever writes with the folder given, and lags behind who does not.
        try signIn(again: true, options: ["--projections", example])
        #expect(try rows("by-day").map { $0["succeeded"] } == [2])
        #expect(try own(["projections", "verify", "sign-ins-by-day"]).status == 0)
        let listed = try own(["projections", "list", "--json"]).replies.first?.array
        #expect(listed?.contains { $0["name"] == "sign-ins-by-day" && $0["lag"] == 0 } == true)

        let without = try sandbox.daybook(["projections", "list"])
        #expect(without.status == 0)
        #expect(!without.output.contains("sign-ins-by-day"))
    }

    @Test func `what is asked for wrongly is named`() throws {
        let cases = [
            (["projections", "query", "sign-ins"], "there is no projection sign-ins"),
            (["projections", "query", "sign-ins-by-day", "days"], "has no query days"),
            (
                ["projections", "query", "sign-ins-by-day", "reasons", "--argument", "week=1"],
                "has no argument week"
            ),
            (
                ["projections", "query", "sign-ins-by-day", "reasons", "--argument", "day"],
                "--argument must be name=value"
            ),
            (
                ["projections", "query", "sign-ins-by-day", "reasons", "--at", "soon"],
                "--at must be a time"
            ),
            (["projections", "verify", "sign-ins"], "there is no projection sign-ins"),
            (["projections", "skip", "letters", "4", "--reason", " "], "--reason must say why"),
            (["projections", "skip", "letters", "4000", "--reason", "x"], "the log ends at"),
            (["rebuild", "sign-ins"], "there is no projection sign-ins"),
        ]
        #expect(try own(["rebuild", "sign-ins-by-day"]).status == 0)
        for (arguments, words) in cases {
            let finished = try own(arguments)
            #expect(finished.status == 2, "\(arguments)")
            #expect(finished.errors.contains(words), "\(arguments): \(finished.errors)")
        }
    }

    @Test func `an event that stops it is shown, measured and skipped`() throws {
        let folder = "\(sandbox.path)/own"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let text = """
            -- projection: short-names
            -- Names of up to five letters.
            create table names (client_id text primary key, name text check (length(name) < 6))
            strict;
            -- on: ClientRegistered.v1
            insert into names values (:clientId, $familyName);
            -- query: all ()
            select name from names order by name;

            """
        try text.write(toFile: "\(folder)/short-names.sql", atomically: true, encoding: .utf8)
        let options = ["--projections", folder]
        for name in ["Lane", "Longername", "Poe"] {
            let card = #"{"givenName":"A","familyName":"\#(name)","dateOfBirth":"1980-01-01"}"#
            let run = ["run", "RegisterClient", "--json", card] + options
            #expect(try sandbox.daybook(run).status == 0)
        }
        let listed = try sandbox.daybook(["projections", "list"] + options)
        #expect(listed.status == 1)
        #expect(listed.output.contains("(ClientRegistered.v1): short-names.sql:6: CHECK"))
        let json = try sandbox.daybook(["projections", "list", "--json"] + options)
        #expect(json.status == 1)
        let entry = try json.replies.first?.array?.first { $0["name"] == "short-names" }
        let sequence = try #require(entry?["failure"]?["sequence"]?.integer)
        #expect(entry?["state"] == "stopped")
        let metrics = try sandbox.daybook(["projections", "list", "--metrics"] + options).lines
        #expect(metrics.contains(#"daybook_projection_stopped{projection="short-names"} 1"#))
        #expect(metrics.contains(#"daybook_projection_stopped{projection="letters"} 0"#))
        #expect(metrics.contains("daybook_log_head_sequence \(sequence + 1)"))

        let early = ["projections", "skip", "short-names", "3", "--reason", "why"] + options
        #expect(try sandbox.daybook(early).status == 1)
        let skip = ["projections", "skip", "short-names", "\(sequence)", "--reason", "too long"]
        #expect(try sandbox.daybook(skip + options).status == 0)
        #expect(try sandbox.daybook(["projections", "list"] + options).status == 0)
        #expect(try sandbox.daybook(["rebuild", "short-names"] + options).status == 0)
        let query = ["projections", "query", "short-names", "all", "--json"] + options
        #expect(try sandbox.daybook(query).replies == [[["name": "Lane"], ["name": "Poe"]]])
        #expect(try sandbox.daybook(["projections", "verify"] + options).status == 0)
        let history = try sandbox.daybook(["history", "projection/short-names"])
        #expect(history.output.contains("too long"))
    }

    // MARK: - Steps

    private func own(_ arguments: [String]) throws -> Finished {
        try sandbox.daybook(arguments + ["--projections", example])
    }

    private func rows(
        _ query: String,
        _ arguments: [String] = [],
        at moment: String? = nil
    ) throws -> [JSONValue] {
        let given = arguments.flatMap { ["--argument", $0] } + (moment.map { ["--at", $0] } ?? [])
        let asked = try own(["projections", "query", "sign-ins-by-day", query, "--json"] + given)
        guard asked.status == 0 else { throw Failure(asked.errors) }
        return try asked.replies.first?.array ?? []
    }

    /// Somebody accepts an invitation, and signs in with a right and a wrong password.
    private func signIn(again: Bool = false, options: [String] = []) throws {
        var lines = [
            #"{"command":"SignIn","as":"anonymous","input":"#
                + #"{"email":"ada@example.org","password":"Correct-Horse-9"}}"#
        ]
        if !again {
            let client = try register()
            let token = try invitationToken(client)
            lines.insert(
                #"{"command":"AcceptInvitation","as":"anonymous","input":{"token":"\#(token)","#
                    + #""capacity":"self","password":"Correct-Horse-9"}}"#,
                at: 0
            )
            lines.append(lines[1].replacing("Correct-Horse-9", with: "Wrong-Horse-9"))
        }
        let input = Data(lines.map { $0 + "\n" }.joined().utf8)
        let finished = try sandbox.daybook(["run", "--batch", "-"] + options, input: input)
        guard finished.status == 0, try finished.replies.first?["ok"] == true else {
            throw Failure(finished.output + finished.errors)
        }
    }

    private func register() throws -> String {
        let made = try sandbox.batch([
            #"{"command":"RegisterClient","input":{"givenName":"Ada","familyName":"Lane","#
                + #""dateOfBirth":"1980-02-29","email":"ada@example.org"}}"#
        ])
        let client = try #require(made.first?["ids"]?["clientId"]?.string)
        let invited = try sandbox.batch([
            #"{"command":"InviteClient","as":"staff/\#(sandbox.staff)","input":"#
                + #"{"clientId":"\#(client)","createProfileBeforeAcceptance":false}}"#
        ])
        guard invited.first?["ok"] == true else { throw Failure("\(invited)") }
        return client
    }

    private func invitationToken(_ client: String) throws -> String {
        let outbox = "\(sandbox.data)/outbox"
        for name in try FileManager.default.contentsOfDirectory(atPath: outbox)
        where name.hasSuffix(".json") {
            let bytes = FileManager.default.contents(atPath: "\(outbox)/\(name)") ?? Data()
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.contains(client),
                let link = text.split(separator: "token=").dropFirst().first
            else { continue }
            return String(link.prefix { $0 != "\"" && $0 != "&" })
        }
        throw Failure("no invitation in the outbox")
    }
}
