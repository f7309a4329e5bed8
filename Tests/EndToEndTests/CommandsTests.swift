import EventLine
import Testing

/// What the program says of its commands, without any store.
@Suite struct CommandsTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test func `every command has a line of JSON, with fields and an example`() throws {
        let finished = try sandbox.daybook(["commands", "--json"])
        #expect(finished.status == 0)
        let replies = try finished.replies
        #expect(replies.count > 90)
        for reply in replies {
            #expect(reply["command"]?.string?.isEmpty == false)
            #expect(reply["audience"]?.string?.isEmpty == false)
            #expect(reply["fields"]?.array != nil)
            #expect(reply["example"]?.members != nil)
        }
    }

    @Test func `one command is shown with its fields and how to run it`() throws {
        let finished = try sandbox.daybook(["commands", "AcceptInvitation"])
        #expect(finished.status == 0)
        for text in ["token", "one of self, legalRepresentative", "daybook run AcceptInvitation"] {
            #expect(finished.output.contains(text), "\(finished.output)")
        }
    }

    @Test func `queries are listed too, and what there is not is named`() throws {
        let finished = try sandbox.daybook(["commands", "--queries"])
        #expect(finished.output.contains("RecordOpenings"))
        let wrong = try sandbox.daybook(["commands", "OpenTheDoor"])
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("OpenTheDoor"))
    }
}
