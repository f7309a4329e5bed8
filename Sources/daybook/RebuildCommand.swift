import ArgumentParser
import EventLine
import Foundation
import PortalService

/// Rebuilds projections from the log.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Rebuild projections from the log, beside the live ones or into another file.",
        discussion: """
            Another process may write meanwhile: it goes over to the new files by itself. An
            interrupted rebuild goes on where it stood. Exit status 1 if a projection stopped at an
            event; it keeps its live file.

            With --into the live projections stay as they are: the rows, now or at an earlier
            moment, go into an SQLite file that any tool opens, with the tables `about` and
            `about_projections`; into a file for each projection where a folder is named. It holds
            personal data in clear, apart from what was erased since. Nothing is written over.

            Examples:
              daybook rebuild access-grants
              daybook rebuild --at 2026-03-03 --into third-of-march.sqlite
              sqlite3 third-of-march.sqlite 'select * from about'
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "As of a time (RFC 3339), a local date, or a sequence; needs --into.")
    var at: String?
    @Option(help: "A new file, or a folder that is there.") var into: String?
    @Flag(help: "Print the outcome as JSON.") var json = false
    @Argument(help: "Which projections; all if none is named.") var names: [String] = []

    private var chosen: [String]? { names.isEmpty ? nil : names }

    func validate() throws {
        guard at == nil || into != nil else {
            throw ValidationError("--at needs --into: the live projections are always as of now")
        }
    }

    func run() async throws {
        let archive = try store.archive()
        if let into { return try export(archive, into) }
        for repair in try Store.mendLog(at: store.directory) { Terminal.note("daybook: \(repair)") }
        try rebuild(archive)
    }

    private func rebuild(_ archive: Archive) throws {
        let progress = ProgressBar()
        let clock = ContinuousClock()
        let start = clock.now
        let failures = try archive.rebuild(chosen) { done, total in
            progress.show(done, of: total)
        }
        progress.end()
        let seconds = String(format: "%.2f", (clock.now - start) / .seconds(1))
        let rebuilt = (chosen ?? archive.projectionNames).filter { failures[$0] == nil }
        let head = try archive.head()
        for (_, failure) in failures.sorted(by: { $0.key < $1.key }) { Terminal.complain(failure) }
        if json {
            printJSON([
                "rebuilt": .array(rebuilt.map { .string($0) }),
                "failed": .array(failures.keys.sorted().map { .string($0) }),
                "sequence": .integer(Int64(head)), "seconds": .decimal(seconds),
            ])
        } else if !rebuilt.isEmpty {
            print("Rebuilt \(rebuilt.joined(separator: ", ")) from \(head) events in \(seconds) s.")
        }
        if !failures.isEmpty { throw ExitCode.refused }
    }

    private func export(_ archive: Archive, _ path: String) throws {
        let progress = ProgressBar()
        let outcome = try archive.export(chosen, at: at, into: path) {
            progress.show($0, of: $1)
        }
        progress.end()
        for stop in outcome.stops { Terminal.complain(stop) }
        if json {
            printJSON([
                "into": .string(path), "sequence": .integer(Int64(outcome.sequence)),
                "time": .string("\(outcome.time)"),
                "projections": .array(outcome.projections.map { .string($0) }),
                "stopped": .array(outcome.stops.map { .string($0) }),
            ])
        } else {
            print(
                "Wrote \(outcome.projections.joined(separator: ", ")) as of event "
                    + "\(outcome.sequence) (\(outcome.time)) into \(path)."
            )
        }
        if !outcome.stops.isEmpty { throw ExitCode.refused }
    }
}
