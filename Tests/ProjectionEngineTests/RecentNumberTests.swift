import EventLine
import Testing

@testable import ProjectionEngine

private let numbered = """
    -- projection: numbered
    create table names (number integer primary key, name text not null unique) strict;
    create table t (
        sequence integer primary key, actor integer, client integer, organisation integer,
        label integer
    ) strict;
    -- on: *
    insert into t values (
        @sequence, number(@actor), number(@client), number(@organisation), number(@label));
    -- query: all ()
    select sequence, actor.name as actor, client.name as client, organisation.name as organisation,
        label.name as label
    from t join names actor on actor.number = actor left join names client on client.number = client
        left join names organisation on organisation.number = organisation
        left join names label on label.number = label
    order by sequence;
    """

private let one = UniqueID(high: 1, low: 1)
private let two = UniqueID(high: 2, low: 2)

/// What members that have numbers can be, with look-alikes of one another and of another member.
private let actors = ["staff/a", "staff/b", "staff/ab", "st\"ff/a", one.description, "system/x"]
private let clients = [one, two, nil]
private let sources = ["/organisations/\(one)", "/organisations/\(two)", "/elsewhere", "staff/a"]
private let types = ["GrantAdded.v1", "GrantRemoved.v1", "Unknown.v1"]

@Test func `a member has its own number whatever came before it`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("RecentNumberTests: seed \(seed)")
    var random = SeededGenerator(seed)
    var lines: [EventLine] = []
    for sequence in 1...UInt64(400) {
        var line = line(sequence, types.randomElement(using: &random) ?? "", "{}")
        line.envelope.actor = actors.randomElement(using: &random) ?? ""
        line.envelope.client = clients.randomElement(using: &random) ?? nil
        line.envelope.source = sources.randomElement(using: &random) ?? ""
        lines.append(line)
    }
    let database = try ProjectionDatabase.inMemory(
        try definition(numbered),
        lines: lines,
        opening: opening
    )
    let rows = try database.query("all")
    #expect(rows.count == lines.count)
    for (line, row) in zip(lines, rows) {
        let sequence = line.envelope.sequence
        #expect(row["actor"]?.string == line.envelope.actor, "\(sequence)")
        #expect(row["client"]?.string == line.envelope.client?.description, "\(sequence)")
        let start = "/organisations/"
        let organisation =
            line.envelope.source.hasPrefix(start)
            ? String(line.envelope.source.dropFirst(start.count)) : nil
        #expect(row["organisation"]?.string == organisation, "\(sequence)")
        let labels = ["GrantAdded.v1": "Access given"]
        #expect(row["label"]?.string == labels[line.envelope.type], "\(sequence)")
    }
}
