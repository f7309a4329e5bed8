import Crypto
import Foundation
import Testing

@testable import PersonalData

private let key = SymmetricKey(data: Array(UInt8(0)..<32))
private let subject = "client/0193-a"

/// Sealed by Python's `cryptography`, read by `joserfc`.
private let vector = """
    eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiY2xpZW50LzAxOTMtYSJ9..ZGVmZ2hpamtsbW5v\
    .MzmwBxSMdKQcODArcUcX.a0WD1YG_r6mqOr3-q5VIGg
    """

/// Sealed by `joserfc`, which orders the header's members in its own way.
private let foreignVector = """
    eyJraWQiOiJjbGllbnQvMDE5My1hIiwiZW5jIjoiQTI1NkdDTSIsImFsZyI6ImRpciJ9..boZIoGMPL3MhIO2t\
    .6y_8LUhDVR2V2Kwk.BWVCWk4l0ClPoRzm6bz1vw
    """

@Test func `sealing gives the bytes that another implementation gives`() throws {
    let nonce = try AES.GCM.Nonce(data: Array(UInt8(100)..<112))
    let sealed = try SealedText.seal(
        Array("{\"name\":\"Zoë\"}".utf8),
        for: subject,
        with: key,
        nonce: nonce
    )
    #expect(sealed == vector)
}

@Test(arguments: [(vector, "{\"name\":\"Zoë\"}"), (foreignVector, "from joserfc")])
func `what another implementation sealed is opened`(text: String, plaintext: String) throws {
    let sealed = try SealedText(parsing: text)
    #expect(sealed.subject == subject)
    #expect(String(decoding: try sealed.open(with: key), as: UTF8.self) == plaintext)
}

@Test func `every single changed character is noticed`() {
    let characters = Array(vector.utf8)
    for place in characters.indices {
        for other in Array("Ab0_.=".utf8) where other != characters[place] {
            var changed = characters
            changed[place] = other
            let text = String(decoding: changed, as: UTF8.self)
            #expect(throws: VaultError.self, "character \(place)") {
                try SealedText(parsing: text).open(with: key)
            }
        }
    }
}

@Test(arguments: [0, 2, 3, 4])
func `a part that is swapped for another's is tampering`(part: Int) throws {
    let other = try SealedText.seal([7], for: "client/other", with: key)
    var parts = vector.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    parts[part] =
        other.split(separator: ".", omittingEmptySubsequences: false).map(String.init)[
            part
        ]
    let expected = part == 0 ? "client/other" : subject
    #expect(throws: VaultError.tampered(subject: expected)) {
        try SealedText(parsing: parts.joined(separator: ".")).open(with: key)
    }
}

@Test func `a second part that is not empty is refused`() {
    #expect(throws: VaultError.self) {
        try SealedText(parsing: vector.replacing("..", with: ".AAAA."))
    }
}

@Test(arguments: ["", "a.b.c", "....", "AAAA..AAAA.AAAA.AAAA", "\u{e9}..\u{e9}.\u{e9}.\u{e9}"])
func `what is no compact JWE is malformed`(text: String) {
    let error = #expect(throws: VaultError.self) { try SealedText(parsing: text) }
    guard case .malformedSealedText = error else {
        Issue.record("\(String(describing: error))")
        return
    }
}

@Test(arguments: [
    #"{"alg":"none","enc":"A256GCM","kid":"a/1"}"#, #"{"alg":"A256KW","enc":"A256GCM","kid":"a"}"#,
    #"{"alg":"dir","enc":"A128GCM","kid":"a/1"}"#,
    #"{"alg":"dir","enc":"A256GCM","kid":"a/1","zip":"DEF"}"#,
    #"{"alg":"dir","enc":"A256GCM","kid":"a/1","crit":["exp"],"exp":"x"}"#,
])
func `another algorithm is refused as such`(header: String) {
    let error = #expect(throws: VaultError.self) {
        try SealedText(parsing: "\(Base64.url.text(Array(header.utf8)))..AAAA.AAAA.AAAA")
    }
    guard case .unsupportedAlgorithm = error else {
        Issue.record("\(String(describing: error))")
        return
    }
}

@Test(arguments: 0..<80)
func `base64 agrees with Foundation's`(count: Int) throws {
    let bytes = randomBytes(max(count, 1)).prefix(count)
    let text = Base64.standard.text(bytes)
    #expect(text == Data(bytes).base64EncodedString().replacing("=", with: ""))
    #expect(Base64.standard.bytes(Array(text.utf8)) == Array(bytes))
    let urlText = Base64.url.text(bytes)
    #expect(Base64.url.bytes(Array(urlText.utf8)) == Array(bytes))
}

@Test(arguments: ["AB", "AAB", "A", "AA=", "A+AA", "A AA", "AA\u{e9}A"])
func `base64url has one text for each byte string`(text: String) {
    #expect(Base64.url.bytes(Array(text.utf8)) == nil)
}

@Test func `derived keys agree with another implementation's`() throws {
    let master = try MasterKey(bytes: Array(0..<32))
    let keys = VaultKeys(masterKey: master, salt: Array(50..<82))
    #expect(
        hexadecimal(keys.wrappingKey.withUnsafeBytes { Array($0) })
            == "5ccb8def9007ddca94e72bf2e0646f1f846f554f4e9c1b22eedc99d9c056f1c6"
    )
    #expect(
        hexadecimal(keys.check)
            == "bc60742167ae1efa4de8a1a94a1235809e165e19489445b83f14ce2858edf692"
    )
}

@Test func `a wrapped key opens only in its own context`() throws {
    let keys = VaultKeys(masterKey: try MasterKey(bytes: Array(0..<32)), salt: Array(50..<82))
    let wrapped = try #require(
        bytes(
            ofHexadecimal: "6465666768696a6b6c6d6e6f761f27908991a212930c9333770fbe89d6cfafacec9c"
                + "7f0af1ee6d7e76459355e158a021097c586ed3fd4e65a191471c"
        )
    )
    #expect(keys.unwrap(wrapped, context: "key/client/1") == key)
    #expect(keys.unwrap(wrapped, context: "key/client/2") == nil)
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

private func bytes(ofHexadecimal text: String) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
