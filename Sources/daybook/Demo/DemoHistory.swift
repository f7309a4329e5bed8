import EventLine
import Foundation
import PortalService

/// Two months in the life of an organisation: the first clients live through everything, the
/// others each have one of a few fates.
struct DemoHistory {
    let stage: DemoStage
    let administrator: String
    let coordinator: String
    private let clients: [DemoClient]

    /// Whom to look at afterwards.
    struct People {
        let profile: String
        let client: String

        var json: JSONValue { ["profile": .string(profile), "client": .string(client)] }
    }

    init(stage: DemoStage) async throws {
        self.stage = stage
        let rows = try await stage.show("ClientList").array ?? []
        var clients: [DemoClient] = []
        for row in rows where row["actions"]?.array?.isEmpty == false {
            guard let id = row["clientId"]?.string else { continue }
            let card = try await stage.show("ClientCard", ["clientId": .string(id)])
            guard card["recordStatus"]?.string == "active", let email = card["email"]?.string,
                let dateOfBirth = card["dateOfBirth"]?.string
            else { continue }
            clients.append(DemoClient(id: id, email: email, dateOfBirth: dateOfBirth))
        }
        guard clients.count >= 40 else {
            throw ServiceError("import the sample first: the demo needs 40 clients with an email")
        }
        self.clients = clients
        administrator = try await Self.administrator(stage)
        coordinator = try await Self.coordinator(stage, addedBy: administrator)
    }

    /// Plays everything.
    func play() async throws -> People {
        let templates = try await setUp()
        let owner = DemoInvitation(history: self, client: clients[0])
        let profile = try await owner.wholeLife()
        let patient = DemoPatient(history: self, client: clients[1], templates: templates)
        try await patient.wholeLife()
        for (place, client) in clients.dropFirst(2).enumerated() {
            let day = 16 + place * 20 / clients.count
            let isInvited = place % 2 == 0
            if isInvited {
                let invitation = DemoInvitation(history: self, client: client)
                try await invitation.fate(place / 2 % 5, day: day)
            } else {
                let patient = DemoPatient(history: self, client: client, templates: templates)
                try await patient.fate(place / 2 % 6, day: day)
            }
        }
        // Two weeks pass: what nobody used expires.
        let end = stage.later(day: 60, minute: 0)
        try await stage.run(
            "ChangeRegistrationLockoutPolicy",
            as: administrator,
            at: end,
            ["maxFailedRegistrations": 5]
        )
        return People(profile: profile, client: clients[1].id)
    }

    private func setUp() async throws -> [JSONValue] {
        try await stage.run("TurnOnProfileBeforeAcceptance", as: administrator, [:])
        let base = try await stage.run(
            "CreateLetterTemplateBase",
            as: administrator,
            [
                "name": "Letterhead",
                "wordFile": [
                    "fileName": "letterhead.docx", "content": .string(DemoDocument.base64),
                ],
                "body": "{{organisationName}}\n\n{{today}}\n\nDear {{clientName}},\n\n{{body}}",
            ]
        )
        let number = try await template(
            "Your Patient ID number",
            base,
            "Your Patient ID number is {{patientIdNumber}}. Register at {{registrationLink}}.",
            ["patientIdNumber", "registrationLink"]
        )
        let code = try await template(
            "Your activation code",
            base,
            "Your activation code is {{activationCode}}. It works until {{expiryDate}}.",
            ["activationCode"]
        )
        return [number, code]
    }

    private func template(
        _ name: String,
        _ base: JSONValue,
        _ body: String,
        _ parts: [String]
    ) async throws -> JSONValue {
        let ids = try await stage.run(
            "CreateLetterTemplate",
            as: administrator,
            [
                "object": "patientProfile", "baseId": base["baseId"] ?? .null,
                "name": .string(name), "body": .string(body),
                "parts": .array(parts.map { .string($0) }),
            ]
        )
        return ids["templateId"] ?? .null
    }

    /// The first administrator is the one to whom the first permission was given.
    private static func administrator(_ stage: DemoStage) async throws -> String {
        let rows = try await stage.show("AuditTrail", ["type": "StaffPermissionGranted"])
        guard let id = rows.array?.first?["detail"]?["staffId"]?.string else {
            throw ServiceError("the store has no administrator")
        }
        return "staff/\(id)"
    }

    private static func coordinator(
        _ stage: DemoStage,
        addedBy administrator: String
    ) async throws -> String {
        let ids = try await stage.run(
            "AddStaffMember",
            as: administrator,
            ["name": "Ben Okafor", "email": "ben@riverside.example"]
        )
        let staffID = ids["staffId"] ?? .null
        for permission in ["inviteClient", "workOnProfile", "viewActivityLog"] {
            try await stage.run(
                "GrantStaffPermission",
                as: administrator,
                ["staffId": staffID, "permission": .string(permission)]
            )
        }
        return "staff/\(staffID.string ?? "")"
    }
}

/// A client of the demo.
struct DemoClient {
    let id: String
    let email: String
    let dateOfBirth: String

    var reference: JSONMember { JSONMember("clientId", .string(id)) }
}
