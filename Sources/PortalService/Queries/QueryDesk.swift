import EventLine
import PersonalData
import PortalAccess
import PortalEvents

/// Answers read models, now or as of an earlier moment. Writes nothing.
package struct QueryDesk: Sendable {
    private let archive: Archive

    /// A desk that answers from an archive.
    package init(archive: Archive) {
        self.archive = archive
    }

    /// Answers a query. A refusal is an answer; errors are the program's own.
    package func show(_ request: QueryRequest) throws(ServiceError) -> QueryReply {
        do {
            guard let query = QueryCatalogue.named(request.query) else {
                throw Refusal(.unknownQuery, detail: "there is no query \(request.query)")
            }
            var asked = try question(request)
            try asked.requireSession()
            let result = try query.read(&asked)
            return .result(
                result,
                sequence: AnswerPlace(asked.moment.sequence, stopped: asked.stops.all)
            )
        } catch let refusal as Refusal {
            return .refused(refusal.reply)
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError("\(error)")
        }
    }

    private func question(_ request: QueryRequest) throws -> QueryCase {
        let vault = archive.vault
        var input = try CommandInput(request.input) { vault.keyedDigest($0.rawValue, $1) }
        guard let organisation = try archive.organisation(request.organisation) else {
            throw Refusal.unknownOrganisation(request.organisation)
        }
        guard let moment = try archive.moment(input.value("asOf")) else {
            throw Refusal.invalidInput("asOf", "must be a time (RFC 3339) or a sequence")
        }
        return QueryCase(
            input: input,
            actor: request.actor,
            organisation: organisation,
            settings: try archive.settings(of: organisation, through: moment.sequence),
            present: try archive.settings(of: organisation, through: .max),
            moment: moment,
            archive: archive
        )
    }
}

/// A read model: how its input is read and what it answers.
struct Query: Sendable {
    /// The name by which other programs ask for it.
    let name: String
    /// The input field that says what it is about, for the command line.
    let subject: String?
    private let answer: @Sendable (inout QueryCase) throws -> JSONValue

    init(
        _ name: String,
        about subject: String? = nil,
        _ answer: @escaping @Sendable (inout QueryCase) throws -> JSONValue
    ) {
        self.name = name
        self.subject = subject
        self.answer = answer
    }

    func read(_ asked: inout QueryCase) throws -> JSONValue {
        let result = try answer(&asked)
        try asked.input.finish()
        return result
    }
}

/// The read models by name.
package enum QueryCatalogue {
    static let all: [Query] =
        clientQueries + accountQueries + profileQueries + historyQueries + organisationQueries
        + openingQueries
        + messagingQueries + documentQueries + supportQueries + portalContentQueries
        + invitationQueries + familyPortalQueries + emailQueries + letterQueries

    static func named(_ name: String) -> Query? { byName[name] }

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// The names of all read models.
    package static var names: [String] { all.map(\.name) }

    /// The input field that says what a read model is about.
    package static func subject(of name: String) -> String? { named(name)?.subject }
}

extension Refusal {
    /// The refusal as a reply shows it.
    var reply: CommandReply.Refused {
        CommandReply.Refused(reason: reason.rawValue, field: field, detail: detail)
    }
}
