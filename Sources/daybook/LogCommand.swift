import ArgumentParser
import EventLog
import Foundation
import PortalService

/// Reads the log's own lines.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Read the log's own lines.",
        subcommands: [Read.self, Tail.self]
    )

    /// Prints lines from a sequence on.
    struct Read: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "read",
            abstract: "Print lines exactly as they stand in the log.",
            discussion: """
                Example:
                  daybook log read --after 120 | jq .type
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "Begin behind this sequence.") var after: UInt64 = 0
        @Option(help: "End with this sequence.") var through: UInt64 = .max
        @Flag(help: "The lines are JSON anyway.") var json = false

        func run() async throws {
            try LogPrinter.print(store.logReader(), after: after, through: through)
        }
    }

    /// Prints the last lines, and follows.
    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tail",
            abstract: "Print the last lines; with --follow also those that come.",
            discussion: """
                Example:
                  daybook log tail --follow
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(name: [.customShort("n"), .long], help: "How many lines.") var lines: UInt64 = 10
        @Flag(name: .shortAndLong, help: "Go on with lines as they come.") var follow = false
        @Flag(help: "The lines are JSON anyway.") var json = false

        func run() async throws {
            let reader = try store.logReader()
            let last = try LogPrinter.serviceError { () throws(LogError) in
                try reader.lastSequence()
            }
            let after = last > lines ? last - lines : 0
            guard follow else { return try LogPrinter.print(reader, after: after, through: last) }
            do {
                for try await line in reader.follow(after: after) { LogPrinter.print(line) }
            } catch {
                throw ServiceError("\(error)")
            }
        }
    }
}

enum LogPrinter {
    static func print(_ reader: LogReader, after: UInt64, through: UInt64) throws {
        var lines = reader.lines(after: after)
        while let line = try serviceError({ () throws(LogError) in try lines.next() }),
            line.sequence <= through
        {
            print(line)
        }
    }

    static func print(_ line: RawLine) {
        FileHandle.standardOutput.write(Data(line.bytes + [0x0a]))
    }

    static func serviceError<Result>(_ body: () throws(LogError) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw ServiceError(error.description)
        }
    }
}

extension StoreOptions {
    /// A reader of the log, which needs no keys.
    func logReader() throws -> LogReader {
        _ = try StoreConfiguration.load(from: directory)
        return LogReader(directory: directory.path)
    }
}
