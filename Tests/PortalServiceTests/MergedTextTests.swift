import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// Merge fields in letters and mails, and what of Mustache is none.
struct MergedTextTests {
    private func merged(_ text: String) -> String {
        MergedText.plain(text) { field in
            switch field {
            case .clientName: "Dora & <Co>"
            case .givenName: "{{familyName}}"
            case .familyName: "Lane"
            default: nil
            }
        }
    }

    @Test(arguments: [
        ("Dear {{clientName}},", "Dear Dora & <Co>,"),
        ("{{ familyName }}|{{\tfamilyName\n}}", "Lane|Lane"),
        ("{{familyName}}{{familyName}}", "LaneLane"),
        // A field without value leaves nothing, and neither does the line before it.
        ("a\n  {{expiryDate}}\nb", "a\n  \nb"),
        // White space and line ends stay as the author wrote them.
        ("\n\n  {{familyName}}\r\n\tb \n\n", "\n\n  Lane\r\n\tb \n\n"),
        ("a } b { c }} d", "a } b { c }} d"), ("", ""), ("no field", "no field"),
        // What a value says is no template.
        ("{{givenName}}", "{{familyName}}"),
    ])
    func `a plain text holds the values as they are`(text: String, result: String) {
        #expect(merged(text) == result)
    }

    @Test func `a text from before texts were checked stays as it is where it cannot be read`() {
        #expect(merged("{{familyName}} {{") == "{{familyName}} {{")
    }

    @Test func `a page escapes what it shows`() async throws {
        let house = try await House()
        let template = try await house.letterTemplate("Dear {{clientName}},\n\n\"5 > 4\" & 'so'")
        let client = try await house.ids(
            "RegisterClient",
            [
                "givenName": "Dora <b>", "familyName": "O'Lane & Co", "dateOfBirth": "1980-02-29",
            ],
            as: house.ana
        )
        let letter = try await house.result(
            "PreviewLetter",
            ["clientId": client["clientId"] ?? .null, "templateId": .uuid(template)],
            as: house.ana
        )
        let html = letter["html"]?.string ?? ""
        #expect(html.contains("<p>Dear Dora &lt;b&gt; O&#39;Lane &amp; Co,</p>"))
        #expect(html.contains("<p>&quot;5 &gt; 4&quot; &amp; &#39;so&#39;</p>"))
        #expect(letter["text"]?.string?.contains("Dear Dora <b> O'Lane & Co,") == true)
    }
}
