package import EventLine

/// Finds out which fields something reads from its input, by letting it read: first nothing,
/// then what it asked for, then everything that it looked for. So a description cannot say
/// anything else than what is done.
package struct InputProbe {
    /// The fields, in the order in which they are read.
    package private(set) var fields: [InputField] = []
    /// Why an input without a required field is refused, by the field.
    package private(set) var demands: [String: Refusal] = [:]
    /// An input that is read without complaint.
    package var example: JSONValue {
        .object(
            fields.compactMap { field in
                given[field.name].map { JSONMember(field.name, $0.value) }
            }
        )
    }

    /// Demanded fields whose place others can take.
    package private(set) var replaceable: Set<String> = []

    private var given: [String: Sample] = [:]

    private struct Sample {
        var place = 0
        var value: JSONValue
    }

    /// More refusals than this are not for want of a field.
    private static let readingsMax = 200

    /// Probes a reading, which answers with the refusal that it ended with.
    package init(_ read: (inout CommandInput) -> Refusal?) {
        demand(read)
        for place in 0..<Self.readingsMax {
            guard place < fields.count else { break }
            offer(fields[place], read)
        }
        replaceable = Set(demands.keys.filter { isReadWithout($0, read) })
    }

    private func isReadWithout(
        _ name: String,
        _ read: (inout CommandInput) -> Refusal?
    ) -> Bool {
        var without = self
        without.given[name] = nil
        return without.attempt(read) == nil
    }

    /// Gives what is asked for until nothing more is.
    private mutating func demand(_ read: (inout CommandInput) -> Refusal?) {
        for _ in 0..<Self.readingsMax {
            guard let refusal = attempt(read), let name = refusal.field else { return }
            if given[name] == nil { demands[name] = refusal }
            guard giveNext(name) else { return }
        }
    }

    /// Gives a field that was looked for; takes it back if nothing that it could hold will do.
    private mutating func offer(_ field: InputField, _ read: (inout CommandInput) -> Refusal?) {
        guard given[field.name] == nil, giveNext(field.name) else { return }
        for _ in 0..<Self.readingsMax {
            guard let refusal = attempt(read) else { return }
            guard refusal.field == field.name, giveNext(field.name) else {
                given[field.name] = nil
                return
            }
        }
    }

    private mutating func giveNext(_ name: String) -> Bool {
        guard let field = fields.first(where: { $0.name == name }) else { return false }
        let place = given[name].map { $0.place + 1 } ?? 0
        guard place < field.samples.count else { return false }
        given[name] = Sample(place: place, value: field.samples[place])
        return true
    }

    private mutating func attempt(_ read: (inout CommandInput) -> Refusal?) -> Refusal? {
        guard var input = try? CommandInput(example, isRecorded: true, digest: { _, _ in "00" })
        else { return nil }
        let refusal = read(&input)
        for field in input.fieldsRead ?? [] { note(field) }
        return refusal
    }

    /// The first reading that says what a field holds is the one that counts.
    private mutating func note(_ field: InputField) {
        guard let place = fields.firstIndex(where: { $0.name == field.name }) else {
            fields.append(field)
            return
        }
        guard fields[place].kind == .any, field.kind != .any else { return }
        fields[place].kind = field.kind
        given[field.name] = field.samples.first.map { Sample(place: -1, value: $0) }
    }
}
