import PersonalData
import Testing

@Test(arguments: [
    // RFC 7914 §12, the third vector.
    (
        "pleaseletmein",
        "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQ"
            + "ylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw"
    ),
    // Python's hashlib.
    (
        "Zo\u{eb}",
        "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$GjpliFH9aFAgN4SIpqYf2hR6cLwHx300k6oRos1Un/g"
    ),
])
func `what another implementation hashed is verified`(password: String, stored: String) {
    #expect(PasswordHash.verify(password, against: stored))
    #expect(!PasswordHash.verify(password + " ", against: stored))
}

@Test(arguments: ["correct horse", "", "päss", String(repeating: "x", count: 5000), "a\0b"])
func `a password is verified and no other is`(password: String) throws {
    let stored = try PasswordHash.make(password, ln: 10)
    #expect(PasswordHash.verify(password, against: stored))
    #expect(!PasswordHash.verify(password + "x", against: stored))
    #expect(!PasswordHash.verify(String(password.dropLast()) + "?", against: stored))
}

@Test func `the usual cost is 2 to the 15`() throws {
    let stored = try PasswordHash.make("a")
    #expect(stored.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
    #expect(PasswordHash.dummy.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
    #expect(stored.count == PasswordHash.dummy.count)
}

@Test func `the same password is hashed differently each time`() throws {
    #expect(try PasswordHash.make("a", ln: 10) != PasswordHash.make("a", ln: 10))
}

@Test func `composed and decomposed letters are the same password`() throws {
    #expect(PasswordHash.verify("Zoe\u{308}", against: try PasswordHash.make("Zo\u{eb}", ln: 10)))
}

@Test func `no password is the dummy's`() {
    #expect(!PasswordHash.verify("", against: PasswordHash.dummy(ln: 10)))
}

@Test(arguments: [0, 21, -1])
func `a cost that nobody can bear is refused`(ln: Int) {
    #expect(throws: PasswordHashError.self) { try PasswordHash.make("a", ln: ln) }
}

@Test(arguments: [
    "", "$", "plain", "$scrypt$ln=10,r=8,p=1$AAAA", "$scrypt$ln=99,r=8,p=1$AAAAAAAAAAAAAAAA$AAAA",
    "$scrypt$ln=10,r=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=10,r=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=10,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
    "$argon2$ln=10,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
])
func `a string that is no hash verifies nothing`(stored: String) {
    #expect(!PasswordHash.verify("", against: stored))
    #expect(!PasswordHash.verify("a", against: stored))
}
