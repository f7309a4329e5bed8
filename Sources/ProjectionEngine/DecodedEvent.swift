import EventLine

/// An event with as much of it read as some projection needs, shared by all of them.
struct DecodedEvent: Sendable {
    enum Content: Sendable {
        /// No projection reads `data` of this type.
        case unread
        case read(EventFields)
        case malformed(String)
    }

    enum Personal: Sendable {
        /// No projection reads it, or the event has none, or its key was destroyed.
        case absent
        case read(EventFields)
        case malformed(String)
        case unavailable(String)
    }

    let envelope: Envelope
    let id: String
    let time: String
    let client: String?
    var content = Content.unread
    var personal = Personal.absent
}

/// Reads of each event what a set of projections needs.
struct EventDecoding: Sendable {
    private enum Need: Sendable {
        case data
        case dataAndPersonal
    }

    private var needs: [String: Need] = [:]
    private let takesEvery: Bool
    private let handled: Set<String>
    private let open: PersonalOpening

    init(for definitions: [ProjectionDefinition], open: @escaping PersonalOpening) {
        self.open = open
        takesEvery = definitions.contains { !$0.everyEventSteps.isEmpty }
        handled = Set(definitions.flatMap(\.steps.keys))
        for definition in definitions {
            for (type, steps) in definition.steps {
                for binding in steps.flatMap(\.bindings) { note(binding.value, for: type) }
            }
        }
    }

    private mutating func note(_ value: BoundValue, for type: String) {
        switch value {
        case .envelope: break
        case .field: needs[type] = needs[type] ?? .data
        case .personal: needs[type] = .dataAndPersonal
        }
    }

    /// Reads one line. Never fails: what is wrong stops only the projections that need it.
    func decode(_ line: EventLine) -> DecodedEvent {
        let envelope = line.envelope
        guard takesEvery || handled.contains(envelope.type) else {
            return DecodedEvent(envelope: envelope, id: "", time: "", client: nil)
        }
        var event = DecodedEvent(
            envelope: envelope,
            id: envelope.id.description,
            time: envelope.time.description,
            client: envelope.client?.description
        )
        guard let need = needs[envelope.type] else { return event }
        do throws(JSONError) {
            let fields = try EventFields(scanning: line.data)
            event.content = .read(fields)
            if need == .dataAndPersonal { event.personal = try personal(in: fields) }
        } catch {
            event.content = .malformed("\(error)")
        }
        return event
    }

    private func personal(in fields: EventFields) throws(JSONError) -> DecodedEvent.Personal {
        guard let field = fields.field(named: Array("personal".utf8)),
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
