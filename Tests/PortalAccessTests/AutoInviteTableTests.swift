import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T8, cell by cell: what is written when something happens, what the program then does by itself
/// included.
struct AutoInviteTableTests {
    enum Row: String, CaseIterable {
        case idle
        case scheduled
        case withheld
        case done
    }

    enum Column: String, CaseIterable {
        case note
        case sign
        case due
        case dueWithoutPhone
        case chartCorrected
        case toggleOff
        case featureOff
        case invitedByHand
        case enrolled
    }

    private static let sent = "PatientAccountOnboarded PortalInvitationSent AutoInvitationSent"
    private static let credentials = """
        PatientCredentialsCreated PatientAccessLetterGenerated PatientAccessLetterSent \
        PatientCredentialsDistributed
        """

    private static let table: [Row: [String]] = [
        .idle: [
            "ChartNoteRecorded AutoInviteScheduled",
            "EncounterSigned AutoInviteScheduled AutoInviteWithheld",
            "AutoInviteScheduled AutoInviteWithheld",
            "ClientPhoneChanged AutoInviteScheduled AutoInviteWithheld",
            "ClientPhoneChanged", "AutoSendInvitationTurnedOff", "AutoInviteDisabled",
            "PatientAccountOnboarded PortalInvitationSent",
            "PatientAccountOnboarded \(credentials)",
        ],
        .scheduled: [
            "ChartNoteRecorded", "EncounterSigned AutoInviteScheduled \(sent)", sent,
            "ClientPhoneChanged AutoInviteWithheld", "ClientPhoneChanged",
            "AutoSendInvitationTurnedOff AutoInviteCancelled",
            "AutoInviteDisabled AutoInviteCancelled",
            "PatientAccountOnboarded PortalInvitationSent AutoInviteCancelled",
            "PatientAccountOnboarded \(credentials) AutoInviteCancelled",
        ],
        .withheld: [
            "ChartNoteRecorded AutoInviteWithheld", "EncounterSigned AutoInviteWithheld",
            "AutoInviteWithheld", "ClientPhoneChanged AutoInviteWithheld AutoInviteWithheld",
            "ClientPhoneChanged \(sent)", "AutoSendInvitationTurnedOff AutoInviteCancelled",
            "AutoInviteDisabled AutoInviteCancelled",
            "PatientAccountOnboarded PortalInvitationSent AutoInviteCancelled",
            "PatientAccountOnboarded \(credentials) AutoInviteCancelled",
        ],
        .done: [
            "ChartNoteRecorded", "EncounterSigned", "", "ClientPhoneChanged",
            "ClientPhoneChanged", "AutoSendInvitationTurnedOff", "AutoInviteDisabled",
            "PortalInvitationSent", credentials,
        ],
    ]

    static let cells = cellsOf(table.mapValues { $0.map(Answer.writes) }, Column.self)

    @Test(arguments: cells)
    func `an automatic invitation goes as T8 says`(cell: Cell<Row, Column>) {
        var stage = Stage()
        stage.done("EnableAutoInvite")
        let encounter = stage.bring(to: cell.row)
        let count = stage.world.history.count
        stage.act(cell.column, on: encounter)
        let written = stage.world.events.dropFirst(count).map(\.name)
        #expect(written == cell.answer.names)
    }
}

extension Stage {
    fileprivate mutating func bring(to row: AutoInviteTableTests.Row) -> UniqueID {
        if row == .withheld { done("ChangeClientPhone", clientInput) }
        let encounter = visit()
        switch row {
        case .idle: break
        case .scheduled: note(encounter)
        case .withheld, .done:
            note(encounter)
            sign(encounter)
        }
        return row == .idle || row == .scheduled ? encounter : visit("2026-03-02")
    }

    fileprivate mutating func act(
        _ column: AutoInviteTableTests.Column,
        on encounter: UniqueID
    ) {
        switch column {
        case .note: note(encounter)
        case .sign: sign(encounter)
        case .due: pass(days: 40)
        case .dueWithoutPhone:
            done("ChangeClientPhone", clientInput)
            pass(days: 40)
        case .chartCorrected: done("ChangeClientPhone", clientInput.with("new", "555 0101"))
        case .toggleOff: done("TurnAutoSendOff", clientInput)
        case .featureOff: done("DisableAutoInvite")
        case .invitedByHand: done("SendPortalInvitation", sending)
        case .enrolled: done("CreatePatientPortalCredentials", creating())
        }
    }
}
