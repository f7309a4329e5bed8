import EventLine
import EventLog
import PersonalData
import PortalAccess

extension CommandDesk {
    /// What became of one order of a batch.
    enum BatchOutcome {
        /// Its claim was taken before: it has been carried out already.
        case alreadyThere
        /// So many events were written.
        case written(Int)
        case refused(Refusal)
    }

    /// Carries out orders that do not rest on each other, and waits for the disk once.
    ///
    /// An order whose claim exists in the log counts as carried out before.
    func runAll(
        _ orders: [(order: Order, claim: StreamName?)]
    ) async throws(ServiceError) -> [BatchOutcome] {
        var outcomes: [BatchOutcome] = []
        var waiting: [Submitted] = []
        do throws(DeskFailure) {
            for (order, claim) in orders {
                if let claim, try logHas(claim) {
                    outcomes.append(.alreadyThere)
                    continue
                }
                guard let submitted = try submit(order, alsoTaken: []) else {
                    outcomes.append(.refused(Refusal(.versionConflict)))
                    continue
                }
                if let refusal = submitted.refusal {
                    outcomes.append(.refused(refusal))
                } else {
                    outcomes.append(.written(submitted.pending?.provisional.events.count ?? 0))
                }
                waiting.append(submitted)
            }
            for submitted in waiting {
                try await afterwards(try await durable(submitted))
            }
        } catch {
            switch error {
            case .service(let error): throw error
            case .refusal(let refusal): throw ServiceError("\(refusal.reason)")
            }
        }
        return outcomes
    }

    /// The client whom a stream's events concern.
    func client(
        of stream: StreamName,
        in organisation: UniqueID
    ) throws(ServiceError) -> UniqueID? {
        try loader.client(of: stream, in: organisation)
    }
}
