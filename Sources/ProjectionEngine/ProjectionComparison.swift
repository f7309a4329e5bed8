/// How the live rows of a projection differ from a replay of the log.
public struct ProjectionComparison: Sendable {
    /// The projection.
    public let projection: String
    /// The last event of the live rows, and of those they were compared with.
    public let position: UInt64
    /// The first differences, at most as many as were asked for.
    public internal(set) var differences: [ProjectionDifference] = []
    /// How many there are.
    public internal(set) var differenceCount = 0
    /// How many rows were compared.
    public internal(set) var rowCount = 0

    /// Whether there is none.
    public var isSound: Bool { differenceCount == 0 }

    /// What is found of a projection without rows that could be compared.
    static func unusable(_ projection: String) -> ProjectionComparison {
        var comparison = ProjectionComparison(projection: projection, position: 0)
        let what = "there is no file, or none that can be used; run `daybook rebuild \(projection)`"
        comparison.differences = [.schema(what)]
        comparison.differenceCount = 1
        return comparison
    }
}

/// Something in which a projection's live file differs from a replay of the log.
public enum ProjectionDifference: Hashable, Sendable {
    /// A row has other values than a replay gives.
    case changed(row: RowKey, columns: [ColumnDifference])
    /// The replay gives no such row.
    case onlyLive(row: RowKey)
    /// The replay gives a row that is missing.
    case onlyRebuilt(row: RowKey)
    /// A table, index or view is not as the definition has it.
    case schema(String)
    /// The file itself is damaged, as SQLite says it.
    case damage(String)
    /// The replay stops at an event that the live rows have passed.
    case replayStops(EventFailure)

    /// A row, by the columns of its key, or by all of them in a table without one.
    public struct RowKey: Hashable, Sendable {
        /// Its table.
        public let table: String
        /// Columns and their values as SQL literals.
        public let columns: [ColumnValue]
    }

    /// A column's value as an SQL literal.
    public struct ColumnValue: Hashable, Sendable {
        /// The column.
        public let column: String
        /// The literal.
        public let value: String
    }

    /// A column's values as SQL literals.
    public struct ColumnDifference: Hashable, Sendable {
        /// The column.
        public let column: String
        /// What the live file has.
        public let live: String
        /// What the replay gives.
        public let rebuilt: String
    }
}

extension ProjectionDifference: CustomStringConvertible {
    /// The difference as an operator reads it.
    public var description: String {
        switch self {
        case .changed(let row, let columns):
            "\(row): "
                + columns.map { "\($0.column) \($0.live) → \($0.rebuilt)" }
                .joined(separator: ", ")
        case .onlyLive(let row): "\(row): only in the live file"
        case .onlyRebuilt(let row): "\(row): missing in the live file"
        case .schema(let what): what
        case .damage(let what): "the file is damaged: \(what)"
        case .replayStops(let failure): "a replay stops: \(failure)"
        }
    }
}

extension ProjectionDifference.RowKey: CustomStringConvertible {
    /// `letters letter_id '0193…'`
    public var description: String {
        ([table] + columns.map { "\($0.column) \($0.value)" }).joined(separator: " ")
    }
}
