import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// What staff see of a mail before it is sent.
@Suite(.opensStores) struct EmailPreviewTests {
    private func template(_ house: House, _ body: String) async throws -> UniqueID {
        let input: JSONValue = [
            "purpose": "portalInvitation", "name": "Ours", "subject": "For {{givenName}}",
            "body": .string(body),
        ]
        return try await house.ids("SaveEmailTemplate", input, as: house.ana)
            .requiredID("templateId")
    }

    @Test func `a preview shows the mail with a link that leads nowhere, and writes nothing`()
        async throws
    {
        let house = try await House()
        let client = try await house.client("Cara")
        let id = try await template(house, "{{clientName}} {{invitationLink}} {{expiryDate}}")
        let head = house.store.head
        let input: JSONValue = ["templateId": .uuid(id), "clientId": .uuid(client)]
        let preview = try await house.result("PreviewInvitation", input, as: house.ana)
        #expect(preview["subject"] == "For Cara")
        #expect(
            preview["body"]
                == "Cara Lane https://portal.example.org/invitation?token=preview 2026-03-16"
        )
        #expect(house.store.head == head)
        #expect(try house.manifests() == [])
    }

    @Test func `without a template the preview shows the default`() async throws {
        let house = try await House()
        let client = try await house.client("Cara")
        let input: JSONValue = ["clientId": .uuid(client)]
        let builtIn = try await house.result("PreviewInvitation", input, as: house.ana)
        #expect(builtIn["body"]?.string?.contains("Riverside") == true)
        #expect(builtIn["templateId"] == .null)
        let id = try await template(house, "Ours: {{invitationLink}}")
        let own = try await house.result("PreviewInvitation", input, as: house.ana)
        #expect(own["templateId"] == .uuid(id))
        let list = try await house.result("EmailTemplates", as: house.ana)
        #expect(list.array?.count == 1)
        #expect(list.array?.first?["isDefault"] == true)
    }

    @Test func `a letter's preview shows neither a code nor what the letter leaves out`()
        async throws
    {
        let house = try await House()
        let client = try await house.client("Cara")
        let id = try await house.letterTemplate(
            "Dear {{clientName}}: {{activationCode}} {{patientIdNumber}}"
        )
        let head = house.store.head
        let input: JSONValue = ["templateId": .uuid(id), "clientId": .uuid(client)]
        let preview = try await house.result("PreviewLetter", input, as: house.ana)
        #expect(
            preview["text"]
                == .string(
                    "Dear Cara Lane: (activation code) N-Cara\n\n"
                        + "Register at: https://portal.example.org/register?token=preview"
                )
        )
        #expect(preview["html"]?.string?.contains("<p>Dear Cara Lane") == true)
        #expect(house.store.head == head)
        #expect(try house.manifests() == [])
        let unknown: JSONValue = ["templateId": .uuid(client), "clientId": .uuid(client)]
        #expect(try await house.show("PreviewLetter", unknown)["reason"] == "notFound")
    }

    @Test func `templates of nobody, and of others, are not shown`() async throws {
        let house = try await House()
        let client = try await house.client("Cara")
        let id = try await template(house, "{{invitationLink}}")
        let input: JSONValue = ["templateId": .uuid(client), "clientId": .uuid(client)]
        #expect(try await house.show("PreviewInvitation", input)["reason"] == "notFound")
        let other = try await house.ids(
            "RegisterOrganisation",
            ["name": "Hillside", "timeZone": "UTC"]
        )
        let stranger = Actor.staff(try other.requiredID("staffId"))
        let hillside = try other.requiredID("organisationId")
        let theirs: JSONValue = ["templateId": .uuid(id), "clientId": .uuid(client)]
        let reply = try await house.show(
            "PreviewInvitation",
            theirs,
            as: stranger,
            in: hillside
        )
        #expect(reply["reason"] == "notFound")
        let asPatient = try await house.show(
            "PreviewInvitation",
            theirs,
            as: .anonymous,
            in: hillside
        )
        #expect(asPatient["reason"] == "notPermitted")
    }
}
