import EventLine
import Foundation
import ProjectionEngine
import Testing

private let head = "-- projection: p\ncreate table t (a text, b text) strict;\n"

private let sequences = """
    -- projection: p
    create table t (n integer primary key) strict;
    -- on: GrantAdded.v1
    insert into t values (@sequence);

    """

struct Typo: Sendable, CustomTestStringConvertible {
    let text: String
    let message: String

    var testDescription: String { message }
}

private let typos = [
    Typo(
        text: head + "-- on: GrantAddded.v1\ninsert into t values (1, 2);",
        message: "p.sql:3: unknown event type GrantAddded.v1 (did you mean GrantAdded.v1?)"
    ),
    Typo(
        text: head + "-- on: GrantRemoved.v1\ninsert into t (a)\nvalues (:grantID);",
        message: "p.sql:5: unknown field :grantID of GrantRemoved.v1 (it has grantId)"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\ninsert into t (a) values ($nam);",
        message: "p.sql:4: unknown personal field $nam of GrantAdded.v1 (it has name, email)"
    ),
    Typo(
        text: head + "-- on: GrantRemoved.v1\ninsert into t (a) values ($name);",
        message: "p.sql:4: unknown personal field $name of GrantRemoved.v1 (it has none)"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1, GrantRemoved.v1\ninsert into t (a) values (:level);",
        message: "p.sql:4: unknown field :level of GrantRemoved.v1 (it has grantId)"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\ninsert into t (a)\n\nvalues (@tme);",
        message: "p.sql:6: unknown envelope member @tme (there are @sequence, @id, @source, "
            + "@organisation, @type, @subject, @time, @microseconds, @actor, @client, @onbehalfof, "
            + "@correlationid, @causationid, @commit, @label)"
    ),
    Typo(
        text: head + "-- on: *\ninsert into t (a) values (:grantId);",
        message: "p.sql:4: :grantId: `on: *` may use only @ members"
    ),
    Typo(
        text: head + "-- on: *, GrantAdded.v1\ninsert into t (a) values (@id);",
        message: "p.sql:3: `*` stands for every event: name no others with it"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\ninsert into t (a,\n  c) values (1, 2);",
        message: "p.sql:4: table t has no column named c"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\nupdate t\nset a = 1\nwhere c = 2;",
        message: "p.sql:6: no such column: c"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\nupdate t set a = \"nme\";",
        message: "p.sql:4: no such column: nme"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\nselect a from t;",
        message: "p.sql:4: a handler may only insert, update and delete"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\nwith x as (select 1) select * from x;",
        message: "p.sql:4: a handler may only insert, update and delete"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\n",
        message: "p.sql:3: no statement follows this `on:`"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\ninsert into t (a) values (datetime('now'));",
        message: "p.sql:4: 'now' gives another result each time: use @time, a field or an argument"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\ninsert into t (a) values (date());",
        message: "p.sql:4: date gives another result each time: use @time, a field or an argument"
    ),
    Typo(
        text: head
            + "-- on: GrantAdded.v1\ninsert into t (a) values (1)\n-- query: q\nselect 1 as a;",
        message: "p.sql:4: the statement that starts here is not ended by `;`"
    ),
    Typo(
        text: head + "-- onn: GrantAdded.v1\ninsert into t (a) values (1);",
        message: "p.sql:3: unknown section `-- onn: GrantAdded.v1` (there are "
            + "`projection: <name>`, `small: <tables>`, `on: <types>`, `after: rebuild`, "
            + "`query: <name> (<arguments>)`, `scans: <table>, because <why>`; "
            + "a comment may not start with one word and a colon)"
    ),
    Typo(
        text: "-- projection: p\ncreate table u (a text)\n;\n",
        message: "p.sql:2: table u must be declared `strict`"
    ),
    Typo(
        text: "-- projection: p\n\ncreate table daybook_x (a text) strict;",
        message: "p.sql:3: table daybook_x: names that start with daybook_ are taken"
    ),
    Typo(
        text: head + "insert into t values (1, 2);",
        message: "p.sql:3: only `create` of index, table, view may stand here"
    ),
    Typo(
        text: head + "create trigger x after insert on t begin delete from t; end;",
        message: "p.sql:3: only `create` of index, table, view may stand here"
    ),
    Typo(
        text: "-- projection: p\n",
        message: "p.sql:1: a projection needs at least one `create table … strict`"
    ),
    Typo(
        text: "-- projection: other\ncreate table t (a text) strict;",
        message: "p.sql:1: projection `other` must stand in a file `other.sql`"
    ),
    Typo(
        text: "create table t (a text) strict;",
        message: "p.sql:1: the file must start with `-- projection: <name>`"
    ),
    Typo(text: "", message: "p.sql:1: the file must start with `-- projection: <name>`"),
    Typo(
        text: head + "-- query: q (profile)\nselect a from t\nwhere a = :profil;",
        message: "p.sql:5: query q does not list :profil (it lists profile)"
    ),
    Typo(
        text: head + "-- query: q\nselect a from t where a = @time;",
        message: "p.sql:4: @time: a query has only :arguments"
    ),
    Typo(
        text: head + "-- query: q\nselect a from t where a = ?;",
        message: "p.sql:4: use :name, @name or $name for parameters"
    ),
    Typo(
        text: head + "-- query: q\nselect count(*) from t;",
        message: "p.sql:4: column 1 is named `count(*)`: give it one word with `as`, "
            + "or `as \"word bool\"`, `as \"word json\"` or `as \"word personal\"`"
    ),
    Typo(
        text: head + "-- query: q\nselect a as \"a boolean\" from t;",
        message: "p.sql:4: column 1 is named `a boolean`: give it one word with `as`, "
            + "or `as \"word bool\"`, `as \"word json\"` or `as \"word personal\"`"
    ),
    Typo(
        text: head + "-- query: q\nselect a as \"name personal\" from t;",
        message: "p.sql:4: column `name personal` must be an integer column of a table, which "
            + "holds the sequence of the event with the personal field"
    ),
    Typo(
        text: sequences + "-- query: q\nselect n + 1 as \"name personal\" from t;",
        message: "p.sql:6: column `name personal` must be an integer column of a table, which "
            + "holds the sequence of the event with the personal field"
    ),
    Typo(
        text: sequences + "-- query: q\nselect n as \"nam personal\" from t;",
        message: "p.sql:6: column `nam personal`: no event handled here has a personal field nam "
            + "(they have email, name)"
    ),
    Typo(
        text: head + "-- query: q\nselect a, b as a from t;",
        message: "p.sql:4: two columns are named a"
    ),
    Typo(
        text: head + "-- query: q\nselect a from t;\n-- query: q\nselect b from t;",
        message: "p.sql:5: query q is defined twice"
    ),
    Typo(
        text: head + "-- query: q\nselect a from t;\nselect b from t;",
        message: "p.sql:3: a query is exactly one select"
    ),
    Typo(
        text: head + "-- query: q\ndelete from t returning a;",
        message: "p.sql:4: a query is exactly one select"
    ),
    Typo(
        text: head + "-- query: q (a b)\nselect a from t;",
        message: "p.sql:3: write `-- query: <name> (<argument>, <argument>)`"
    ),
    Typo(
        text: head + "-- on: GrantAdded.v1\ninsert into t (a) values ('it''s);\n",
        message: "p.sql:4: what starts here is not ended by '"
    ),
    Typo(
        text: head + "-- small: u\n-- query: q\nselect a from t;",
        message: "p.sql:3: there is no table u (there are t)"
    ),
    Typo(
        text: head + "-- query: q\n-- small: t\nselect a from t;",
        message: "p.sql:4: write `-- small: <table>, <table>` among the tables"
    ),
    Typo(
        text: head + "-- query: q\n-- scans: u, because there are few\nselect a from t;",
        message: "p.sql:4: there is no table u (there are t)"
    ),
    Typo(
        text: head + "-- query: q\n-- scans: t\nselect a from t;",
        message: "p.sql:4: write `-- scans: <table>, because <why>` right after `-- on:` or "
            + "`-- query:`"
    ),
    Typo(
        text: head + "-- query: q\nselect a from t;\n-- scans: t, because of this",
        message: "p.sql:5: write `-- scans: <table>, because <why>` right after `-- on:` or "
            + "`-- query:`"
    ),
    Typo(
        text: head + "/* open\n",
        message: "p.sql:3: this comment is not ended by */"
    ),
]

@Test(arguments: typos)
func `a mistake is told with file and line`(typo: Typo) {
    let error = #expect(throws: ProjectionError.self) {
        try ProjectionDefinition(file: "p.sql", text: typo.text, shapes: testShapes)
    }
    #expect(error?.description == typo.message)
}

@Test func `quotes and comments hide semicolons and parameters`() throws {
    let text = """
        -- projection: p
        create table t (a text primary key, "b;:c" text) strict;
        -- on: GrantRemoved.v1
        insert into t values ('; :x @y $z ''', /* ; :q */ :grantId) -- ; :r
        on conflict do update set [b;:c] = `b;:c` || ':s';
        -- query: all ()
        select a, "b;:c" as b from t;
        """
    let lines = [removed(1, grant: 1), removed(2, grant: 2)]
    let database = try ProjectionDatabase.inMemory(
        try definition(text),
        lines: lines,
        opening: opening
    )
    let rows = try database.query("all")
    #expect(rows == [["a": "; :x @y $z '", "b": .string(grantID(1) + ":s")]])
}

@Test func `a definition tells what it is about`() throws {
    let grants = try definition(grantsText)
    #expect(grants.name == "grants")
    #expect(grants.description == "Who has a grant.")
    #expect(grants.eventTypes == ["GrantAdded.v1", "GrantRemoved.v1", "GrantsSuspended.v1"])
    #expect(grants.queryNames == ["by-profile", "count"])
    #expect(grants.arguments(ofQuery: "by-profile") == ["profile", "asOf"])
    #expect(grants.usesPersonalData)
    #expect(try definition(trailText).eventTypes == ["*"])
    #expect(try !definition(trailText).usesPersonalData)
}

@Test func `a personal column gives the sequence of the event with the content`() throws {
    let text = sequences + "-- query: q\nselect n as id, n as \"name personal\" from t;"
    let definition = try ProjectionDefinition(file: "p.sql", text: text, shapes: testShapes)
    #expect(definition.personalColumns(ofQuery: "q") == ["name"])
    #expect(definition.personalColumns(ofQuery: "none") == [])
    #expect(!definition.usesPersonalData)
    let lines = [added(7, grant: 1)]
    let database = try ProjectionDatabase.inMemory(definition, lines: lines, opening: opening)
    #expect(try database.query("q") == [["id": 7, "name": 7]])
}

@Test func `handlers of one event run in the order of the file`() throws {
    let text = """
        -- projection: p
        create table t (n integer primary key, what text) strict;
        -- on: GrantRemoved.v1
        insert into t (what) values ('first');
        -- on: *
        insert into t (what) values ('every');
        -- on: GrantRemoved.v1, NothingKnown.v1
        insert into t (what) values ('last');
        insert into t (what) values ('very last');
        -- query: all ()
        select what from t order by n;
        """
    let database = try ProjectionDatabase.inMemory(
        try definition(text),
        lines: [removed(1, grant: 1)],
        opening: opening
    )
    let whats = try database.query("all").map { $0["what"]?.string }
    #expect(whats == ["first", "every", "last", "very last"])
}

@Test func `a folder of definitions is loaded by name`() throws {
    let folder = try Folder()
    try grantsText.write(toFile: "\(folder.path)/grants.sql", atomically: true, encoding: .utf8)
    try trailText.write(toFile: "\(folder.path)/trail.sql", atomically: true, encoding: .utf8)
    try "x".write(toFile: "\(folder.path)/notes.txt", atomically: true, encoding: .utf8)
    let names = try ProjectionDefinition.load(folder: folder.path, shapes: testShapes).map(\.name)
    #expect(names == ["grants", "trail"])
    #expect(throws: ProjectionError.self) {
        try ProjectionDefinition.load(folder: "\(folder.path)/none", shapes: testShapes)
    }
}
