import EventLine
import Foundation
import ProjectionEngine
import Synchronization
import Testing

/// Sets that share a directory as the ones of several processes do: they know of each other only
/// what is in the files.
@Suite struct SeveralSetsTests {
    private let folder: Folder
    private let lines = history(600, seed: UInt64.random(in: 0...999))

    init() throws { folder = try Folder() }

    @Test func `one builds while another applies, and both go on with the new file`() throws {
        let writer = try open()
        try writer.catchUp(from: source(Array(lines[..<300])))
        let builder = try open(isReadOnly: true)
        var seen: [UInt64] = []
        try builder.rebuild(head: 300, from: source(lines, batch: 50)) { progress in
            // The writer goes on meanwhile, and its position only ever rises.
            let through = Int(min(600, progress.done + 40))
            _ = try? writer.catchUp(from: source(Array(lines[..<through])))
            seen.append((try? writer.position(of: "grants")) ?? 0)
        }
        #expect(seen == seen.sorted())
        #expect(try generations() == ["grants.g2.sqlite", "trail.g2.sqlite"])
        try writer.catchUp(from: source(lines))
        for set in [writer, builder] {
            #expect(try set.position(of: "grants") == 600)
            #expect(try set.contentDump(of: "grants") == folded(lines))
        }
    }

    @Test func `what is applied after the swap goes into the new file`() throws {
        let writer = try open()
        try writer.catchUp(from: source(Array(lines[..<500])))
        let reader = try open(isReadOnly: true)
        let builder = try open(isReadOnly: true)
        try builder.rebuild(head: 500, from: source(Array(lines[..<500])))
        #expect(try reader.position(of: "grants") == 500)
        try writer.catchUp(from: source(lines))
        #expect(try reader.position(of: "grants") == 600)
        #expect(try reader.contentDump(of: "grants") == folded(lines))
        #expect(try open().contentDump(of: "grants") == folded(lines))
    }

    @Test func `a second rebuild of the same projection is refused`() throws {
        let one = try open()
        let other = try open(isReadOnly: true)
        var refused: [ProjectionError?] = []
        try one.rebuild(["grants"], head: 600, from: source(lines, batch: 300)) { _ in
            refused.append(
                #expect(throws: ProjectionError.self) {
                    try other.rebuild(head: 600, from: source(lines))
                }
            )
            #expect(throws: Never.self) {
                try other.rebuild(["trail"], head: 600, from: source(lines))
            }
        }
        let expected = ProjectionError.beingRebuilt(projection: "grants", process: Int(getpid()))
        #expect(!refused.isEmpty)
        #expect(refused.allSatisfy { $0 == expected })
        #expect("\(expected)".contains("process \(getpid())"))
        #expect(try other.rebuild(head: 600, from: source(lines)).isEmpty)
    }

    @Test func `what another process erases during a rebuild is not in the new file`() throws {
        let named = [
            added(1, grant: 1, name: "MarkerMarker"), added(2, grant: 2), removed(3, grant: 1),
        ]
        let writer = try open()
        try writer.catchUp(from: source(Array(named[..<2])))
        let builder = try open(isReadOnly: true)
        // The erasure becomes visible only when all that was there has been built.
        let visible = Mutex(2)
        let growing: BatchSource = { after in
            let next = try batches(Array(named[..<visible.withLock { $0 }]))(after)
            return {
                let batch = try next()
                if batch.isEmpty, visible.withLock({ $0 }) == 2 {
                    visible.withLock { $0 = 3 }
                    try writer.catchUp(from: source(named))
                    try writer.purge()
                }
                return batch
            }
        }
        try builder.rebuild(["grants"], head: 2, from: source(batches: growing))
        #expect(try writer.query("count", of: "grants") == [["count": 1]])
        #expect(!String(decoding: try folder.contents(), as: UTF8.self).contains("MarkerMarker"))
    }

    @Test func `an abandoned rebuild that may hold what was erased is removed later`() throws {
        let named = [added(1, grant: 1, name: "MarkerMarker"), removed(2, grant: 1)]
        let writer = try open()
        let builder = try open(isReadOnly: true)
        #expect(throws: ProjectionError.self) {
            try builder.rebuild(
                ["grants"],
                head: 2,
                from: source(batches: { after in
                    guard after == 0 else { return { [] } }
                    var batches = [[named[0]]]
                    return {
                        if let batch = batches.popLast() { return batch }
                        // An erasure elsewhere, and then this process dies.
                        try writer.catchUp(from: source(named))
                        try writer.purge()
                        throw Unreadable()
                    }
                })
            )
        }
        #expect(String(decoding: try folder.contents(), as: UTF8.self).contains("MarkerMarker"))
        try writer.catchUp(from: source(named))
        #expect(!String(decoding: try folder.contents(), as: UTF8.self).contains("MarkerMarker"))
    }

    @Test(arguments: [true, false])
    func `a writer that starts removes such a rebuild, and no other`(isErased: Bool) throws {
        let named = [added(1, grant: 1, name: "MarkerMarker"), removed(2, grant: 1)]
        let builder = try open(isReadOnly: true)
        #expect(throws: ProjectionError.self) {
            try builder.rebuild(["grants"], head: 2, from: breaking(after: named[0]))
        }
        // As if the erasure had come while the rebuild ran, and its writer had died after it.
        if isErased {
            let note = "\(folder.path)/.grants.rebuild"
            try "1 -1".write(toFile: note, atomically: false, encoding: .utf8)
        }
        _ = try open()
        #expect(try folder.entries().contains { $0.contains("building") } == !isErased)
    }

    @Test func `a reader finds its way while files are swapped under it`() throws {
        let writer = try open()
        try writer.catchUp(from: source(lines))
        let reader = try open(isReadOnly: true)
        let expected = try reader.query("count", of: "grants")
        let builder = try open(isReadOnly: true)
        let isStopped = Atomic(false)
        let answers = Mutex((good: 0, bad: 0))
        let ended = DispatchSemaphore(value: 0)
        for _ in 1...2 {
            Thread.detachNewThread {
                while !isStopped.load(ordering: .relaxed) {
                    let isGood = (try? reader.query("count", of: "grants")) == expected
                    answers.withLock { if isGood { $0.good += 1 } else { $0.bad += 1 } }
                }
                ended.signal()
            }
        }
        for _ in 1...10 { try builder.rebuild(["grants"], head: 600, from: source(lines)) }
        isStopped.store(true, ordering: .relaxed)
        ended.wait()
        ended.wait()
        #expect(answers.withLock { $0.bad } == 0)
        #expect(answers.withLock { $0.good } > 0)
        #expect(try generations() == ["grants.g11.sqlite", "trail.g1.sqlite"])
    }

    private func open(isReadOnly: Bool = false) throws -> ProjectionSet {
        try ProjectionSet(
            directory: folder.path,
            definitions: try [grantsText, trailText].map(definition),
            shapes: testShapes,
            isReadOnly: isReadOnly,
            opening: opening
        )
    }

    private func folded(_ lines: [EventLine]) throws -> [String] {
        try ProjectionDatabase.inMemory(
            try definition(grantsText),
            lines: lines,
            opening: opening
        ).contentDump()
    }

    private func generations() throws -> [String] {
        try folder.entries().filter { $0.contains(".g") && $0.hasSuffix(".sqlite") }
    }

    private func breaking(after line: EventLine) -> LineSource {
        source(batches: { _ in
            var batches = [[line]]
            return {
                guard let batch = batches.popLast() else { throw Unreadable() }
                return batch
            }
        })
    }
}

private struct Unreadable: Error {}
