import EventLine

/// The same JSON with other spacing and, in every object, the members in another order.
func shuffled(_ value: JSONValue, by generator: inout some RandomNumberGenerator) -> String {
    switch value {
    case .object(let members):
        let texts = members.shuffled(using: &generator).map { member in
            "\(JSONValue.string(member.name).canonicalText) : "
                + shuffled(member.value, by: &generator)
        }
        return "{ " + texts.joined(separator: " ,\n") + "\t}"
    case .array(let elements):
        let texts = elements.map { shuffled($0, by: &generator) }
        return "[ " + texts.joined(separator: " , ") + " ]"
    default: return value.canonicalText
    }
}

/// SplitMix64, so that a failing order can be had again from its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
