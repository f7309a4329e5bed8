import EventLine
import Foundation
import PortalAccess

@testable import PortalService

/// A store of one test in a directory of its own, with a clock that stands still, an
/// organisation `Riverside` and its administrator Ana, who has every permission.
final class House {
    let directory: DataDirectory
    private(set) var store: Store
    private(set) var desk: CommandDesk
    var session: BatchSession
    private(set) var organisation = UniqueID(high: 0, low: 0)
    private(set) var ana = Actor.anonymous
    private let parent: String
    /// A directory of an operator's own projections, once there is one.
    private(set) var extraProjections: String?

    init(at time: String = "2026-03-02T15:00:00Z", zone: String = "America/New_York") async throws {
        parent = Self.scratchPath()
        directory = DataDirectory("\(parent)/data")
        try FileManager.default.createDirectory(
            atPath: parent,
            withIntermediateDirectories: true
        )
        try Store.create(at: directory)
        var configuration = try StoreConfiguration.load(from: directory)
        // Hashing is slow on purpose; tests of other things need not wait for it.
        configuration.passwordCost = 4
        try configuration.save(to: directory)
        store = try Self.open(directory, at: instant(time))
        desk = try CommandDesk(store: store)
        session = try await BatchSession(desk: desk)
        let found = try await ids(
            "RegisterOrganisation",
            ["name": "Riverside", "timeZone": .string(zone)]
        )
        organisation = try found.requiredID("organisationId")
        ana = .staff(try found.requiredID("staffId"))
    }

    deinit { try? FileManager.default.removeItem(atPath: parent) }

    /// Whatever survives the process must not rest on anything in memory.
    func reopen(at time: Instant? = nil) async throws {
        let now = store.clock.now
        try store.close()
        try await open(at: time ?? now)
    }

    func close() throws { try store.close() }

    /// Opens what was closed.
    func open(at time: Instant) async throws {
        store = try Self.open(directory, at: time, extraProjections)
        desk = try CommandDesk(store: store)
        session = try await BatchSession(desk: desk)
    }

    /// Adds an operator's projection, or changes it. The next process knows it.
    func define(_ text: String) throws {
        let folder = "\(parent)/projections"
        let name = text.prefix { $0 != "\n" }.dropFirst("-- projection: ".count)
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        try text.write(toFile: "\(folder)/\(name).sql", atomically: true, encoding: .utf8)
        extraProjections = folder
    }

    func run(
        _ command: String,
        _ input: JSONValue = [:],
        as actor: Actor = .systemOperator,
        in organisation: UniqueID? = nil,
        key: String? = nil
    ) async throws -> CommandReply {
        try await session.run(
            CommandRequest(
                command,
                input: input,
                actor: actor,
                organisation: organisation,
                key: key
            )
        )
    }

    /// The ids in the reply to a command that must be obeyed.
    @discardableResult
    func ids(
        _ command: String,
        _ input: JSONValue = [:],
        as actor: Actor = .systemOperator,
        in organisation: UniqueID? = nil
    ) async throws -> JSONValue {
        let reply = try await run(command, input, as: actor, in: organisation)
        guard case .accepted(let accepted) = reply else {
            throw Unexpected("\(command) \(input.canonicalText): \(reply.json.canonicalText)")
        }
        return .object(accepted.ids)
    }

    /// The reason why a command was refused, or `accepted`.
    func outcome(
        _ command: String,
        _ input: JSONValue = [:],
        as actor: Actor = .systemOperator,
        in organisation: UniqueID? = nil,
        key: String? = nil
    ) async throws -> String {
        try await run(command, input, as: actor, in: organisation, key: key).reason
    }

    /// The reply to a query, as a batch gives it.
    func show(
        _ query: String,
        _ input: JSONValue = [:],
        as actor: Actor = .systemOperator,
        in organisation: UniqueID? = nil
    ) async throws -> JSONValue {
        var members = [
            JSONMember("show", .string(query)), JSONMember("as", .string(actor.description)),
            JSONMember("input", input),
        ]
        if let organisation {
            members.append(JSONMember("organisation", .string("\(organisation)")))
        }
        return try await session.answer(JSONValue.object(members).canonicalBytes)
    }

    /// What a query that must be answered holds.
    func result(
        _ query: String,
        _ input: JSONValue = [:],
        as actor: Actor = .systemOperator,
        in organisation: UniqueID? = nil
    ) async throws -> JSONValue {
        let reply = try await show(query, input, as: actor, in: organisation)
        guard let result = reply["result"] else {
            throw Unexpected("\(query) \(input.canonicalText): \(reply.canonicalText)")
        }
        return result
    }

    /// Moves the clock, and lets the scheduler run.
    func advance(to time: Instant) async throws {
        let line: JSONValue = ["show": "MergeFields", "at": .string("\(time)")]
        let reply = try await session.answer(line.canonicalBytes)
        guard reply["ok"] == true || reply["reason"] == "invalidInput" else {
            throw Unexpected(reply.canonicalText)
        }
    }

    private static func open(
        _ directory: DataDirectory,
        at time: Instant,
        _ extraProjections: String? = nil
    ) throws -> Store {
        try Store.open(
            at: directory,
            clock: .standing(at: time),
            extraProjections: extraProjections
        )
    }

    // In memory where there is such a place: no test here is about the loss of power.
    private static func scratchPath() -> String {
        let shared = "/dev/shm"
        let root =
            FileManager.default.isWritableFile(atPath: shared)
            ? shared : FileManager.default.temporaryDirectory.path
        return "\(root)/daybook-service-\(UInt64.random(in: 0 ... .max))"
    }
}

/// Something that a test relies on did not happen.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

func instant(_ text: String) throws -> Instant {
    guard let instant = Instant(rfc3339: text) else { throw Unexpected("\(text) is no time") }
    return instant
}

extension JSONValue {
    func requiredID(_ name: String) throws -> UniqueID {
        guard let id = self[name]?.string.flatMap({ UniqueID($0) }) else {
            throw Unexpected("there is no \(name) in \(canonicalText)")
        }
        return id
    }

    static func uuid(_ id: UniqueID) -> JSONValue { .string("\(id)") }
}

extension CommandReply {
    /// Why it was refused, or `accepted`.
    var reason: String {
        switch self {
        case .accepted: "accepted"
        case .refused(let refused): refused.reason
        }
    }
}
