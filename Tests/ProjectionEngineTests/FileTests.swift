import EventLine
import Foundation
import ProjectionEngine
import Testing

private func open(_ folder: Folder, _ text: String = grantsText) throws -> ProjectionDatabase {
    try ProjectionDatabase(
        path: "\(folder.path)/grants.sqlite",
        definition: try definition(text),
        opening: opening
    )
}

private func folded(_ lines: some Sequence<EventLine>) throws -> [String] {
    try ProjectionDatabase.inMemory(
        try definition(grantsText),
        lines: Array(lines),
        opening: opening
    ).contentDump()
}

@Test func `a restart in the middle goes on where it stood`() throws {
    let folder = try Folder()
    let lines = history(500, seed: 1)
    for end in stride(from: 50, through: 500, by: 50) {
        let database = try open(folder)
        #expect(database.position == UInt64(end - 50))
        try database.apply(Array(lines[..<end]))
    }
    let dump = try open(folder).contentDump()
    #expect(!dump.isEmpty)
    #expect(try dump == folded(lines))
}

@Test func `rows and position survive a kill together`() async throws {
    let folder = try Folder()
    for round in 1...5 {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, seed = seed as UInt64] in
            let database = try ProjectionDatabase(
                path: "\(path)/grants.sqlite",
                definition: try definition(grantsText),
                opening: opening
            )
            let lines = history(20_000, seed: 7)
            var random = SeededGenerator(seed)
            let delay = UInt32.random(in: 1000...100_000, using: &random)
            Thread.detachNewThread {
                usleep(delay)
                kill(getpid(), SIGKILL)
            }
            var start = Int(database.position)
            while start < lines.count {
                let end = min(lines.count, start + Int.random(in: 1...40, using: &random))
                try database.apply(Array(lines[start..<end]))
                start = end
            }
            sleep(60)
        }
        guard FileManager.default.fileExists(atPath: "\(path)/grants.sqlite") else { continue }
        let database = try open(folder)
        let dump = try database.contentDump()
        let position = Int(database.position)
        print("round \(round): position \(position)")
        let expected = try folded(history(max(1, position), seed: 7).prefix(position))
        #expect(dump == expected)
    }
}

@Test func `another definition of the same name needs a rebuild`() throws {
    let folder = try Folder()
    _ = try open(folder)
    #expect(throws: ProjectionError.needsRebuild(projection: "grants")) {
        try open(folder, grantsText + "-- Changed.\n")
    }
}

@Test func `a file that is no database is an error`() throws {
    let folder = try Folder()
    try Data(repeating: 7, count: 5000).write(
        to: URL(fileURLWithPath: "\(folder.path)/grants.sqlite")
    )
    let error = #expect(throws: ProjectionError.self) { try open(folder) }
    guard case .storage? = error else {
        Issue.record("\(String(describing: error))")
        return
    }
}

@Test(arguments: 1...6)
func `after a purge deleted content is in no file`(seed: UInt64) throws {
    let folder = try Folder()
    let database = try open(folder)
    var random = SeededGenerator(seed)
    let numbers = Array(1...3000).shuffled(using: &random)
    var sequence: UInt64 = 0
    func next() -> UInt64 {
        sequence += 1
        return sequence
    }
    let name = { (number: Int) in
        "Marker\(number)Marker" + String(repeating: "x", count: number % 90)
    }
    try database.apply(numbers.map { added(next(), grant: $0, name: name($0)) })
    try database.apply(numbers.filter { $0 % 5 != 0 }.map { removed(next(), grant: $0) })
    try database.purge()

    let text = String(decoding: try folder.contents(), as: UTF8.self)
    let found = Set(text.matches(of: /Marker(\d+)Marker/).compactMap { Int($0.1) })
    #expect(found == Set(numbers.filter { $0 % 5 == 0 }))
}

@Test func `a query sees the state before a batch that is being applied`() throws {
    let folder = try Folder()
    let path = "\(folder.path)/grants.sqlite"
    let database = try open(folder)
    try database.apply([added(1, grant: 1)])
    // The opener runs while the second event is decoded; a read must not wait for anything.
    let watched = try ProjectionDatabase(
        path: path,
        definition: try definition(grantsText),
        opening: { jwe in
            let rows = try? database.query("count")
            return rows == [["count": 1]] ? opening(jwe) : .unavailable("another state was seen")
        }
    )
    try watched.apply([added(2, grant: 2), added(3, grant: 3)])
    #expect(try database.query("count") == [["count": 3]])
}

@Test func `a dump does not depend on the order of insertion`() throws {
    let text = """
        -- projection: p
        create table t (a text not null, b text) strict;
        -- on: GrantRemoved.v1
        insert into t values (:grantId, 'it''s');
        """
    let dumps = try [[1, 2, 3], [3, 1, 2]].map { grants in
        let lines = zip(1..., grants).map { removed($0, grant: $1) }
        return try ProjectionDatabase.inMemory(
            try definition(text),
            lines: lines,
            opening: opening
        ).contentDump()
    }
    #expect(dumps[0].first == "t: '\(grantID(1))', 'it''s'")
    #expect(dumps[0] == dumps[1])
}

@Test func `differences of two dumps are told by line`() {
    let difference = ContentDifference(["t: 1", "t: 2", "t: 2"], ["t: 2", "t: 3"])
    #expect(difference.onlyFirst == ["t: 1", "t: 2"])
    #expect(difference.onlySecond == ["t: 3"])
    #expect(!difference.isEmpty)
    #expect(ContentDifference(["a", "b"], ["b", "a"]).isEmpty)
}
