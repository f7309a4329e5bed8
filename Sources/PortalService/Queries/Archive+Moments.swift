package import EventLine
import EventLog
import PortalAccess
import PortalEvents
import ProjectionEngine

extension Archive {
    /// The organisation that a question is about; it may be left out where there is one.
    package func organisation(_ named: UniqueID?) throws(ServiceError) -> UniqueID? {
        guard let stream = StreamName("organisations/registered") else { return nil }
        let founding: Set = [OrganisationRegistered.type]
        let all = try lines(following: stream, of: founding, through: .max)
            .compactMap(\.envelope.organisation)
        guard let named else { return all.count == 1 ? all.first : nil }
        return all.contains(named) ? named : nil
    }

    /// An organisation's settings as of a sequence.
    func settings(
        of organisation: UniqueID,
        through sequence: UInt64
    ) throws(ServiceError) -> OrganisationState {
        let lines = try organisationLines(organisation, through: sequence)
        return try organisations.state(of: organisation, through: lines) {
            lines throws(ServiceError) in try recorded(lines)
        }
    }

    /// The events that made an organisation what it was, up to a sequence.
    func organisationLines(
        _ id: UniqueID,
        through sequence: UInt64
    ) throws(ServiceError) -> [EventLine] {
        let stream = StreamName("organisation", id)
        return try lines(following: stream, of: OrganisationState.eventTypes, through: sequence)
    }

    /// The moment that `asOf` names: a time, a sequence, or now; nil if it is neither.
    func moment(_ asOf: JSONValue?) throws(ServiceError) -> QueryCase.Moment? {
        let head = try head()
        guard let asOf else {
            return QueryCase.Moment(sequence: head, time: clock.now, isNow: true)
        }
        if let text = asOf.string, let time = Instant(rfc3339: text) {
            let sequence = try lastSequence(at: time)
            let now = max(clock.now, try self.time(of: head))
            return QueryCase.Moment(sequence: sequence, time: time, isAhead: time > now)
        }
        let number = asOf.integer ?? asOf.string.flatMap { Int64($0) }
        guard let number, number >= 0 else { return nil }
        let sequence = min(UInt64(number), head)
        return QueryCase.Moment(
            sequence: sequence,
            time: try time(of: sequence),
            isAhead: UInt64(number) > head
        )
    }

    private func time(of sequence: UInt64) throws(ServiceError) -> Instant {
        guard sequence > 0 else { return Instant(microseconds: 0) }
        return try line(at: sequence).envelope.time
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
