import EventLine

/// Some events in their order, taken apart as far as some projection needs them, and shared by
/// all of them.
///
/// All texts stand in one array, and everything else says where: SQLite gets them from there, and
/// no event has an object, a string or an array of its own.
final class EventBatch: Sendable {
    /// What became of `data`, or of what is inside `data.personal`.
    enum Content: Sendable {
        /// No projection reads it, or the event has none, or its key was destroyed.
        case absent
        /// The first of its fields.
        case read(Int)
        /// A place in `reasons`.
        case malformed(Int)
        case unavailable(Int)
    }

    /// One event.
    struct Event: Sendable {
        let line: LineView
        /// Its number in the catalogue; -1 if it is none of those.
        let type: Int
        /// Where the line begins in the text.
        let start: Int
        /// Whether a text of the envelope has escapes.
        let isEscaped: Bool
        var content = Content.absent
        var personal = Content.absent
    }

    let text: [UInt8]
    let events: [Event]
    let fields: [FieldPlace]
    let reasons: [String]
    let catalogue: EventCatalogue

    init(
        text: [UInt8],
        events: [Event],
        fields: [FieldPlace],
        reasons: [String],
        catalogue: EventCatalogue
    ) {
        self.text = text
        self.events = events
        self.fields = fields
        self.reasons = reasons
        self.catalogue = catalogue
    }

    /// The last event's sequence; nil if there is none.
    var lastSequence: UInt64? { events.last?.line.sequence }

    /// Does something with its parts while they cannot move.
    func withPinned<Value>(_ body: (StatementBinding.Pinned) throws -> Value) rethrows -> Value {
        try text.withUnsafeBufferPointer { text in
            try catalogue.labels.withUnsafeBufferPointer { labels in
                try events.withUnsafeBufferPointer { events in
                    try fields.withUnsafeBufferPointer { fields in
                        try body(
                            StatementBinding.Pinned(
                                text: text,
                                labels: labels,
                                events: events,
                                fields: fields
                            )
                        )
                    }
                }
            }
        }
    }

    /// The type as the event names it; empty where nobody knows it and nothing of it is bound.
    func type(of event: Event) -> String {
        guard event.type < 0 else { return catalogue.entries[event.type].type }
        let place = event.line.type.moved(by: event.start)
        return place.upperBound <= text.count ? String(decoding: text[place], as: UTF8.self) : ""
    }
}

extension Range<Int> {
    /// The same range, so much farther.
    func moved(by distance: Int) -> Range<Int> {
        lowerBound + distance..<upperBound + distance
    }
}
