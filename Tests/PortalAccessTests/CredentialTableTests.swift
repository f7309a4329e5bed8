import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T4, cell by cell: what an act does to one issue of credentials.
struct CredentialTableTests {
    enum Row: String, CaseIterable {
        case created
        case distributed
        case activated
        case expired
        case superseded
        case voided
    }

    enum Column: String, CaseIterable {
        case distribute
        case register
        case newer
        case lock
        case endOfExpiryDate
    }

    private static let letters =
        "PatientAccessLetterGenerated PatientAccessLetterSent PatientCredentialsDistributed"
    private static let newer =
        Answer.writes("PatientCredentialsSuperseded PatientCredentialsCreated")
    private static let newerOnly = Answer.writes("PatientCredentialsCreated")
    private static let failed =
        Answer.refuses(.registrationRefused, recording: "PatientUserFailedToRegister")
    private static let refused =
        Answer.refuses(.registrationRefused, recording: "RegistrationRefused")
    private static let locked = Answer.refuses(
        .registrationRefused,
        recording: "PatientUserFailedToRegister PatientAccountLocked"
    )
    private static let voidedAndLocked = Answer.refuses(
        .registrationRefused,
        recording: "PatientUserFailedToRegister PatientCredentialsVoided PatientAccountLocked"
    )
    private static let registered = Answer.writes(
        """
        PatientCredentialsActivated PatientUserSuccessfullyRegistered LoginEmailClaimed \
        PasswordSet ConfirmationEmailSent
        """
    )
    private static let notDue = Answer.refuses(.notDueYet)

    /// Distribute names no expiry date, so that "new issue needed" shows as `expiryDateRequired`.
    /// A superseded issue's successor was made for later: that is what is distributed.
    private static let table: [Row: [Answer]] = [
        .created: [.writes(letters), failed, newer, locked, .writes("PatientCredentialsExpired")],
        .distributed: [
            .refuses(.hasActiveCredentials), registered, newer, voidedAndLocked,
            .writes("PatientCredentialsExpired"),
        ],
        .activated: [
            .refuses(.hasActiveCredentials), refused,
            .writes("LoginEmailReleased PatientCredentialsSuperseded PatientCredentialsCreated"),
            refused, notDue,
        ],
        .expired: [.refuses(.expiryDateRequired), failed, newerOnly, locked, notDue],
        .superseded: [
            .writes(letters), failed, newer, locked, .writes("PatientCredentialsExpired"),
        ],
        .voided: [.refuses(.expiryDateRequired), refused, newerOnly, refused, notDue],
    ]

    static let cells = cellsOf(table, Column.self)

    @Test(arguments: cells)
    func `an issue of credentials answers as T4 says`(cell: Cell<Row, Column>) {
        var stage = Stage()
        let issue = stage.bring(to: cell.row)
        if cell.column == .lock { stage.fail(times: 4) }
        check(cell, on: &stage) { $0.act(cell.column, on: issue) }
        #expect(stage.state(of: issue) == Self.arrival(cell.row, cell.column))
    }

    private static func arrival(_ row: Row, _ column: Column) -> Credential.State? {
        switch (row, column) {
        case (.created, .distribute): .distributed
        case (.distributed, .register): .activated
        case (.created, .newer), (.distributed, .newer), (.activated, .newer): .superseded
        case (.distributed, .lock): .voided
        case (.created, .endOfExpiryDate), (.distributed, .endOfExpiryDate): .expired
        default: Credential.State(rawValue: row.rawValue)
        }
    }

    @Test(
        arguments: [
            (.created, .credentialsNotDistributed), (.expired, .credentialsExpired),
            (.superseded, .credentialsSuperseded), (.voided, .credentialsVoided),
        ] as [(Row, RegistrationFailure)]
    )
    func `a failed registration keeps the reason inside`(row: Row, reason: RegistrationFailure) {
        var stage = Stage()
        let issue = stage.bring(to: row)
        if row == .voided {
            stage.done("DistributePatientProfileCredentials", stage.distributing)
        }
        let outcome = stage.act(.register, on: issue)
        #expect(outcome.failure == reason)
    }

    @Test func `a wrong code and a wrong date of birth are told apart inside only`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let wrongCode = stage.registering(code: "wrong")
        let wrongDate = stage.registering(code: stage.code()).with("dateOfBirth", "1980-06-05")
        let first = stage.world.run("RegisterPatientUser", wrongCode, as: .anonymous)
        let second = stage.world.run("RegisterPatientUser", wrongDate, as: .anonymous)
        #expect(first.failure == .wrongCode)
        #expect(second.failure == .wrongDateOfBirth)
        #expect(first.refusal?.reason == second.refusal?.reason)
        #expect(first.refusal?.detail == second.refusal?.detail)
    }

    @Test func `credentials can be used until the end of their date in the organisation's zone`() {
        var stage = Stage()
        let input = stage.creating().with("expiryDate", "2026-03-31")
        stage.done("CreatePatientPortalCredentials", input)
        stage.world.now = Instant(rfc3339: "2026-04-01T03:59:59Z") ?? stage.world.now
        var early = stage
        early.register()
        stage.world.now = stage.world.now.adding(microseconds: 1_000_000)
        let late = stage.world.run(
            "RegisterPatientUser",
            stage.registering(code: stage.code()),
            as: .anonymous
        )
        #expect(late.failure == .credentialsExpired)
    }

    @Test func `credentials that a late timer left behind are expired before new ones are made`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        stage.world.now = stage.world.now.adding(microseconds: 30 * Int64.day)
        let events = stage.done("CreatePatientPortalCredentials", stage.creating("later"))
        #expect(events.map(\.name) == ["PatientCredentialsExpired", "PatientCredentialsCreated"])
        #expect(stage.account?.credentials.map(\.state) == [.expired, .created])
    }

    @Test func `codes are compared without spaces, hyphens and case`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let typed = stage.code().lowercased().replacing("-", with: " ")
        stage.done("RegisterPatientUser", stage.registering(code: typed), as: .anonymous)
    }
}

extension Outcome {
    /// Why a registration failed, as the log keeps it.
    var failure: RegistrationFailure? {
        events.lazy.compactMap { event -> RegistrationFailure? in
            guard case .patientUserFailedToRegister(let failed) = event else { return nil }
            return failed.reason
        }.first
    }
}

extension Stage {
    fileprivate mutating func bring(to row: CredentialTableTests.Row) -> Credential? {
        done("CreatePatientPortalCredentials", creating(row == .created ? "later" : "now"))
        let issue = account?.currentCredential
        switch row {
        case .created, .distributed: break
        case .activated: register()
        case .expired: expireCredentials()
        case .superseded: done("CreatePatientPortalCredentials", creating("later"))
        case .voided: fail(times: 5)
        }
        return issue
    }

    fileprivate mutating func act(
        _ column: CredentialTableTests.Column,
        on issue: Credential?
    ) -> Outcome {
        switch column {
        case .distribute:
            return world.run("DistributePatientProfileCredentials", clientInput, as: ana)
        case .register:
            return world.run(
                "RegisterPatientUser",
                registering(code: code(of: issue)),
                as: .anonymous
            )
        case .newer: return world.run("CreatePatientPortalCredentials", creating("later"), as: ana)
        case .lock:
            return world.run("RegisterPatientUser", registering(code: "wrong"), as: .anonymous)
        case .endOfExpiryDate:
            world.now = world.now.adding(microseconds: 21 * Int64.day)
            let id = account?.id ?? Self.nobody
            return world.obey(ExpireCredentials(accountID: id), as: .scheduler)
        }
    }

    fileprivate func state(of issue: Credential?) -> Credential.State? {
        account?.credentials.first { $0.id == issue?.id }?.state
    }
}
