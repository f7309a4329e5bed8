import Foundation
import GRDB
import Testing

@testable import PersonalData

@Suite struct VaultTests {
    private let scratch: Scratch
    private let vault: Vault

    init() throws {
        scratch = try Scratch()
        vault = try scratch.openVault()
    }

    @Test func `what was sealed is opened again, also by the next process`() throws {
        let sealed = try vault.seal(Array("Ada".utf8), for: "client/1")
        #expect(try vault.open(sealed).text == "Ada")
        #expect(try scratch.openVault().open(sealed).text == "Ada")
    }

    @Test func `sealing twice gives different texts under one key`() throws {
        let first = try vault.seal([1], for: "client/1")
        let second = try vault.seal([1], for: "client/1")
        #expect(first != second)
        #expect(try keyCount() == 1)
    }

    @Test func `the header is exactly the one that is promised`() throws {
        let header = try vault.seal([], for: "profile/0193").prefix { $0 != "." }
        let bytes = try #require(Base64.url.bytes(Array(header.utf8)))
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"alg":"dir","enc":"A256GCM","kid":"profile/0193"}"#
        )
    }

    @Test func `a wrong master key is refused at opening`() {
        #expect(throws: VaultError.wrongMasterKey(path: scratch.vaultPath)) {
            try Vault.open(path: scratch.vaultPath, masterKey: MasterKey())
        }
    }

    @Test func `a missing vault is not replaced by an empty one where that is not wanted`() {
        let path = scratch.directory + "/other.sqlite"
        #expect(throws: VaultError.missing(path: path)) {
            try Vault.open(path: path, masterKey: scratch.masterKey, creatingIfMissing: false)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `another database is refused`() throws {
        let path = scratch.directory + "/other.sqlite"
        try DatabaseQueue(path: path).write { try $0.execute(sql: "create table a (b)") }
        let error = #expect(throws: VaultError.self) {
            try Vault.open(path: path, masterKey: scratch.masterKey)
        }
        guard case .notAVault = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [0, 100, 5000])
    func `damage to the file is an error, not a crash`(offset: Int) throws {
        try vault.ensureKeys(for: (0..<100).map { "client/\($0)" })
        try vault.truncateWriteAheadLog()
        let copy = scratch.directory + "/damaged.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.vaultPath))
        for place in offset..<min(bytes.count, offset + 4000) { bytes[place] ^= 0xff }
        try bytes.write(to: URL(fileURLWithPath: copy))
        #expect(throws: VaultError.self) {
            let damaged = try Vault.open(path: copy, masterKey: scratch.masterKey)
            for place in 0..<100 { _ = try damaged.seal([1], for: "client/\(place)") }
        }
    }

    @Test func `the file is its owner's alone, in WAL mode, and synchronised at every commit`()
        throws
    {
        for name in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: scratch.vaultPath + name
            )
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        let settings = try vault.queue.read { database in
            try ["journal_mode", "synchronous", "secure_delete"].map {
                try String.fetchOne(database, sql: "pragma \($0)")
            }
        }
        #expect(settings == ["wal", "2", "1"])
    }

    @Test func `keys are created all or none`() throws {
        try vault.destroyKey(of: "client/2", at: "t")
        #expect(throws: VaultError.keyDestroyed(subject: "client/2")) {
            try vault.ensureKeys(for: ["client/1", "client/2", "client/3"])
        }
        #expect(try keyCount() == 0)
        try vault.ensureKeys(for: ["client/1", "client/3", "client/1"])
        #expect(try keyCount() == 2)
    }

    @Test func `a text of an unknown subject is not said to be erased`() throws {
        let other = try Scratch()
        let sealed = try other.openVault().seal([1], for: "client/1")
        #expect(throws: VaultError.noKey(subject: "client/1")) { try vault.open(sealed) }
        try vault.ensureKeys(for: ["client/1"])
        #expect(throws: VaultError.tampered(subject: "client/1")) { try vault.open(sealed) }
    }

    @Test(arguments: ["", "a b", "a\"b", "a\\b", "é", String(repeating: "x", count: 201)])
    func `a name that would need escaping is refused`(name: String) {
        #expect(throws: VaultError.invalidName(name)) { try vault.seal([1], for: name) }
    }

    @Test func `wrapped keys that changed places are noticed`() throws {
        try vault.ensureKeys(for: ["client/1", "client/2"])
        try vault.queue.write { database in
            let others = "select wrapped from slots as other where other.id = 3 - slots.id"
            try database.execute(
                sql: "create table swapped as select id, (\(others)) as wrapped from slots"
            )
            let swapped = "select wrapped from swapped where swapped.id = slots.id"
            try database.execute(sql: "update slots set wrapped = (\(swapped))")
        }
        let error = #expect(throws: VaultError.self) {
            try scratch.openVault().seal([1], for: "client/1")
        }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `many threads seal for the same new subjects and get one key each`() async throws {
        let sealed = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask { [vault] in
                    try (0..<20).map { try vault.seal([1], for: "client/\($0)") }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(try keyCount() == 20)
        for text in sealed { #expect(try vault.open(text) == .content([1])) }
    }

    @Test func `a keyed digest is stable, and its own for each purpose and vault`() throws {
        let digest = vault.keyedDigest("login", "a@example.org")
        #expect(digest.wholeMatch(of: /[0-9a-f]{64}/) != nil)
        #expect(try scratch.openVault().keyedDigest("login", "a@example.org") == digest)
        #expect(vault.keyedDigest("code", "a@example.org") != digest)
        #expect(vault.keyedDigest("login", "b@example.org") != digest)
        #expect(try Scratch().openVault().keyedDigest("login", "a@example.org") != digest)
    }

    private func keyCount() throws -> Int? {
        try vault.queue.read { try Int.fetchOne($0, sql: "select count(*) from keys") }
    }
}
