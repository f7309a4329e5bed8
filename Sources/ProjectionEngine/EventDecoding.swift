import EventLine
import Foundation

/// Reads of each event what a set of projections needs.
struct EventDecoding: Sendable {
    /// What the projections need of one event type.
    private struct Need: Sendable {
        /// Whether anything of it is bound.
        var text = false
        var data = false
        var personal = false

        init(_ type: Int, _ plans: some Sequence<HandlerPlan>) {
            let values = plans.flatMap { plan in
                plan.steps(of: type).flatMap { plan.bindings[plan.steps[$0].bindings] }
            }
            for binding in values {
                switch binding.value {
                case .envelope(.sequence), .envelope(.microseconds), .envelope(.label): break
                case .envelope: text = true
                case .field: (text, data) = (true, true)
                case .personal: (text, data, personal) = (true, true, true)
                }
            }
        }
    }

    private let catalogue: EventCatalogue
    private let needs: [Need]
    private let needOfOthers: Need
    private let open: PersonalOpening

    init(for definitions: [ProjectionDefinition], open: @escaping PersonalOpening) {
        let catalogue = definitions.first?.catalogue ?? EventCatalogue([])
        precondition(
            definitions.allSatisfy { $0.catalogue.agrees(with: catalogue) },
            "Projections that are applied together know the same event types."
        )
        self.catalogue = catalogue
        self.open = open
        needs = catalogue.entries.indices.map { type in
            Need(type, definitions.lazy.map(\.plan))
        }
        needOfOthers = Need(-1, definitions.lazy.map(\.plan))
    }

    /// Reads some lines. Never fails: what is wrong stops only the projections that need it.
    func batch(of lines: [EventLine]) -> EventBatch {
        var making = Making(decoding: self)
        for line in lines { making.append(line) }
        return making.batch()
    }

    /// A batch that is being made.
    struct Making {
        private let decoding: EventDecoding
        private var text: [UInt8] = []
        private var events: [EventBatch.Event] = []
        private var fields: [FieldPlace] = []
        private var reasons: [String] = []

        init(decoding: EventDecoding, eventCount: Int = 0) {
            self.decoding = decoding
            events.reserveCapacity(eventCount)
            text.reserveCapacity(eventCount * 512)
        }

        /// Adds one event.
        mutating func append(_ line: LineView, _ bytes: Span<UInt8>) {
            let type = decoding.catalogue.number(of: bytes.extracting(line.type))
            let need = type.map { decoding.needs[$0] } ?? decoding.needOfOthers
            let start = text.count
            let kept = need.data ? line.coveredByteCount : need.text ? line.data.lowerBound : 0
            bytes.extracting(first: kept).withUnsafeBufferPointer { text.append(contentsOf: $0) }
            var event = EventBatch.Event(
                line: line,
                type: type ?? -1,
                start: start,
                isEscaped: need.text && bytes.extracting(0..<line.data.lowerBound).hasBackslash
            )
            if need.data, let type {
                read(&event, of: type, bytes.extracting(line.data), isPersonal: need.personal)
            }
            events.append(event)
        }

        /// What was added.
        func batch() -> EventBatch {
            EventBatch(
                text: text,
                events: events,
                fields: fields,
                reasons: reasons,
                catalogue: decoding.catalogue
            )
        }

        private mutating func read(
            _ event: inout EventBatch.Event,
            of type: Int,
            _ data: Span<UInt8>,
            isPersonal: Bool
        ) {
            let entry = decoding.catalogue.entries[type]
            let first = fields.count
            do throws(JSONError) {
                let start = event.start + event.line.data.lowerBound
                try FieldScan.append(entry.fields, in: data, at: start, to: &fields)
                event.content = .read(first)
                guard isPersonal else { return }
                let sealed = fields[first + entry.sealedField]
                event.personal = try personal(sealed, entry.personalFields)
            } catch {
                event.content = .malformed(note("\(error)"))
                event.personal = event.content
            }
        }

        private mutating func personal(
            _ sealed: FieldPlace,
            _ names: [[UInt8]]
        ) throws(JSONError) -> EventBatch.Content {
            guard let jwe = try text(of: sealed) else { return .absent }
            switch decoding.open(jwe) {
            case .erased: return .absent
            case .unavailable(let reason): return .unavailable(note(reason))
            case .opened(let bytes):
                let first = fields.count
                do throws(JSONError) {
                    let start = text.count
                    text += bytes
                    try FieldScan.append(names, in: bytes.span, at: start, to: &fields)
                    return .read(first)
                } catch {
                    return .malformed(note("personal data: \(error)"))
                }
            }
        }

        private func text(of place: FieldPlace) throws(JSONError) -> String? {
            switch place.form {
            case .plainText:
                let range = place.range.lowerBound + 1..<place.range.upperBound - 1
                return text.withUnsafeBufferPointer {
                    String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
                }
            case .escapedText:
                var cursor = JSONCursor(offset: place.range.lowerBound)
                return try cursor.string(in: text.span)
            case .absent, .number, .yes, .no, .null, .composite: return nil
            }
        }

        private mutating func note(_ reason: String) -> Int {
            reasons.append(reason)
            return reasons.count - 1
        }
    }
}

extension EventDecoding.Making {
    /// Adds one event that does not come from a log, in the form that it would have there.
    mutating func append(_ line: EventLine) {
        if add(line) { return }
        // What no log would hold: its envelope is taken without the data, which stops whoever
        // needs them.
        var bare = line
        bare.data = Array("{}".utf8)
        guard add(bare), let event = events.last else { return }
        events.removeLast()
        var broken = event
        broken.content = .malformed(note(Self.problem(of: line)))
        broken.personal = broken.content
        events.append(broken)
    }

    private mutating func add(_ line: EventLine) -> Bool {
        let bytes = line.canonicalBytes
        let span = bytes.span.extracting(droppingLast: 1)
        guard let view = LineView(canonical: span) else { return false }
        append(view, span)
        return true
    }

    private static func problem(of line: EventLine) -> String {
        var places: [FieldPlace] = []
        do throws(JSONError) {
            try FieldScan.append([], in: line.data.span, at: 0, to: &places)
            return "its line is longer than a log's"
        } catch {
            return "\(error)"
        }
    }
}

extension Span<UInt8> {
    /// Whether a backslash is among the bytes.
    fileprivate var hasBackslash: Bool {
        withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return memchr(start, 0x5c, bytes.count) != nil
        }
    }
}
