import EventLine
import Foundation
import PortalEvents
import ProjectionEngine

/// Event types of the tests.
let testShapes = [
    EventShape(
        type: "GrantAdded.v1",
        title: "GrantAdded",
        label: "Access given",
        summary: "",
        fields: [
            field("grantId", .uuid), field("profileId", .uuid), field("roles", .array),
            field("active", .boolean), field("level", .integer),
            field("note", .string, optional: true),
            field("extra", .json, optional: true), field("card", .object, optional: true),
            field("name", .string, optional: true), field("personal", .string),
        ],
        personalFields: [field("name", .string), field("email", .string, optional: true)]
    ),
    EventShape(
        type: "GrantRemoved.v1",
        title: "GrantRemoved",
        label: nil,
        summary: "",
        fields: [field("grantId", .uuid)],
        personalFields: []
    ),
    EventShape(
        type: "GrantsSuspended.v1",
        title: "GrantsSuspended",
        label: nil,
        summary: "",
        fields: [field("grantIds", .array)],
        personalFields: []
    ),
    EventShape(
        type: "NothingKnown.v1",
        title: "NothingKnown",
        label: nil,
        summary: "",
        fields: [],
        personalFields: []
    ),
]

private func field(
    _ name: String,
    _ kind: EventShape.Kind,
    optional: Bool = false
) -> EventShape.Field {
    EventShape.Field(name: name, kind: kind, isOptional: optional, isSecret: false)
}

/// A projection with personal data.
let grantsText = """
    -- projection: grants
    -- Who has a grant.
    create table grants (
        grant_id text primary key,
        profile_id text not null,
        name text,
        level integer not null check (level < 1000),
        state text not null,
        since text not null
    ) strict, without rowid;
    -- after: rebuild
    create index grants_by_profile on grants (profile_id);

    -- on: GrantAdded.v1
    insert into grants values (:grantId, :profileId, $name, :level, 'active', @time);

    -- on: GrantRemoved.v1
    delete from grants where grant_id = :grantId;

    -- on: GrantsSuspended.v1
    update grants set state = 'suspended', since = @time
    where grant_id in (select value from json_each(:grantIds));

    -- query: by-profile (profile, asOf)
    select grant_id as grantId, name, level, state = 'active' as "open bool"
    from grants where profile_id = :profile order by grant_id;

    -- query: count ()
    select count(*) as count from grants;

    """

/// A projection of every event, without personal data.
let trailText = """
    -- projection: trail
    create table trail (sequence integer primary key, type text, label text, actor text) strict;
    -- on: *
    insert into trail values (@sequence, @type, @label, @actor);
    -- query: all ()
    select sequence, type, label from trail order by sequence;
    """

func definition(_ text: String) throws -> ProjectionDefinition {
    let name = text.split(separator: "\n")[0].dropFirst("-- projection: ".count)
    return try ProjectionDefinition(file: "\(name).sql", text: text, shapes: testShapes)
}

/// The tests' seal: `sealed.` and the hexadecimal of the content.
func sealed(_ content: String) -> String {
    "sealed." + content.utf8.map { padded(String($0, radix: 16), to: 2) }.joined()
}

/// Opens the tests' seal.
let opening: PersonalOpening = { jwe in
    let digits = Array(jwe.utf8.dropFirst("sealed.".utf8.count))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place in
        UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
    }
    return .opened(bytes)
}

let erased: PersonalOpening = { _ in .erased }

func grantID(_ number: Int) -> String { "00000000-0000-0000-0000-\(padded("\(number)", to: 12))" }

func line(_ sequence: UInt64, _ type: String, _ data: String) -> EventLine {
    let client = UniqueID(high: 0, low: 77)
    return EventLine(
        envelope: Envelope(
            sequence: sequence,
            id: UniqueID(high: 1, low: sequence),
            source: "/organisations/\(UniqueID(high: 5, low: 5))",
            type: type,
            subject: StreamName("client", client),
            time: Instant(microseconds: 1_000_000 * Int64(sequence)),
            streams: [],
            actor: "staff/a",
            client: client,
            correlationID: "c1"
        ),
        data: Array(data.utf8)
    )
}

func added(
    _ sequence: UInt64,
    grant: Int,
    profile: Int = 1,
    level: Int = 1,
    name: String = "Ann"
) -> EventLine {
    line(
        sequence,
        "GrantAdded.v1",
        """
        {"grantId":"\(grantID(grant))","profileId":"\(grantID(profile))","roles":["a"],\
        "active":true,"level":\(level),"personal":"\(sealed("{\"name\":\"\(name)\"}"))"}
        """
    )
}

func removed(_ sequence: UInt64, grant: Int) -> EventLine {
    line(sequence, "GrantRemoved.v1", "{\"grantId\":\"\(grantID(grant))\"}")
}

func suspended(_ sequence: UInt64, grants: [Int]) -> EventLine {
    let ids = grants.map { "\"\(grantID($0))\"" }.joined(separator: ",")
    return line(sequence, "GrantsSuspended.v1", "{\"grantIds\":[\(ids)]}")
}

/// A history in which every sequence is one of the three events, decided by the seed.
func history(_ count: Int, seed: UInt64) -> [EventLine] {
    var random = SeededGenerator(seed)
    var live: [Int] = []
    return (1...UInt64(count)).map { sequence in
        let choice = Int.random(in: 0..<10, using: &random)
        if choice < 6 || live.isEmpty {
            live.append(Int(sequence))
            return added(
                sequence,
                grant: Int(sequence),
                profile: Int.random(in: 1...5, using: &random),
                level: Int.random(in: 0..<1000, using: &random),
                name: "Person \(sequence)"
            )
        }
        let place = Int.random(in: 0..<live.count, using: &random)
        return choice < 8
            ? removed(sequence, grant: live.remove(at: place))
            : suspended(sequence, grants: [live[place], Int(sequence)])
    }
}

/// Shows lines in batches, as the log does.
func source(_ lines: [EventLine], batch: Int = 100) -> LineSource {
    source(batches: batches(lines, of: batch))
}

/// Gives batches of lines after a sequence, and an empty one at the end.
typealias BatchSource = (_ after: UInt64) throws -> (() throws -> [EventLine])

func batches(_ lines: [EventLine], of count: Int = 100) -> BatchSource {
    { after in
        var rest = lines[...].drop { $0.envelope.sequence <= after }
        return {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }
}

/// Shows the lines of batches in the log's form.
func source(batches: @escaping BatchSource) -> LineSource {
    { after in
        let next = try batches(after)
        return { _, show in
            for line in try next() {
                let bytes = line.canonicalBytes
                let span = bytes.span.extracting(droppingLast: 1)
                if let view = LineView(canonical: span) { show(view, span) }
            }
        }
    }
}

/// Random numbers that can be had again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// A folder that goes away with its owner.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "projections-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Every byte of every file in it.
    func contents() throws -> [UInt8] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted().flatMap { name in
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
        }
    }

    func entries() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}

private func padded(_ text: String, to width: Int) -> String {
    String(repeating: "0", count: max(0, width - text.count)) + text
}
