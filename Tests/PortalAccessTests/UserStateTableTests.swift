import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T3, cell by cell.
///
/// A client who never had an account has none to disable, enable or confirm by: those cells show
/// as `notFound` and as a link that nobody has. Nobody can sign in with an address that is not
/// claimed, which it is only from registration on: an unknown attempt.
struct UserStateTableTests {
    enum Row: String, CaseIterable {
        case notEnrolled
        case undistributed
        case distributed
        case oneTryLeft
        case pendingEmailConfirmation
        case active
        case locked
        case disabledByRecord
        case disabledWithCredentials
        case disabledWithoutCredentials
    }

    enum Column: String, CaseIterable {
        case create
        case distribute
        case registerCorrectly
        case registerWrongly
        case confirm
        case signIn
        case disable
        case enable
        case recordBecomesDisabling
    }

    private static let letters =
        "PatientAccessLetterGenerated PatientAccessLetterSent PatientCredentialsDistributed"
    private static let superseding =
        Answer.writes("PatientCredentialsSuperseded PatientCredentialsCreated")
    private static let unknown =
        Answer.refuses(.signInRefused, recording: "UnknownSignInAttempt")
    private static let signInRefused = Answer.refuses(.signInRefused, recording: "SignInRefused")
    private static let refused =
        Answer.refuses(.registrationRefused, recording: "RegistrationRefused")
    private static let failed =
        Answer.refuses(.registrationRefused, recording: "PatientUserFailedToRegister")
    private static let locking = Answer.refuses(
        .registrationRefused,
        recording: "PatientUserFailedToRegister PatientCredentialsVoided PatientAccountLocked"
    )
    private static let registered = Answer.writes(
        """
        PatientCredentialsActivated PatientUserSuccessfullyRegistered LoginEmailClaimed \
        PasswordSet ConfirmationEmailSent
        """
    )
    private static let disabledAutomatically =
        Answer.writes("ClientRecordStatusChanged PatientAccountDisabledAutomatically")
    /// Disable and enable where the account is neither active nor disabled.
    private static let neither = [
        Answer.refuses(.accountNotActive), .refuses(.accountNotDisabled), disabledAutomatically,
    ]

    private static let table: [Row: [Answer]] = [
        .notEnrolled: [
            .writes("PatientAccountOnboarded PatientCredentialsCreated"),
            .writes("PatientAccountOnboarded PatientCredentialsCreated \(letters)"),
            refused, refused, .refuses(.nothingToConfirm), unknown, .refuses(.notFound),
            .refuses(.notFound), .writes("ClientRecordStatusChanged"),
        ],
        .undistributed: [
            superseding, .writes(letters), failed, failed, .refuses(.nothingToConfirm), unknown,
        ] + neither,
        .distributed: [
            superseding, .refuses(.hasActiveCredentials), registered, failed,
            .refuses(.nothingToConfirm), unknown,
        ] + neither,
        .oneTryLeft: [
            superseding, .refuses(.hasActiveCredentials), registered, locking,
            .refuses(.nothingToConfirm), unknown,
        ] + neither,
        .pendingEmailConfirmation: [
            .writes("LoginEmailReleased PatientCredentialsSuperseded PatientCredentialsCreated"),
            .refuses(.hasActiveCredentials), refused, refused,
            .writes("PatientEmailConfirmed MedicalProfileCreated PatientAccessGranted"),
            signInRefused,
        ] + neither,
        .active: [
            .refuses(.accountActive), .refuses(.accountActive), refused, refused,
            .refuses(.alreadyConfirmed), .writes("SignedIn"),
            .writes("PatientAccountDisabled SessionsEnded"), .refuses(.accountNotDisabled),
            .writes("ClientRecordStatusChanged PatientAccountDisabledAutomatically SessionsEnded"),
        ],
        .locked: [
            .writes("PatientCredentialsCreated"),
            .writes("PatientCredentialsCreated \(letters) PatientAccountUnlocked"),
            refused, refused, .refuses(.nothingToConfirm), unknown,
        ] + neither,
        .disabledByRecord: [
            .refuses(.recordStatusDisabled), .refuses(.recordStatusDisabled), refused, refused,
            .refuses(.accountDisabled), signInRefused, .refuses(.accountNotActive),
            .refuses(.recordStatusDisabled), .writes("ClientRecordStatusChanged"),
        ],
        .disabledWithCredentials: [
            .refuses(.accountDisabled), .refuses(.hasActiveCredentials), refused, refused,
            .refuses(.accountDisabled), signInRefused, .refuses(.accountNotActive),
            .writes("PatientAccountEnabled"), disabledAutomatically,
        ],
        .disabledWithoutCredentials: [
            .writes("PatientCredentialsCreated"),
            .writes("PatientCredentialsCreated \(letters) PatientAccountEnabled"),
            refused, refused, .refuses(.accountDisabled), unknown, .refuses(.accountNotActive),
            .refuses(.noActiveCredentials), disabledAutomatically,
        ],
    ]

    static let cells = cellsOf(table, Column.self)

    @Test(arguments: cells)
    func `a patient user answers as T3 says`(cell: Cell<Row, Column>) {
        var stage = Stage()
        stage.bring(to: cell.row)
        check(cell, on: &stage) { $0.act(cell.column) }
    }

    static let arrivals: [(Row, Column, UserState?)] = [
        (.notEnrolled, .create, .pendingRegistration),
        (.notEnrolled, .distribute, .pendingRegistration),
        (.notEnrolled, .recordBecomesDisabling, nil),
        (.undistributed, .create, .pendingRegistration),
        (.undistributed, .distribute, .pendingRegistration),
        (.undistributed, .registerWrongly, .pendingRegistration),
        (.undistributed, .recordBecomesDisabling, .disabled),
        (.distributed, .registerCorrectly, .pendingEmailConfirmation),
        (.oneTryLeft, .registerWrongly, .locked),
        (.pendingEmailConfirmation, .create, .pendingRegistration),
        (.pendingEmailConfirmation, .confirm, .active), (.active, .disable, .disabled),
        (.active, .recordBecomesDisabling, .disabled), (.locked, .create, .locked),
        (.locked, .distribute, .pendingRegistration), (.locked, .recordBecomesDisabling, .disabled),
        (.disabledWithCredentials, .enable, .active),
        (.disabledWithCredentials, .recordBecomesDisabling, .disabled),
        (.disabledWithoutCredentials, .create, .disabled),
        (.disabledWithoutCredentials, .distribute, .pendingRegistration),
    ]

    @Test(arguments: arrivals)
    func `a patient user arrives where T3 says`(row: Row, column: Column, state: UserState?) {
        var stage = Stage()
        stage.bring(to: row)
        _ = stage.act(column)
        #expect(stage.userState == state)
    }
}

extension Stage {
    mutating func bring(to row: UserStateTableTests.Row) {
        switch row {
        case .notEnrolled: break
        case .undistributed: done("CreatePatientPortalCredentials", creating("later"))
        case .distributed: done("CreatePatientPortalCredentials", creating())
        case .oneTryLeft:
            bring(to: .distributed)
            fail(times: 4)
        case .pendingEmailConfirmation:
            bring(to: .distributed)
            register()
        case .active: becomeActive()
        case .locked:
            bring(to: .pendingEmailConfirmation)
            done("CreatePatientPortalCredentials", creating())
            fail(times: 5)
        case .disabledByRecord:
            becomeActive()
            setRecordStatus(.inactive)
        case .disabledWithCredentials:
            becomeActive()
            done("DisablePatientProfileAccount", accountInput)
        case .disabledWithoutCredentials:
            bring(to: .pendingEmailConfirmation)
            done("CreatePatientPortalCredentials", creating())
            expireCredentials()
            setRecordStatus(.inactive)
            setRecordStatus(.active)
        }
    }

    fileprivate mutating func act(_ column: UserStateTableTests.Column) -> Outcome {
        switch column {
        case .create:
            world.run("CreatePatientPortalCredentials", creating("later"), as: ana)
        case .distribute: world.run("DistributePatientProfileCredentials", distributing, as: ana)
        case .registerCorrectly:
            world.run("RegisterPatientUser", registering(code: code()), as: .anonymous)
        case .registerWrongly:
            world.run("RegisterPatientUser", registering(code: "wrong"), as: .anonymous)
        case .confirm: world.run("ConfirmEmail", confirmationLink, as: .anonymous)
        case .signIn: world.run("SignIn", signingIn, as: .anonymous)
        case .disable: world.run("DisablePatientProfileAccount", accountInput, as: ana)
        case .enable: world.run("EnablePatientProfileAccount", accountInput, as: ana)
        case .recordBecomesDisabling:
            world.run("ChangeRecordStatus", clientInput.with("status", "deceased"), as: ana)
        }
    }
}
