public import PortalEvents

/// One read model: its tables, what each event does to them, and its queries, as one `.sql` file
/// says it, or several of which the others are parts (`<name>.<part>.sql`).
///
/// A definition that exists is sound: every statement was prepared by SQLite and every parameter
/// was found in the event's schema. What remains to fail is a single event's content.
public struct ProjectionDefinition: Sendable {
    /// Its name, which is also the file's without `.sql`.
    public let name: String
    /// The free comment under the name.
    public let description: String
    /// The name of the file, or of the first.
    public var file: String { parts.file }
    /// The whole text. A changed text is another version and needs a rebuild.
    public var text: String { parts.text }
    /// Whether a handler names a field inside `data.personal`.
    public let usesPersonalData: Bool
    /// Whether a handler asks for `number(…)`.
    let usesNumbers: Bool

    let parts: DefinitionParts
    let schema: [SQLStatement]
    let afterRebuild: [SQLStatement]
    /// Tables that stay small however long the log becomes.
    let smallTables: Set<String>
    /// The statements of all handlers; steps point into it.
    let statements: [SQLStatement]
    /// What the mentioned event types do, in the file's order, `on: *` included.
    let steps: [String: [HandlerStep]]
    /// What any other event does.
    let everyEventSteps: [HandlerStep]
    let queries: [String: QueryDefinition]
    /// The event types that its handlers could name.
    let catalogue: EventCatalogue
    /// What each event does, as it is run.
    let plan: HandlerPlan

    /// Reads and checks a definition. Costs some milliseconds: it runs the schema and prepares
    /// every statement in a database in memory.
    ///
    /// - Parameters:
    ///   - file: the file's name, `<name>.sql`.
    ///   - text: its content.
    ///   - shapes: all event types there are.
    public init(
        file: String,
        text: String,
        shapes: [EventShape]
    ) throws(ProjectionError) {
        try self.init(DefinitionParts(file: file, text: text), shapes: shapes)
    }

    init(_ parts: DefinitionParts, shapes: [EventShape]) throws(ProjectionError) {
        do throws(DefinitionProblem) {
            var parser = DefinitionParser(file: parts.file, text: parts.text)
            let parsed = try parser.parse()
            let check = try DefinitionCheck(parsed, file: parts.file, shapes: shapes)
            self = try check.definition(of: parts)
        } catch {
            throw .definition(parts.placed(error))
        }
    }

    init(parsed: ParsedDefinition, parts: DefinitionParts, compiled: CompiledHandlers) {
        name = parsed.name
        description = parsed.description.joined(separator: "\n")
        self.parts = parts
        schema = parsed.schema
        afterRebuild = parsed.afterRebuild
        smallTables = Set(parsed.smallTables.map { $0.table.lowercased() })
        statements = compiled.statements
        steps = compiled.steps
        everyEventSteps = compiled.everyEventSteps
        queries = compiled.queries
        catalogue = compiled.catalogue
        let (steps, others) = (compiled.steps, compiled.everyEventSteps)
        plan = HandlerPlan(compiled.catalogue.entries.map { steps[$0.type] ?? others }, others)
        usesNumbers = compiled.statements.contains(where: \.usesNumbers)
        usesPersonalData = compiled.statements.contains { statement in
            statement.parameters.contains { $0.parameter.source == .personal }
        }
    }

    /// The event types it mentions, sorted; `*` among them if it takes every event.
    public var eventTypes: [String] {
        (everyEventSteps.isEmpty ? [] : ["*"]) + steps.keys.sorted()
    }

    /// The names of its queries, sorted.
    public var queryNames: [String] { queries.keys.sorted() }

    /// The arguments a query lists, in the file's order; nil if there is no such query.
    public func arguments(ofQuery query: String) -> [String]? { queries[query]?.arguments }

    /// The columns of a query that hold the sequence of an event in the place of one of its
    /// personal fields, which has the column's name. Such content is in no projection: whoever
    /// shows it opens it from the log.
    public func personalColumns(ofQuery query: String) -> [String] {
        queries[query]?.columns.filter { $0.kind == .personal }.map(\.name) ?? []
    }

    func place(of line: Int) -> String {
        let (file, line) = parts.place(of: line)
        return "\(file):\(line)"
    }
}

/// What a handler's parameter stands for in an event of one type.
enum BoundValue: Hashable, Sendable {
    case envelope(EnvelopeMember)
    /// A field by its place in the schema. `isJSON`: bound as JSON text whatever it is.
    case field(Int, isJSON: Bool)
    case personal(Int, isJSON: Bool)
}

/// A parameter's number in SQLite and what goes there.
struct ParameterBinding: Sendable {
    let index: Int32
    let value: BoundValue
    /// Whether it is bound to the number of the value's text.
    let isNumbered: Bool
}

/// One statement to run for an event type.
struct HandlerStep: Sendable {
    /// Index into the definition's statements.
    let statement: Int
    let bindings: [ParameterBinding]
}

/// A named query.
struct QueryDefinition: Sendable {
    struct Column: Sendable {
        enum Kind: Sendable {
            case stored
            case bool
            case json
            /// Holds the sequence of an event: what is meant is the field of this name among the
            /// event's personal ones.
            case personal
        }

        let name: String
        let kind: Kind
    }

    let arguments: [String]
    let statement: SQLStatement
    let columns: [Column]
}

/// What the check makes of the handlers and queries.
struct CompiledHandlers: Sendable {
    var statements: [SQLStatement] = []
    var steps: [String: [HandlerStep]] = [:]
    var everyEventSteps: [HandlerStep] = []
    var queries: [String: QueryDefinition] = [:]
    var catalogue = EventCatalogue([])
}
