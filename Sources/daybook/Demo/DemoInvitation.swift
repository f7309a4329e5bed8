import EventLine

/// What becomes of a client who is invited to own their profile.
struct DemoInvitation {
    let history: DemoHistory
    let client: DemoClient

    private var stage: DemoStage { history.stage }

    /// Invited, worked on, rejected, invited again, accepted, shared. Answers with the profile.
    func wholeLife() async throws -> String {
        let profile = try await invite(day: 0, minute: 10, makingProfile: true)
        try await addResource(profile, "medication", ["name": "Metformin", "dose": "500 mg"])
        try await addResource(profile, "condition", ["name": "Type 2 diabetes"])
        try await reject(day: 2, minute: 0)
        // Nobody can work on it now.
        try await stage.attempt(
            "AddRecordResource",
            as: history.coordinator,
            at: stage.later(day: 2, minute: 30),
            ["profileId": .string(profile), "kind": "visit", "content": ["reason": "Check-up"]]
        )
        try await stage.run(
            "ReInviteClient",
            as: history.coordinator,
            at: stage.later(day: 4, minute: 0),
            invitation(makingProfile: true)
        )
        try await addResource(profile, "visit", ["reason": "Check-up"])
        let account = try await accept(day: 6, minute: 0)
        try await share(profile, by: "portalUser/\(account)", day: 7)
        return profile
    }

    /// One of five fates: accepted, rejected, revoked, rejected and invited again, unanswered.
    func fate(_ number: Int, day: Int) async throws {
        let profile = try await invite(day: day, minute: 0, makingProfile: number != 4)
        switch number {
        case 0:
            try await addResource(profile, "medication", ["name": "Lisinopril"])
            try await accept(day: day, minute: 20)
        case 1: try await reject(day: day, minute: 20)
        case 2:
            try await addResource(profile, "condition", ["name": "Asthma"])
            try await revoke(day: day, minute: 20)
        case 3:
            try await reject(day: day, minute: 20)
            try await stage.run(
                "ReInviteClient",
                as: history.coordinator,
                invitation(makingProfile: true)
            )
        default: break
        }
    }

    private func invitation(makingProfile: Bool) -> JSONValue {
        .object([
            client.reference, JSONMember("createProfileBeforeAcceptance", .bool(makingProfile)),
        ])
    }

    private func invite(day: Int, minute: Int, makingProfile: Bool) async throws -> String {
        let ids = try await stage.run(
            "InviteClient",
            as: history.coordinator,
            at: stage.later(day: day, minute: minute),
            invitation(makingProfile: makingProfile)
        )
        return ids["profileId"]?.string ?? ""
    }

    private func addResource(
        _ profile: String,
        _ kind: String,
        _ content: JSONValue
    ) async throws {
        try await stage.run(
            "AddRecordResource",
            as: history.coordinator,
            ["profileId": .string(profile), "kind": .string(kind), "content": content]
        )
    }

    @discardableResult
    private func accept(day: Int, minute: Int) async throws -> String {
        let token = try stage.token(of: client.id, "invitationLink")
        let ids = try await stage.run(
            "AcceptInvitation",
            as: "anonymous",
            at: stage.later(day: day, minute: minute),
            ["token": .string(token), "capacity": "self"]
        )
        return ids["accountId"]?.string ?? ""
    }

    private func reject(day: Int, minute: Int) async throws {
        let token = try stage.token(of: client.id, "invitationLink")
        try await stage.run(
            "RejectInvitation",
            as: "anonymous",
            at: stage.later(day: day, minute: minute),
            ["token": .string(token)]
        )
    }

    private func revoke(day: Int, minute: Int) async throws {
        let rows = try await stage.show("AuditTrail", .object([client.reference]))
        let invited = rows.array?.last { $0["type"]?.string == "ClientInvited.v1" }
        try await stage.run(
            "RevokeInvitation",
            as: history.coordinator,
            at: stage.later(day: day, minute: minute),
            ["invitationId": invited?["detail"]?["invitationId"] ?? .null]
        )
    }

    /// The owner lets the administrator in and the coordinator go.
    private func share(_ profile: String, by owner: String, day: Int) async throws {
        try await stage.run(
            "GrantProfessionalAccess",
            as: owner,
            at: stage.later(day: day, minute: 0),
            ["profileId": .string(profile), "subject": .string(history.administrator)]
        )
        try await stage.run(
            "RevokeAccess",
            as: owner,
            at: stage.later(day: day + 1, minute: 0),
            ["profileId": .string(profile), "subject": .string(history.coordinator)]
        )
    }
}
