/// What can go wrong with a projection, and what to do about it.
public enum ProjectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A `.sql` file is wrong at a line. Correct the file.
    case definition(DefinitionProblem)
    /// A folder of definitions or the data folder cannot be read or written.
    case unreadable(path: String, reason: String)
    /// Two files define a projection of the same name. Rename one.
    case duplicate(projection: String)
    /// No projection has this name.
    case noSuchProjection(String, known: [String])
    /// Events are missing between what is applied and what came. Read from `expected` on.
    case gap(projection: String, expected: UInt64, found: UInt64)
    /// An event could not be applied; the projection stands before it until it is rebuilt with
    /// a corrected definition or the event is tried again.
    case stopped(EventFailure)
    /// The definition was changed and the stored rows cannot be used any more. Rebuild it.
    case needsRebuild(projection: String)
    /// The projection has no query of this name.
    case noSuchQuery(projection: String, query: String, known: [String])
    /// The query does not list this argument.
    case unknownArgument(projection: String, query: String, argument: String, known: [String])
    /// SQLite could not run the query, or a column is not what its alias says.
    case queryFailed(projection: String, query: String, reason: String)
    /// Sealed content could not be opened now, though its key was not destroyed. Nothing was
    /// applied; open the vault and go on.
    case personalDataUnavailable(projection: String, sequence: UInt64, reason: String)
    /// The projection was opened only for reading.
    case readOnly(projection: String)
    /// A rebuild of this projection is already under way, in this process.
    case beingRebuilt(projection: String, process: Int?)
    /// The disk or SQLite failed; nothing was applied. Free space or correct it and go on.
    case storage(projection: String, reason: String)
    /// The events to apply could not be read.
    case source(reason: String)

    /// The sentence for an operator.
    public var description: String {
        switch self {
        case .definition(let problem): "\(problem)"
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .duplicate(let name): "projection \(name) is defined twice: rename one"
        case .noSuchProjection(let name, let known):
            "there is no projection \(name) (there are \(known.joined(separator: ", ")))"
        case .stopped(let failure): "\(failure)"
        case .needsRebuild(let name):
            "\(name): its definition was changed: run `daybook rebuild \(name)`"
        case .readOnly(let name): "\(name) was opened only for reading"
        case .beingRebuilt(let name, let process):
            "\(name) is being rebuilt already"
                + (process.map { " by process \($0): let it finish, or end it" } ?? "")
        case .storage(let name, let reason):
            "\(name): \(reason): nothing was applied; correct this and go on"
        case .source(let reason): "the events cannot be read: \(reason)"
        case .gap, .personalDataUnavailable: eventDescription
        case .noSuchQuery, .unknownArgument, .queryFailed: queryDescription
        }
    }

    private var eventDescription: String {
        switch self {
        case .gap(let name, let expected, let found):
            "\(name): event \(expected) must come next, but \(found) came: read from \(expected) on"
        case .personalDataUnavailable(let name, let sequence, let reason):
            "\(name): personal data of event \(sequence) cannot be opened now: \(reason)"
        default: ""
        }
    }

    private var queryDescription: String {
        switch self {
        case .noSuchQuery(let name, let query, let known):
            "\(name) has no query \(query) (it has \(known.joined(separator: ", ")))"
        case .unknownArgument(let name, let query, let argument, let known):
            "\(name)/\(query) has no argument \(argument) (it has \(known.joined(separator: ", ")))"
        case .queryFailed(let name, let query, let reason): "\(name)/\(query): \(reason)"
        default: ""
        }
    }
}

/// What is wrong with a definition, and where.
public struct DefinitionProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name, such as `access-grants.sql`.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// What is wrong.
    public let reason: String

    /// A problem at a line.
    public init(file: String, line: Int, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    /// `access-grants.sql:14: …`
    public var description: String { "\(file):\(line): \(reason)" }
}

/// Why an event stopped a projection.
public struct EventFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The projection that stopped. The others go on.
    public let projection: String
    /// The event's place in the log.
    public let sequence: UInt64
    /// The event's type.
    public let type: String
    /// File and line of the statement, such as `access-grants.sql:14`; the file alone where the
    /// event itself could not be read.
    public let statement: String
    /// What SQLite said.
    public let message: String

    /// A failure of one event.
    public init(
        projection: String,
        sequence: UInt64,
        type: String,
        statement: String,
        message: String
    ) {
        self.projection = projection
        self.sequence = sequence
        self.type = type
        self.statement = statement
        self.message = message
    }

    /// The sentence for an operator.
    public var description: String {
        "\(projection) stopped before event \(sequence) (\(type)): \(statement): \(message)"
    }
}
