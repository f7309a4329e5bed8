internal import EventLine
internal import PersonalData

/// Writes the lines of lives.
struct LineWriter: Sendable {
    let templates: [LifeTemplate]
    let staff: [String]
    let vault: Vault

    /// A commit whose place in the log is known.
    struct Placed: Sendable {
        let moment: Timeline.Moment
        let first: UInt64
        /// In the streams to which others write too.
        let versions: [Int]
    }

    /// Appends the lines of a commit, and the keys that it is the first to use.
    func append(
        _ placed: Placed,
        to text: inout [UInt8],
        _ keys: inout [GivenKey],
        _ erased: inout [Tombstone]
    ) throws {
        let life = placed.moment.life
        let template = templates[life.kind]
        let commit = template.commits[placed.moment.commit]
        for (number, line) in commit.lines.enumerated() {
            let start = text.count
            let sequence = placed.first + UInt64(number)
            for (place, piece) in line.pieces.enumerated() {
                let salt = placed.moment.commit << 16 | number << 8 | place
                try append(piece, of: life, salt, sequence, placed.versions, to: &text)
            }
            let checksum = CRC32C.checksum(text.span.extracting(start...))
            text += ",\"crc32c\":\"".utf8
            text.append(hexadecimal: UInt64(checksum), digits: 8)
            text += "\"}\n".utf8
        }
        for number in commit.newKeys { keys.append(try key(number, of: life)) }
        let time = LifeStage.start.adding(microseconds: placed.moment.microseconds)
        for subject in commit.erased {
            let subject = try self.text(subject, of: life)
            erased.append(Tombstone(subject: subject, destroyedAt: "\(time)"))
        }
    }

    private func append(
        _ piece: LinePiece,
        of life: Life,
        _ salt: Int,
        _ sequence: UInt64,
        _ versions: [Int],
        to text: inout [UInt8]
    ) throws {
        switch piece {
        case .literal(let bytes): text += bytes
        case .sequence: text.append(decimal: sequence, digits: 20)
        case .version(let place): text.append(decimal: UInt64(versions[place]), digits: 1)
        case .sealed(let number, let plaintext):
            var plain: [UInt8] = []
            for piece in plaintext { append(piece, of: life, to: &plain) }
            var random = life.random(.nonce, salt)
            var nonce: [UInt8] = []
            nonce.append(littleEndian: random.next(), count: 8)
            nonce.append(littleEndian: random.next(), count: 4)
            text += try key(number, of: life).seal(plain, nonce: nonce).utf8
        default: append(piece, of: life, to: &text)
        }
    }

    /// What does not depend on the place in the log.
    private func append(_ piece: LinePiece, of life: Life, to text: inout [UInt8]) {
        switch piece {
        case .literal(let bytes): text += bytes
        case .id(let number):
            let form = templates[life.kind].ids[number]
            text.append(
                form.moved(
                    milliseconds: life.microseconds / 1000,
                    random: life.random(.id, number)
                )
            )
        case .staff(let place):
            var random = life.random(.staff, 0)
            let first = Int(random.next() % UInt64(staff.count))
            text += staff[(first + place) % staff.count].utf8
        case .instant(let microseconds):
            text.append(
                LifeStage.start.adding(microseconds: life.microseconds + microseconds)
            )
        case .date(let days): text.append(LifeStage.startDate.adding(days: life.day + days))
        case .digest(let number):
            var random = life.random(.digest, number)
            for _ in 0..<4 { text.append(hexadecimal: random.next(), digits: 16) }
        case .keyedDigest(let purpose, let person, let field):
            let value = GeneratedPerson(person, of: life).text(field)
            text += vault.keyedDigest(purpose, value).utf8
        case .person(let person, let field):
            text += GeneratedPerson(person, of: life).text(field).utf8
        case .sequence, .version, .sealed:
            preconditionFailure("Personal data and names hold no places in the log.")
        }
    }

    private func key(_ number: Int, of life: Life) throws -> GivenKey {
        var random = life.random(.key, number)
        var bytes: [UInt8] = []
        for _ in 0..<4 { bytes.append(littleEndian: random.next(), count: 8) }
        let subject = try text(templates[life.kind].keys[number], of: life)
        return GivenKey(subject: subject, bytes: bytes)
    }

    private func text(_ pieces: [LinePiece], of life: Life) throws -> String {
        var bytes: [UInt8] = []
        for piece in pieces { append(piece, of: life, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Somebody in a life: names that many have, an address and a number that nobody else has.
struct GeneratedPerson {
    private let life: Life
    private let number: Int
    private var random: SplitMix

    init(_ number: Int, of life: Life) {
        self.life = life
        self.number = number
        random = life.random(.person, number)
    }

    func text(_ field: PersonField) -> String {
        var random = random
        let given = Self.given[Int(random.next() % UInt64(Self.given.count))]
        let first = Self.beginnings[Int(random.next() % UInt64(Self.beginnings.count))]
        let last = Self.endings[Int(random.next() % UInt64(Self.endings.count))]
        let unique = life.number * UInt64(Marks.personCount) + UInt64(number)
        return switch field {
        case .given: given
        case .family: first + last
        case .email: "\(given).\(first)\(last).\(unique)@people.example".lowercased()
        case .phone: "+1 555 \(1_000_000 + random.next() % 9_000_000)"
        case .number: "P-\(10_000_000 + unique)"
        }
    }

    private static let given = [
        "Ada", "Alma", "Amir", "Anna", "Ben", "Carla", "Chidi", "Clara", "Dana", "David", "Elena",
        "Emil", "Farah", "Felix", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jana", "Jonas", "Kofi",
        "Lara", "Leo", "Lina", "Luis", "Mara", "Marco", "Maya", "Mina", "Nils", "Nora", "Olga",
        "Omar", "Paula", "Pedro", "Ravi", "Rosa", "Samir", "Sara", "Selma", "Tariq", "Theo", "Uma",
        "Vera", "Viktor", "Wen", "Yara", "Yusuf", "Zoe",
    ]
    private static let beginnings = [
        "Ash", "Bar", "Black", "Brook", "Cald", "Dun", "East", "Fair", "Green", "Hal", "Hart",
        "Hol", "Kirk", "Lang", "Mar", "Nor", "Oak", "Pem", "Rad", "Sand", "Stan", "Thorn", "Wal",
        "West", "Wins", "Wood",
    ]
    private static let endings = [
        "brook", "bury", "by", "combe", "cott", "dale", "den", "field", "ford", "gate", "ham",
        "hill", "hurst", "land", "ley", "low", "man", "more", "shaw", "son", "stead", "ton",
        "ville", "ward", "well", "wick", "worth",
    ]
}
