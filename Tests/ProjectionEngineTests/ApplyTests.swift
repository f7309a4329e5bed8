import EventLine
import ProjectionEngine
import Testing

private let everything = """
    -- projection: everything
    create table t (
        sequence integer, id text, source text, organisation text, type text, subject text,
        time text, actor text, client text, on_behalf text, correlation text, causation text,
        commit_place text, label text, roles text, active integer, level integer, note text,
        extra text, card text, name text, personal_name text, email text
    ) strict;
    -- on: GrantAdded.v1
    insert into t values (
        @sequence, @id, @source, @organisation, @type, @subject, @time, @actor, @client,
        @onbehalfof, @correlationid, @causationid, @commit, @label, :roles, :active, :level, :note,
        :extra, :card, :name, $name, $email);
    -- query: all ()
    select * from t;
    -- query: typed ()
    select active as "active bool", roles as "roles json", extra as "extra json",
        note as "note bool" from t;
    """

private let full = line(
    1,
    "GrantAdded.v1",
    """
    {"grantId":"g","profileId":"p","roles":["a","b\\n"],"active":true,"level":-3,\
    "note":"say \\"hi\\"","extra":"text","card":{"x":[1,{}]},"name":"outer",\
    "personal":"\(sealed("{\"name\":\"inner\"}"))"}
    """
)

@Test func `every kind of parameter gets its value`() throws {
    let database = try ProjectionDatabase.inMemory(
        try definition(everything),
        lines: [full],
        opening: opening
    )
    let rows = try database.query("all")
    #expect(
        rows == [
            [
                "sequence": 1, "id": "00000000-0000-0001-0000-000000000001",
                "source": "/organisations/00000000-0000-0005-0000-000000000005",
                "organisation": "00000000-0000-0005-0000-000000000005", "type": "GrantAdded.v1",
                "subject": "client/00000000-0000-0000-0000-00000000004d",
                "time": "1970-01-01T00:00:01.000000Z", "actor": "staff/a",
                "client": "00000000-0000-0000-0000-00000000004d", "on_behalf": .null,
                "correlation": "c1", "causation": .null, "commit_place": "1/1",
                "label": "Access given", "roles": "[\"a\",\"b\\n\"]", "active": 1, "level": -3,
                "note": "say \"hi\"", "extra": "\"text\"", "card": "{\"x\":[1,{}]}",
                "name": "outer", "personal_name": "inner", "email": .null,
            ]
        ]
    )
}

@Test func `an alias turns a column into a truth value or JSON`() throws {
    let text = everything.replacing("note as \"note bool\"", with: "null as \"note bool\"")
    let database = try ProjectionDatabase.inMemory(
        try definition(text),
        lines: [full],
        opening: opening
    )
    let rows = try database.query("typed")
    #expect(
        rows == [["active": true, "roles": ["a", "b\n"], "extra": "text", "note": .null]]
    )
}

@Test func `a column that is not what its alias says is an error`() throws {
    let database = try ProjectionDatabase.inMemory(
        try definition(everything),
        lines: [full],
        opening: opening
    )
    #expect(
        throws: ProjectionError.queryFailed(
            projection: "everything",
            query: "typed",
            reason: "column note is no bool: \"say \\\"hi\\\"\""
        )
    ) { try database.query("typed") }
}

@Test func `absent members are null`() throws {
    let bare = line(
        1,
        "GrantAdded.v1",
        "{\"grantId\":\"g\",\"level\":0,\"active\":false,\"note\":\"\"}"
    )
    let database = try ProjectionDatabase.inMemory(
        try definition(everything),
        lines: [bare],
        opening: opening
    )
    let row = try database.query("all")[0]
    for name in ["roles", "extra", "card", "name", "personal_name", "email"] {
        #expect(row[name] == .null)
    }
    #expect(row["note"] == "")
    #expect(row["active"] == 0)
}

@Test func `after an erasure personal fields are null and the rest stays`() throws {
    let database = try ProjectionDatabase.inMemory(
        try definition(everything),
        lines: [full],
        opening: erased
    )
    let row = try database.query("all")[0]
    #expect(row["personal_name"] == .null)
    #expect(row["name"] == "outer")
}

@Test func `content that cannot be opened now applies nothing and stops nothing`() throws {
    let folder = try Folder()
    let path = "\(folder.path)/grants.sqlite"
    let locked = try ProjectionDatabase(
        path: path,
        definition: try definition(grantsText),
        opening: { _ in .unavailable("locked") }
    )
    #expect(
        throws: ProjectionError.personalDataUnavailable(
            projection: "grants",
            sequence: 2,
            reason: "locked"
        )
    ) { try locked.apply([removed(1, grant: 9), added(2, grant: 1)]) }
    #expect(locked.position == 0)
    #expect(try locked.failure() == nil)

    let open = try ProjectionDatabase(
        path: path,
        definition: try definition(grantsText),
        opening: opening
    )
    try open.apply([removed(1, grant: 9), added(2, grant: 1)])
    #expect(open.position == 2)
}

@Test func `an argument that is left out is null and an unknown one an error`() throws {
    let database = try ProjectionDatabase.inMemory(
        try definition(grantsText),
        lines: [added(1, grant: 1)],
        opening: opening
    )
    #expect(try database.query("by-profile").isEmpty)
    let rows = try database.query("by-profile", arguments: ["profile": .string(grantID(1))])
    #expect(
        rows == [["grantId": .string(grantID(1)), "name": "Ann", "level": 1, "open": true]]
    )
    #expect(
        throws: ProjectionError.unknownArgument(
            projection: "grants",
            query: "by-profile",
            argument: "profil",
            known: ["profile", "asOf"]
        )
    ) { try database.query("by-profile", arguments: ["profil": "x"]) }
    #expect(
        throws: ProjectionError.noSuchQuery(
            projection: "grants",
            query: "none",
            known: ["by-profile", "count"]
        )
    ) { try database.query("none") }
}

@Test func `events that were applied are passed over and a gap is refused whole`() throws {
    let folder = try Folder()
    let database = try ProjectionDatabase(
        path: "\(folder.path)/grants.sqlite",
        definition: try definition(grantsText),
        opening: opening
    )
    try database.apply([added(1, grant: 1), added(2, grant: 2)])
    try database.apply([added(1, grant: 1), added(2, grant: 2), added(3, grant: 3)])
    #expect(database.position == 3)
    #expect(throws: ProjectionError.gap(projection: "grants", expected: 5, found: 6)) {
        try database.apply([added(4, grant: 4), added(6, grant: 6)])
    }
    #expect(database.position == 3)
    #expect(try database.query("count") == [["count": 3]])
}

@Test func `a failing event stops its projection where it stands and says why`() throws {
    let folder = try Folder()
    let path = "\(folder.path)/grants.sqlite"
    let failure = EventFailure(
        projection: "grants",
        sequence: 3,
        type: "GrantAdded.v1",
        statement: "grants.sql:15",
        message: "CHECK constraint failed: level < 1000"
    )
    let lines = [
        added(1, grant: 1), added(2, grant: 2), added(3, grant: 3, level: 1000), added(4, grant: 4),
    ]
    do {
        let database = try ProjectionDatabase(
            path: path,
            definition: try definition(grantsText),
            opening: opening
        )
        #expect(throws: ProjectionError.stopped(failure)) { try database.apply(lines) }
        #expect(database.position == 2)
        #expect(try database.query("count") == [["count": 2]])
    }
    let reopened = try ProjectionDatabase(
        path: path,
        definition: try definition(grantsText),
        opening: opening
    )
    #expect(try reopened.failure() == failure)
    #expect(throws: ProjectionError.stopped(failure)) { try reopened.apply([added(3, grant: 3)]) }
    try reopened.retry()
    try reopened.apply(lines, skipping: [3])
    #expect(reopened.position == 4)
    #expect(try reopened.query("count") == [["count": 3]])
}

@Test func `an event of several statements is applied whole or not at all`() throws {
    let text = """
        -- projection: p
        create table t (a text primary key) strict;
        -- on: GrantRemoved.v1
        insert into t values (:grantId || '-1');
        insert into t values ('same');
        -- query: all ()
        select a from t order by a;
        """
    let folder = try Folder()
    let database = try ProjectionDatabase(
        path: "\(folder.path)/p.sqlite",
        definition: try definition(text),
        opening: opening
    )
    #expect(throws: ProjectionError.self) {
        try database.apply([removed(1, grant: 1), removed(2, grant: 2)])
    }
    #expect(try database.query("all").map { $0["a"] } == [.string(grantID(1) + "-1"), "same"])
}

@Test(arguments: ["", "[]", "{\"grantId\":", "{\"grantId\":\"\\u12\"}", "{\"grantId\":\"a\"}}"])
func `damaged data stops the projection that reads it`(data: String) throws {
    let folder = try Folder()
    let database = try ProjectionDatabase(
        path: "\(folder.path)/grants.sqlite",
        definition: try definition(grantsText),
        opening: opening
    )
    let error = #expect(throws: ProjectionError.self) {
        try database.apply([line(1, "GrantRemoved.v1", data)])
    }
    guard case .stopped(let failure)? = error else {
        Issue.record("\(String(describing: error))")
        return
    }
    #expect(failure.message.hasPrefix("not valid JSON at byte"))
}
