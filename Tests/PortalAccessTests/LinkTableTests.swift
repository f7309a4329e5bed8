import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T1 for invitations by whose link somebody registers, cell by cell.
struct LinkTableTests {
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
        case register
        case reject
        case revoke
        case time
    }

    private static let registration = """
        LoginEmailClaimed PasswordSet InvitationAccepted PatientUserSuccessfullyRegistered \
        MedicalProfileCreated PatientAccessGranted
        """

    private static let table: [Row: [Answer]] = [
        .pending: [
            .writes("PortalInvitationResent"), .writes(registration),
            .writes("InvitationRejected"), .writes("InvitationRevoked"),
            .writes("InvitationExpired"),
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
            .refuses(.alreadySignedIn), .refuses(.linkAlreadyUsed), .refuses(.alreadyAccepted),
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
    func `an invitation by link answers as T1 says`(cell: Cell<Row, Column>) {
        var stage = Stage()
        stage.bring(to: cell.row)
        check(cell, on: &stage) { $0.act(cell.column) }
    }
}

extension Stage {
    fileprivate mutating func bring(to row: LinkTableTests.Row) {
        done("SendPortalInvitation", sending)
        switch row {
        case .pending: break
        case .overdue: world.now = invitation(.registration)?.expiresAt ?? world.now
        case .expired: _ = expiring()
        case .accepted: done("RegisterByLink", registeringByLink, as: .anonymous)
        case .rejected: done("RejectInvitation", link, as: .anonymous)
        case .revoked: done("RevokeInvitation", sent)
        }
    }

    fileprivate mutating func act(_ column: LinkTableTests.Column) -> Outcome {
        switch column {
        case .resend: world.run("ResendInvitation", sent, as: ana)
        case .register: world.run("RegisterByLink", registeringByLink, as: .anonymous)
        case .reject: world.run("RejectInvitation", link, as: .anonymous)
        case .revoke: world.run("RevokeInvitation", sent, as: ana)
        case .time: expiring()
        }
    }

    private var link: JSONValue { ["token": token(of: .registration)] }
    private var registeringByLink: JSONValue { registering(by: token(of: .registration)) }
    private var sent: JSONValue {
        ["invitationId": .id(invitation(.registration)?.id ?? Self.nobody)]
    }

    private mutating func expiring() -> Outcome {
        let invitation = invitation(.registration)
        world.now = max(world.now, invitation?.expiresAt ?? world.now)
        return world.obey(
            ExpireInvitation(invitationID: invitation?.id ?? Self.nobody),
            as: .scheduler
        )
    }
}
