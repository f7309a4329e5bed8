internal import PortalService

/// `record-rebuild`: what a rebuild gives SQLite, for the reference in tools/SQLiteReference.
struct RecordRebuildCommand: BenchCommand {
    static let usage = """
        record-rebuild DIR --projection NAME --into FILE --database FILE
            builds a projection of a store in a file of its own, and writes down the statements and
            values that SQLite is given for it
        """
    static let options = textOptions
    static let textOptions = ["projection", "into", "database"]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func run() throws {
        let directory = DataDirectory(arguments.directory)
        let archive = try Archive(reading: directory, clock: .system())
        try archive.recordRebuild(
            of: arguments[text: "projection"],
            into: arguments[text: "into"],
            database: arguments[text: "database"]
        )
    }
}
