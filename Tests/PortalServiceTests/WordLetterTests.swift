import EventLine
import EventLog
import Foundation
import PersonalData
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

/// Letters as Word files, and what may be uploaded as one (S1-10 to 19).
@Suite(.opensStores) struct WordLetterTests {
    /// The main part of the only letter in the outbox, and the archive's other files.
    private func letter(
        of house: House,
        _ main: String,
        _ others: [(String, String)] = [],
        body: String = "Dear {{clientName}}",
        parts: JSONValue = ["patientIdNumber", "activationCode", "registrationLink"]
    ) async throws -> [String: String] {
        let base = try await house.ids(
            "CreateLetterTemplateBase",
            ["name": "Base", "wordFile": WordFiles.input(WordFiles.bytes(main, others))],
            as: house.ana
        )
        let template: JSONValue = [
            "object": "patientProfile", "baseId": base["baseId"] ?? .null, "name": "Letter",
            "body": .string(body), "parts": parts,
        ]
        let id = try await house.ids("CreateLetterTemplate", template, as: house.ana)
        let person: JSONValue = [
            "patientIdNumber": "N-1", "givenName": "A & <B>", "familyName": "Lane",
            "dateOfBirth": "1980-02-29",
        ]
        let client = try await house.ids("RegisterClient", person).requiredID("clientId")
        let sending: JSONValue = [
            "clientId": .uuid(client), "expiryDate": "2026-03-31", "distribution": "later",
        ]
        try await house.ids("CreatePatientPortalCredentials", sending, as: house.ana)
        let generating: JSONValue = [
            "clientId": .uuid(client), "templateId": id["templateId"] ?? .null,
        ]
        try await house.ids("GenerateAccessLetter", generating, as: house.ana)
        let file = try #require(try house.outbox().first { $0.key.hasSuffix(".docx") })
        return try ZipArchive(Array(file.value)).files().mapValues {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test func `a letter is the base's Word file with its fields filled in`() async throws {
        let house = try await House()
        let main = WordFiles.main(
            """
            <w:p><w:r><w:t>Re: {{cli</w:t></w:r><w:proofErr w:type="x"/><w:r><w:rPr><w:b/></w:rPr>\
            <w:t>entN</w:t></w:r><w:r><w:t>ame }} ({{</w:t></w:r>\
            <w:r><w:t>patientIdNumber}})</w:t></w:r></w:p>\
            <w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:rPr><w:i/></w:rPr><w:t>{{bo</w:t></w:r>\
            <w:r><w:t>dy}}</w:t></w:r></w:p>
            """
        )
        let header =
            "<w:hdr xmlns:w=\"\(WordFiles.namespace)\"><w:p><w:r><w:t>{{organisationName}}"
            + "</w:t></w:r></w:p></w:hdr>"
        let files = try await letter(
            of: house,
            main,
            [("word/header1.xml", header), ("word/media/image1.png", "\u{1}\u{2}")],
            body: "Code: {{activationCode}}\nLink: {{registrationLink}}\n\nBye"
        )
        let text = try #require(files["word/document.xml"])
        #expect(
            text.contains(
                "<w:t xml:space=\"preserve\">Re: A &amp; &lt;B&gt; Lane</w:t></w:r>"
                    + "<w:proofErr w:type=\"x\"/>"
            )
        )
        #expect(text.contains("> (N-1</w:t>"))
        let form = "<w:pPr><w:jc w:val=\"both\"/></w:pPr><w:r><w:rPr><w:i/></w:rPr>"
        #expect(text.components(separatedBy: "<w:p>\(form)").count == 3)
        #expect(text.contains("</w:t><w:br/><w:t xml:space=\"preserve\">Link: https://"))
        #expect(text.contains("preserve\">Bye</w:t></w:r></w:p><w:sectPr>"))
        #expect(!text.contains("{{") && !text.contains("}}"))
        #expect(files["word/header1.xml"]?.contains(">Riverside</w:t>") == true)
        #expect(files["word/media/image1.png"] == "\u{1}\u{2}")
        #expect(files.count == 4)
    }

    @Test(arguments: [
        WordFiles.main("<w:p><w:r><w:t>Letterhead</w:t></w:r></w:p>"),
        "<w:document xmlns:w=\"\(WordFiles.namespace)\"><w:body/></w:document>",
        "<w:document xmlns:w=\"\(WordFiles.namespace)\"/>",
        "<x:document xmlns:x=\"\(WordFiles.namespace)\"><x:body></x:body></x:document>",
    ])
    func `where the base has no place for the text, it stands at the end`(
        main: String
    ) async throws {
        let house = try await House()
        let files = try await letter(of: house, main, body: "One\n\nTwo")
        let text = try #require(files["word/document.xml"])
        #expect(XMLPart(Array(text.utf8)) != nil)
        let one = try #require(text.firstRange(of: ">One<"))
        let two = try #require(text.firstRange(of: ">Two<"))
        #expect(one.lowerBound < two.lowerBound)
        if let settings = text.firstRange(of: "<w:sectPr>") {
            #expect(two.upperBound < settings.lowerBound)
        }
    }

    @Test func `a letter with the number only does not show the code that its base names`()
        async throws
    {
        let house = try await House()
        let main = WordFiles.main(
            "<w:p><w:r><w:t>{{patientIdNumber}} {{activationCode}}</w:t></w:r></w:p>"
        )
        let files = try await letter(of: house, main, parts: ["patientIdNumber"])
        #expect(files["word/document.xml"]?.contains("N-1 </w:t>") == true)
        let fields = try house.manifests().first?["fields"]?.members?.map(\.name)
        #expect(fields == ["patientIdNumber"])
    }

    @Test func `what the Word file shows by itself stands on the screen too`() async throws {
        let house = try await House()
        let main = WordFiles.main(
            "<w:p><w:r><w:t>No {{patientIdNumber}}</w:t></w:r></w:p>"
                + "<w:p><w:r><w:t>{{body}}</w:t></w:r></w:p>"
        )
        let files = try await letter(of: house, main)
        let word = try #require(files["word/document.xml"])
        #expect(word.contains("No N-1") && !word.contains("Patient ID number: N-1"))
        let page = try #require(try house.outbox().first { $0.key.hasSuffix(".html") })
        let text = String(decoding: page.value, as: UTF8.self)
        for caption in ["Patient ID number: N-1", "Activation code: ", "Register at: "] {
            #expect(text.contains(caption), "\(caption)")
        }
    }

    @Test func `the letter is kept sealed, in both forms`() async throws {
        let house = try await House()
        _ = try await letter(of: house, WordFiles.main(""))
        let outbox = try house.outbox()
        let client = try #require(try house.manifests().first?["clientId"]?.string)
        var lines = house.store.log.reader.lines(after: 0)
        var blob: UniqueID?
        while let line = try lines.next() {
            let event = try PortalEvent(
                type: line.event().envelope.type,
                data: line.event().data,
                open: house.store.vault.opened
            )
            if case .patientAccessLetterGenerated(let event) = event { blob = event.blobId }
        }
        let id = try #require(blob)
        let word = try #require(outbox.first { $0.key.hasSuffix(".docx") })
        let html = try #require(outbox.first { $0.key.hasSuffix(".html") })
        #expect(try house.store.blobs.document(id).map { Data($0) } == word.value)
        #expect(try house.store.blobs.document(id, form: "html").map { Data($0) } == html.value)
        try house.store.vault.destroyKey(of: "client/\(client)", at: "2026-03-02T15:00:00Z")
        #expect(try house.store.blobs.document(id) == nil)
        #expect(try house.store.blobs.document(id, form: "html") == nil)
    }

    @Test(arguments: [
        ("{{clientName}} {{salary}}", true), ("{{ {{", false), ("{{invitationLink}}", true),
        ("{{ClientName}}", true), ("{{body}} {{today}}", false),
    ])
    func `a base that names an unknown field is refused`(
        text: String,
        isRefused: Bool
    ) async throws {
        let house = try await House()
        let main = WordFiles.main("<w:p><w:r><w:t>\(text)</w:t></w:r></w:p>")
        let input: JSONValue = [
            "name": "Base", "wordFile": WordFiles.input(WordFiles.bytes(main)),
        ]
        let reply = try await house.run("CreateLetterTemplateBase", input, as: house.ana)
        #expect(reply.reason == (isRefused ? "unknownMergeField" : "accepted"))
        if isRefused { #expect(reply.json["field"] == "wordFile") }
    }

    @Test func `a file that only pretends to be a Word file is refused, and writes nothing`()
        async throws
    {
        let house = try await House()
        let whole = WordFiles.bytes(WordFiles.main("<w:p/>"))
        var damaged = whole
        if let place = damaged.firstRange(of: Array("pgSz".utf8))?.lowerBound {
            damaged[place] = UInt8(ascii: "q")
        }
        let bomb = try ZipArchive(whole).replacing([
            "word/media/zeros": [UInt8](repeating: 0, count: ZipArchive.Limit.unpackedByteCount)
        ])
        #expect(bomb.count < 1_000_000)
        let entity = "<!DOCTYPE d [<!ENTITY a \"b\">]><w:document xmlns:w=\"w\">&a;</w:document>"
        let files: [[UInt8]] = [
            [], Array("PK".utf8), Array(whole.dropLast(30)), damaged, bomb,
            WordFiles.zip([("word/document.xml", Array("<d/>".utf8))]),
            WordFiles.zip([("[Content_Types].xml", Array("<d/>".utf8))]),
            WordFiles.bytes("<w:document>"), WordFiles.bytes(""), WordFiles.bytes(entity),
            WordFiles.bytes(WordFiles.main(""), [("word/header1.xml", "<broken")]),
        ]
        let head = house.store.head
        for (place, file) in files.enumerated() {
            let input: JSONValue = ["name": "Base", "wordFile": WordFiles.input(file)]
            let reply = try await house.run("CreateLetterTemplateBase", input, as: house.ana)
            #expect(reply.reason == "notAWordFile", "file \(place)")
        }
        let text: JSONValue = ["fileName": "a.docx", "content": "no base64!"]
        let input: JSONValue = ["name": "Base", "wordFile": text]
        #expect(
            try await house.outcome("CreateLetterTemplateBase", input, as: house.ana)
                == "notAWordFile"
        )
        #expect(house.store.head == head)
    }

    @Test func `the same letter is the same file`() throws {
        let whole = WordFiles.bytes(WordFiles.main("<w:p/>"))
        let changed = ["word/document.xml": Array(WordFiles.main("").utf8)]
        let first = try ZipArchive(whole).replacing(changed)
        let second = try ZipArchive(whole).replacing(changed)
        #expect(first == second)
        #expect(try ZipArchive(first).files()["word/document.xml"] == changed.values.first)
    }
}
