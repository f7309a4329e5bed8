/// One time that a life is lived, by its number: everything else about it follows from the seed.
struct Life: Sendable {
    let number: UInt64
    /// Which template.
    let kind: Int
    /// Days after the practice's first.
    let day: Int
    /// How much later than it was played: whole days, and up to three hours, so that what was done
    /// in the day is done on the same day.
    let microseconds: Int64
    private let random: UInt64

    static let microsecondsOfDay: Int64 = 86_400_000_000

    init(number: UInt64, day: Int, seed: UInt64, kinds: LifeKinds) {
        var random = SplitMix(seed: seed &+ number &* 0xd134_2543_de82_ef95)
        self.number = number
        self.day = day
        kind = kinds.kind(at: random.next())
        let delay = Int64(random.next() % 10_800_000_000)
        microseconds = Int64(day) * Self.microsecondsOfDay + delay
        self.random = random.next()
    }

    /// Random bits of one thing in this life, the same each time.
    func random(_ domain: Domain, _ number: Int) -> SplitMix {
        SplitMix(
            seed: random &+ UInt64(domain.rawValue) &* 0x9fb2_1c65_1e98_df25
                &+ UInt64(number) &* 0xa076_1d64_78bd_642f
        )
    }

    /// What random bits are for.
    enum Domain: Int {
        case id
        case digest
        case key
        case nonce
        case person
        case staff
    }
}

/// Which life is how frequent.
struct LifeKinds: Sendable {
    /// Rising, the last is 1.
    private let bounds: [Double]

    init(shares: [Double]) {
        let sum = shares.reduce(0, +)
        var reached = 0.0
        bounds = shares.map { share in
            reached += share / sum
            return reached
        }
    }

    func kind(at word: UInt64) -> Int {
        let place = Double(word >> 11) / Double(1 << 53)
        return bounds.firstIndex { place < $0 } ?? bounds.count - 1
    }
}
