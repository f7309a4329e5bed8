import GRDB

/// What a file is opened for.
enum DatabaseUse: Sendable, Equatable {
    /// Applied to and read from.
    case live
    /// Read from while another process applies.
    case reading
    /// Built beside the live one; nobody reads it. At most so much of it is kept in memory.
    case building(cacheBytes: Int)
    /// Thrown away soon.
    case memory

    /// Whether it is built beside the live one.
    var isBuilding: Bool {
        if case .building = self { true } else { false }
    }

    /// How a connection is opened.
    var configuration: Configuration {
        var configuration = Configuration()
        configuration.readonly = self == .reading
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 8
        // What is folded for one question is rolled back when that was answered.
        configuration.allowsUnsafeTransactions = self == .memory
        let settings = settings
        configuration.prepareDatabase { try $0.execute(sql: settings) }
        return configuration
    }

    /// What SQLite is told before it makes indexes of rows that are there. It sorts as many entries
    /// at once as its cache has room for, and merges what it has sorted: in two megabytes, which a
    /// core's own memory holds, that takes half the time, and a second thread only costs more.
    static let settingsForIndexes = "pragma cache_size = -2048; pragma threads = 0"

    /// What SQLite is told on each connection.
    var settings: String {
        switch self {
        case .live, .reading, .memory:
            // Deleted content must not stay in the file, nor reach a temporary one.
            "pragma secure_delete = on; pragma temp_store = memory"
        case .building(let cacheBytes):
            // Nothing is synchronised before the swap: what the kernel holds survives the death of
            // the process, and after a power failure the file is not used. A rollback journal
            // writes a page once; a write-ahead log would write each of them twice.
            """
            pragma secure_delete = on; pragma temp_store = file;
            pragma journal_mode = truncate; pragma synchronous = off;
            pragma cache_size = -\(max(4096, cacheBytes / 1024))
            """
        }
    }
}
