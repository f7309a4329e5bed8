package import EventLine
package import PortalAccess

/// What a query takes, found by letting it read an input with nothing behind it.
package struct QueryDescription: Sendable {
    package let name: String
    package let fields: [DescribedField]
    /// An input that can be read.
    package let example: JSONValue

    /// The descriptions of all queries.
    package static var all: [QueryDescription] { QueryCatalogue.all.map { QueryDescription($0) } }

    /// The names of the fields that a query takes; found once for all.
    static func fieldNames(of query: String) -> Set<String> { names[query] ?? [] }

    private static let names = Dictionary(
        all.map { ($0.name, Set($0.fields.map(\.name))) },
        uniquingKeysWith: { first, _ in first }
    )

    private init(_ query: Query) {
        let probe = InputProbe { input in
            var asked = QueryCase(
                input: input,
                actor: .systemOperator,
                organisation: UniqueID(high: 0, low: 0),
                settings: OrganisationState(),
                present: OrganisationState(),
                moment: QueryCase.Moment(sequence: 0, time: Instant(microseconds: 0)),
                archive: nil
            )
            defer { input = asked.input }
            do {
                _ = try query.read(&asked)
                return nil
            } catch let refusal as Refusal {
                return refusal.reason == .invalidInput ? refusal : nil
            } catch {
                // It got as far as asking for what it is answered from.
                return nil
            }
        }
        name = query.name
        fields = probe.describedFields()
        example = probe.example
    }

    /// The description as other programs read it.
    package var json: JSONValue {
        [
            "query": .string(name), "fields": .array(fields.map(\.json)), "example": example,
        ]
    }
}
