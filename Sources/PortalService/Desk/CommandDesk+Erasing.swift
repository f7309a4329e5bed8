import EventLine
import EventLog
import PersonalData
import PortalAccess
import PortalEvents
import ProjectionEngine

extension CommandDesk {
    /// Destroys the keys of every ordered erasure that is not completed, and says so in the log.
    ///
    /// The order stands in the log first. So a crash in between is finished here at the next
    /// start, and a vault restored from an old copy loses again the keys that came back with it.
    func finishErasures() async throws(ServiceError) {
        guard let stream = StreamName("erasures/keys") else { return }
        let lines = try serviceError { () throws(LogError) in try store.log.events(in: stream) }
        var ordered: [(event: PersonalDataKeyDestroyed, line: EventLine)] = []
        var completed: Set<UniqueID> = []
        for line in lines {
            let event = try serviceError { () throws(EventDecodingError) in
                try PortalEvent(type: line.envelope.type, data: line.data, open: store.vault.opened)
            }
            switch event {
            case .personalDataKeyDestroyed(let event): ordered.append((event, line))
            case .personalDataErasureCompleted(let event): completed.insert(event.keyId)
            default: break
            }
        }
        let tombstones = ordered.map {
            Tombstone(subject: $0.event.scope, destroyedAt: "\($0.line.envelope.time)")
        }
        guard !tombstones.isEmpty else { return }
        let hadReturned = try serviceError { () throws(VaultError) in
            try store.vault.reapplyTombstones(tombstones)
        }
        let unfinished = ordered.filter { !completed.contains($0.event.keyId) }
        guard !unfinished.isEmpty || !hadReturned.isEmpty else { return }
        try store.catchUpProjections()
        try serviceError { () throws(ProjectionError) in try store.projections.purge() }
        for (event, line) in unfinished {
            guard let organisation = line.envelope.organisation else { continue }
            _ = try await run(CompleteErasure(of: event), in: organisation)
        }
    }
}
