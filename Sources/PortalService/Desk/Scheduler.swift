import EventLine
import PortalAccess

/// Runs what the passing of time makes due: expired credentials, invitations and links, automatic
/// invitations.
///
/// Each kind of timer asks a projection what is due and sends ordinary commands; the deciding
/// rules check again, and compare with the clock themselves, so a late scheduler leaves no door
/// open.
package struct Scheduler: Sendable {
    private let desk: CommandDesk

    /// Every kind of timer. What is due at the same moment runs in this order.
    private static let kinds: [any TimerKind] = [
        InvitationTimer(),
        ConfirmationTimer(),
        CredentialTimer(),
        EndDateTimer(),
        RecordStatusTimer(),
        AutoInviteTimer(),
        ComingOfAgeTimer(),
    ]

    /// A scheduler for a desk.
    package init(desk: CommandDesk) {
        self.desk = desk
    }

    /// Runs everything that is due now, in the order in which it became due; answers with how
    /// many commands wrote something.
    @discardableResult
    package func runDue() async throws(ServiceError) -> Int {
        try desk.store.catchUpProjections()
        var count = 0
        for task in try dueTasks() {
            let reply = try await desk.run(task.command, in: task.organisation)
            if case .accepted = reply { count += 1 }
        }
        return count
    }

    private func dueTasks() throws(ServiceError) -> [DueTask] {
        let moment = try TimerMoment(desk.store)
        var tasks: [DueTask] = []
        for kind in Self.kinds { tasks += try kind.due(at: moment) }
        let ordered = tasks.enumerated().sorted {
            ($0.element.dueAt, $0.offset) < ($1.element.dueAt, $1.offset)
        }
        return ordered.map(\.element)
    }
}
