import EventLine
import Foundation
import ProjectionEngine
import Synchronization
import Testing

private func open(
    _ folder: Folder,
    _ texts: [String] = [grantsText, trailText],
    isReadOnly: Bool = false
) throws -> ProjectionSet {
    try ProjectionSet(
        directory: folder.path,
        definitions: try texts.map(definition),
        shapes: testShapes,
        isReadOnly: isReadOnly,
        opening: opening
    )
}

private func folded(_ text: String, _ lines: [EventLine]) throws -> [String] {
    try ProjectionDatabase.inMemory(try definition(text), lines: lines, opening: opening)
        .contentDump()
}

@Test func `projections at different places are brought to the head in one reading`() throws {
    let folder = try Folder()
    let lines = history(1000, seed: 2)
    try open(folder, [trailText]).catchUp(from: source(Array(lines[..<700])))
    let set = try open(folder)
    #expect(try set.position(of: "trail") == 700)
    #expect(try set.catchUp(from: source(lines)).isEmpty)
    #expect(try set.position(of: "grants") == 1000)
    #expect(try set.contentDump(of: "grants") == folded(grantsText, lines))
    #expect(try set.contentDump(of: "trail") == folded(trailText, lines))
}

@Test func `a failing event stops only its own projection`() throws {
    let folder = try Folder()
    let set = try open(folder)
    let lines = [added(1, grant: 1), added(2, grant: 2, level: 5000), added(3, grant: 3)]
    let problems = try set.catchUp(from: source(lines, batch: 1))
    #expect(Array(problems.keys) == ["grants"])
    #expect(try set.position(of: "grants") == 1)
    #expect(try set.position(of: "trail") == 3)

    let status = try set.status(head: 4)
    #expect(status.map(\.lag) == [3, 1])
    #expect(status.map(\.rows) == [[.init("grants", 1)], [.init("trail", 3)]])
    #expect(status[1].state == .live)
    guard case .stopped(let failure) = status[0].state else {
        Issue.record("\(status[0].state)")
        return
    }
    #expect(failure.sequence == 2)
    #expect(failure.statement == "grants.sql:15")

    // It stays stopped over a restart, until somebody decides.
    let reopened = try open(folder)
    #expect(try reopened.catchUp(from: source(lines)).keys.sorted() == ["grants"])
    reopened.passOver(["grants": [2]])
    #expect(try reopened.catchUp(from: source(lines)).isEmpty)
    #expect(try reopened.query("count", of: "grants") == [["count": 2]])
}

@Test(arguments: [1, 7, 1000])
func `a rebuild equals the live projection byte for byte`(batch: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    let folder = try Folder()
    let set = try open(folder)
    let lines = history(800, seed: seed)
    try set.catchUp(from: source(lines, batch: 13))
    let live = try set.names.map { try set.contentDump(of: $0) }
    var progress: [RebuildProgress] = []
    let problems = try set.rebuild(head: 800, from: source(lines, batch: batch)) {
        progress.append($0)
    }
    #expect(problems.isEmpty)
    #expect(progress.last?.done == 800)
    #expect(progress.last?.total == 800)
    #expect(try set.names.map { try set.contentDump(of: $0) } == live)
    #expect(try set.position(of: "grants") == 800)
}

@Test func `dropped files are made again by replay`() throws {
    let folder = try Folder()
    let lines = history(300, seed: 4)
    let dump: [String]
    do {
        let set = try open(folder)
        try set.catchUp(from: source(lines))
        dump = try set.contentDump(of: "grants")
    }
    for entry in try folder.entries() {
        try FileManager.default.removeItem(atPath: "\(folder.path)/\(entry)")
    }
    let set = try open(folder)
    try set.catchUp(from: source(lines))
    #expect(try set.contentDump(of: "grants") == dump)
}

private struct Interruption: Error {}

/// Two threads that ask until they are told to stop.
private final class Readers: Sendable {
    private let isStopped = Atomic(false)
    private let answers = Mutex((good: 0, bad: 0))
    private let ended = DispatchSemaphore(value: 0)

    func run(_ ask: () -> Bool) {
        while !isStopped.load(ordering: .relaxed) {
            let isGood = ask()
            answers.withLock {
                if isGood { $0.good += 1 } else { $0.bad += 1 }
            }
        }
        ended.signal()
    }

    func stop() -> (good: Int, bad: Int) {
        isStopped.store(true, ordering: .relaxed)
        ended.wait()
        ended.wait()
        return answers.withLock { $0 }
    }
}

@Test func `an interrupted rebuild goes on where it stood`() throws {
    let folder = try Folder()
    let lines = history(1000, seed: 5)
    let set = try open(folder)
    try set.catchUp(from: source(lines))
    let dump = try set.contentDump(of: "grants")
    let breaking: BatchSource = { after in
        let next = try batches(lines, of: 50)(after)
        var count = 0
        return {
            count += 1
            if count > 8 { throw Interruption() }
            return try next()
        }
    }
    #expect(throws: ProjectionError.source(reason: "Interruption()")) {
        try set.rebuild(["grants"], head: 1000, from: source(batches: breaking))
    }
    #expect(try set.contentDump(of: "grants") == dump)

    let reopened = try open(folder)
    var starts: [UInt64] = []
    let noting: LineSource = { after in
        starts.append(after)
        return try source(lines)(after)
    }
    #expect(try reopened.rebuild(["grants"], head: 1000, from: noting).isEmpty)
    #expect(starts == [400, 1000])
    #expect(try reopened.contentDump(of: "grants") == dump)
    #expect(try !folder.entries().contains { $0.contains("building") })
}

@Test func `a rebuild with another definition starts over`() throws {
    let folder = try Folder()
    let lines = history(200, seed: 6)
    let set = try open(folder)
    _ = try? set.rebuild(
        ["grants"],
        head: 200,
        from: source(batches: { after in
            let next = try batches(lines, of: 50)(after)
            var count = 0
            return {
                count += 1
                if count > 2 { throw Interruption() }
                return try next()
            }
        })
    )
    let changed = grantsText.replacing("'suspended'", with: "'halted'")
    let reopened = try open(folder, [changed])
    #expect(try reopened.rebuild(head: 200, from: source(lines)).isEmpty)
    #expect(try reopened.contentDump(of: "grants") == folded(changed, lines))
}

@Test func `a changed definition goes on under the old text until it is rebuilt`() throws {
    let folder = try Folder()
    let lines = history(200, seed: 8)
    try open(folder).catchUp(from: source(Array(lines[..<100])))
    let changed = grantsText.replacing("'suspended'", with: "'halted'")
    let set = try open(folder, [changed, trailText])
    try set.catchUp(from: source(lines))
    #expect(try set.status(head: 200).map(\.state) == [.needsRebuild, .live])
    #expect(try set.contentDump(of: "grants") == folded(grantsText, lines))
    try set.rebuild(["grants"], head: 200, from: source(lines))
    #expect(try set.status(head: 200).map(\.state) == [.live, .live])
    #expect(try set.contentDump(of: "grants") == folded(changed, lines))
}

@Test func `a file that cannot be used waits for its rebuild`() throws {
    let folder = try Folder()
    try Data(repeating: 7, count: 5000).write(
        to: URL(fileURLWithPath: "\(folder.path)/grants.sqlite")
    )
    let lines = history(50, seed: 9)
    let set = try open(folder)
    #expect(try set.status(head: 50).map(\.state) == [.unusable, .live])
    #expect(throws: ProjectionError.needsRebuild(projection: "grants")) {
        try set.query("count", of: "grants")
    }
    try set.catchUp(from: source(lines))
    #expect(try set.rebuild(head: 50, from: source(lines)).isEmpty)
    #expect(try set.contentDump(of: "grants") == folded(grantsText, lines))
}

@Test func `events that come during a rebuild are in the new file too`() throws {
    let folder = try Folder()
    let lines = history(400, seed: 10)
    let set = try open(folder)
    let visible = Mutex(300)
    let growing: LineSource = { after in
        try source(Array(lines[..<visible.withLock { $0 }]))(after)
    }
    try set.catchUp(from: growing)
    try set.rebuild(["grants"], head: 300, from: growing) { progress in
        guard progress.done == 300 else { return }
        visible.withLock { $0 = 400 }
        _ = try? set.catchUp(from: growing)
    }
    #expect(try set.position(of: "grants") == 400)
    #expect(try set.contentDump(of: "grants") == folded(grantsText, lines))
}

@Test func `readers see the old rows or the new ones while files are swapped`() throws {
    let folder = try Folder()
    let lines = history(300, seed: 11)
    let set = try open(folder)
    try set.catchUp(from: source(lines))
    let expected = try set.query("count", of: "grants")
    let readers = Readers()
    for _ in 1...2 {
        Thread.detachNewThread {
            readers.run { (try? set.query("count", of: "grants")) == expected }
        }
    }
    for _ in 1...10 { try set.rebuild(["grants"], head: 300, from: source(lines)) }
    let (good, bad) = readers.stop()
    #expect(good > 0)
    #expect(bad == 0)
    // Old generations are gone: their rows could hold what was erased since.
    let generations = try folder.entries().filter { $0.hasPrefix("grants.g") }
    #expect(Set(generations.map { $0.prefix { $0 != "-" } }) == ["grants.g11.sqlite"])
}

@Test func `generations that a crash left are removed`() throws {
    let folder = try Folder()
    try open(folder, [grantsText]).catchUp(from: source(history(10, seed: 1)))
    try Data([1]).write(to: URL(fileURLWithPath: "\(folder.path)/grants.g9.sqlite"))
    let set = try open(folder, [grantsText])
    #expect(try set.position(of: "grants") == 10)
    #expect(try !folder.entries().contains("grants.g9.sqlite"))
}

@Test func `another process may read while one applies`() throws {
    let folder = try Folder()
    let lines = history(100, seed: 12)
    let writer = try open(folder)
    try writer.catchUp(from: source(lines))
    let reader = try open(folder, isReadOnly: true)
    #expect(try reader.contentDump(of: "grants") == writer.contentDump(of: "grants"))
    #expect(throws: ProjectionError.readOnly(projection: "grants, trail")) {
        try reader.catchUp(from: source(lines))
    }
    try writer.rebuild(head: 100, from: source(lines))
    #expect(try reader.contentDump(of: "grants") == writer.contentDump(of: "grants"))
}

@Test func `files may be read when nobody applies`() throws {
    let folder = try Folder()
    let lines = history(100, seed: 14)
    try open(folder).catchUp(from: source(lines))
    let reader = try open(folder, isReadOnly: true)
    #expect(try reader.position(of: "grants") == 100)
    #expect(try reader.contentDump(of: "grants") == folded(grantsText, lines))
}

@Test func `what keeps a projection behind is its first problem`() throws {
    let folder = try Folder()
    let set = try ProjectionSet(
        directory: folder.path,
        definitions: [try definition(grantsText)],
        shapes: testShapes,
        opening: { _ in .unavailable("locked") }
    )
    let lines = [added(1, grant: 1), removed(2, grant: 1), removed(3, grant: 1)]
    let problems = try set.catchUp(from: source(lines, batch: 1))
    #expect(
        problems["grants"]
            == .personalDataUnavailable(projection: "grants", sequence: 1, reason: "locked")
    )
    #expect(try set.status(head: 3)[0].state == .live)
}

@Test func `a purge leaves no abandoned rebuild with personal data behind`() throws {
    let folder = try Folder()
    let set = try open(folder, [grantsText])
    let lines = [added(1, grant: 1, name: "Marker"), removed(2, grant: 1)]
    _ = try? set.rebuild(
        head: 2,
        from: source(batches: { _ in
            var batches = [[lines[0]]]
            return {
                guard let batch = batches.popLast() else { throw Interruption() }
                return batch
            }
        })
    )
    #expect(String(decoding: try folder.contents(), as: UTF8.self).contains("Marker"))
    try set.catchUp(from: source(lines))
    try set.purge()
    #expect(!String(decoding: try folder.contents(), as: UTF8.self).contains("Marker"))
}

@Test func `as of a sequence equals a rebuild up to it`() throws {
    let lines = history(120, seed: 13)
    let grants = try definition(grantsText)
    for end in stride(from: 0, through: 120, by: 20) {
        let folder = try Folder()
        let set = try open(folder, [grantsText])
        try set.rebuild(head: UInt64(end), from: source(Array(lines[..<end])))
        let asOf = try ProjectionDatabase.inMemory(
            grants,
            lines: Array(lines[..<end]),
            opening: opening
        )
        #expect(try asOf.contentDump() == set.contentDump(of: "grants"))
        let profile: [String: JSONValue] = ["profile": .string(grantID(3))]
        #expect(
            try asOf.query("by-profile", arguments: profile)
                == set.query("by-profile", of: "grants", arguments: profile)
        )
    }
}

@Test func `as of may be folded from the lines of one client alone`() throws {
    let database = try ProjectionDatabase.inMemory(
        try definition(grantsText),
        lines: [added(3, grant: 1), added(70, grant: 2)],
        opening: opening
    )
    #expect(database.position == 70)
    #expect(try database.query("count") == [["count": 2]])
}

@Test func `two definitions of one name are refused`() throws {
    let folder = try Folder()
    #expect(throws: ProjectionError.duplicate(projection: "trail")) {
        try open(folder, [trailText, trailText])
    }
    let set = try open(folder)
    #expect(throws: ProjectionError.noSuchProjection("x", known: ["grants", "trail"])) {
        try set.position(of: "x")
    }
}

@Test func `one that fails early holds nobody up`() throws {
    let lines = [added(1, grant: 1, level: 1000)] + history(3000, seed: 15).dropFirst()
    let folder = try Folder()
    let set = try open(folder)
    let problems = try set.rebuild(head: 3000, from: source(lines, batch: 10))
    #expect(problems.keys.sorted() == ["grants"])
    #expect(try set.position(of: "trail") == 3000)
}
