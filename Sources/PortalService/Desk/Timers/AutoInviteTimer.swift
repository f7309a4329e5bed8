import EventLine
import PortalAccess

/// Automatic invitations: those that are due on a local date, those to look at again, and those
/// to take back.
struct AutoInviteTimer: TimerKind {
    func due(at moment: TimerMoment) throws(ServiceError) -> [DueTask] {
        var tasks: [DueTask] = []
        for organisation in moment.organisations {
            for row in try moment.rows("auto-invites", "due-auto-invites", in: organisation) {
                guard let id = row.id("clientId") else { continue }
                let isOff = row["act"]?.string == "cancel"
                tasks.append(
                    DueTask(
                        dueAt: row.date("dueOn").map(organisation.calendar.start) ?? moment.now,
                        organisation: organisation.id,
                        command: isOff
                            ? CancelAutoInvite(clientID: id) : SendAutoInvitation(clientID: id)
                    )
                )
            }
        }
        return tasks
    }
}
