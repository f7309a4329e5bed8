import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What somebody sees of a profile in the portal.
    static let portalContentQueries = [
        Query("PatientPortalContent", about: "profileId") { asked in
            let accountID = try asked.input.id("accountId")
            let profileID = try asked.input.id("profileId")
            if case .anonymous = asked.actor { throw Refusal(.notPermitted) }
            let (profile, situation, clientID) = try asked.profile(profileID)
            let permissions = try asked.permissions(of: accountID, on: profile, clientID)
            return try PortalContent(
                permissions: permissions,
                client: clientID,
                profile: profileID,
                situation: situation,
                asked: asked
            ).json
        }
    ]
}

extension QueryCase {
    /// What the account's role shows. Its holder must be let in today; staff who may read the
    /// record see what would be shown.
    fileprivate func permissions(
        of account: UniqueID,
        on profile: Profile,
        _ client: UniqueID
    ) throws -> [PortalPermission] {
        let access = try portalAccess(of: account, to: client)
        if case .portalUser(let id) = actor {
            guard id == account else { throw Refusal(.notPermitted) }
        } else {
            try requireStaff()
            try asNow.requireReading(profile.id)
        }
        if let barrier = access.barrier { throw Refusal(barrier) }
        return access.permissions
    }
}

/// The parts of a profile that a role shows: structured information only (S2-24), and of the
/// appointments those to come (S4-23).
private struct PortalContent {
    let permissions: [PortalPermission]
    let client: UniqueID
    let profile: UniqueID
    let situation: Situation
    let asked: QueryCase

    /// The kinds of resources that have a part of their own; all others go with the profile.
    private static let kinds: [(part: PortalPermission, kind: String)] = [
        (.referrals, "referral"), (.medications, "medication"), (.conditions, "condition"),
        (.visits, "visit"),
    ]

    var json: JSONValue {
        get throws {
            let resources = try asked.resources(of: profile).filter(\.isStructured)
            let chart = try asked.chart(of: client)
            var members = [
                JSONMember("profileId", .string("\(profile)")),
                JSONMember("clientId", .string("\(client)")),
                JSONMember(
                    "permissions",
                    .array(permissions.map { .string($0.rawValue) })
                ),
                JSONMember("appointments", shown(.appointments) { upcoming(among: resources) }),
                JSONMember(
                    "messages",
                    shown(.messages) { chart.threads(readOnly: situation.isReadOnly) }
                ),
                JSONMember("intakeForms", shown(.intakeForms) { chart.formList }),
            ]
            for (part, kind) in Self.kinds where part == .referrals || permissions.contains(part) {
                let found = resources.filter { $0.kind == kind }.map(\.json)
                members.append(JSONMember(part.rawValue, shown(part) { .array(found) }))
            }
            return .object(members + (try papers()) + about(resources))
        }
    }

    private func papers() throws -> [JSONMember] {
        var members: [JSONMember] = []
        if permissions.contains(.letters) {
            members.append(JSONMember("letters", .array(try asked.visibleLetters(of: client))))
        }
        if permissions.contains(.documents) {
            members.append(JSONMember("documents", .array(try asked.visibleDocuments(of: client))))
        }
        return members
    }

    private func about(_ resources: [RecordResource]) -> [JSONMember] {
        guard permissions.contains(.profile) else { return [] }
        let card = situation.client.card
        let names = [card?.givenName, card?.familyName].compactMap { $0 }
        let own = Set(Self.kinds.map(\.kind) + [RecordResource.appointment])
        return [
            JSONMember(
                "profile",
                .object([
                    JSONMember("name", .text(names.isEmpty ? nil : names.joined(separator: " "))),
                    JSONMember("dateOfBirth", .text(card?.dateOfBirth?.description)),
                    JSONMember("email", .text(card?.email)),
                    JSONMember("phone", .text(card?.phone)),
                ])
            ),
            JSONMember("other", .array(resources.filter { !own.contains($0.kind) }.map(\.json))),
        ]
    }

    private func upcoming(among resources: [RecordResource]) -> JSONValue {
        let appointments = resources.filter { $0.kind == RecordResource.appointment }
            .filter { $0.isUpcoming(at: asked.moment.time, on: asked.today) }
            .sorted { $0.start(in: asked.calendar) < $1.start(in: asked.calendar) }
        return .array(appointments.map(\.json))
    }

    /// Null where the role does not show it, so that it is told apart from what is empty.
    private func shown(_ part: PortalPermission, _ content: () -> JSONValue) -> JSONValue {
        permissions.contains(part) ? content() : .null
    }
}

extension QueryCase {
    fileprivate var calendar: LocalCalendar { LocalCalendar(zone: settings.timeZone) ?? .universal }
}

extension RecordResource {
    /// The kind of an appointment. Its content says when it is: `startsAt`, a time, or `date`, a
    /// local date.
    fileprivate static let appointment = "appointment"

    private var startsAt: Instant? { content["startsAt"]?.string.flatMap { Instant(rfc3339: $0) } }
    private var date: LocalDate? { content["date"]?.string.flatMap { LocalDate($0) } }

    /// Whether an appointment is still to come: until it starts, or to the end of its day. One
    /// that does not say when it is counts as to come.
    fileprivate func isUpcoming(at now: Instant, on today: LocalDate) -> Bool {
        if let startsAt { return startsAt >= now }
        return date.map { $0 >= today } ?? true
    }

    fileprivate func start(in calendar: LocalCalendar) -> Instant {
        startsAt ?? date.map { calendar.start(of: $0) } ?? Instant(microseconds: .max)
    }
}
