/// Personal fields of an event, which stand in the log as one encrypted string (a JWE).
public enum Sealed<Content: Hashable & Sendable>: Hashable, Sendable {
    /// The fields in clear.
    case open(Content)
    /// The JWE as it stands in the log; nobody opened it.
    case locked(String)
    /// The key was destroyed: nobody can ever open it.
    case erased

    /// The fields, where they are in clear.
    public var content: Content? {
        guard case .open(let content) = self else { return nil }
        return content
    }

    /// The same with other content, for upcasters. What is locked stays as it was sealed.
    public func map<Other>(_ change: (Content) -> Other) -> Sealed<Other> {
        switch self {
        case .open(let content): .open(change(content))
        case .locked(let jwe): .locked(jwe)
        case .erased: .erased
        }
    }
}

/// What came of an attempt to open a JWE.
public enum OpenedPersonal: Hashable, Sendable {
    /// What was sealed: the canonical JSON of an object.
    case content([UInt8])
    /// Its key was destroyed.
    case erased
    /// It was not opened, for instance because the reader has no keys.
    case unavailable
}

extension Sealed: MemberValue where Content: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = .locked(try reader.string())
    }

    func write(to writer: inout MemberWriter) {
        guard case .locked(let jwe) = self else {
            preconditionFailure("Personal fields must be sealed before they are written.")
        }
        writer.string(jwe)
    }

    /// The same with the canonical JSON of what is open.
    var bytes: Sealed<[UInt8]> { map { MemberWriter.bytes(of: $0) } }

    /// The same as `bytes` with what is open read as an event's personal fields.
    init(_ bytes: Sealed<[UInt8]>, in type: String) throws(EventDecodingError) {
        switch bytes {
        case .open(let json):
            self = .open(try Content.decoded(from: json, type: type, path: ["personal"]))
        case .locked(let jwe): self = .locked(jwe)
        case .erased: self = .erased
        }
    }
}

extension Sealed<[UInt8]> {
    /// Locks what is open with what `seal` makes of it.
    func locked<Failure: Error>(
        under key: String,
        by seal: (_ key: String, _ plaintext: [UInt8]) throws(Failure) -> String
    ) throws(Failure) -> Sealed {
        switch self {
        case .open(let plaintext): .locked(try seal(key, plaintext))
        case .locked: self
        case .erased: preconditionFailure("Erased personal fields cannot be written again.")
        }
    }

    /// Opens what is locked with what `open` finds in it.
    func opened<Failure: Error>(
        in type: String,
        by open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError) -> Sealed {
        guard case .locked(let jwe) = self else { return self }
        do {
            switch try open(jwe) {
            case .content(let plaintext): return .open(plaintext)
            case .erased: return .erased
            case .unavailable: return self
            }
        } catch { throw .personalNotOpened(type: type, reason: "\(error)") }
    }
}
