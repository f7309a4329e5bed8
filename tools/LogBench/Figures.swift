internal import EventLine
internal import Foundation

/// What was measured, in the order in which it is printed: one JSON object on one line.
struct Figures {
    private var members: [JSONMember] = []

    mutating func add(_ name: String, _ count: Int) {
        members.append(JSONMember(name, .integer(Int64(count))))
    }

    /// A number, rounded to something that can be read.
    mutating func add(_ name: String, _ value: Double) {
        let text = String(format: value.magnitude < 100 ? "%.3f" : "%.0f", value)
        members.append(JSONMember(name, .decimal(text)))
    }

    /// What is usual and what is rare, in microseconds: such as `rawP50` for `raw`.
    mutating func add(_ name: String, _ latencies: Latencies) {
        let values = latencies.microseconds(at: [0.5, 0.99, 0.999])
        for (suffix, value) in zip(["P50", "P99", "P999"], values) { add(name + suffix, value) }
    }

    func print() {
        let line = JSONValue.object(members).canonicalBytes + [UInt8(ascii: "\n")]
        FileHandle.standardOutput.write(Data(line))
    }
}
