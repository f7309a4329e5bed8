import Testing

@testable import PersonalData

/// Codes and secrets as other programs make them.
struct OneTimeCodeTests {
    private static let secret = Array("12345678901234567890".utf8)

    /// RFC 6238, appendix B, for SHA-1; of its eight digits the last six.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
        (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func `the standard's own codes are made`(second: Int64, code: String) {
        let codes = OneTimeCode(secret: Self.secret)
        #expect(codes.code(at: second / 30) == code)
        #expect(codes.step(of: code, atSecond: second) == Int(second / 30))
    }

    @Test func `a code fits its own step and those beside it, and no other`() {
        let codes = OneTimeCode(secret: Self.secret)
        let code = codes.code(at: 1000)
        for step in Int64(999)...1001 {
            #expect(codes.step(of: code, atSecond: step * 30) == 1000)
            #expect(codes.step(of: code, atSecond: step * 30 + 29) == 1000)
        }
        #expect(codes.step(of: code, atSecond: 998 * 30 + 29) == nil)
        #expect(codes.step(of: code, atSecond: 1002 * 30) == nil)
    }

    @Test(arguments: ["", "12345", "1234567", "abcdef", "-12345", "２８７０８２"])
    func `what is no code fits nothing`(text: String) {
        #expect(OneTimeCode(secret: Self.secret).step(of: text, atSecond: 59) == nil)
    }

    @Test func `another secret has other codes`() {
        let codes = OneTimeCode(secret: Array("12345678901234567891".utf8))
        #expect(codes.step(of: "287082", atSecond: 59) == nil)
    }

    /// RFC 4648 §10, without the padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
    ])
    func `bytes are written in base32`(bytes: String, text: String) {
        #expect(Base32.text(Array(bytes.utf8)) == text)
    }
}
