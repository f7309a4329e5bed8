import EventLine
import PortalAccess
import PortalEvents

extension CommandDesk {
    /// Does what follows from a commit by itself, before its reply is given. A refusal only says
    /// that there was nothing to do.
    func react(to submitted: Submitted, _ order: Order) async throws(DeskFailure) {
        guard let organisation = order.organisation else { return }
        do throws(ServiceError) {
            let clients = try clients(concernedBy: submitted.events, in: organisation)
            for reaction in Reaction.all(to: submitted.events, clients) {
                switch reaction {
                case .command(let command): _ = try await run(command, in: organisation)
                case .schedule: try await Scheduler(desk: self).runDue()
                }
            }
        } catch {
            throw .service(error)
        }
    }

    private func clients(
        concernedBy events: [PortalEvent],
        in organisation: UniqueID
    ) throws(ServiceError) -> [UniqueID: ClientState] {
        var clients: [UniqueID: ClientState] = [:]
        for id in Set(events.compactMap(\.client)) {
            clients[id] = try loader.client(id, in: organisation)?.state
        }
        return clients
    }
}
