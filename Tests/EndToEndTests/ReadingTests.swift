import EventLine
import Foundation
import Testing

/// Reading, following, rebuilding and checking from the command line.
@Suite struct ReadingTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test func `log read prints the files' bytes`() throws {
        _ = try live()
        let finished = try sandbox.daybook(["log", "read"])
        #expect(finished.status == 0)
        #expect(Data(finished.output.utf8) == (try sandbox.logBytes()))
        let part = try sandbox.daybook(["log", "read", "--after", "3", "--through", "5"])
        #expect(part.lines == Array(finished.lines[3..<5]))
    }

    @Test func `log tail follows what another process appends`() throws {
        let tail = try Child(
            ["log", "tail", "--lines", "2", "--follow"],
            in: sandbox,
            data: sandbox.data,
            input: nil
        )
        defer { tail.kill() }
        try tail.waitForLines(2)
        let before = try sandbox.daybook(["log", "read"]).lines
        #expect(tail.output.split(separator: "\n").map(String.init) == before.suffix(2))
        _ = try sandbox.daybook(["run", "TurnOnProfileBeforeAcceptance"])
        try tail.waitForLines(3)
        _ = try sandbox.daybook(["run", "TurnOffProfileBeforeAcceptance"])
        try tail.waitForLines(4)
        let after = try sandbox.daybook(["log", "read"]).lines
        #expect(tail.output.split(separator: "\n").map(String.init) == after.suffix(4))
    }

    @Test func `after a rebuild from nothing every read model answers as before`() throws {
        let (client, profile) = try live()
        let questions = [
            ["ClientList"], ["ClientCard", client], ["PatientUserState", client],
            ["Letters", client],
            ["ProfileState", profile], ["AccessGrants", profile], ["ActivityLog", client],
            ["AuditTrail"], ["Invitations"], ["LetterTemplates"], ["CredentialsDueToExpire"],
        ]
        let before = try questions.map(answer)
        try FileManager.default.removeItem(atPath: "\(sandbox.data)/projections")
        #expect(try questions.map(answer) == before, "answered from the log alone")
        #expect(try sandbox.daybook(["rebuild"]).status == 0)
        #expect(try questions.map(answer) == before)
        #expect(try sandbox.daybook(["projections", "list"]).status == 0)
    }

    @Test func `a typo in a projection is named with file and line`() throws {
        let folder = "\(sandbox.path)/projections"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let text = """
            -- projection: visits
            -- Visits by day.

            create table visits (encounter_id text primary key, day text) strict;

            -- on: EncounterRecorded.v1
            insert into visits values (:encounterId, :visitDaet);

            """
        try text.write(toFile: "\(folder)/visits.sql", atomically: true, encoding: .utf8)
        let wrong = try sandbox.daybook(["projections", "check", "--projections", folder])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("visits.sql:7"))
        #expect(wrong.errors.contains("visitDaet"))
        try text.replacing("visitDaet", with: "visitDate")
            .write(toFile: "\(folder)/visits.sql", atomically: true, encoding: .utf8)
        let right = try sandbox.daybook(["projections", "check", "--projections", folder])
        #expect(right.status == 0)
        #expect(right.output.contains("visits"))
        let slow =
            text.replacing("visitDaet", with: "visitDate")
            + "-- query: on-day (day)\nselect encounter_id as id from visits where day = :day;\n"
        try slow.write(toFile: "\(folder)/visits.sql", atomically: true, encoding: .utf8)
        let scanning = try sandbox.daybook(["projections", "check", "--projections", folder])
        #expect(scanning.status == 1)
        #expect(scanning.errors.contains("visits.sql:9: this reads all of visits"))
    }

    @Test func `a checker that shares no code with us finds nothing`() throws {
        _ = try live()
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        guard try shell("python3 -c 'import jsonschema'").status == 0 else {
            try Test.cancel("needs python3 with jsonschema")
        }
        let checked = try shell(
            "python3 '\(package)/tools/check_log.py' '\(sandbox.data)' '\(package)/EventSchemas'"
        )
        #expect(checked.status == 0, "\(checked.output)")
    }

    @Test func `--at with a local date is the end of that day`() throws {
        let lines = [
            #"{"command":"TurnOnProfileBeforeAcceptance","at":"2090-03-03T04:59:59Z"}"#,
            #"{"command":"RegisterClient","at":"2090-03-04T05:00:00Z","input":"#
                + #"{"givenName":"A","familyName":"B","dateOfBirth":"1980-01-01"}}"#,
        ]
        let input = Data(lines.joined(separator: "\n").utf8)
        let finished = try sandbox.daybook(
            ["run", "--batch", "-", "--test-clock", "2090-03-02T15:00:00Z"],
            input: input
        )
        #expect(try finished.replies.allSatisfy { $0["ok"] == true })
        for (date, count) in [("2090-03-03", 0), ("2090-03-04", 1)] {
            let list = try answer(["ClientList", "--at", date])
            #expect(list["result"]?.array?.count == count)
        }
    }

    private func answer(_ question: [String]) throws -> JSONValue {
        let finished = try sandbox.daybook(["show"] + question + ["--json"])
        guard finished.status == 0, let reply = try finished.replies.first else {
            throw Failure("\(question): \(finished.errors)")
        }
        return reply
    }

    /// A client who is invited and works with a profile.
    private func live() throws -> (client: String, profile: String) {
        let card =
            #"{"givenName":"Ada","familyName":"Lane","dateOfBirth":"1980-02-29","#
            + #""email":"a@example.org"}"#
        let made = try sandbox.batch([
            #"{"command":"TurnOnProfileBeforeAcceptance"}"#,
            #"{"command":"RegisterClient","input":\#(card)}"#,
        ])
        let client = try #require(made.last?["ids"]?["clientId"]?.string)
        let invited = try sandbox.batch([
            #"{"command":"InviteClient","as":"staff/\#(sandbox.staff)","input":"#
                + #"{"clientId":"\#(client)","createProfileBeforeAcceptance":true}}"#
        ])
        let profile = try #require(invited.first?["ids"]?["profileId"]?.string)
        _ = try sandbox.batch([
            #"{"command":"AddRecordResource","input":"#
                + #"{"profileId":"\#(profile)","kind":"visit","content":{}}}"#,
            #"{"command":"CreatePatientPortalCredentials","input":{"clientId":"\#(client)","#
                + #""expiryDate":"2090-01-01","distribution":"later"}}"#,
            #"{"command":"InviteClient","as":"anonymous","input":{"clientId":"\#(client)"}}"#,
        ])
        return (client, profile)
    }
}
