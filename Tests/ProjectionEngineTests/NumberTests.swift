import EventLine
import Foundation
import Testing

@testable import ProjectionEngine

private let numbered = """
    -- projection: numbered
    create table names (number integer primary key, name text not null unique) strict;
    create table t (
        sequence integer primary key, type integer, label integer, grant_id integer, note integer,
        level integer check (level < 1000)
    ) strict;
    -- on: *
    insert into t (sequence, type, label) values (@sequence, number(@type), number(@label));
    -- on: GrantAdded.v1
    update t set grant_id = number(:grantId), note = number(:note), level = :level
    where sequence = @sequence;
    -- query: all ()
    select sequence, type.name as type, label.name as label, g.name as grant, note.name as note
    from t join names type on type.number = type left join names label on label.number = label
        left join names g on g.number = grant_id left join names note on note.number = note
    order by sequence;
    """

private func open(_ folder: Folder) throws -> ProjectionDatabase {
    try ProjectionDatabase(
        path: "\(folder.path)/numbered.sqlite",
        definition: try definition(numbered),
        opening: opening
    )
}

private func dump(_ lines: [EventLine]) throws -> [String] {
    try ProjectionDatabase.inMemory(try definition(numbered), lines: lines, opening: opening)
        .contentDump()
}

@Test func `a text has the number of its first coming, and null has none`() throws {
    let lines = [added(1, grant: 7), removed(2, grant: 7), added(3, grant: 7)]
    let rows = try dump(lines)
    #expect(
        rows == [
            "names: 1, 'GrantAdded.v1'", "names: 2, 'Access given'", "names: 3, '\(grantID(7))'",
            "names: 4, 'GrantRemoved.v1'", "t: 1, 1, 2, 3, NULL, 1",
            "t: 2, 4, NULL, NULL, NULL, NULL",
            "t: 3, 1, 2, 3, NULL, 1",
        ]
    )
}

@Test(arguments: [
    "", "a", "it's", "\u{e9}", "00000000-0000-0000-0000-000000000001",
    "x/00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-00000000000A",
    "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-000000000001x",
])
func `texts that look alike have numbers of their own`(text: String) throws {
    let texts = ["b", "x/y", "00000000-0000-0000-0000-000000000002", text, text + "/", text]
    let lines = zip(1..., texts).map { sequence, text in
        line(
            sequence,
            "GrantAdded.v1",
            "{\"grantId\":\"\(grantID(1))\",\"level\":1,\"note\":\"\(text)\"}"
        )
    }
    let database = try ProjectionDatabase.inMemory(
        try definition(numbered),
        lines: lines,
        opening: opening
    )
    #expect(try database.query("all").map { $0["note"]?.string } == texts)
}

@Test func `numbers do not depend on batches, failures or restarts`() throws {
    let lines = history(300, seed: 5)
    let expected = try dump(lines)
    let folder = try Folder()
    var random = SeededGenerator(9)
    var start = 0
    while start < lines.count {
        let end = min(lines.count, start + Int.random(in: 1...40, using: &random))
        let database = try open(folder)
        // What a batch has numbered is taken back when one of its events fails.
        let failing = added(UInt64(end + 1), grant: 100_000, level: 1000)
        #expect(throws: ProjectionError.self) {
            try database.apply(lines[start..<end] + [failing])
        }
        try database.retry()
        #expect(database.position == UInt64(end))
        start = end
    }
    #expect(try open(folder).contentDump() == expected)
}

@Test func `two who write by turns agree on the numbers`() throws {
    let folder = try Folder()
    let writers = [try open(folder), try open(folder)]
    let lines = history(200, seed: 6)
    for end in stride(from: 20, through: 200, by: 20) {
        try writers[end / 20 % 2].apply(Array(lines[..<end]))
    }
    #expect(try writers[0].contentDump() == dump(lines))
}

@Test func `a text has its number when the cache is too small`() {
    var cache = NameCache(idCountMax: 10)
    for number in 1...1000 as ClosedRange<Int64> {
        let text = Array("client/\(grantID(Int(number)))".utf8)
        #expect(cache.number(of: text.span) == nil)
        cache.keep(number, of: text.span)
        #expect(cache.number(of: text.span) == number)
    }
}

@Test func `the cache answers for what it keeps and nothing else`() {
    var cache = NameCache()
    let texts = (1...5000).flatMap {
        ["\(grantID($0))", "staff/\(grantID($0))", "word \($0 % 900)"]
    }
    var numbers: [String: Int64] = [:]
    for text in texts {
        let bytes = Array(text.utf8)
        #expect(cache.number(of: bytes.span) == numbers[text])
        guard numbers[text] == nil else { continue }
        numbers[text] = Int64(numbers.count + 1)
        cache.keep(Int64(numbers.count), of: bytes.span)
    }
    let stranger = Array("other/\(grantID(1))".utf8)
    #expect(cache.number(of: stranger.span) == nil)
}

@Test func `numbers need their table`() throws {
    let text = numbered.replacing("create table names (", with: "create table titles (")
        .replacing("names", with: "titles")
    let error = #expect(throws: ProjectionError.self) { try definition(text) }
    #expect("\(try #require(error))".contains("number(…) needs `create table names"))
}

@Test func `what is personal gets no number`() throws {
    let text = numbered.replacing("number(:note)", with: "number($name)")
    let error = #expect(throws: ProjectionError.self) { try definition(text) }
    #expect("\(try #require(error))".contains("$name: no personal field may stand"))
}

@Test(arguments: ["number(lower(:note))", "number('x')", "number()", "number(:note, :note)"])
func `a number is one of a parameter`(call: String) throws {
    let text = numbered.replacing("number(:note)", with: call)
    let error = #expect(throws: ProjectionError.self) { try definition(text) }
    #expect("\(try #require(error))".contains("number(…) takes one parameter"))
}
