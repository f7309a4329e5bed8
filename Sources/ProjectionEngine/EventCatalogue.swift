import PortalEvents

/// The event types there are, numbered from 0, with the names of their fields: where a handler's
/// `:name` stands is known before any event comes.
struct EventCatalogue: Sendable {
    /// One event type.
    struct Entry: Sendable {
        let type: String
        let typeBytes: [UInt8]
        /// The names of the fields of `data` in the schema's order, `personal` among them.
        let fields: [[UInt8]]
        /// The place of `personal`, whose text is sealed.
        let sealedField: Int
        /// The names of the fields inside `data.personal`.
        let personalFields: [[UInt8]]
        /// The place of its label in `labels`.
        let label: Range<Int>?
    }

    let entries: [Entry]
    /// All labels, one after the other.
    let labels: [UInt8]
    /// The numbers of types by their mixed bytes, plus one; 0 if the place is free.
    private var places: [UInt16]

    init(_ shapes: [EventShape]) {
        var labels: [UInt8] = []
        var entries: [Entry] = []
        for shape in shapes {
            let start = labels.count
            labels += Array((shape.label ?? "").utf8)
            var names = shape.fields.map(\.name)
            if !names.contains("personal") { names.append("personal") }
            entries.append(
                Entry(
                    type: shape.type,
                    typeBytes: Array(shape.type.utf8),
                    fields: names.map { Array($0.utf8) },
                    sealedField: names.firstIndex(of: "personal") ?? 0,
                    personalFields: shape.personalFields.map { Array($0.name.utf8) },
                    label: shape.label == nil ? nil : start..<labels.count
                )
            )
        }
        self.entries = entries
        self.labels = labels
        var size = 64
        while size < entries.count * 4 { size *= 2 }
        places = Array(repeating: 0, count: size)
        for (number, entry) in entries.enumerated().reversed() {
            places[place(of: entry.typeBytes.span)] = UInt16(number + 1)
        }
    }

    /// The number of a type; nil if there is no such type.
    func number(of type: Span<UInt8>) -> Int? {
        let found = places[place(of: type)]
        return found == 0 ? nil : Int(found) - 1
    }

    /// Whether types have the same numbers and fields the same places there.
    func agrees(with other: EventCatalogue) -> Bool {
        entries.count == other.entries.count
            && zip(entries, other.entries).allSatisfy {
                $0.type == $1.type && $0.fields == $1.fields
                    && $0.personalFields == $1.personalFields
            }
    }

    private func place(of type: Span<UInt8>) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: type.mixed) & mask
        while places[place] != 0,
            !type.isEqual(to: entries[Int(places[place]) - 1].typeBytes)
        {
            place = (place + 1) & mask
        }
        return place
    }
}
