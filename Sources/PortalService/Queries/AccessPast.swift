import EventLine
import PortalAccess
import PortalEvents

/// The events that decide who could see a profile, with the timeline that follows them.
struct AccessPast {
    let client: UniqueID
    let lines: [EventLine]
    let entries: [AccessTimeline.Entry]
    let timeline: AccessTimeline

    /// What stands in the log about the organisation, a client, and the other clients with whom
    /// accounts were opened that may reach the client's profile, up to the moment that is asked
    /// about. Where records were merged, an account was another record's before.
    init(of client: UniqueID, with homes: Set<UniqueID>, _ asked: QueryCase) throws {
        self.client = client
        let archive = try asked.archive
        let end = asked.moment.sequence
        let streams = homes.union([client]).map { StreamName("client", $0) }
        let past = try archive.past(of: Set(streams), through: end)
        // No event that makes an organisation what it is stands in a client's stream.
        lines =
            try (archive.organisationLines(asked.organisation, through: end) + past.lines)
            .sorted { $0.envelope.sequence < $1.envelope.sequence }
        entries = try lines.map { line in
            let recorded = try RecordedEvent(line: line, open: archive.vault.opened)
            return AccessTimeline.Entry(
                recorded.event,
                in: line.envelope.streams.map(\.stream),
                at: line.envelope.time
            )
        }
        let records = past.streams.compactMap(\.id)
        timeline = AccessTimeline(of: client, with: Set(records)) { zone in
            let calendar = LocalCalendar(zone: zone) ?? .universal
            return LocalDays(
                date: { calendar.date(of: $0) },
                start: { calendar.start(of: $0) }
            )
        }
    }

    /// The event at a moment; nil where it was the calendar's.
    func line(at moment: AccessTimeline.Moment) -> EventLine? {
        moment.entry.map { lines[$0] }
    }
}

extension QueryCase {
    /// The past of a profile for one account, wherever that was opened.
    func past(of profile: UniqueID, for account: UniqueID) throws -> AccessPast {
        let client = try client(ofProfile: profile)
        guard let home = try home(ofAccount: account) else {
            throw Refusal(
                .notFound,
                field: "accountId",
                detail: "there was no such account in the organisation then"
            )
        }
        return try AccessPast(of: client, with: [home], self)
    }

    /// The past of a profile for everybody who ever had access to it.
    func past(of profile: UniqueID) throws -> AccessPast {
        let client = try client(ofProfile: profile)
        var homes: Set<UniqueID> = []
        for grant in try self.client(client).client.profiles.flatMap(\.grants) {
            let home: UniqueID? =
                switch grant.holder {
                case .account(let id): try self.home(ofAccount: id)
                case .person(let id): try self.home(ofPerson: id)
                case .professional: nil
                }
            if let home { homes.insert(home) }
        }
        return try AccessPast(of: client, with: homes, self)
    }

    /// The client whose profile it is or was, of this organisation.
    private func client(ofProfile id: UniqueID) throws -> UniqueID {
        let lines = try archive.lines(of: [StreamName("profile", id)], through: moment.sequence)
        guard let first = lines.first?.envelope, first.organisation == organisation,
            let client = first.client
        else {
            throw Refusal(
                .notFound,
                field: "profileId",
                detail: "there was no such profile in the organisation then"
            )
        }
        return client
    }
}
