/// The last version of each stream: twelve bytes an entry, so that millions of streams fit.
///
/// Streams are told apart by 64 bits of a keyed hash, with another key in each process: two
/// streams that fall together once in a lifetime do not do so in the next run.
struct StreamVersions: Sendable {
    private var keys: [UInt64]
    private var versions: [UInt32]
    private var count = 0
    private let seed = UInt64.random(in: .min ... .max)

    init() {
        keys = [UInt64](repeating: 0, count: 1024)
        versions = [UInt32](repeating: 0, count: 1024)
    }

    /// Sets a stream's version and answers with the one before; nil if there was none.
    mutating func replace(_ name: Span<UInt8>, with version: Int) -> Int? {
        if count * 4 >= keys.count * 3 { grow() }
        let key = Self.key(name, seed)
        let place = Self.place(of: key, in: keys.span)
        defer { versions[place] = UInt32(clamping: version) }
        guard keys[place] == 0 else { return Int(versions[place]) }
        keys[place] = key
        count += 1
        return nil
    }

    private mutating func grow() {
        var newKeys = [UInt64](repeating: 0, count: keys.count * 2)
        var newVersions = [UInt32](repeating: 0, count: keys.count * 2)
        for place in keys.indices where keys[place] != 0 {
            let newPlace = Self.place(of: keys[place], in: newKeys.span)
            newKeys[newPlace] = keys[place]
            newVersions[newPlace] = versions[place]
        }
        keys = newKeys
        versions = newVersions
    }

    private static func place(of key: UInt64, in keys: Span<UInt64>) -> Int {
        let mask = keys.count &- 1
        var place = Int(truncatingIfNeeded: key) & mask
        while keys[place] != 0, keys[place] != key { place = (place &+ 1) & mask }
        return place
    }

    /// Never 0, which marks free places.
    private static func key(_ name: Span<UInt8>, _ seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(name.count)
        var place = 0
        while place < name.count {
            var word: UInt64 = 0
            let end = min(place + 8, name.count)
            for byte in place..<end { word = word << 8 | UInt64(name[byte]) }
            let product = (state ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
            state = product.high ^ product.low &+ seed
            place = end
        }
        let product = state.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        return max(1, product.high ^ product.low)
    }
}
