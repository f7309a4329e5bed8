/// What an event type's schema says: its name, its wording and its fields.
public struct EventShape: Hashable, Sendable {
    /// The name and version, such as `LetterShown.v1`.
    public let type: String
    /// The name without version.
    public let title: String
    /// The activity log's wording, where it has one.
    public let label: String?
    /// When the event is written.
    public let summary: String
    /// The fields of `data`, in their order, `personal` among them.
    public let fields: [Field]
    /// The fields inside `data.personal`.
    public let personalFields: [Field]

    /// A shape of these parts.
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

    /// A field of `data` or of `data.personal`.
    public struct Field: Hashable, Sendable {
        /// Its name in JSON.
        public let name: String
        /// What its value can be.
        public let kind: Kind
        /// Whether it may be absent.
        public let isOptional: Bool
        /// Whether it holds a keyed hash or the like, never the clear value.
        public let isSecret: Bool

        /// A field of these properties.
        @inline(never)  // Generated code makes hundreds.
        public init(name: String, kind: Kind, isOptional: Bool, isSecret: Bool) {
            self.name = name
            self.kind = kind
            self.isOptional = isOptional
            self.isSecret = isSecret
        }
    }

    /// What a value can be.
    public enum Kind: Hashable, Sendable {
        /// Text; also the values of an enumeration, and the JWE of `personal`.
        case string
        /// A lower-case UUID.
        case uuid
        /// `YYYY-MM-DD`.
        case date
        /// A moment in 27 characters.
        case dateTime
        /// A 64-bit integer.
        case integer
        /// True or false.
        case boolean
        /// Any JSON.
        case json
        /// An array of one kind of value.
        case array
        /// An object with fields of its own.
        case object
    }
}

extension EventShape {
    /// Every version of every event type, in the order of their names.
    public static let all: [EventShape] = PortalEvent.payloadTypes.map { $0.shape }

    /// The shape of a type such as `LetterShown.v1`; nil if there is no such type.
    public static func named(_ type: String) -> EventShape? {
        PortalEvent.places[type].map { all[$0] }
    }
}
