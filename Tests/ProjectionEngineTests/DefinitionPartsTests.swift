import Foundation
import PortalEvents
import Testing

@testable import ProjectionEngine

/// A definition that stands in several files is one definition, and says where something is wrong.
struct DefinitionPartsTests {
    private static let tables = """
        -- projection: p
        -- What there is.
        create table t (a text) strict;
        """
    private static let events = """
        -- What happens.

        -- on: ClientRegistered.v1
        insert into t values (:clientId);
        """
    private static let queries = "-- query: all ()\nselect a from t;\n"

    private static func load(_ texts: [String: String]) throws -> [ProjectionDefinition] {
        try ProjectionDefinition.load(texts: texts, shapes: EventShape.all)
    }

    @Test func `parts are read as one text, in the order of their names`() throws {
        let found = try Self.load([
            "p.queries.sql": Self.queries, "p.sql": Self.tables, "p.events.sql": Self.events,
            "q.sql": "-- projection: q\ncreate table t (a text) strict;\n",
        ])
        #expect(found.map(\.name) == ["p", "q"])
        #expect(found.first?.text == "\(Self.tables)\n\(Self.events)\n\(Self.queries)")
        #expect(found.first?.eventTypes == ["ClientRegistered.v1"])
        #expect(found.first?.queryNames == ["all"])
        #expect(found.first?.file == "p.sql")
    }

    @Test func `what is wrong is said with the part and its own line`() {
        let typo = Self.events.replacingOccurrences(of: ":clientId", with: ":clientID")
        #expect {
            try Self.load(["p.sql": Self.tables, "p.events.sql": typo])
        } throws: { error in
            "\(error)".hasPrefix("p.events.sql:4: ")
        }
        #expect {
            try Self.load([
                "p.sql": Self.tables, "p.events.sql": Self.events,
                "p.queries.sql": "-- query: all ()\nselect b from t;\n",
            ])
        } throws: { error in
            "\(error)".hasPrefix("p.queries.sql:2: ")
        }
        #expect {
            try Self.load(["p.sql": "-- projection: p\ncreate table t (a text);\n"])
        } throws: { error in
            "\(error)".hasPrefix("p.sql:2: ")
        }
    }

    @Test func `a statement keeps its place in its part`() throws {
        let found = try Self.load(["p.sql": Self.tables, "p.events.sql": Self.events])
        let line = found.first?.statements.first?.line
        #expect(try found.first?.place(of: #require(line)) == "p.events.sql:4")
    }

    @Test func `a part whose first file is missing is refused`() {
        #expect {
            try Self.load(["p.events.sql": Self.events])
        } throws: { error in
            "\(error)".contains("the file must start with `-- projection: <name>`")
        }
    }
}
