import Crypto
import Foundation

/// A JWE in compact serialization (RFC 7516) with `dir` and `A256GCM`: five parts, the second
/// empty, and the subject as `kid`.
struct SealedText {
    let subject: String
    private let protectedHeader: [UInt8]
    private let nonce: [UInt8]
    private let ciphertext: [UInt8]
    private let tag: [UInt8]

    private static let nonceByteCount = 12
    private static let tagByteCount = 16
    private static let headerStart = Array(#"{"alg":"dir","enc":"A256GCM","kid":""#.utf8)
    private static let headerEnd = Array("\"}".utf8)

    /// Reads the parts. Nothing is authenticated before `open`.
    init(parsing text: String) throws(VaultError) {
        let parts = Array(text.utf8).split(
            separator: UInt8(ascii: "."),
            omittingEmptySubsequences: false
        )
        guard parts.count == 5 else {
            throw .malformedSealedText("it has \(parts.count) parts in place of 5")
        }
        guard parts[1].isEmpty else {
            throw .malformedSealedText("it carries an encrypted key, which `dir` does not have")
        }
        subject = try Self.subject(ofHeader: try Self.decoded(parts[0], "header"))
        protectedHeader = Array(parts[0])
        nonce = try Self.decoded(parts[2], "initialization vector")
        ciphertext = try Self.decoded(parts[3], "ciphertext")
        tag = try Self.decoded(parts[4], "authentication tag")
        guard nonce.count == Self.nonceByteCount, tag.count == Self.tagByteCount else {
            throw .malformedSealedText("its initialization vector or tag has the wrong length")
        }
    }

    /// The plaintext, if every part is as it was sealed with this key.
    func open(with key: SymmetricKey) throws(VaultError) -> [UInt8] {
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce),
                ciphertext: ciphertext,
                tag: tag
            )
            return Array(try AES.GCM.open(box, using: key, authenticating: protectedHeader))
        } catch {
            throw .tampered(subject: subject)
        }
    }

    /// Seals a plaintext. `subject` must be a valid one, so that it needs no escaping.
    static func seal(
        _ plaintext: [UInt8],
        for subject: String,
        with key: SymmetricKey,
        nonce: AES.GCM.Nonce = AES.GCM.Nonce()
    ) throws -> String {
        let header = Base64.url.text(headerStart + Array(subject.utf8) + headerEnd)
        let box = try AES.GCM.seal(
            plaintext,
            using: key,
            nonce: nonce,
            authenticating: Array(header.utf8)
        )
        let iv = Base64.url.text(Array(box.nonce))
        return "\(header)..\(iv).\(Base64.url.text(box.ciphertext)).\(Base64.url.text(box.tag))"
    }

    private static func decoded(
        _ part: ArraySlice<UInt8>,
        _ name: String
    ) throws(VaultError) -> [UInt8] {
        guard let bytes = Base64.url.bytes(part) else {
            throw .malformedSealedText("its \(name) is not base64url")
        }
        return bytes
    }

    /// Our own form is compared byte by byte; any other JSON goes through a parser.
    private static func subject(ofHeader header: [UInt8]) throws(VaultError) -> String {
        let inner = header.dropFirst(headerStart.count).dropLast(headerEnd.count)
        if header.starts(with: headerStart), header.suffix(headerEnd.count) == headerEnd[...],
            inner.allSatisfy(SubjectName.isPermitted)
        {
            return try SubjectName.checked(String(decoding: inner, as: UTF8.self))
        }
        let fields: HeaderFields
        do {
            fields = try JSONDecoder().decode(HeaderFields.self, from: Data(header))
        } catch {
            throw .malformedSealedText("its header is not JSON with alg, enc and kid")
        }
        guard fields.alg == "dir", fields.enc == "A256GCM", fields.zip == nil, fields.crit == nil
        else { throw .unsupportedAlgorithm(alg: fields.alg, enc: fields.enc) }
        return try SubjectName.checked(fields.kid)
    }
}

private struct HeaderFields: Decodable {
    let alg: String
    let enc: String
    let kid: String
    let zip: String?
    let crit: [String]?
}

/// The names that subjects and secrets may have: what a stream name may have.
enum SubjectName {
    static func checked(_ name: String) throws(VaultError) -> String {
        guard (1...200).contains(name.utf8.count), name.utf8.allSatisfy(isPermitted) else {
            throw .invalidName(name)
        }
        return name
    }

    static func isPermitted(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "*"):
            true  // "-" to ":" are - . / 0…9 :
        default: false
        }
    }
}
