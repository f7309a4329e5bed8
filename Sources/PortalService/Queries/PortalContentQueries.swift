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
            let (profile, _, clientID) = try asked.profile(profileID)
            let permissions = try asked.permissions(of: accountID, on: profile, clientID)
            return try PortalContent(
                permissions: permissions,
                client: clientID,
                profile: profileID,
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
            guard try asNow.home(ofAccount: account) != nil else {
                throw Refusal(.notFound, field: "accountId")
            }
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
    let asked: QueryCase

    /// The kinds of resources that have a part of their own.
    private static let kinds: [(part: PortalPermission, kind: String)] = [
        (.referrals, "referral"), (.medications, "medication"), (.conditions, "condition"),
        (.visits, "visit"),
    ]

    var json: JSONValue {
        get throws {
            let parts = permissions.map { JSONValue.string($0.rawValue) }
            var members = [
                JSONMember("profileId", .string("\(profile)")),
                JSONMember("clientId", .string("\(client)")),
                JSONMember("permissions", .array(parts)),
                JSONMember("appointments", try shown(.appointments) { try upcoming() }),
                JSONMember(
                    "messages",
                    try shown(.messages) { try asked.messageThreads(of: client) }
                ),
                JSONMember("intakeForms", try shown(.intakeForms) { try forms() }),
            ]
            for (part, kind) in Self.kinds where part == .referrals || permissions.contains(part) {
                let content = try shown(part) { .array(try resources(of: kind)) }
                members.append(JSONMember(part.rawValue, content))
            }
            return .object(members + (try papers()) + (try about()))
        }
    }

    private func forms() throws -> JSONValue {
        .array(try asked.rows("intake-forms", "intake-forms", ofClient: client))
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

    private func about() throws -> [JSONMember] {
        guard permissions.contains(.profile) else { return [] }
        let card = try asked.rows("client-cards", "portal-profile", ofClient: client).first
        let others = try records("other-portal-resources")
        return [JSONMember("profile", card ?? .null), JSONMember("other", .array(others))]
    }

    private func upcoming() throws -> JSONValue {
        let all = try resources(of: Appointment.kind)
            .map { (row: $0, appointment: Appointment($0["content"] ?? .null)) }
        let coming = all.filter {
            $0.appointment.isUpcoming(at: asked.moment.time, on: asked.today)
        }
        .sorted { left, right in
            left.appointment.start(in: asked.calendar)
                < right.appointment.start(in: asked.calendar)
        }
        return .array(coming.map(\.row))
    }

    /// What the record holds of one kind.
    private func resources(of kind: String) throws -> [JSONValue] {
        try records("portal-resources", ["kind": .string(kind)])
    }

    private func records(
        _ query: String,
        _ arguments: [String: JSONValue] = [:]
    ) throws -> [JSONValue] {
        var arguments = arguments
        arguments["profile"] = .string("\(profile)")
        return try asked.rows(about: client, "record-resources", query, arguments)
    }

    /// Null where the role does not show it, so that it is told apart from what is empty.
    private func shown(
        _ part: PortalPermission,
        _ content: () throws -> JSONValue
    ) rethrows -> JSONValue {
        permissions.contains(part) ? try content() : .null
    }
}

extension QueryCase {
    fileprivate var calendar: LocalCalendar { LocalCalendar(zone: settings.timeZone) ?? .universal }
}

/// When an appointment is, as its content says: `startsAt`, a time, or `date`, a local date.
private struct Appointment {
    static let kind = "appointment"

    private let startsAt: Instant?
    private let date: LocalDate?

    init(_ content: JSONValue) {
        startsAt = content["startsAt"]?.string.flatMap { Instant(rfc3339: $0) }
        date = content["date"]?.string.flatMap { LocalDate($0) }
    }

    /// Whether it is still to come: until it starts, or to the end of its day. One that does not
    /// say when it is counts as to come.
    func isUpcoming(at now: Instant, on today: LocalDate) -> Bool {
        if let startsAt { return startsAt >= now }
        return date.map { $0 >= today } ?? true
    }

    func start(in calendar: LocalCalendar) -> Instant {
        startsAt ?? date.map { calendar.start(of: $0) } ?? Instant(microseconds: .max)
    }
}
