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
    /// start, and a vault restored from an old copy loses again the keys that came back with it:
    /// the vault itself knows how many of the log's erasures it has seen finished, and only those
    /// behind are read.
    func finishErasures() async throws(ServiceError) {
        guard let stream = StreamName("erasures/keys") else { return }
        let lines = try unfinishedErasures(stream)
        guard let last = lines.last?.envelope else { return }
        let (ordered, completed) = try erasures(of: lines)
        let tombstones = ordered.map {
            Tombstone(subject: $0.event.scope, destroyedAt: "\($0.line.envelope.time)")
        }
        let hadReturned = try serviceError { () throws(VaultError) in
            try store.vault.reapplyTombstones(tombstones)
        }
        let unfinished = ordered.filter { !completed.contains($0.event.keyId) }
        if !unfinished.isEmpty || !hadReturned.isEmpty {
            try store.catchUpProjections()
            try serviceError { () throws(ProjectionError) in try store.projections.purge() }
            for (event, line) in unfinished {
                guard let organisation = line.envelope.organisation,
                    case .accepted = try await run(CompleteErasure(of: event), in: organisation)
                else { return }
            }
        }
        guard let count = last.streams.first(where: { $0.stream == stream })?.version else {
            return
        }
        try serviceError { () throws(VaultError) in try store.vault.noteFinishedErasures(count) }
    }

    /// What the log has about erasures behind what the vault has seen finished.
    private func unfinishedErasures(_ stream: StreamName) throws(ServiceError) -> [EventLine] {
        let finished = try serviceError { () throws(VaultError) in
            try store.vault.finishedErasureCount()
        }
        // A log that has fewer is an older copy than the vault: then nothing is known of it.
        let isKnown = try finished <= store.log.eventCount(of: stream)
        return try serviceError { () throws(LogError) in
            try store.log.events(in: stream, after: isKnown ? finished : 0)
        }
    }

    private func erasures(
        of lines: [EventLine]
    ) throws(ServiceError) -> (
        ordered: [(event: PersonalDataKeyDestroyed, line: EventLine)], completed: Set<UniqueID>
    ) {
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
        return (ordered, completed)
    }
}
