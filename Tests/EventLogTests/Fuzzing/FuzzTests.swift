import EventLine
import Testing

@testable import EventLog

/// The same as `tools/fuzz`, for a short while, with changes by the numbers of a seed.
@Suite struct FuzzTests {
    private let seed = TrialPlan.seed
    private let count = 400 * Int(TrialPlan.factor)

    @Test func `no line traps`() throws {
        try mutate(FuzzSamples.line(), count * 10, FuzzEntry.line)
    }

    @Test func `no plain segment traps`() throws {
        try mutate(FuzzSamples.plainSegment(), count, FuzzEntry.plainSegment)
    }

    @Test func `no sealed segment traps`() throws {
        try mutate(FuzzSamples.sealedSegment(), count, FuzzEntry.sealedSegment)
    }

    @Test func `no journal traps`() throws {
        try mutate(FuzzSamples.journal(), count, FuzzEntry.journal)
    }

    @Test func `no index traps`() throws {
        try mutate(FuzzSamples.index(), count, FuzzEntry.index)
    }

    /// A trap ends the process: the seed was printed before.
    private func mutate(
        _ samples: [[UInt8]],
        _ count: Int,
        _ entry: ([UInt8]) -> Void
    ) throws {
        print("fuzz seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for sample in samples { entry(sample) }
        for _ in 0..<count {
            var bytes = samples.randomElement(using: &generator) ?? []
            for _ in 0...Int.random(in: 0...3, using: &generator) {
                bytes.change(using: &generator)
            }
            entry(bytes)
        }
    }
}

extension [UInt8] {
    /// What damage and other programs do to bytes.
    fileprivate mutating func change(using generator: inout SeededGenerator) {
        guard !isEmpty else { return }
        let place = Int.random(in: 0..<count, using: &generator)
        let length = Swift.min(count - place, .random(in: 1...64, using: &generator))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: self[place] ^= 1 << Int.random(in: 0..<8, using: &generator)
        case 1: self[place] = .random(in: .min ... .max, using: &generator)
        case 2:
            self[place] = [10, 34, 92, 48, 57, 0, 255, 125].randomElement(using: &generator) ?? 0
        case 3: removeSubrange(place..<place + length)
        case 4: insert(contentsOf: self[place..<place + length], at: place)
        case 5: removeLast(length)
        case 6: replaceSubrange(place..<place + length, with: [UInt8](repeating: 0, count: length))
        default:
            let other = Int.random(in: 0...count - length, using: &generator)
            replaceSubrange(place..<place + length, with: Array(self[other..<other + length]))
        }
    }
}
