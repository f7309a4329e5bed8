import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T1, cell by cell.
struct InvitationTableTests {
    enum Row: String, CaseIterable {
        case pending
        /// Past its end, before the timer ran: the guard does not wait for the timer.
        case overdue
        case expired
        case accepted
        case rejected
        case revoked
    }

    enum Column: String, CaseIterable {
        case resend
        case accept
        case reject
        case revoke
        case time
    }

    private static let acceptance = """
        InvitationAccepted MedicalProfileCreated ProfileOwnershipAssumed PatientAccountOnboarded \
        LoginEmailClaimed PatientUserSuccessfullyRegistered PasswordSet PatientAccessGranted
        """

    private static let table: [Row: [Answer]] = [
        .pending: [
            .writes("PortalInvitationResent"), .writes(acceptance), .writes("InvitationRejected"),
            .writes("InvitationRevoked"), .writes("InvitationExpired"),
        ],
        .overdue: [
            .writes("PortalInvitationResent"), .refuses(.invitationExpired),
            .refuses(.invitationExpired), .writes("InvitationRevoked"),
            .writes("InvitationExpired"),
        ],
        .expired: [
            .writes("PortalInvitationResent"), .refuses(.invitationExpired),
            .refuses(.invitationExpired), .writes("InvitationRevoked"), .refuses(.notDueYet),
        ],
        .accepted: [
            .refuses(.alreadySignedIn), .refuses(.alreadyAccepted), .refuses(.alreadyAccepted),
            .refuses(.alreadyAccepted), .refuses(.notDueYet),
        ],
        .rejected: [
            .refuses(.alreadyRejected), .refuses(.alreadyRejected), .refuses(.alreadyRejected),
            .refuses(.alreadyRejected), .refuses(.notDueYet),
        ],
        .revoked: [
            .refuses(.invitationRevoked), .refuses(.invitationRevoked),
            .refuses(.invitationRevoked), .refuses(.invitationRevoked), .refuses(.notDueYet),
        ],
    ]

    static let cells = cellsOf(table, Column.self)

    @Test(arguments: cells)
    func `an invitation answers as T1 says`(cell: Cell<Row, Column>) {
        var stage = Stage()
        stage.bring(to: cell.row)
        check(cell, on: &stage) { $0.act(cell.column) }
    }

    @Test func `a resent invitation's old link is dead and its new one works`() {
        var stage = Stage()
        stage.bring(to: InvitationTableTests.Row.pending)
        let old = stage.accepting
        stage.done("ResendInvitation", stage.invitationInput)
        #expect(
            stage.world.run("AcceptInvitation", old, as: .anonymous).reason == .invitationExpired
        )
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
    }

    @Test func `an old invitation's link tells its own fate after a new invitation`() {
        var stage = Stage()
        stage.bring(to: InvitationTableTests.Row.rejected)
        let rejected = stage.accepting
        stage.done("ReInviteClient", stage.inviting(ticked: false))
        let revoked = stage.accepting
        stage.done("RevokeInvitation", stage.invitationInput)
        stage.done("InviteClient", stage.inviting(ticked: false))
        for command in ["AcceptInvitation", "RejectInvitation"] {
            let strip = { (link: JSONValue) in
                command == "AcceptInvitation"
                    ? link : link.with("capacity", nil).with("password", nil)
            }
            let first = stage.world.run(command, strip(rejected), as: .anonymous)
            #expect(first.reason == .alreadyRejected)
            let second = stage.world.run(command, strip(revoked), as: .anonymous)
            #expect(second.reason == .invitationRevoked)
        }
    }

    @Test func `a link that is no invitation's is not found`() {
        var stage = Stage()
        stage.bring(to: InvitationTableTests.Row.pending)
        stage.done("CreatePatientPortalCredentials", stage.creating())
        stage.register()
        let link = stage.confirmationLink
        #expect(stage.world.run("RejectInvitation", link, as: .anonymous).reason == .notFound)
        let unknown: JSONValue = ["token": "no such link"]
        #expect(stage.world.run("RejectInvitation", unknown, as: .anonymous).reason == .notFound)
    }
}

extension Stage {
    fileprivate mutating func bring(to row: InvitationTableTests.Row) {
        done("InviteClient", inviting(ticked: false))
        switch row {
        case .pending: break
        case .overdue: world.now = max(world.now, invitation?.expiresAt ?? world.now)
        case .expired: expireInvitation()
        case .accepted: done("AcceptInvitation", accepting, as: .anonymous)
        case .rejected: done("RejectInvitation", invitationLink, as: .anonymous)
        case .revoked: done("RevokeInvitation", invitationInput)
        }
    }

    fileprivate mutating func act(_ column: InvitationTableTests.Column) -> Outcome {
        switch column {
        case .resend: world.run("ResendInvitation", invitationInput, as: ana)
        case .accept: world.run("AcceptInvitation", accepting, as: .anonymous)
        case .reject: world.run("RejectInvitation", invitationLink, as: .anonymous)
        case .revoke: world.run("RevokeInvitation", invitationInput, as: ana)
        case .time: expiring()
        }
    }

    private mutating func expiring() -> Outcome {
        world.now = max(world.now, invitation?.expiresAt ?? world.now)
        return world.obey(
            ExpireInvitation(invitationID: invitation?.id ?? Self.nobody),
            as: .scheduler
        )
    }
}
