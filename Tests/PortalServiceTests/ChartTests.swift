import EventLine
import Foundation
import PortalAccess
import Testing

@testable import PortalService

/// What is on a client's chart, over a real store: who reads it, from when, and until when.
@Suite(.opensStores) struct ChartTests {
    @Test func `an end date shows as Disabled at local midnight, and no more once it is removed`()
        async throws
    {
        let house = try await House(at: "2026-03-07T15:00:00Z")
        let patient = try await house.registeredPatient()
        try await house.ids("SetClientEndDate", patient.with("endDate", "2026-03-08"))
        try await house.advance(to: try instant("2026-03-08T04:59:59.999999Z"))
        #expect(try await house.state(of: patient) == "Active")
        let head = house.store.head
        try await house.advance(to: try instant("2026-03-08T05:00:00Z"))
        #expect(
            try house.types(after: head) == [
                "ClientEndDateTookEffect.v1", "PortalAccessSuspended.v1",
                "PatientAccountDisabledAutomatically.v1", "MessageThreadsMadeReadOnly.v1",
                "SessionsEnded.v1",
            ]
        )
        #expect(try await house.state(of: patient) == "Disabled")
        let state = try await house.result("PatientUserState", patient.client)
        #expect(state["causes"] == ["endDate"])
        let card = try await house.result("ClientCard", patient.client)
        #expect(card["endDate"] == "2026-03-08")
        let removed = house.store.head
        try await house.ids("RemoveClientEndDate", patient.client)
        #expect(try await house.state(of: patient) == "Active")
        let before: JSONValue = patient.with("asOf", .integer(Int64(removed)))
        #expect(try await house.result("PatientUserState", before)["state"] == "Disabled")
    }

    @Test func `the end of a client comes with their own organisation's day`() async throws {
        let house = try await House(at: "2026-03-07T10:00:00Z", zone: "Pacific/Auckland")
        let patient = try await house.registeredPatient()
        // In Auckland it is 23:00 of the 7th.
        try await house.ids("SetClientEndDate", patient.with("endDate", "2026-03-08"))
        let head = house.store.head
        try await house.advance(to: try instant("2026-03-07T10:59:59Z"))
        #expect(house.store.head == head)
        try await house.advance(to: try instant("2026-03-07T11:00:00Z"))
        #expect(try house.types(after: head).first == "ClientEndDateTookEffect.v1")
        try await house.ids("ChangeOrganisationTimeZone", ["timeZone": "America/New_York"])
        // The date is to come again there; what was taken stays taken until staff lift it.
        #expect(try await house.state(of: patient) == "Disabled")
        let read = try await house.result("MessageThreads", patient.client)
        #expect(read.array?.first?["readOnly"] == true)
        let outcome = try await house.outcome("SendPatientMessage", patient.with("body", "Hello"))
        #expect(outcome == "messagesReadOnly")
    }

    @Test func `a week's absence is caught up with once`() async throws {
        let house = try await House(at: "2026-03-07T15:00:00Z")
        let patient = try await house.registeredPatient()
        try await house.ids("SetClientEndDate", patient.with("endDate", "2026-03-09"))
        let head = house.store.head
        try await house.reopen(at: try instant("2026-03-20T15:00:00Z"))
        try await house.advance(to: try instant("2026-03-21T15:00:00Z"))
        let types = try house.types(after: head)
        #expect(types.count { $0 == "ClientEndDateTookEffect.v1" } == 1)
    }

    @Test func `staff read old messages after the end date, the patient does not`() async throws {
        let house = try await House(at: "2026-03-07T15:00:00Z")
        let patient = try await house.registeredPatient()
        try await house.ids(
            "SendPatientMessage",
            patient.with("body", "An answer"),
            as: patient.actor
        )
        let threads = try await house.result("MessageThreads", patient.client, as: patient.actor)
        #expect(threads.array?.count == 2)
        #expect(threads.array?.last?["messages"]?.array?.first?["body"] == "An answer")
        #expect(threads.array?.last?["readOnly"] == false)
        try await house.ids("SetClientEndDate", patient.with("endDate", "2026-03-07"))
        let chart = try await house.result("MessageThreads", patient.client, as: house.ana)
        #expect(chart.array?.map { $0["readOnly"] } == [true, true])
        #expect(chart.array?.last?["messages"]?.array?.first?["body"] == "An answer")
        let refused = try await house.show("MessageThreads", patient.client, as: patient.actor)
        #expect(refused["ok"] == false)
        let content = try await house.show(
            "PatientPortalContent",
            patient.portal,
            as: patient.actor
        )
        #expect(content["ok"] == false)
    }

    @Test func `messages are for those who may message`() async throws {
        let house = try await House()
        let patient = try await house.registeredPatient()
        let ben = try await house.ben()
        let stranger = try await house.registeredPatient("Dora")
        for actor in [ben, stranger.actor, .anonymous] {
            let reply = try await house.show("MessageThreads", patient.client, as: actor)
            #expect(reply["reason"] == "notPermitted", "\(actor)")
            let content = try await house.show("PatientPortalContent", patient.portal, as: actor)
            #expect(content["reason"] == "notPermitted", "\(actor)")
        }
    }

    @Test func `the portal shows what is structured, visible and to come, by role`() async throws {
        let house = try await House(at: "2026-03-07T15:00:00Z")
        let patient = try await house.registeredPatient()
        try await house.add("medication", ["name": "aspirin"], to: patient)
        try await house.add("medication", ["note": "scribble"], to: patient, structured: false)
        try await house.add("appointment", ["startsAt": "2026-03-07T14:59:59Z"], to: patient)
        try await house.add("appointment", ["startsAt": "2026-03-09T09:00:00Z"], to: patient)
        try await house.add("appointment", ["date": "2026-03-07"], to: patient)
        try await house.add("appointment", ["date": "2026-03-06"], to: patient)
        try await house.ids("SendIntakeForm", patient.with("form", ["q": "Allergies?"]))
        let content = try await house.result(
            "PatientPortalContent",
            patient.portal,
            as: patient.actor
        )
        #expect(content["medications"]?.array?.map { $0["content"] } == [["name": "aspirin"]])
        let appointments = content["appointments"]?.array?.map { $0["content"] }
        let expected: [JSONValue] = [
            ["date": "2026-03-07"], ["startsAt": "2026-03-09T09:00:00Z"],
        ]
        #expect(appointments == expected)
        #expect(content["intakeForms"]?.array?.first?["form"] == ["q": "Allergies?"])
        #expect(content["messages"]?.array?.count == 1)
        try await house.restrictPatients(to: ["appointments"])
        let less = try await house.result(
            "PatientPortalContent",
            patient.portal,
            as: patient.actor
        )
        #expect(less["appointments"]?.array?.count == 2)
        #expect(less["messages"] == .null)
        #expect(less["medications"] == nil && less["profile"] == nil)
        let threads = try await house.show("MessageThreads", patient.client, as: patient.actor)
        #expect(threads["reason"] == "notPermitted")
    }

    @Test func `documents are the patient's to see once they are visible, and sealed on disk`()
        async throws
    {
        let house = try await House()
        let patient = try await house.registeredPatient()
        let file: JSONValue = [
            "fileName": "plan.txt",
            "content": .string(Data("Rest and walks".utf8).base64EncodedString()),
        ]
        let added = try await house.ids(
            "AddDocument",
            patient.with("name", "Care plan").with("content", file)
        )
        let id = try added.requiredID("documentId")
        let own: JSONValue = ["accountId": .uuid(patient.account)]
        #expect(try await house.result("PatientDocuments", own, as: patient.actor) == [])
        let query: JSONValue = ["documentId": .uuid(id)]
        let hidden = try await house.show("DocumentContent", query, as: patient.actor)
        #expect(hidden["reason"] == "notFound")
        try await house.ids("SetDocumentVisibility", ["documentId": .uuid(id), "visible": true])
        let seen = try await house.result("PatientDocuments", own, as: patient.actor)
        #expect(seen.array?.map { $0["name"] } == ["Care plan"])
        let content = try await house.result("DocumentContent", query, as: patient.actor)
        #expect(content["content"] == file["content"])
        let stranger = try await house.registeredPatient("Dora")
        for (name, input) in [("PatientDocuments", own), ("DocumentContent", query)] {
            let reply = try await house.show(name, input, as: stranger.actor)
            #expect(reply["reason"] == "notPermitted")
        }
        let texts: Set = ["Care plan", "Rest and walks", "plan.txt"]
        #expect(try house.files(holding: texts, except: []) == [])
    }

    @Test func `staff read documents where they may read the record`() async throws {
        let house = try await House()
        let client = try await house.client()
        let ben = try await house.ben()
        let card: JSONValue = ["clientId": .uuid(client), "name": "Result", "content": "secret"]
        let id = try await house.ids("AddDocument", card, as: house.ana)
        let query: JSONValue = ["documentId": id["documentId"] ?? .null]
        func answer(_ actor: Actor) async throws -> JSONValue? {
            try await house.show("DocumentContent", query, as: actor)["reason"]
        }
        #expect(try await answer(house.ana) == nil)
        #expect(try await answer(ben) == "notPermitted")
        _ = try await house.inviteWithProfile(client)
        #expect(try await answer(house.ana) == nil)
        #expect(try await answer(ben) == "notPermitted")
        let token = try house.token("invitationLink", of: client)
        try await house.ids("RejectInvitation", ["token": .string(token)], as: .anonymous)
        #expect(try await answer(house.ana) == "accessRemovedByRejection")
        #expect(try await answer(ben) != nil)
    }

    @Test func `a document that is no base64 is refused`() async throws {
        let house = try await House()
        let client = try await house.client()
        let file: JSONValue = ["fileName": "a.txt", "content": "%%%%"]
        let head = house.store.head
        let outcome = try await house.outcome(
            "AddDocument",
            ["clientId": .uuid(client), "name": "A", "content": file]
        )
        #expect(outcome == "invalidInput")
        #expect(house.store.head == head)
    }

    @Test func `letters are the patient's to see while their template is visible`() async throws {
        let house = try await House()
        let patient = try await house.registeredPatient()
        let own: JSONValue = ["accountId": .uuid(patient.account)]
        #expect(try await house.result("PatientLetters", own, as: patient.actor) == [])
        let showing: JSONValue = ["templateId": .uuid(patient.template), "visible": true]
        try await house.ids("SetLetterTemplateVisibility", showing)
        let letters = try await house.result("PatientLetters", own, as: patient.actor)
        #expect(letters.array?.map { $0["name"] } == ["Letter"])
        try await house.ids("SetLetterTemplateVisibility", showing.with("visible", false))
        #expect(try await house.result("PatientLetters", own, as: patient.actor) == [])
    }

    @Test func `support information changes for patients after an hour, for staff at once`()
        async throws
    {
        let house = try await House(at: "2026-03-07T15:00:00Z")
        let input: JSONValue = ["email": "a@example.org", "phone": "1"]
        try await house.ids("EnterSupportInformation", input, as: house.ana)
        #expect(try await house.result("SupportInformation")["email"] == .null)
        #expect(try await house.result("StaffSupportInformation")["email"] == "a@example.org")
        try await house.advance(to: try instant("2026-03-07T16:00:00Z"))
        #expect(try await house.result("SupportInformation")["email"] == "a@example.org")
        try await house.ids("AmendSupportInformation", input.with("email", "b@example.org"))
        let staff = try await house.result("StaffSupportInformation", as: house.ana)
        #expect(staff["email"] == "b@example.org")
        #expect(staff["patientsSee"]?["email"] == "a@example.org")
        try await house.advance(to: try instant("2026-03-07T17:00:00Z"))
        #expect(try await house.result("SupportInformation")["email"] == "b@example.org")
        let then: JSONValue = ["asOf": "2026-03-07T16:59:59.999999Z"]
        #expect(try await house.result("SupportInformation", then)["email"] == "a@example.org")
    }

    @Test func `support information is for whoever could sign in here, and for staff`()
        async throws
    {
        let house = try await House(at: "2026-03-07T15:00:00Z")
        let patient = try await house.registeredPatient()
        #expect(try await house.show("SupportInformation", as: patient.actor)["ok"] == true)
        for actor in [Actor.anonymous, .portalUser(patient.id), .staff(patient.id)] {
            let reply = try await house.show("SupportInformation", as: actor)
            #expect(reply["reason"] == "notPermitted")
        }
        #expect(
            try await house.show("StaffSupportInformation", as: patient.actor)["reason"]
                == "notPermitted"
        )
        try await house.ids("SetClientEndDate", patient.with("endDate", "2026-03-07"))
        let reply = try await house.show("SupportInformation", as: patient.actor)
        #expect(reply["reason"] == "clientEndDated")
    }

    @Test func `the messaging tab follows the patient's way`() async throws {
        let house = try await House(at: "2026-03-07T15:00:00Z")
        let client = try await house.client("Dora")
        let input: JSONValue = ["clientId": .uuid(client)]
        let first = try await house.result("PatientMessagingTab", input)
        #expect(first["link"] == "Send patient portal invite")
        let patient = try await house.registeredPatient()
        let second = try await house.result("PatientMessagingTab", patient.client)
        #expect(second["link"] == "Send patient portal message")
        try await house.ids("SetClientEndDate", patient.with("endDate", "2026-03-07"))
        #expect(try await house.result("PatientMessagingTab", patient.client)["link"] == .null)
    }
}

/// A patient who has registered and confirmed, and was written to.
struct RegisteredPatient {
    let id: UniqueID
    let account: UniqueID
    let profile: UniqueID
    let template: UniqueID

    var actor: Actor { .portalUser(account) }
    var client: JSONValue { ["clientId": .uuid(id)] }
    var portal: JSONValue { ["accountId": .uuid(account), "profileId": .uuid(profile)] }

    func with(_ name: String, _ value: JSONValue) -> JSONValue { client.with(name, value) }
}

extension JSONValue {
    fileprivate func with(_ name: String, _ value: JSONValue) -> JSONValue {
        .object((members ?? []).filter { $0.name != name } + [JSONMember(name, value)])
    }
}

extension House {
    func registeredPatient(_ name: String = "Cara") async throws -> RegisteredPatient {
        let client = try await client(name)
        let template = try await letterTemplate()
        let credentials: JSONValue = [
            "clientId": .uuid(client), "expiryDate": "2026-03-31", "distribution": "now",
            "templateIds": [.uuid(template)],
        ]
        let account = try await ids("CreatePatientPortalCredentials", credentials, as: ana)
            .requiredID("accountId")
        try await ids("RegisterPatientUser", try registration(client, name), as: .anonymous)
        let token: JSONValue = ["token": .string(try token("confirmationLink", of: client))]
        try await ids("ConfirmEmail", token, as: .anonymous)
        try await ids("SendPatientMessage", ["clientId": .uuid(client), "body": "Welcome"])
        let access = try await result("MultiProfileAccess", ["accountId": .uuid(account)])
        guard let profile = access.array?.first?.id("profileId") else {
            throw Unexpected("the patient sees no profile")
        }
        return RegisteredPatient(id: client, account: account, profile: profile, template: template)
    }

    fileprivate func state(of patient: RegisteredPatient) async throws -> String? {
        try await result("PatientUserState", patient.client)["state"]?.string
    }

    fileprivate func add(
        _ kind: String,
        _ content: JSONValue,
        to patient: RegisteredPatient,
        structured: Bool = true
    ) async throws {
        let input: JSONValue = [
            "profileId": .uuid(patient.profile), "kind": .string(kind), "content": content,
            "structured": .bool(structured),
        ]
        try await ids("AddRecordResource", input)
    }

    /// Leaves patients only some parts of their profile.
    fileprivate func restrictPatients(to permissions: [String]) async throws {
        var loader = StateLoader(log: store.log, vault: store.vault)
        guard let role = try loader.organisation(organisation).state.patientRole else {
            throw Unexpected("there is no role for patients")
        }
        let input: JSONValue = [
            "roleId": .uuid(role),
            "permissions": .array(permissions.map { .string($0) }),
        ]
        try await ids("ChangePortalRole", input, as: ana)
    }
}
