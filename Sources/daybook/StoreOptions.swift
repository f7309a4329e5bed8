import ArgumentParser
import EventLine
import Foundation
import PortalAccess
import PortalService

/// Where the store is, and which clock it uses.
struct StoreOptions: ParsableArguments {
    @Option(help: "The data directory; else $DAYBOOK_DATA, else ./daybook-data.")
    var data: String?

    @Option(help: "Stand still at this time (RFC 3339), for tests.")
    var testClock: String?

    @Option(help: "A directory with projections of your own (.sql).")
    var projections: String?

    var directory: DataDirectory {
        DataDirectory(
            data ?? ProcessInfo.processInfo.environment["DAYBOOK_DATA"] ?? "daybook-data"
        )
    }

    func clock() throws -> Clock {
        guard let testClock else { return .system() }
        guard let start = Instant(rfc3339: testClock) else {
            throw ValidationError("--test-clock must be a time such as 2026-03-02T15:00:00Z")
        }
        return .standing(at: start)
    }

    /// Opens the store for writing, and says what a crash had left to repair.
    func open() throws -> Store {
        let store = try Store.open(
            at: directory,
            clock: try clock(),
            extraProjections: projections
        )
        for repair in store.repairs { Terminal.note("daybook: \(repair)") }
        return store
    }

    /// Opens the store for reading; a writer may be at work meanwhile.
    func archive() throws -> Archive {
        try Archive(reading: directory, clock: try clock(), extraProjections: projections)
    }
}

extension Store {
    /// Closes the store, and says what was left undone.
    func finish() throws {
        try close()
        if let leftUndone { Terminal.note("daybook: \(leftUndone)") }
    }
}

/// Who asks, and of which organisation.
struct CallerOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: "Who asks: staff/<id>, portalUser/<account id>, …")
    var actor = "system/operator"

    @Option(help: "The organisation's id; may be left out where there is one.")
    var organisation: String?

    func caller() throws -> Actor {
        guard let actor = Actor(actor) else {
            throw ValidationError(
                "--as must be staff/<id>, portalUser/<account id>, anonymous or system/operator"
            )
        }
        return actor
    }

    func organisationID() throws -> UniqueID? {
        guard let organisation else { return nil }
        guard let id = UniqueID(organisation) else {
            throw ValidationError("--organisation must be a UUID")
        }
        return id
    }
}

/// An input object from the command line.
func inputObject(_ text: String, option: String) throws -> JSONValue {
    do {
        return try JSONValue(parsing: Array(text.utf8))
    } catch {
        throw ValidationError("\(option) is \(error)")
    }
}
