import EventLine
import PortalAccess

/// Invitations that were not used in time, temporary passwords among them.
struct InvitationTimer: TimerKind {
    func due(at moment: TimerMoment) throws(ServiceError) -> [DueTask] {
        try moment.rows("invitations", "due-invitations").compactMap { row in
            DueTask(row, "invitationId") { ExpireInvitation(invitationID: $0) }
        }
    }
}

/// Confirmation links that were not used in time.
struct ConfirmationTimer: TimerKind {
    func due(at moment: TimerMoment) throws(ServiceError) -> [DueTask] {
        try moment.rows("profile-states", "due-confirmations").compactMap { row in
            DueTask(row, "accountId") { ExpireConfirmation(accountID: $0) }
        }
    }
}

/// Credentials, which can be used until the end of a local date.
struct CredentialTimer: TimerKind {
    func due(at moment: TimerMoment) throws(ServiceError) -> [DueTask] {
        var tasks: [DueTask] = []
        for organisation in moment.organisations {
            let rows = try moment.rows("profile-states", "due-credentials", in: organisation)
            for row in rows {
                guard let id = row.id("accountId"), let date = row.date("expiryDate") else {
                    continue
                }
                tasks.append(
                    DueTask(
                        dueAt: organisation.calendar.start(of: date.adding(days: 1)),
                        organisation: organisation.id,
                        command: ExpireCredentials(accountID: id)
                    )
                )
            }
        }
        return tasks
    }
}

extension DueTask {
    /// What a row with `expiresAt` and `organisationId` makes due.
    fileprivate init?(_ row: JSONValue, _ name: String, _ command: (UniqueID) -> any Command) {
        guard let id = row.id(name), let dueAt = row.instant("expiresAt"),
            let organisation = row.id("organisationId")
        else { return nil }
        self.init(dueAt: dueAt, organisation: organisation, command: command(id))
    }
}
