import Foundation
import GRDB

/// The file in which a projection is built.
///
/// It is not synchronised before it is complete, so only the running system knows what is in it:
/// the file says in which run of the system it was begun, and is not used in another.
enum BuildingFile {
    /// How much of all files that are built at once is kept in memory.
    static let cacheBytesMax = 384 << 20

    /// What tells this run of the operating system from others.
    static let systemRun =
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))
        ?? "unknown"

    /// Notes the run of the system in a new file.
    static func note(_ db: Database) throws {
        try db.execute(sql: "create table daybook_building (system_run text not null) strict")
        try db.execute(sql: "insert into daybook_building values (?)", arguments: [systemRun])
    }

    /// Whether an interrupted rebuild can go on with a file: the same definition has begun it, and
    /// the system has not stopped since.
    static func isUsable(
        _ path: String,
        for definition: ProjectionDefinition,
        in systemRun: String = systemRun
    ) -> Bool {
        guard GenerationOpener.storedText(at: path, definition.name) == definition.text,
            let queue = try? DatabaseQueue(path: path)
        else { return false }
        defer { try? queue.close() }
        let run = try? queue.read {
            try String.fetchOne($0, sql: "select system_run from daybook_building")
        }
        return run == systemRun
    }

    /// Brings a complete file, which nobody has open, to the disk.
    static func synchronize(_ path: String) throws(ProjectionError) {
        // SQLite keeps an empty journal beside the file.
        unlink("\(path)-journal")
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> ProjectionError {
        .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
}
