import EventLine

/// What becomes of a client who gets credentials by letter.
struct DemoPatient {
    let history: DemoHistory
    let client: DemoClient
    let templates: [JSONValue]

    private static let password = "correct horse battery"
    private var stage: DemoStage { history.stage }

    /// Everything that can happen to an account: all ten labels of the activity log.
    func wholeLife() async throws {
        let account = try await create(day: 9, minute: 0, distribution: "now")
        for minute in 0..<5 { try await register(wrong: true, day: 10, minute: minute) }
        try await distribute(day: 11, minute: 0)
        try await register(wrong: false, day: 12, minute: 0)
        try await confirm(day: 12, minute: 15)
        try await signIn(day: 13, minute: 0)
        try await act("DisablePatientProfileAccount", on: account, day: 14, minute: 0)
        try await act("EnablePatientProfileAccount", on: account, day: 14, minute: 60)
        try await changeStatus(to: "inactive", day: 15, minute: 0)
    }

    /// One of six fates: signs in, forgets to confirm, is locked, is disabled, never registers,
    /// has credentials for later.
    func fate(_ number: Int, day: Int) async throws {
        let account = try await create(
            day: day,
            minute: 0,
            distribution: number == 5 ? "later" : "now"
        )
        switch number {
        case 0:
            try await register(wrong: false, day: day, minute: 30)
            try await confirm(day: day, minute: 40)
            try await signIn(day: day, minute: 50)
        case 1: try await register(wrong: false, day: day, minute: 30)
        case 2: for minute in 30..<35 { try await register(wrong: true, day: day, minute: minute) }
        case 3:
            try await register(wrong: false, day: day, minute: 30)
            try await confirm(day: day, minute: 40)
            try await act("DisablePatientProfileAccount", on: account, day: day, minute: 50)
        default: break
        }
    }

    private func create(day: Int, minute: Int, distribution: String) async throws -> String {
        let ids = try await stage.run(
            "CreatePatientPortalCredentials",
            as: history.administrator,
            at: stage.later(day: day, minute: minute),
            .object([
                client.reference,
                JSONMember("expiryDate", .string("\(DemoCalendar.day(day + 21))")),
                JSONMember("distribution", .string(distribution)),
                JSONMember("templateIds", .array(templates)),
            ])
        )
        return ids["accountId"]?.string ?? ""
    }

    private func distribute(day: Int, minute: Int) async throws {
        try await stage.run(
            "DistributePatientProfileCredentials",
            as: history.administrator,
            at: stage.later(day: day, minute: minute),
            .object([
                client.reference, JSONMember("templateIds", .array(templates)),
                JSONMember("channel", "handedOver"),
                JSONMember("expiryDate", .string("\(DemoCalendar.day(day + 21))")),
            ])
        )
    }

    private func register(wrong isWrong: Bool, day: Int, minute: Int) async throws {
        let fields = try stage.letterFields(of: client.id)
        let input: JSONValue = [
            "patientIdNumber": .string(fields["patientIdNumber"] ?? ""),
            "activationCode": .string(isWrong ? "AAAA-AAAA-AAAA" : fields["activationCode"] ?? ""),
            "dateOfBirth": .string(client.dateOfBirth), "email": .string(client.email),
            "password": .string(Self.password),
        ]
        let time = stage.later(day: day, minute: minute)
        if isWrong {
            try await stage.attempt("RegisterPatientUser", as: "anonymous", at: time, input)
        } else {
            try await stage.run("RegisterPatientUser", as: "anonymous", at: time, input)
        }
    }

    private func confirm(day: Int, minute: Int) async throws {
        let token = try stage.token(of: client.id, "confirmationLink")
        try await stage.run(
            "ConfirmEmail",
            as: "anonymous",
            at: stage.later(day: day, minute: minute),
            ["token": .string(token)]
        )
    }

    private func signIn(day: Int, minute: Int) async throws {
        try await stage.run(
            "SignIn",
            as: "anonymous",
            at: stage.later(day: day, minute: minute),
            ["email": .string(client.email), "password": .string(Self.password)]
        )
    }

    private func act(_ command: String, on account: String, day: Int, minute: Int) async throws {
        try await stage.run(
            command,
            as: history.administrator,
            at: stage.later(day: day, minute: minute),
            ["accountId": .string(account)]
        )
    }

    private func changeStatus(to status: String, day: Int, minute: Int) async throws {
        try await stage.run(
            "ChangeRecordStatus",
            as: history.administrator,
            at: stage.later(day: day, minute: minute),
            .object([client.reference, JSONMember("status", .string(status))])
        )
    }
}
