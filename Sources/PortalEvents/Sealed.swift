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
    init<Reader: MemberReader>(from reader: inout Reader) throws(Reader.Failure) {
        self = .locked(try reader.string())
    }

    func write(to writer: inout MemberWriter) {
        guard case .locked(let jwe) = self else {
            preconditionFailure("Personal fields must be sealed before they are written.")
        }
        writer.string(jwe)
    }

    func sealed<Failure: Error>(
        under key: String,
        by seal: (_ key: String, _ plaintext: [UInt8]) throws(Failure) -> String
    ) throws(Failure) -> Sealed {
        switch self {
        case .open(let content):
            return .locked(try seal(key, MemberWriter.bytes(of: content)))
        case .locked: return self
        case .erased: preconditionFailure("Erased personal fields cannot be written again.")
        }
    }

    func opened<Failure: Error>(
        in type: String,
        by open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError) -> Sealed {
        guard case .locked(let jwe) = self else { return self }
        let result: OpenedPersonal
        do { result = try open(jwe) } catch {
            throw .personalNotOpened(type: type, reason: "\(error)")
        }
        switch result {
        case .content(let bytes):
            return .open(try Content.decoded(from: bytes, type: type, path: ["personal"]))
        case .erased: return .erased
        case .unavailable: return self
        }
    }
}
