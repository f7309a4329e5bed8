import EventLine
import PortalAccess

/// Clients who come of age, at the beginning of their birthday.
struct ComingOfAgeTimer: TimerKind {
    func due(at moment: TimerMoment) throws(ServiceError) -> [DueTask] {
        var tasks: [DueTask] = []
        for organisation in moment.organisations {
            for row in try moment.rows("coming-of-age", "due-birthdays", in: organisation) {
                guard let id = row.id("clientId"), let birthday = row.date("birthday") else {
                    continue
                }
                tasks.append(
                    DueTask(
                        dueAt: organisation.calendar.start(of: birthday),
                        organisation: organisation.id,
                        command: ApplyComingOfAge(clientID: id)
                    )
                )
            }
        }
        return tasks
    }
}
