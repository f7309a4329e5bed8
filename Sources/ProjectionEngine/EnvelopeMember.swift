/// What `@name` can stand for.
enum EnvelopeMember: String, CaseIterable, Sendable {
    case sequence
    case id
    case source
    /// The organisation's id, out of `source`.
    case organisation
    case type
    case subject
    case time
    case actor
    case client
    case onBehalfOf = "onbehalfof"
    case correlationID = "correlationid"
    case causationID = "causationid"
    /// Place in its atomic commit, such as `2/3`.
    case commit
    /// The activity log's wording for the event's type, or null.
    case label
}
