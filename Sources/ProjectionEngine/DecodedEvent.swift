import EventLine

/// An event with as much of it read as some projection needs, shared by all of them.
///
/// The texts that SQLite will get stand in byte arrays which live as long as the event, so each
/// projection binds them where they are and nothing is copied.
final class DecodedEvent: Sendable {
    enum Content: Sendable {
        /// No projection reads it, or the event has none, or its key was destroyed.
        case absent
        case read(EventFields)
        case malformed(String)
        case unavailable(String)

        /// The object's bytes, for as long as they are bound.
        var bytes: [UInt8] {
            if case .read(let fields) = self { fields.bytes } else { [] }
        }
    }

    let sequence: UInt64
    let type: String
    let microseconds: Int64
    let members: EnvelopeTexts
    /// `data`.
    let content: Content
    /// What was inside `data.personal`.
    let personal: Content

    init(
        _ envelope: Envelope,
        members: EnvelopeTexts = EnvelopeTexts(),
        content: Content = .absent,
        personal: Content = .absent
    ) {
        sequence = envelope.sequence
        type = envelope.type
        microseconds = envelope.time.microseconds
        self.members = members
        self.content = content
        self.personal = personal
    }
}

/// Reads of each event what a set of projections needs.
struct EventDecoding: Sendable {
    private struct Need: Sendable {
        var members: Set<EnvelopeMember> = []
        var data = false
        var personal = false

        mutating func note(_ steps: [HandlerStep]) {
            for binding in steps.flatMap(\.bindings) {
                switch binding.value {
                case .envelope(let member): members.insert(member)
                case .field: data = true
                case .personal: personal = true
                }
            }
        }
    }

    private struct Plan: Sendable {
        let members: [EnvelopeMember]
        let data: Bool
        let personal: Bool

        init(_ need: Need) {
            members = need.members.subtracting([.sequence, .microseconds])
                .sorted { $0.slot < $1.slot }
            data = need.data
            personal = need.personal
        }
    }

    private static let personalName = Array("personal".utf8)

    private let plans: [String: Plan]
    private let planForOthers: Plan
    private let labels: [String: String]
    private let open: PersonalOpening

    init(for definitions: [ProjectionDefinition], open: @escaping PersonalOpening) {
        self.open = open
        labels = definitions.first?.labels ?? [:]
        var needs: [String: Need] = [:]
        for type in Set(definitions.flatMap(\.steps.keys)) {
            var need = Need()
            for definition in definitions { need.note(definition.steps(for: type)) }
            needs[type] = need
        }
        var others = Need()
        for definition in definitions { others.note(definition.everyEventSteps) }
        plans = needs.mapValues(Plan.init)
        planForOthers = Plan(others)
    }

    /// Reads one line. Never fails: what is wrong stops only the projections that need it.
    func decode(_ line: EventLine) -> DecodedEvent {
        let type = line.envelope.type
        let plan = plans[type] ?? planForOthers
        let members = EnvelopeTexts(plan.members, of: line.envelope, label: labels[type])
        guard plan.data || plan.personal else {
            return DecodedEvent(line.envelope, members: members)
        }
        do throws(JSONError) {
            let fields = try EventFields(scanning: line.data)
            return DecodedEvent(
                line.envelope,
                members: members,
                content: .read(fields),
                personal: plan.personal ? try personal(in: fields) : .absent
            )
        } catch {
            let content = DecodedEvent.Content.malformed("\(error)")
            return DecodedEvent(
                line.envelope,
                members: members,
                content: content,
                personal: content
            )
        }
    }

    private func personal(in fields: EventFields) throws(JSONError) -> DecodedEvent.Content {
        guard let field = fields.field(named: Self.personalName),
            let jwe = try fields.text(of: field)
        else { return .absent }
        switch open(jwe) {
        case .erased: return .absent
        case .unavailable(let reason): return .unavailable(reason)
        case .opened(let bytes):
            do throws(JSONError) {
                return .read(try EventFields(scanning: bytes))
            } catch {
                return .malformed("personal data: \(error)")
            }
        }
    }
}
