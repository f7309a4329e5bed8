/// What an event type's `data` holds, as its schema says.
public struct EventShape: Sendable {
    /// The kind of a field's value.
    public enum Kind: Sendable {
        case string
        case uuid
        case date
        case dateTime
        case integer
        case boolean
        case json
        case array
        case object
    }

    /// One field.
    public struct Field: Sendable {
        /// Its name.
        public let name: String
        /// What it holds.
        public let kind: Kind
        /// Whether it may be absent.
        public let isOptional: Bool
        /// Whether it must never be stored in clear.
        public let isSecret: Bool

        /// A field.
        public init(name: String, kind: Kind, isOptional: Bool, isSecret: Bool) {
            self.name = name
            self.kind = kind
            self.isOptional = isOptional
            self.isSecret = isSecret
        }
    }

    /// Name and version.
    public let type: String
    /// A short title.
    public let title: String
    /// The activity log's wording.
    public let label: String?
    /// When it is written.
    public let summary: String
    /// The fields of `data`.
    public let fields: [Field]
    /// The fields inside `data.personal`.
    public let personalFields: [Field]

    /// A shape.
    public init(
        type: String,
        title: String,
        label: String?,
        summary: String,
        fields: [Field],
        personalFields: [Field]
    ) {
        self.type = type
        self.title = title
        self.label = label
        self.summary = summary
        self.fields = fields
        self.personalFields = personalFields
    }
}
