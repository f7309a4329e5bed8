import ArgumentParser
import EventLine
import PortalAccess
import PortalService

/// Lists the commands and queries, or shows what one of them takes.
struct CommandsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commands",
        abstract: "List the commands and queries with their fields, or show one with an example.",
        discussion: """
            Examples:
              daybook commands
              daybook commands InviteClient
              daybook commands --queries --json

            A field in brackets may be left out.
            """
    )

    @Argument(help: "A command's or a query's name.") var name: String?
    @Flag(help: "List the queries instead, which `daybook show` answers.") var queries = false
    @Flag(help: "Print the descriptions as JSON, one a line.") var json = false

    func run() throws {
        if let name { return try show(name) }
        if queries {
            list(QueryDescription.all.map { ($0.name, $0.fields, $0.json) })
        } else {
            list(CommandDescription.all.map { ($0.name, $0.fields, $0.json) })
        }
    }

    private func list(_ all: [(name: String, fields: [DescribedField], json: JSONValue)]) {
        guard !json else { return all.forEach { printJSON($0.json) } }
        let rows = all.map { [$0.name, $0.fields.map(\.listed).joined(separator: " ")] }
        print(Terminal.table([queries ? "query" : "command", "fields"], rows))
    }

    private func show(_ name: String) throws {
        if let command = CommandDescription.all.first(where: { $0.name == name }) {
            return json ? printJSON(command.json) : print(text(of: command))
        }
        if let query = QueryDescription.all.first(where: { $0.name == name }) {
            return json ? printJSON(query.json) : print(text(of: query))
        }
        throw ValidationError("there is no command and no query \(name); see daybook commands")
    }

    private func text(of command: CommandDescription) -> String {
        let ids = command.ids.isEmpty ? "none" : command.ids.joined(separator: ", ")
        return [
            command.name, "", "asked by  \(command.audienceInWords)", "ids       \(ids)", "",
            fields(command.fields), "",
            "daybook run \(command.name) --json '\(command.example.canonicalText)'",
        ].joined(separator: "\n")
    }

    private func text(of query: QueryDescription) -> String {
        [
            query.name, "", fields(query.fields), "",
            "daybook show \(query.name) --input '\(query.example.canonicalText)'",
        ].joined(separator: "\n")
    }

    private func fields(_ fields: [DescribedField]) -> String {
        guard !fields.isEmpty else { return "It has no fields." }
        return Terminal.table(
            ["field", "kind", "required", ""],
            fields.map {
                [
                    $0.name, $0.kind.inWords, $0.isRequired ? "yes" : "no",
                    [$0.refusal.map(\.reason.rawValue), $0.remark].compactMap { $0 }
                        .filter { $0 != "invalidInput" }.joined(separator: ": "),
                ]
            }
        )
    }
}

extension DescribedField {
    fileprivate var listed: String { isRequired ? name : "[\(name)]" }
}

extension InputKind {
    fileprivate var inWords: String {
        switch self {
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .words(let words): "several of \(words.joined(separator: ", "))"
        case .number(let range): "number from \(range.lowerBound) to \(range.upperBound)"
        case .text(let limit): "text of at most \(limit) bytes"
        case .ids: "array of ids"
        case .date: "date, YYYY-MM-DD"
        case .flag: "true or false"
        case .email, .id, .object, .content, .any: name
        }
    }
}
