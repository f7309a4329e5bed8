import EventLine
import Foundation
import Testing

@testable import ProjectionEngine

private func open(_ path: String) throws -> ProjectionSet {
    try ProjectionSet(
        directory: path,
        definitions: [try definition(grantsText), try definition(trailText)],
        shapes: testShapes,
        opening: opening
    )
}

private let lines = history(12_000, seed: 31)

@Suite(.timeLimit(.minutes(20)))
struct RebuildKillTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    @Test func `a rebuild that is killed again and again ends as one that is not`() async throws {
        try open(folder.path).catchUp(from: source([lines[0]]))
        var resumed: Set<UInt64> = []
        for round in 1...8 {
            let seed = UInt64.random(in: 0...UInt64.max)
            print("RebuildKillTests: round \(round), seed \(seed)")
            let path = folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, seed = seed as UInt64] in
                let set = try open(path)
                var random = SeededGenerator(seed)
                // It dies at a random moment behind a random batch, mostly within a transaction.
                let last = UInt64.random(in: 500...11_000, using: &random)
                let delay = UInt32.random(in: 0...4000, using: &random)
                _ = try set.rebuild(nil, head: 12_000, 700, from: source(lines, batch: 60)) {
                    guard $0.done >= last else { return }
                    usleep(delay)
                    kill(getpid(), SIGKILL)
                }
                kill(getpid(), SIGKILL)
            }
            resumed.insert(try buildingPosition())
        }
        print("RebuildKillTests: stood at \(resumed.sorted())")
        let set = try open(folder.path)
        #expect(try set.rebuild(head: 12_000, from: source(lines)).isEmpty)
        for (name, text) in [("grants", grantsText), ("trail", trailText)] {
            let whole = try ProjectionDatabase.inMemory(
                try definition(text),
                lines: lines,
                opening: opening
            )
            #expect(try set.contentDump(of: name) == whole.contentDump())
        }
    }

    @Test func `what was begun before the system stopped is not gone on with`() throws {
        let set = try open(folder.path)
        interruptRebuild(of: set)
        let building = "\(folder.path)/grants.sqlite.building"
        let grants = try definition(grantsText)
        #expect(BuildingFile.isUsable(building, for: grants))
        #expect(!BuildingFile.isUsable(building, for: grants, in: "another run"))
        #expect(!BuildingFile.isUsable(building, for: try definition(grantsText + "-- More.\n")))
        #expect(!BuildingFile.isUsable("\(folder.path)/none", for: grants))
    }

    @Test func `what was begun in this run of the system is gone on with`() throws {
        let set = try open(folder.path)
        interruptRebuild(of: set)
        var starts: [UInt64] = []
        let noting: LineSource = { after in
            starts.append(after)
            return try source(Array(lines[..<300]))(after)
        }
        #expect(try set.rebuild(["grants"], head: 300, from: noting).isEmpty)
        #expect(starts.first == 300)
    }

    private func interruptRebuild(of set: ProjectionSet) {
        struct Interruption: Error {}
        let breaking: BatchSource = { after in
            var given = false
            return {
                guard !given else { throw Interruption() }
                given = true
                return Array(lines[..<300])
            }
        }
        _ = try? set.rebuild(["grants"], head: 300, from: source(batches: breaking))
    }

    private func buildingPosition() throws -> UInt64 {
        try ProjectionDatabase(
            path: "\(folder.path)/grants.sqlite.building",
            use: .building(cacheBytes: 0),
            definition: try definition(grantsText),
            opening: opening
        ).position
    }
}
