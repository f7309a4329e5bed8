import PortalEvents
import ProjectionEngine
import Testing

/// What `planProblems` must find, and what it must leave alone.
struct PlanTests {
    private static let tables = """
        -- projection: p
        create table clients (id text primary key, home text, name text) strict, without rowid;
        create index clients_by_home on clients (home);
        create table visits (id text primary key, client text, day text) strict;
        create table kinds (id text primary key, name text) strict;
        -- small: kinds
        create view named as select c.id, c.name from clients c where c.name is not null;

        """

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        /// The table that is read in full, as `line table`; nil if there is nothing to find.
        let found: [String]

        var testDescription: String { name }
    }

    private static let cases = [
        Case(name: "a key", text: query("select name from clients where id = :x"), found: []),
        Case(name: "an index", text: query("select id from clients where home = :x"), found: []),
        Case(
            name: "a range of a key",
            text: query("select id from clients where id > :x"),
            found: []
        ),
        Case(name: "no condition", text: query("select id from clients"), found: ["9 clients"]),
        Case(
            name: "no index for the condition",
            text: query("select id from clients where name = :x"),
            found: ["9 clients"]
        ),
        Case(
            name: "the whole of an index",
            text: query("select home as id from clients order by home"),
            found: ["9 clients"]
        ),
        Case(
            name: "an alias",
            text: query("select c.id from visits as v join clients c on c.id = v.client"),
            found: ["9 visits"]
        ),
        Case(
            name: "an index made for one question",
            text: query(
                "select c.id from clients c join visits v on v.client = c.id where c.home = :x"
            ),
            found: ["9 visits"]
        ),
        Case(
            name: "a subquery for each row",
            text: query(
                "select (select max(day) from visits where client = c.id) as id "
                    + "from clients c where c.id = :x"
            ),
            found: ["9 visits"]
        ),
        Case(
            name: "a view",
            text: query("select n.id from named n where n.name = :x"),
            found: ["9 clients"]
        ),
        Case(
            name: "an argument that may be left out",
            text: query("select id from clients where (:x is null or home = :x)"),
            found: ["9 clients"]
        ),
        Case(
            name: "a union",
            text: query("select id from clients where id = :x union all select id from visits"),
            found: ["9 visits"]
        ),
        Case(name: "a small table", text: query("select id from kinds where name = :x"), found: []),
        Case(
            name: "a function's rows",
            text: query("select value as id from json_each(:x)"),
            found: []
        ),
        Case(
            name: "a scan with its reason",
            text: tables + "-- query: q (x)\n-- scans: clients, because nobody asks often.\n"
                + "select id from clients where name = :x;",
            found: []
        ),
        Case(
            name: "another scan than that with its reason",
            text: tables + "-- query: q (x)\n-- scans: clients, because nobody asks often.\n"
                + "select c.id from clients c, visits v where c.name = v.day;",
            found: ["10 visits"]
        ),
        Case(
            name: "a handler that searches for what it changes",
            text: tables + "-- on: GrantRemoved.v1\nupdate clients set name = null\n"
                + "where 'client/' || id = :grantId;",
            found: ["9 clients"]
        ),
        Case(
            name: "a handler by key",
            text: tables + "-- on: GrantRemoved.v1\ndelete from clients where id = :grantId;",
            found: []
        ),
        Case(
            name: "a handler with its reason",
            text: tables + "-- on: GrantRemoved.v1\n-- scans: visits, because it is rare.\n"
                + "delete from clients where id = :grantId;\n"
                + "delete from visits where day = :grantId;",
            found: []
        ),
    ]

    private static func query(_ sql: String) -> String {
        tables + "-- query: q (x)\n\(sql);"
    }

    private func problems(_ text: String) throws -> [DefinitionProblem] {
        try ProjectionDefinition(file: "p.sql", text: text, shapes: testShapes).planProblems()
    }

    @Test(arguments: cases)
    func `a statement that reads a large table in full is told with its line`(
        _ example: Case
    ) throws {
        let found = try problems(example.text).map { problem in
            "\(problem.line) \(problem.reason.split(separator: " ")[4])"
        }
        #expect(found == example.found)
    }

    @Test func `a problem says what SQLite does, and what to write`() throws {
        let text = Self.query("select id from clients where name = :x order by home || id")
        #expect(
            try problems(text).map(\.description) == [
                "p.sql:9: this reads all of clients (SQLite says SCAN clients, USE TEMP B-TREE FOR "
                    + "ORDER BY): give it an index; or say `-- scans: clients, because <why>` "
                    + "before it, or among the tables `-- small: clients` if it has few rows "
                    + "for ever"
            ]
        )
    }

    @Test func `a reason that is not needed any more is told`() throws {
        let text =
            Self.tables + "-- query: q (x)\n-- scans: clients, because of old times.\n"
            + "select id from clients where id = :x;"
        #expect(
            try problems(text).map(\.description)
                == ["p.sql:9: nothing here reads all of clients: remove this line"]
        )
    }

    @Test func `an index that is made after a rebuild counts`() throws {
        let text = """
            -- projection: p
            create table t (a text primary key, b text) strict, without rowid;
            -- after: rebuild
            create index t_by_b on t (b);
            -- query: q (b)
            select a from t where b = :b;
            """
        #expect(try problems(text) == [])
    }
}
