internal import EventLine
internal import PersonalData
internal import PortalAccess
internal import PortalEvents

/// Takes the lines of one life apart into what stays and what changes.
struct LifeReading {
    private let practice: Practice
    private var ids: [String: Int] = [:]
    private var forms: [IDForm] = []
    private var digests: [String: Int] = [:]
    private var keys: [String: Int] = [:]
    private var subjects: [[LinePiece]] = []
    /// Digests that the vault would make of somebody's address or number.
    private let keyed: [String: LinePiece]

    init(_ practice: Practice, vault: Vault) {
        self.practice = practice
        var keyed: [String: LinePiece] = [:]
        for mark in Marks.all {
            guard let purpose = mark.field.digestPurpose else { continue }
            keyed[vault.keyedDigest(purpose, mark.text)] = .keyedDigest(
                purpose: purpose,
                mark.person,
                mark.field
            )
        }
        self.keyed = keyed
    }

    mutating func template(of script: LifeScript, _ lines: [RecordedLine]) -> LifeTemplate {
        var commits: [LifeTemplate.Commit] = []
        var rest = lines[...]
        while let first = rest.first {
            let count = max(1, first.event.envelope.commitCount)
            commits.append(commit(Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return LifeTemplate(
            name: script.name,
            share: script.share,
            commits: commits,
            ids: forms,
            keys: subjects
        )
    }

    private mutating func commit(_ lines: [RecordedLine]) -> LifeTemplate.Commit {
        let knownKeyCount = keys.count
        var shared: [String] = []
        var erased: [[LinePiece]] = []
        let taken = lines.map { line in
            if line.event.envelope.type == PersonalDataKeyDestroyed.type,
                let scope = try? JSONValue(parsing: line.event.data)["scope"]?.string
            {
                erased.append(pieces(of: Array(scope.utf8)))
            }
            return LifeTemplate.Line(
                type: line.event.envelope.type,
                pieces: pieces(of: line, &shared)
            )
        }
        return LifeTemplate.Commit(
            microseconds: lines[0].event.envelope.time.microseconds
                - LifeStage.start.microseconds,
            lines: taken,
            sharedStreams: shared,
            newKeys: Array(knownKeyCount..<keys.count),
            erased: erased
        )
    }

    /// Everything of a line but its checksum.
    private mutating func pieces(
        of line: RecordedLine,
        _ shared: inout [String]
    ) -> [LinePiece] {
        let bytes = line.event.canonicalBytes
        let envelope = line.event.envelope
        let start = Array("{\"specversion\":\"1.0\",\"sequence\":\"".utf8)
        let streams = Array(
            " \(envelope.streams.map { "\($0.stream)@\($0.version)" }.joined(separator: " "))".utf8
        )
        let body = bytes.count - Array(",\"crc32c\":\"00000000\"}\n".utf8).count
        let place = bytes.firstRange(of: streams.dropFirst())?.lowerBound ?? body
        var found: [LinePiece] = [.literal(start), .sequence]
        found += pieces(of: Array(bytes[(start.count + 20)..<place]))
        for (number, position) in envelope.streams.enumerated() {
            let name = Array("\(number > 0 ? " " : "")\(position.stream)@".utf8)
            found += pieces(of: name)
            if isShared(position.stream) {
                found.append(.version(shared.count))
                shared.append(position.stream.text)
            } else {
                found.append(.literal(Array("\(position.version)".utf8)))
            }
        }
        let rest = Array(bytes[(place + streams.count - 1)..<body])
        if let personal = line.personal {
            let sealed = Array(personal.sealed.utf8)
            let place = rest.firstRange(of: sealed) ?? 0..<0
            found += pieces(of: Array(rest[..<place.lowerBound]))
            found.append(self.sealed(personal))
            found += pieces(of: Array(rest[place.upperBound...]))
        } else {
            found += pieces(of: rest)
        }
        return found.joined
    }

    /// Whether other lives write to it too: nothing in its name is this life's own.
    private func isShared(_ stream: StreamName) -> Bool {
        let bytes = Array(stream.text.utf8)
        return bytes.indices.allSatisfy {
            guard let word = LineWord(at: $0, in: bytes) else { return true }
            return practice.sharedWords.contains(word.text(in: bytes))
        }
    }

    private mutating func sealed(
        _ personal: (subject: String, sealed: String, plaintext: [UInt8])
    ) -> LinePiece {
        // What is sealed for the organisation stays as it is.
        let subject = pieces(of: Array(personal.subject.utf8))
        if subject.count == 1, case .literal = subject[0] {
            return .literal(Array(personal.sealed.utf8))
        }
        let number = keys[personal.subject] ?? keys.count
        if number == keys.count {
            keys[personal.subject] = number
            subjects.append(subject)
        }
        return .sealed(key: number, plaintext: pieces(of: personal.plaintext))
    }

    private mutating func pieces(of bytes: [UInt8]) -> [LinePiece] {
        var pieces: [LinePiece] = []
        var place = 0
        while place < bytes.count {
            if let mark = mark(at: place, in: bytes) {
                pieces.append(.person(mark.person, mark.field))
                place += mark.text.utf8.count
            } else if let word = LineWord(at: place, in: bytes) {
                pieces.append(piece(for: word, in: bytes))
                place += word.count
            } else {
                pieces.append(.literal([bytes[place]]))
                place += 1
            }
        }
        return pieces.joined
    }

    private func mark(
        at place: Int,
        in bytes: [UInt8]
    ) -> (name: String, person: Int, field: PersonField, text: String)? {
        Marks.all.first { bytes[place...].starts(with: $0.text.utf8) }
    }

    private mutating func piece(for word: LineWord, in bytes: [UInt8]) -> LinePiece {
        let text = word.text(in: bytes)
        switch word.kind {
        case .id:
            if let place = practice.staff.firstIndex(of: text) { return .staff(place) }
            guard !practice.sharedWords.contains(text), let id = UniqueID(text) else { break }
            if ids[text] == nil {
                ids[text] = forms.count
                forms.append(IDForm(id))
            }
            return .id(ids[text] ?? 0)
        case .digest:
            if let piece = keyed[text] { return piece }
            guard !practice.sharedWords.contains(text) else { break }
            if digests[text] == nil { digests[text] = digests.count }
            return .digest(digests[text] ?? 0)
        case .instant:
            guard let instant = Instant(rfc3339: text) else { break }
            return .instant(
                microseconds: instant.microseconds - LifeStage.start.microseconds
            )
        case .date:
            guard let date = LocalDate(text) else { break }
            return .date(days: date.daysSinceEpoch - LifeStage.startDate.daysSinceEpoch)
        }
        return .literal(Array(text.utf8))
    }
}

extension PersonField {
    /// For what the vault makes digests of it.
    fileprivate var digestPurpose: String? {
        switch self {
        case .email: DigestPurpose.login.rawValue
        case .number: DigestPurpose.patientNumber.rawValue
        default: nil
        }
    }
}

extension [LinePiece] {
    /// The same, with literals that follow each other made one.
    fileprivate var joined: [LinePiece] {
        var joined: [LinePiece] = []
        for piece in self {
            if case .literal(let bytes) = piece, case .literal(let before)? = joined.last {
                joined[joined.count - 1] = .literal(before + bytes)
            } else {
                joined.append(piece)
            }
        }
        return joined
    }
}
