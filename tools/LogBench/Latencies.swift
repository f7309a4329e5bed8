/// How long things took, to be asked for what is usual and what is rare.
struct Latencies: Sendable {
    /// In nanoseconds, sorted as soon as somebody asks.
    private var samples: [UInt32] = []

    var count: Int { samples.count }

    /// Something that began and ended then, in nanoseconds of one clock.
    mutating func add(from start: UInt64, to end: UInt64) {
        samples.append(UInt32(clamping: end > start ? end - start : 0))
    }

    mutating func add(_ other: Latencies) { samples += other.samples }

    /// The latency, in microseconds, that these shares of all do not exceed.
    func microseconds(at shares: [Double]) -> [Double] {
        let sorted = samples.sorted()
        return shares.map { share in
            guard !sorted.isEmpty else { return 0 }
            let place = Int((Double(sorted.count) * share).rounded(.up)) - 1
            return Double(sorted[min(max(place, 0), sorted.count - 1)]) / 1000
        }
    }
}
