import EventLine
import PortalAccess

/// End dates whose day has come where the organisation is.
struct EndDateTimer: TimerKind {
    func due(at moment: TimerMoment) throws(ServiceError) -> [DueTask] {
        var tasks: [DueTask] = []
        for organisation in moment.organisations {
            let rows = try moment.rows("profile-states", "due-end-dates", in: organisation)
            for row in rows {
                guard let id = row.id("clientId"), let date = row.date("endDate") else { continue }
                tasks.append(
                    DueTask(
                        dueAt: organisation.calendar.start(of: date),
                        organisation: organisation.id,
                        command: ApplyEndDate(clientID: id)
                    )
                )
            }
        }
        return tasks
    }
}

/// Accounts of clients whose record status has come to be one that disables, because the
/// organisation changed the list.
struct RecordStatusTimer: TimerKind {
    func due(at moment: TimerMoment) throws(ServiceError) -> [DueTask] {
        var tasks: [DueTask] = []
        for organisation in moment.organisations {
            let rows = try moment.rows("profile-states", "due-disablings", in: organisation)
            for row in rows {
                guard let id = row.id("clientId") else { continue }
                tasks.append(
                    DueTask(
                        dueAt: moment.now,
                        organisation: organisation.id,
                        command: DisableByRecordStatus(clientID: id)
                    )
                )
            }
        }
        return tasks
    }
}
