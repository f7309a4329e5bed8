import EventLine
import EventLog
import PortalAccess
import PortalEvents

@testable import PortalService

/// What the rules' own fold of the log says: the answer that projections are held against.
struct Ledger {
    let organisation: OrganisationState
    let today: LocalDate
    let now: Instant
    private(set) var clients: [(id: UniqueID, state: ClientState)] = []
    /// The kind of every resource that was ever added.
    private(set) var kinds: [UniqueID: String] = [:]
    private(set) var portalNames: [UniqueID: String] = [:]
    private(set) var lastSignIns: [UniqueID: Instant] = [:]

    init(_ store: Store, _ organisationID: UniqueID) throws {
        var loader = StateLoader(log: store.log, vault: store.vault)
        organisation = try loader.organisation(organisationID).state
        let calendar = LocalCalendar(zone: organisation.timeZone) ?? .universal
        now = store.clock.now
        today = calendar.date(of: store.clock.now)
        var lines = store.log.reader.lines()
        var ids: [UniqueID] = []
        while let raw = try lines.next() {
            let recorded = try RecordedEvent(line: try raw.event(), open: store.vault.opened)
            if case .clientRegistered(let event) = recorded.event,
                recorded.envelope.organisation == organisationID
            {
                ids.append(event.clientId)
            }
            note(recorded)
        }
        for id in ids {
            guard let state = try loader.client(id, in: organisationID)?.state else {
                throw Unexpected("the loader has no client \(id)")
            }
            clients.append((id, state))
        }
    }

    private mutating func note(_ recorded: RecordedEvent) {
        switch recorded.event {
        case .recordResourceAdded(let event): kinds[event.resourceId] = event.kind
        case .patientPortalConnected(let event):
            portalNames[event.connectionId] = event.portalName
        case .signedIn(let event): lastSignIns[event.accountId] = recorded.envelope.time
        default: break
        }
    }

    func userState(_ id: UniqueID, _ client: ClientState) -> JSONValue {
        let account = client.ownAccount
        var causes = (account?.disabledBy ?? []).map(\.rawValue)
        let isDisabling =
            client.card.map { organisation.disablingStatuses.contains($0.recordStatus) } ?? false
        if account != nil, client.card?.isEndDateInEffect(on: today) == true {
            causes.append("endDate")
        }
        if account != nil, isDisabling, !causes.contains("recordStatus") {
            causes.append("recordStatus")
        }
        let left = account.map { max(0, organisation.maxFailedRegistrations - $0.failedAttempts) }
        return .object([
            JSONMember("clientId", .uuid(id)),
            JSONMember("accountId", account.map { .uuid($0.id) } ?? .null),
            JSONMember("state", .text(client.userState(in: organisation, on: today)?.rawValue)),
            JSONMember("causes", .array(causes.sorted().map { .string($0) })),
            JSONMember(
                "activeCredentials",
                .bool(account?.hasActiveCredentials(on: today, at: now) ?? false)
            ),
            JSONMember("recordStatus", .text(client.card?.recordStatus.rawValue)),
            JSONMember("failedAttemptsLeft", left.map { .integer(Int64($0)) } ?? .null),
        ])
    }

    func profileState(_ client: UniqueID, _ profile: Profile) -> JSONValue {
        var counts: [String: Int64] = [:]
        for resource in profile.resources { counts[kinds[resource] ?? "?", default: 0] += 1 }
        let connections = profile.connections.sorted().map { id -> JSONValue in
            ["connectionId": .uuid(id), "portal": .text(portalNames[id])]
        }
        return .object([
            JSONMember("profileId", .uuid(profile.id)), JSONMember("clientId", .uuid(client)),
            JSONMember("control", .string(profile.control.rawValue)),
            JSONMember("ownership", .string(profile.ownership.rawValue)),
            JSONMember("owner", profile.ownerPersonID.map { .uuid($0) } ?? .null),
            JSONMember(
                "resourceCounts",
                .object(
                    counts.sorted { $0.key < $1.key }.map { JSONMember($0.key, .integer($0.value)) }
                )
            ),
            JSONMember("connections", .array(connections)),
        ])
    }

    private func holder(_ grant: AccessGrant, _ client: UniqueID) -> String {
        grant.portalHolder.map { "\($0.kind.rawValue)/\($0.id)" } ?? "client/\(client)"
    }

    /// Each grant as `id holder role state`.
    func grants(_ client: UniqueID, _ profile: Profile) -> [String] {
        profile.grants.map { grant in
            let holder =
                switch grant.holder {
                case .professional(let staff?, _): "staff/\(staff)"
                case .professional(nil, let organisation): "organisation/\(organisation)"
                case .person(let id): "person/\(id)"
                case .account: holder(grant, client)
                }
            let role = grant.roleID.map { "\($0)" } ?? "-"
            return "\(grant.id) \(holder) \(role) \(grant.state.rawValue)"
        }.sorted()
    }
}
