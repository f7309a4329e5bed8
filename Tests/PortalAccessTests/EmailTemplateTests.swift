import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What an organisation's mails must say before they can be saved (S3-19, S4-04 to 06).
struct EmailTemplateTests {
    private var stage = Stage()

    private func input(_ purpose: String, _ body: String, subject: String = "Hello") -> JSONValue {
        [
            "purpose": .string(purpose), "name": "Ours", "subject": .string(subject),
            "body": .string(body),
        ]
    }

    @Test(arguments: [
        ("portalInvitation", "Welcome", Refusal.Reason.templateLacksInvitationLink),
        ("clientInvitation", "{{clientName}}", .templateLacksInvitationLink),
        ("autoInvitation", "{{ invitationLink", .templateLacksInvitationLink),
        ("familyPortalAccess", "{{invitationLink}}", .invalidInput),
        ("emailConfirmation", "Confirm", .invalidInput), ("passwordReset", "Reset", .invalidInput),
        ("portalInvitation", "{{invitationLink}} {{temporaryPassword}}", .unknownMergeField),
        ("portalInvitation", "{{invitationLink}} {{activationCode}}", .unknownMergeField),
        ("portalInvitation", "{{invitationlink}}", .unknownMergeField),
        ("portalInvitation", "{{invitationLink}} {{clientName", .unknownMergeField),
        ("portalInvitation", "{{{invitationLink}}}", .unknownMergeField),
        ("passwordReset", "{{resetLink}} {{invitationLink}}", .unknownMergeField),
    ])
    func `a mail that leads nowhere, or names what it cannot, is not saved`(
        purpose: String,
        body: String,
        reason: Refusal.Reason
    ) {
        var stage = stage
        let before = stage.world.fold
        let outcome = stage.world.run("SaveEmailTemplate", input(purpose, body), as: stage.ana)
        #expect(outcome.reason == reason)
        #expect(outcome.refusal?.field == "body")
        #expect(stage.world.fold == before)
    }

    @Test(arguments: [
        ("portalInvitation", "{{ invitationLink }} {{clientName}}", true),
        ("clientInvitation", "{{invitationLink}}", true),
        ("autoInvitation", "{{invitationLink}} {{expiryDate}}", true),
        ("familyPortalAccess", "{{temporaryPassword}} {{portalLink}}", false),
        ("emailConfirmation", "{{confirmationLink}}", false),
        ("passwordReset", "{{resetLink}}", false),
    ])
    func `a mail that holds its link is saved`(purpose: String, body: String, link: Bool) {
        var stage = stage
        let events = stage.done("SaveEmailTemplate", input(purpose, body))
        #expect(events.map(\.name) == ["EmailTemplateSaved"])
        #expect(stage.world.organisation.emails.all.map(\.hasInvitationLink) == [link])
    }

    @Test func `a secret does not stand in a subject`() {
        var stage = stage
        let input = input(
            "familyPortalAccess",
            "{{temporaryPassword}}",
            subject: "{{temporaryPassword}}"
        )
        let outcome = stage.world.run("SaveEmailTemplate", input, as: stage.ana)
        #expect(outcome.reason == .unknownMergeField)
        #expect(outcome.refusal?.field == "subject")
    }

    @Test func `a letter does not name what only mails have`() {
        var stage = stage
        let input: JSONValue = [
            "object": "patientProfile", "baseId": .id(stage.base), "name": "Letter",
            "body": "{{invitationLink}}", "parts": [],
        ]
        let outcome = stage.world.run("CreateLetterTemplate", input, as: stage.ana)
        #expect(outcome.reason == .unknownMergeField)
    }

    @Test func `a template is changed by its id, and keeps its purpose`() {
        var stage = stage
        let id = stage.emailTemplate(input("portalInvitation", "{{invitationLink}}"))
        let changed = input("portalInvitation", "New {{invitationLink}}").with(
            "templateId",
            .id(id)
        )
        stage.done("SaveEmailTemplate", changed)
        #expect(stage.world.organisation.emails.all.map(\.body) == ["New {{invitationLink}}"])
        let other = input("passwordReset", "{{resetLink}}").with("templateId", .id(id))
        let outcome = stage.world.run("SaveEmailTemplate", other, as: stage.ana)
        #expect(outcome.refusal?.field == "purpose")
        let unknown = changed.with("templateId", .id(Stage.nobody))
        let nothing = stage.world.run("SaveEmailTemplate", unknown, as: stage.ana)
        #expect(nothing.answer == .refuses(.unknownTemplate))
    }

    @Test func `the default is a template of the purpose`() {
        var stage = stage
        let first = stage.emailTemplate(input("portalInvitation", "1 {{invitationLink}}"))
        let second = stage.emailTemplate(input("portalInvitation", "2 {{invitationLink}}"))
        let other = stage.emailTemplate(input("passwordReset", "{{resetLink}}"))
        let emails = { (stage: Stage) in stage.world.organisation.emails }
        #expect(emails(stage).preset(for: .portalInvitation)?.id == first)
        let choice: JSONValue = ["purpose": "portalInvitation", "templateId": .id(second)]
        stage.done("ChooseDefaultEmailTemplate", choice)
        #expect(emails(stage).preset(for: .portalInvitation)?.id == second)
        for id in [other, Stage.nobody] {
            let wrong = choice.with("templateId", .id(id))
            let outcome = stage.world.run("ChooseDefaultEmailTemplate", wrong, as: stage.ana)
            #expect(outcome.answer == .refuses(.unknownTemplate))
        }
        #expect(emails(stage).preset(for: .portalInvitation)?.id == second)
    }
}

extension Stage {
    fileprivate mutating func emailTemplate(_ input: JSONValue) -> UniqueID {
        done("SaveEmailTemplate", input).firstID {
            if case .emailTemplateSaved(let event) = $0 { event.templateId } else { nil }
        }
    }
}
