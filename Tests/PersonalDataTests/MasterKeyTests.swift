import Foundation
import PersonalData
import Testing

@Suite struct MasterKeyTests {
    private let scratch: Scratch
    private let path: String

    init() throws {
        scratch = try Scratch()
        path = scratch.directory + "/master.key"
    }

    @Test func `a new key file is its owner's alone and is read back`() throws {
        let created = try MasterKey.create(at: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try MasterKey.load(from: path).base64Text == created.base64Text)
    }

    @Test func `an existing key file is not overwritten`() throws {
        let created = try MasterKey.create(at: path)
        #expect(throws: MasterKeyError.alreadyExists(path: path)) {
            try MasterKey.create(at: path)
        }
        #expect(try MasterKey.load(from: path).base64Text == created.base64Text)
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o610])
    func `a key file that others may use is refused`(mode: Int) throws {
        _ = try MasterKey.create(at: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(throws: MasterKeyError.tooPermissive(path: path, mode: UInt32(mode))) {
            try MasterKey.load(from: path)
        }
    }

    @Test(arguments: [0, 31, 33, 64])
    func `a key file of another length is refused`(count: Int) throws {
        let isCreated = FileManager.default.createFile(
            atPath: path,
            contents: Data(count: count),
            attributes: [.posixPermissions: 0o600]
        )
        try #require(isCreated)
        #expect(throws: MasterKeyError.wrongLength(place: path, found: count)) {
            try MasterKey.load(from: path)
        }
    }

    @Test func `a missing key file is said to be missing`() {
        #expect(throws: MasterKeyError.missing(path: path)) { try MasterKey.load(from: path) }
    }

    @Test func `a key is read from the environment`() throws {
        let key = MasterKey()
        let found = try MasterKey.fromEnvironment(["DAYBOOK_MASTER_KEY": key.base64Text])
        #expect(found?.base64Text == key.base64Text)
        #expect(try MasterKey.fromEnvironment([:]) == nil)
    }

    @Test(arguments: [
        ("***", MasterKeyError.notBase64(name: "DAYBOOK_MASTER_KEY")),
        ("AAAA", MasterKeyError.wrongLength(place: "DAYBOOK_MASTER_KEY", found: 3)),
    ])
    func `a key in the environment that is none is refused`(text: String, error: MasterKeyError) {
        #expect(throws: error) {
            try MasterKey.fromEnvironment(["DAYBOOK_MASTER_KEY": text])
        }
    }
}
