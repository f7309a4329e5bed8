internal import EventLine

/// What a line of a life consists of: what always stays, and what belongs to one time that it is
/// lived.
enum LinePiece: Sendable {
    case literal([UInt8])
    case sequence
    /// The id with this number in its life.
    case id(Int)
    /// A member of staff, counted from the one who looks after this life.
    case staff(Int)
    /// So long after midnight of the life's first day.
    case instant(microseconds: Int64)
    /// A local date, so many days after the life's first.
    case date(days: Int)
    /// A digest of something that nobody knows.
    case digest(Int)
    /// The vault's digest of what belongs to a person, so that it is found again.
    case keyedDigest(purpose: String, Int, PersonField)
    /// The version in a stream to which other lives write too, by its place in the commit.
    case version(Int)
    case person(Int, PersonField)
    /// Personal data under the key with this number in its life.
    case sealed(key: Int, plaintext: [LinePiece])
}

/// What differs from person to person.
enum PersonField: CaseIterable, Sendable {
    case given
    case family
    case email
    case phone
    case number

    /// What stands for it while a life is played.
    func mark(of person: Int) -> String {
        switch self {
        case .given: "Givenname\(person)"
        case .family: "Familyname\(person)"
        case .email: "mailbox\(person)@people.example"
        case .phone: "+1 555 010 000\(person)"
        case .number: "P-900000\(person)"
        }
    }
}

/// The people whom a life can have in it, by the names that scripts call them.
enum Marks {
    static let personCount = 4

    static let all: [(name: String, person: Int, field: PersonField, text: String)] =
        (0..<personCount).flatMap { person in
            PersonField.allCases.map { ("\($0)\(person)", person, $0, $0.mark(of: person)) }
        }
}

/// An id that is made anew each time: of the same kind, at the same moment of the life, and in
/// the same order among those of one millisecond.
struct IDForm: Sendable {
    let id: UniqueID
    /// For one that carries a time.
    let isTimed: Bool

    init(_ id: UniqueID) {
        self.id = id
        isTimed = id.high >> 12 & 0xf == 7
    }

    /// The id of a life that begins so much later than it was played.
    func moved(milliseconds: Int64, random: SplitMix) -> UniqueID {
        var random = random
        let low = random.next()
        guard isTimed else {
            return UniqueID(
                high: random.next() & ~0xf000 | id.high & 0xf000,
                low: low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
            )
        }
        let time = UInt64(Int64(id.high >> 16) + milliseconds)
        let counted: UInt64 = 0xffff_fc00_0000_0000
        return UniqueID(high: time << 16 | id.high & 0xffff, low: id.low & counted | low & ~counted)
    }
}

/// A life as it was played, ready to be repeated.
struct LifeTemplate: Sendable {
    let name: String
    let share: Double
    let commits: [Commit]
    let ids: [IDForm]
    /// The subjects of its keys.
    let keys: [[LinePiece]]

    var eventCount: Int { commits.reduce(0) { $0 + $1.lines.count } }

    /// Lines that were written together.
    struct Commit: Sendable {
        /// After midnight of the life's first day.
        let microseconds: Int64
        let lines: [Line]
        /// The streams of others that it writes to, once for each line that does.
        let sharedStreams: [String]
        /// Keys that are first used, and subjects whose keys are destroyed.
        let newKeys: [Int]
        let erased: [[LinePiece]]
    }

    struct Line: Sendable {
        let type: String
        let pieces: [LinePiece]
    }
}
