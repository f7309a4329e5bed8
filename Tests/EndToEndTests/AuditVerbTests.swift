import EventLine
import Foundation
import Testing

/// What auditors ask at the shell: history, explain, access, diff and audit.
@Suite struct AuditVerbTests {
    let sandbox: Sandbox
    private let story: Story

    init() throws {
        sandbox = try Sandbox()
        story = try Story(in: sandbox)
    }

    static let nobody = "00000000-0000-7000-8000-000000000000"

    @Test func `history names what happened, in order, as table, JSON and CSV`() throws {
        let table = try sandbox.daybook(["history", story.client])
        #expect(table.status == 0)
        #expect(table.lines.first?.hasPrefix("sequence") == true)
        #expect(table.output.contains("Client Record Status Changed"))
        let json = try sandbox.daybook(["history", "client/\(story.client)", "--json"])
        #expect(try json.replies.count == table.lines.count - 1)
        let csv = try sandbox.daybook(["history", story.client, "--csv"])
        #expect(csv.output.hasPrefix("sequence,time,localTime,type,label,what,actor,"))
        #expect(csv.output.hasSuffix("\r\n"))
        let labels = try sandbox.daybook(["history", story.client, "--labels", "--json"])
        #expect(try labels.replies.allSatisfy { $0["label"]?.string != nil })
    }

    @Test func `explain gives the verdict and the way to it`() throws {
        let now = try sandbox.daybook(["explain", story.account, story.profile])
        #expect(now.status == 0)
        #expect(now.output.contains("not possible: accountDisabled"))
        #expect(now.output.contains("Client Record Status Changed"))
        let asked = ["explain", story.account, story.profile, "--json", "--at"]
        let then = try sandbox.daybook(asked + ["\(story.before)"]).replies
        #expect(then.first?["reason"] == "notRegistered")
        #expect(then.first?["steps"]?.array?.isEmpty == false)
    }

    @Test func `access --between names who, from when to when, and why`() throws {
        let today = "\(Date())".prefix(10)
        let days = ["access", story.profile, "--between", "2020-01-01", String(today)]
        let text = try sandbox.daybook(days)
        #expect(text.status == 0, "\(text.errors)")
        #expect(text.output.contains("staff/\(sandbox.staff)"))
        #expect(text.output.contains("began: event"))
        let json = try sandbox.daybook(days + ["--json"]).replies.first?.array ?? []
        #expect(json.contains { $0["basis"] == "organisationControl" })
    }

    @Test func `diff shows fields before and after, and the events in between`() throws {
        let diff = try sandbox.daybook([
            "diff", story.client, "--from", "\(story.before)", "--json",
        ])
        #expect(diff.status == 0, "\(diff.errors)")
        let result = try #require(try diff.replies.first)
        let state = result["differences"]?.array?.first { $0["readModel"] == "PatientUserState" }
        let field = state?["fields"]?.array?.first { $0["field"] == "state" }
        #expect(field?["from"] == "Pending registration")
        #expect(field?["to"] == "Disabled")
        #expect(result["events"]?.array?.first?["what"] == "Client Record Status Changed")
        let nothing = try sandbox.daybook([
            "diff", story.client, "--from", "\(story.before)", "--to", "\(story.before)",
        ])
        #expect(nothing.output.contains("nothing is different"))
    }

    @Test func `audit filters, sorts and pages`() throws {
        let all = try sandbox.daybook(["audit", "--json"]).replies
        let sequences = all.compactMap { $0["sequence"]?.integer }
        #expect(sequences == (1...Int64(all.count)).map { $0 })
        let newest = try sandbox.daybook(["audit", "--descending", "--limit", "3", "--json"])
            .replies
        #expect(newest == Array(all.reversed().prefix(3)))
        for sort in ["sequence", "actor", "type", "outcome", "client", "time", "subject"] {
            var paged: [JSONValue] = []
            repeat {
                let after = paged.last?["sequence"]?.integer.map { "\($0)" } ?? "0"
                let page = try sandbox.daybook([
                    "audit", "--sort", sort, "--limit", "7", "--after-sequence", after, "--json",
                ]).replies
                guard !page.isEmpty else { break }
                paged += page
            } while paged.count <= all.count
            let whole = try sandbox.daybook(["audit", "--sort", sort, "--json"]).replies
            #expect(paged == whole, "by \(sort)")
            #expect(Set(whole) == Set(all), "by \(sort)")
        }
        let client = try sandbox.daybook(["audit", "--client", story.client, "--json"]).replies
        #expect(client == all.filter { $0["client"]?.string == story.client })
        let type = try sandbox.daybook(["audit", "--type", "ClientRegistered", "--csv"])
        // Swift takes CR LF for one character.
        #expect(type.output.split(separator: "\r\n").count == 2)
    }

    @Test func `what staff read is recorded; beside a writer it is not shown`() throws {
        let caller = ["--as", "staff/\(sandbox.staff)"]
        let questions = [
            ["history", story.client], ["explain", story.account, story.profile],
            ["access", story.profile, "--between", "2020-01-01", "2020-01-02"],
            ["diff", story.client, "--from", "1"], ["audit"],
            ["show", "AuditTrail", "--csv"],
        ]
        for question in questions {
            #expect(try sandbox.daybook(question + caller).status == 0, "\(question)")
        }
        let readings = try sandbox.daybook(["audit", "--type", "AuditTrailRead", "--json"]).replies
        #expect(readings.count == questions.count)

        let pipe = try InputPipe()
        let writer = try Child(
            ["run", "--batch", "-"],
            in: sandbox,
            data: sandbox.data,
            input: pipe.reading
        )
        try pipe.write("{\"show\":\"ClientList\"}\n")
        try writer.waitForLines(1)
        for question in questions {
            let refused = try sandbox.daybook(question + caller)
            #expect(refused.status == 2)
            #expect(refused.output.isEmpty)
            #expect(refused.errors.contains("recorded"), "\(refused.errors)")
            #expect(try sandbox.daybook(question).status == 0, "the operator reads beside it")
        }
        pipe.closeWriting()
        #expect(writer.finish().status == 0)
    }

    @Test(arguments: [
        (["explain", nobody, nobody], 1, "profileId"), (["explain", "x", nobody], 1, "accountId"),
        (["explain", nobody], 2, "profile"),
        (["explain", nobody, nobody, "--at", "2099-01-01"], 1, "asOf"),
        (["explain", nobody, nobody, "--at", "whenever"], 1, "asOf"),
        (["explain", nobody, nobody, "--at", "0"], 1, "profileId"),
        (["access", nobody, "--between", "2020-01-01"], 2, "--between"),
        (["access", nobody, "--between", "2020-01-01", "x"], 1, "to"),
        (["access", nobody, "--between", "2020-01-01", "2020-01-02"], 1, "profileId"),
        (["diff", nobody, "--from", "1"], 1, "subject"),
        (["diff", "!", "--from", "1"], 1, "subject"),
        (["diff", nobody], 2, "from"), (["diff", nobody, "--from", "999999"], 1, "from"),
        (["diff", nobody, "--from", "3", "--to", "2"], 1, "must not be before from"),
        (["history", nobody], 1, "nothing"), (["history", "!"], 2, "stream"),
        (["history", nobody, "--json", "--csv"], 2, "choose"),
        (["audit", "--sort", "mood"], 1, "sort"), (["audit", "--limit", "0"], 1, "limit"),
        (["audit", "--outcome", "maybe"], 1, "outcome"),
        (["show", "OrganisationSettings", "--csv"], 1, "unknownQuery"),
    ])
    func `a wrong question names what was wrong`(
        arguments: [String],
        status: Int,
        says: String
    ) throws {
        let finished = try sandbox.daybook(arguments)
        #expect(finished.status == Int32(status), "\(finished.errors)")
        #expect(finished.errors.contains(says), "\(finished.errors)")
        #expect(finished.output.isEmpty)
    }
}

/// A client with a profile and an account, whose record is then made inactive.
private struct Story {
    let client: String
    let profile: String
    let account: String
    /// The last event before that.
    let before: Int64

    init(in sandbox: Sandbox) throws {
        let card =
            #"{"givenName":"Ada","familyName":"Lane","dateOfBirth":"1980-02-29","#
            + #""email":"a@example.org"}"#
        let first = try sandbox.batch([
            #"{"command":"RegisterClient","input":\#(card)}"#
        ])
        client = try #require(first.first?["ids"]?["clientId"]?.string)
        let role = #"{"name":"family","permissions":["visits"]}"#
        let template =
            #"{"purpose":"familyPortalAccess","name":"T","subject":"Access","#
            + #""body":"{{temporaryPassword}}"}"#
        let made = try sandbox.batch([
            #"{"command":"CreateMedicalProfile","input":{"clientId":"\#(client)"}}"#,
            #"{"command":"DefinePortalRole","input":\#(role)}"#,
            #"{"command":"SaveEmailTemplate","input":\#(template)}"#,
        ])
        profile = try #require(made.first?["ids"]?["profileId"]?.string)
        let roleID = try #require(made[1]["ids"]?["roleId"]?.string)
        let given = try sandbox.batch([
            #"{"command":"AddFamilyPortalAccess","input":{"profileId":"\#(profile)","#
                + #""holder":"client/\#(client)","loginEmail":"a@example.org","#
                + #""roleId":"\#(roleID)"}}"#
        ])
        account = try #require(given.first?["ids"]?["accountId"]?.string, "\(given)")
        before = try #require(given.first?["events"]?.array?.last?["sequence"]?.integer)
        let disabled = try sandbox.batch([
            #"{"command":"ChangeRecordStatus","input":{"clientId":"\#(client)","#
                + #""status":"inactive"}}"#
        ])
        #expect(disabled.first?["ok"] == true, "\(disabled)")
    }
}
