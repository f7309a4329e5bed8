import EventLine
import GRDB

/// What a projection's file says about itself: one row, written in the same transaction as the
/// rows it vouches for.
struct MetaTable {
    /// Names that start so belong to the engine.
    static let reservedPrefix = "daybook_"

    /// The last event whose rows are here.
    var position: UInt64
    /// The text of the definition that made the rows.
    let definition: String
    /// Whether the indexes that a rebuild leaves to its end exist.
    var isComplete: Bool
    /// The event at which the projection stopped.
    var failure: EventFailure?

    static func create(_ definition: String, isComplete: Bool, _ db: Database) throws {
        try db.execute(
            sql: """
                create table daybook_projection (
                    id integer primary key check (id = 1),
                    position integer not null,
                    definition text not null,
                    is_complete integer not null,
                    failure text
                ) strict
                """
        )
        try db.execute(
            sql: "insert into daybook_projection values (1, 0, ?, ?, null)",
            arguments: [definition, isComplete]
        )
    }

    /// Reads the row; nil if the file is none of ours or was never finished.
    static func read(_ db: Database, projection: String) throws -> MetaTable? {
        guard try db.tableExists("daybook_projection"),
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        select position, definition, is_complete, failure from daybook_projection
                        """
                )
            ),
            let position = UInt64(exactly: row[0] as Int64)
        else { return nil }
        return MetaTable(
            position: position,
            definition: row[1],
            isComplete: row[2],
            failure: EventFailure(projection: projection, json: row[3])
        )
    }

    /// Writes what may change.
    func write(_ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "update daybook_projection set position = ?, is_complete = ?, failure = ?"
        )
        try statement.execute(
            arguments: [Int64(clamping: position), isComplete, failure?.json])
    }
}

extension EventFailure {
    fileprivate init?(projection: String, json: String?) {
        guard let json, let value = try? JSONValue(parsing: Array(json.utf8)) else { return nil }
        self.init(
            projection: projection,
            sequence: value["sequence"]?.integer.flatMap(UInt64.init(exactly:)) ?? 0,
            type: value["type"]?.string ?? "",
            statement: value["statement"]?.string ?? "",
            message: value["message"]?.string ?? ""
        )
    }

    fileprivate var json: String {
        let value: JSONValue = [
            "sequence": .integer(Int64(clamping: sequence)), "type": .string(type),
            "statement": .string(statement), "message": .string(message),
        ]
        return value.canonicalText
    }
}
