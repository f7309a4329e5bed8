import EventLine
import Foundation
import Testing

/// What the program says to wrong input: what was wrong and what to do, with the exit status that
/// the design names, and nothing changed.
@Suite struct BadInputTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// A wrong call, how it must end, and what its error must say.
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let status: Int32
        let says: [String]

        init(_ arguments: [String], _ status: Int32, _ says: String...) {
            self.arguments = arguments
            self.status = status
            self.says = says
        }

        var testDescription: String { String(arguments.joined(separator: " ").prefix(80)) }
    }

    static let long = String(repeating: "x", count: 70_000)
    static let nobody = "00000000-0000-7000-8000-000000000000"

    @Test(arguments: [
        Case(["run", "NoSuchCommand"], 1, "unknownCommand"),
        Case(
            ["run", "RegisterClient", "--json", #"{"givenName":"A"}"#],
            1,
            "familyName",
            "required"
        ),
        Case(["run", "RegisterClient", "--json", #"{"givenName":7}"#], 1, "givenName", "string"),
        Case(
            ["run", "RegisterClient", "--json", #"{"givenName":"\#(long)"}"#],
            1,
            "givenName",
            "400"
        ),
        Case(
            [
                "run", "RegisterClient", "--json",
                #"{"givenName":"A","familyName":"B","dateOfBirth":"1.2.80"}"#,
            ],
            1,
            "dateOfBirth"
        ),
        Case(
            [
                "run", "InviteClient", "--json",
                #"{"clientId":"\#(nobody)","createProfileBeforeAcceptance":false}"#,
            ],
            1,
            "notFound"
        ),
        Case(["run", "TurnOnProfileBeforeAcceptance", "--organisation", nobody], 1, "notFound"),
        Case(
            ["run", "TurnOnProfileBeforeAcceptance", "--organisation", "x"],
            2,
            "--organisation",
            "UUID"
        ),
        Case(["run", "TurnOnProfileBeforeAcceptance", "--as", "me"], 2, "--as", "staff/<id>"),
        Case(["run", "RegisterClient", "--json", "{"], 2, "--json", "byte 1"),
        Case(["run"], 2, "--batch"), Case(["run", "--batch", "/no/such/file"], 2, "/no/such/file"),
        Case(["run", "X", "--test-clock", "noon"], 2, "--test-clock"),
        Case(["show", "NoSuchQuery"], 1, "unknownQuery"),
        Case(["show", "ClientCard", nobody], 1, "notFound"),
        Case(["show", "ClientList", "--at", "whenever"], 1, "asOf"),
        Case(["show", "ClientList", nobody], 2, "ClientList"),
        Case(["history", "client/\(nobody)"], 1, "nothing"), Case(["history", "!"], 2, "stream"),
        Case(["access", nobody], 1, "notFound"),
        Case(["rebuild", "no-such-projection"], 2, "no-such-projection", "access-grants"),
        Case(["import", "fhir", "/no/such.ndjson"], 2, "/no/such.ndjson"),
        Case(["no-such-verb"], 2, "no-such-verb"),
        Case(["log", "read", "--after", "x"], 2, "after"),
        Case(["init", "--organisation", "Again", "--time-zone", "UTC"], 2, "already"),
        Case(["init", "--organisation", "Again", "--time-zone", "EST5"], 2, "America/New_York"),
    ])
    func `a wrong call says what was wrong, and changes nothing`(wrong: Case) throws {
        let before = try sandbox.logFiles()
        let finished = try sandbox.daybook(wrong.arguments)
        #expect(finished.status == wrong.status, "\(finished.errors)")
        for text in wrong.says { #expect(finished.errors.contains(text), "\(finished.errors)") }
        #expect(finished.errors.hasPrefix("daybook: "))
        #expect(finished.errors.utf8.count < 2000)
        #expect(try sandbox.logFiles() == before)
    }

    @Test(arguments: [
        ["run", "X"], ["show", "ClientList"], ["log", "read"], ["log", "tail"], ["rebuild"],
        ["stats"],
        ["history", "client/\(nobody)"], ["access", nobody], ["projections", "list"],
    ])
    func `without a store every verb says how to make one`(arguments: [String]) throws {
        let nowhere = "\(sandbox.path)/nowhere"
        let finished = try sandbox.daybook(arguments, data: nowhere)
        #expect(finished.status == 2)
        #expect(finished.errors.contains("daybook init"))
        #expect(!FileManager.default.fileExists(atPath: nowhere))
    }

    @Test func `a batch answers every line, wrong ones too, and ends well`() throws {
        var input = Data(#"{"command":"TurnOnProfileBeforeAcceptance"}"#.utf8) + Data("\n\n".utf8)
        input += Data("{\n".utf8)
        input += Data(#"{"command":""#.utf8) + Data([0xff, 0xfe]) + Data("\"}\n".utf8)
        input += Data(#"{"show":"NoSuchQuery"}"#.utf8) + Data("\n".utf8)
        input += Data(#"{"command":"RegisterClient","input":{"givenName":"\#(Self.long)"}}"#.utf8)
        input += Data("\n".utf8) + Data(#"{"show":"ClientList"}"#.utf8)
        let finished = try sandbox.daybook(["run", "--batch", "-"], input: input)
        #expect(finished.status == 0)
        let reasons = try finished.replies.map { $0["reason"]?.string ?? "answered" }
        #expect(
            reasons == [
                "answered", "invalidInput", "invalidInput", "unknownQuery", "invalidInput",
                "answered",
            ]
        )
    }

    @Test func `a second writer is told the first one's process`() throws {
        let pipe = try InputPipe()
        let first = try Child(
            ["run", "--batch", "-"],
            in: sandbox,
            data: sandbox.data,
            input: pipe.reading
        )
        try pipe.write("{\"show\":\"ClientList\"}\n")
        try first.waitForLines(1)
        let second = try sandbox.daybook(["run", "TurnOnProfileBeforeAcceptance"])
        #expect(second.status == 2)
        #expect(second.errors.contains("\(first.id)"))
        // Readers work beside the writer.
        #expect(try sandbox.daybook(["show", "ClientList", "--json"]).status == 0)
        #expect(try sandbox.daybook(["stats"]).status == 0)
        pipe.closeWriting()
        #expect(first.finish().status == 0)
    }

    @Test func `an unwritable log directory is named`() throws {
        guard getuid() == 0 else { return try expectUnwritable(as: nil) }
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") else {
            try Test.cancel("root may write everywhere, and there is no setpriv")
        }
        for path in [sandbox.path, sandbox.data, "\(sandbox.data).key"] {
            chown(path, 65_534, 65_534)
        }
        for case let path as String in FileManager.default.enumerator(atPath: sandbox.data)
            ?? .init()
        {
            lchown("\(sandbox.data)/\(path)", 65_534, 65_534)
        }
        try expectUnwritable(as: 65_534)
    }

    private func expectUnwritable(as user: Int?) throws {
        let before = try sandbox.logFiles()
        for mode: mode_t in [0o500, 0o000] {
            chmod("\(sandbox.data)/log", mode)
            let finished = try sandbox.daybook(["run", "TurnOnProfileBeforeAcceptance"], as: user)
            chmod("\(sandbox.data)/log", 0o700)
            #expect(finished.status == 2, "\(String(mode, radix: 8)): \(finished.output)")
            #expect(finished.errors.contains("/log"), "\(finished.errors)")
            #expect(finished.errors.localizedCaseInsensitiveContains("permi"), "\(finished.errors)")
        }
        #expect(try sandbox.logFiles() == before)
    }
}
