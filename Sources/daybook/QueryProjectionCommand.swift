import ArgumentParser
import EventLine
import PortalService

/// Asks a projection one of its queries.
struct QueryProjectionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask a projection one of its queries, by name.",
        discussion: """
            For projections of your own, and to look into the others. Unlike `daybook show` it
            knows of no organisations and no permissions: whoever may read the files may ask.
            Without a query's name it lists what there is. An argument that is left out is null; a
            value that is JSON (12, true, null, "12") is taken as such, anything else as text.

            Examples:
              daybook projections query letters
              daybook projections query letters letters --argument client=0193…
              daybook projections query letters letters --argument client=0193… --at 2026-03-03
            """
    )

    @OptionGroup var store: StoreOptions
    @Argument(help: "The projection.") var projection: String
    @Argument(help: "The query.") var query: String?
    @Option(name: .customLong("argument"), help: "An argument of the query, name=value.")
    var arguments: [String] = []
    @Option(help: "As of a time (RFC 3339), a local date, or a sequence.") var at: String?
    @Flag(help: "Print the rows as JSON.") var json = false

    func run() async throws {
        let archive = try store.archive()
        guard let query else { return try list(archive) }
        let answer = try archive.ask(
            query,
            of: projection,
            arguments: try parsedArguments(),
            at: at
        )
        for remark in answer.remarks { Terminal.note("daybook: \(remark)") }
        if json {
            printJSON(.array(answer.rows))
        } else {
            print(ReadModelText.text(of: .array(answer.rows)))
        }
    }

    private func list(_ archive: Archive) throws {
        let queries = try archive.queries(of: projection)
        if json {
            printJSON(
                .object(
                    queries.map { query in
                        JSONMember(query.name, .array(query.arguments.map { .string($0) }))
                    }
                )
            )
        } else {
            for query in queries {
                print("\(query.name) (\(query.arguments.joined(separator: ", ")))")
            }
        }
    }

    private func parsedArguments() throws -> [String: JSONValue] {
        var parsed: [String: JSONValue] = [:]
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                throw ValidationError("--argument must be name=value, and was \(argument)")
            }
            let text = argument[argument.index(after: equals)...]
            let value = (try? JSONValue(parsing: Array(text.utf8))) ?? .string(String(text))
            parsed[String(argument[..<equals])] = value
        }
        return parsed
    }
}
