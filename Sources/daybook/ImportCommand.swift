import ArgumentParser
import EventLine
import Foundation
import PortalService
import Synchronization

/// Imports from other systems.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import from other systems.",
        subcommands: [FHIR.self]
    )

    /// Imports FHIR R4 bulk files.
    struct FHIR: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fhir",
            abstract: "Import FHIR R4 NDJSON: Patient, RelatedPerson, Encounter.",
            discussion: """
                Files may be of any size. A second import of the same files adds nothing. Lines
                that are not imported are named on standard error, with the reason.

                Example:
                  daybook import fhir Patient.ndjson Encounter.ndjson
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "The organisation's id; may be left out where there is one.")
        var organisation: String?
        @Flag(help: "Print the counts as JSON.") var json = false
        @Argument(help: "NDJSON files, or directories of them.") var files: [String]

        func run() async throws {
            let paths = try files.flatMap(Self.bulkFiles)
            let opened = try store.open()
            let desk = try CommandDesk(store: opened)
            try await desk.start()
            let named = try organisation.map { text in
                guard let id = UniqueID(text) else {
                    throw ValidationError("--organisation must be a UUID")
                }
                return id
            }
            guard let organisation = try await desk.organisation(named) else {
                throw ServiceError("name the organisation with --organisation")
            }
            let report = try await FHIRImport(into: organisation, desk: desk) { line in
                Terminal.note("\(line.file):\(line.line): skipped: \(line.reason)")
            }.run(paths)
            try opened.catchUpProjections()
            try opened.finish()
            if json { printJSON(report.json) } else { print(Self.text(report)) }
        }

        private static func bulkFiles(_ path: String) throws -> [String] {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw ServiceError("there is no file \(path)")
            }
            guard isDirectory.boolValue else { return [path] }
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            return names.filter { $0.hasSuffix(".ndjson") }.sorted().map { "\(path)/\($0)" }
        }

        private static func text(_ report: FHIRImportReport) -> String {
            let rows = report.resources.sorted { $0.key < $1.key }.map { name, counts in
                [
                    name, "\(counts.read)", "\(counts.imported)", "\(counts.alreadyPresent)",
                    "\(counts.skipped)",
                ]
            }
            let head = ["resource", "read", "imported", "already there", "skipped"]
            return Terminal.table(head, rows) + "\n\(report.events) events appended"
        }
    }
}
