import EventLine
import EventLog
import Foundation
import ProjectionEngine

@testable import PortalService

/// A store of one scenario, answered by the session that `daybook run --batch -` makes.
final class OpenedStore: Door {
    let directory: DataDirectory
    private(set) var store: Store
    private var session: BatchSession
    private let parent: String

    init(at time: String) async throws {
        parent = Self.scratchPath()
        directory = DataDirectory("\(parent)/data")
        try FileManager.default.createDirectory(
            atPath: parent,
            withIntermediateDirectories: true
        )
        try Store.create(at: directory)
        var configuration = try StoreConfiguration.load(from: directory)
        // Hashing is slow on purpose; scenarios need not wait for it.
        configuration.passwordCost = 4
        try configuration.save(to: directory)
        store = try Store.open(at: directory, clock: .standing(at: try instant(time)))
        session = try await BatchSession(desk: CommandDesk(store: store))
    }

    deinit { try? FileManager.default.removeItem(atPath: parent) }

    var reader: LogReader { store.log.reader }
    var head: UInt64 { store.head }
    var outboxPath: String { directory.outboxPath }

    func begin() async throws -> JSONValue {
        let input: JSONValue = ["name": "Riverside", "timeZone": "America/New_York"]
        let reply = try await answer(["command": "RegisterOrganisation", "input": input])
        return reply["ids"] ?? .null
    }

    func answer(_ line: JSONValue) async throws -> JSONValue {
        try await session.answer(line.canonicalBytes)
    }

    func reopen(at time: String) async throws {
        let now = max(store.clock.now, try instant(time))
        try session.finish()
        try store.close()
        try await open(at: now)
    }

    /// Everything that is derived from the log goes, and is made anew from it.
    func dropProjections() async throws {
        let now = store.clock.now
        try store.close()
        try FileManager.default.removeItem(atPath: directory.projectionsPath)
        try await open(at: now)
    }

    private func open(at time: Instant) async throws {
        store = try Store.open(at: directory, clock: .standing(at: time))
        session = try await BatchSession(desk: CommandDesk(store: store))
    }

    /// Every row of every table of every projection.
    func dump() throws -> [String: [String]] {
        let problems = try store.catchUpProjections()
        guard problems.isEmpty else { throw Unexpected("\(problems)") }
        var dumps: [String: [String]] = [:]
        for name in store.projectionNames {
            dumps[name] = try store.projections.contentDump(of: name)
        }
        return dumps
    }

    // In memory where there is such a place: no scenario is about the loss of power.
    static func scratchPath() -> String {
        let shared = "/dev/shm"
        let root =
            FileManager.default.isWritableFile(atPath: shared)
            ? shared : FileManager.default.temporaryDirectory.path
        return "\(root)/daybook-scenario-\(UInt64.random(in: 0 ... .max))"
    }
}

func instant(_ text: String) throws -> Instant {
    guard let instant = Instant(rfc3339: text) else { throw Unexpected("\(text) is no time") }
    return instant
}
