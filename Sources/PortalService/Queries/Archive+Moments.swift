package import EventLine
import EventLog
import PortalAccess
import PortalEvents
import ProjectionEngine

extension Archive {
    /// The organisation that a question is about; it may be left out where there is one.
    package func organisation(_ named: UniqueID?) throws(ServiceError) -> UniqueID? {
        guard let stream = StreamName("organisations/registered") else { return nil }
        let all = try lines(of: [stream], through: .max).compactMap(\.envelope.organisation)
        guard let named else { return all.count == 1 ? all.first : nil }
        return all.contains(named) ? named : nil
    }

    /// An organisation's settings as of a sequence.
    func settings(
        of organisation: UniqueID,
        through sequence: UInt64
    ) throws(ServiceError) -> OrganisationState {
        var settings = OrganisationState()
        for event in try events(in: [StreamName("organisation", organisation)], through: sequence) {
            settings.evolve(with: event.event)
        }
        return settings
    }

    /// The moment that `asOf` names: a time, a sequence, or now; nil if it is neither.
    func moment(_ asOf: JSONValue?) throws(ServiceError) -> QueryCase.Moment? {
        let head = try head()
        guard let asOf else {
            return QueryCase.Moment(sequence: head, time: clock.now, isNow: true)
        }
        if let text = asOf.string, let time = Instant(rfc3339: text) {
            return QueryCase.Moment(sequence: try lastSequence(at: time), time: time)
        }
        let number = asOf.integer ?? asOf.string.flatMap { Int64($0) }
        guard let number, number >= 0 else { return nil }
        let sequence = min(UInt64(number), head)
        return QueryCase.Moment(sequence: sequence, time: try time(of: sequence))
    }

    private func time(of sequence: UInt64) throws(ServiceError) -> Instant {
        guard sequence > 0 else { return Instant(microseconds: 0) }
        do {
            return try reader.line(at: sequence).event().envelope.time
        } catch {
            throw ServiceError("\(error)")
        }
    }

    /// The last event that was recorded at a time or before it.
    private func lastSequence(at time: Instant) throws(ServiceError) -> UInt64 {
        try serviceError { () throws(LogError) in try reader.lastSequence(notAfter: time) }
    }
}

extension ProjectionSet {
    /// The definitions that the live files were made with.
    func definitions() throws(ServiceError) -> [ProjectionDefinition] {
        var definitions: [ProjectionDefinition] = []
        for name in names {
            definitions.append(
                try serviceError { () throws(ProjectionError) in try definition(of: name) }
            )
        }
        return definitions
    }
}
