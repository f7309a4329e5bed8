import EventLine

/// Texts and their numbers, as many as a bound allows: asking SQLite costs twenty times as much.
///
/// Nearly all of the texts that a log repeats are an id, or end in one, such as
/// `portalUser/<id>`. Of those only the sixteen bytes of the id are kept, and the kind before it
/// once, so that a million of them take some forty megabytes. Nothing is told apart by a hash
/// alone: what is found is the same text.
struct NameCache {
    private struct Slot {
        var id = UniqueID(high: 0, low: 0)
        /// The kind in the upper bits, the number in the lower; 0 if the slot is free.
        var value: UInt64 = 0
    }

    /// A text without an id, in the cache whole.
    private struct Word {
        let text: [UInt8]
        let number: Int64
    }

    private var slots = [Slot](repeating: Slot(), count: 1024)
    private var idCount = 0
    /// What stands before ids.
    private var kinds: [[UInt8]] = []
    private var words: [Word] = []
    /// For each hash the word's index plus one; 0 if there is none.
    private var wordPlaces = [UInt16](repeating: 0, count: 4096)

    private let idCountMax: Int
    private static let wordCountMax = 2048
    private static let wordByteCountMax = 200
    private static let kindCountMax = 64
    private static let numberBits: UInt64 = 40

    /// A cache of at most so many ids, at 32 to 64 bytes each.
    init(idCountMax: Int = 5_000_000) {
        self.idCountMax = idCountMax
    }

    /// The number of a text; nil if the cache does not have it. Changes nothing: it is `mutating`
    /// because the compiler would copy the whole cache of a class to look into it.
    mutating func number(of text: Span<UInt8>) -> Int64? {
        guard let id = Self.id(in: text) else { return number(ofWord: text) }
        guard let kind = kind(of: text) else { return nil }
        let value = slots[slot(of: id, kind)].value
        return value == 0 ? nil : Int64(value & (1 << Self.numberBits - 1))
    }

    /// Keeps the number of a text that the cache does not have, if there is room for its sort.
    mutating func keep(_ number: Int64, of text: Span<UInt8>) {
        guard number > 0, number < 1 << Self.numberBits else { return }
        guard let id = Self.id(in: text) else { return keep(number, ofWord: text) }
        guard let kind = self.kind(of: text) ?? newKind(of: text) else { return }
        if idCount >= idCountMax { forgetIDs() }
        if idCount >= slots.count / 2 { grow() }
        let value = UInt64(kind + 1) << Self.numberBits | UInt64(number)
        slots[slot(of: id, kind)] = Slot(id: id, value: value)
        idCount += 1
    }

    // MARK: Ids

    private static func id(in text: Span<UInt8>) -> UniqueID? {
        guard text.count >= 36 else { return nil }
        return UniqueID(lowerCase: text.extracting(last: 36))
    }

    private func kind(of text: Span<UInt8>) -> Int? {
        let prefix = text.extracting(droppingLast: 36)
        return kinds.firstIndex { prefix.isEqual(to: $0) }
    }

    private mutating func newKind(of text: Span<UInt8>) -> Int? {
        guard kinds.count < Self.kindCountMax, text.count <= Self.wordByteCountMax else {
            return nil
        }
        kinds.append(text.extracting(droppingLast: 36).bytes)
        return kinds.count - 1
    }

    /// The slot where an id is, or the free one where it belongs.
    private func slot(of id: UniqueID, _ kind: Int) -> Int {
        let mask = slots.count - 1
        let spread = id.high &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(kind)
        let mixed = (id.low ^ spread) &* 0xff51_afd7_ed55_8ccd
        var place = Int(truncatingIfNeeded: mixed >> 32) & mask
        while true {
            let slot = slots[place]
            if slot.value == 0 { return place }
            if slot.id == id, slot.value >> Self.numberBits == UInt64(kind + 1) { return place }
            place = (place + 1) & mask
        }
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.value != 0 {
            slots[self.slot(of: slot.id, Int(slot.value >> Self.numberBits) - 1)] = slot
        }
    }

    private mutating func forgetIDs() {
        slots = [Slot](repeating: Slot(), count: 1024)
        idCount = 0
    }

    // MARK: Words

    private func number(ofWord text: Span<UInt8>) -> Int64? {
        let index = wordPlaces[place(of: text)]
        return index == 0 ? nil : words[Int(index) - 1].number
    }

    private mutating func keep(_ number: Int64, ofWord text: Span<UInt8>) {
        guard words.count < Self.wordCountMax, text.count <= Self.wordByteCountMax else { return }
        let place = place(of: text)
        words.append(Word(text: text.bytes, number: number))
        wordPlaces[place] = UInt16(words.count)
    }

    private func place(of text: Span<UInt8>) -> Int {
        let mask = wordPlaces.count - 1
        var place = Int(truncatingIfNeeded: text.mixed) & mask
        while wordPlaces[place] != 0,
            !text.isEqual(to: words[Int(wordPlaces[place]) - 1].text)
        {
            place = (place + 1) & mask
        }
        return place
    }
}
