import EventLine
import Testing

@testable import PortalService

/// What a history says of each event, and lists as CSV.
@Suite(.opensStores) struct HistoryTests {
    @Test func `a history says what changed, from what to what`() async throws {
        let story = try await FamilyStory()
        let subject: JSONValue = ["subject": .string("client/\(story.client)")]
        let rows = try await story.house.result("History", subject).array ?? []
        func detail(_ what: String) -> String? {
            rows.first { $0["what"]?.string == what }?["detail"]?.string
        }
        #expect(
            detail("Family Portal Access Role Changed")
                == "access role family → physician"
        )
        #expect(detail("End Date Set") == "end date 2026-03-05")
        #expect(detail("End Date Removed") == "end date 2026-03-05 → –")
        #expect(detail("Family Portal Access Removed") == "reason staffRemoved")
        #expect(rows.first?["localTime"] == "2026-03-02 10:00:00-05:00")
        #expect(rows.allSatisfy { $0["data"]?["personal"] == nil })
        #expect(rows.allSatisfy { $0["data"]?["passwordHash"] == nil })
    }

    @Test func `an id alone finds whatever it belongs to`() async throws {
        let story = try await FamilyStory()
        for (category, id) in [
            ("client", "\(story.client)"), ("profile", "\(story.profile)"),
            ("portalAccount", story.account.string ?? ""),
        ] {
            let long = try await story.house.result(
                "History",
                ["subject": .string("\(category)/\(id)")]
            )
            #expect(try await story.house.result("History", ["subject": .string(id)]) == long)
            #expect(long.array?.isEmpty == false)
        }
        let wrong = try await story.house.show("History", ["subject": "client"])
        #expect(wrong["reason"] == "invalidInput")
        let nobody = try await story.house.show("History", ["subject": "client/0"])
        #expect(nobody["reason"] == "notFound")
    }

    @Test func `CSV quotes what needs it, and disarms formulas`() throws {
        let rows: JSONValue = [
            ["plain": "a b", "number": -5, "none": .null],
            ["plain": "say \"so\", or\r\nnot", "number": 7, "more": ["x", "y"]],
            ["plain": "=1+1"], ["plain": "@cmd"], ["plain": "-2"], ["plain": "+3"],
            ["plain": "\tx"], ["plain": ["k": true]],
        ]
        #expect(
            CSVTable.text(of: rows) == """
                plain,number,none,more\r
                a b,-5,,\r
                "say ""so"", or\r\nnot",7,,"x, y"\r
                '=1+1,,,\r
                '@cmd,,,\r
                '-2,,,\r
                '+3,,,\r
                '\tx,,,\r
                "{""k"":true}",,,\r

                """
        )
        #expect(CSVTable.text(of: []) == "\r\n")
        #expect(CSVTable.text(of: ["one": "object"]) == nil)
    }
}
