import Foundation
import GRDB
import Testing

@testable import PersonalData

@Suite struct ErasureTests {
    private let scratch: Scratch
    private let vault: Vault

    init() throws {
        scratch = try Scratch()
        vault = try scratch.openVault()
    }

    @Test func `what was sealed for a destroyed key is erased, and others are not`() throws {
        let gone = try vault.seal([1], for: "client/1")
        let kept = try vault.seal([2], for: "client/2")
        try vault.destroyKey(of: "client/1", at: "2026-03-02")
        for vault in [vault, try scratch.openVault()] {
            #expect(try vault.open(gone) == .erased)
            #expect(try vault.open(kept) == .content([2]))
            #expect(try vault.isDestroyed("client/1"))
            #expect(try !vault.isDestroyed("client/2"))
            let tombstone = Tombstone(subject: "client/1", destroyedAt: "2026-03-02")
            #expect(try vault.destroyedSubjects() == [tombstone])
        }
    }

    @Test func `nothing can be sealed for a destroyed key, also where there never was one`() throws
    {
        _ = try vault.seal([1], for: "client/1")
        for subject in ["client/1", "client/never"] {
            try vault.destroyKey(of: subject, at: "t")
            #expect(throws: VaultError.keyDestroyed(subject: subject)) {
                try vault.seal([1], for: subject)
            }
        }
    }

    @Test func `a key destroyed by another process meanwhile is not made anew`() throws {
        // What ensureKeys does after it has looked and found neither a key nor a tombstone.
        try scratch.openVault().destroyKey(of: "client/1", at: "t")
        #expect(throws: VaultError.keyDestroyed(subject: "client/1")) {
            try vault.write { try Vault.createKey(of: "client/1", in: $0, $1) }
        }
    }

    @Test func `destroying again keeps the first time`() throws {
        try vault.destroyKey(of: "client/1", at: "first")
        try vault.destroyKey(of: "client/1", at: "second")
        #expect(try vault.destroyedSubjects().map(\.destroyedAt) == ["first"])
    }

    @Test func `a destroyed key's bytes are in no file`() throws {
        _ = try vault.seal([1], for: "client/1")
        let wrapped = try wrappedKey(of: "client/1")
        #expect(try scratch.contains(wrapped))
        try vault.destroyKey(of: "client/1", at: "t")
        #expect(try !scratch.contains(wrapped))
    }

    @Test func `no destroyed key leaves bytes behind among many of varying length`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        var destroyed: [[UInt8]] = []
        for round in 0..<4 {
            let subjects = (0..<400).map { index in
                "client/\(round)-\(index)-"
                    + String(repeating: "x", count: Int(random.next() % 150))
            }
            try vault.ensureKeys(for: subjects)
            let victims = subjects.filter { _ in random.next() % 3 == 0 }
            destroyed += try victims.map { try wrappedKey(of: $0) }
            try vault.reapplyTombstones(victims.map { Tombstone(subject: $0, destroyedAt: "t") })
        }
        let bytes = try scratch.allBytes()
        for wrapped in destroyed {
            for fragment in stride(from: 0, to: wrapped.count, by: 12) {
                let part = Data(wrapped[fragment..<fragment + 12])
                #expect(bytes.range(of: part) == nil)
            }
        }
    }

    @Test func `a key that an old copy of the vault brings back is destroyed again`() throws {
        let sealed = try vault.seal([1], for: "client/1")
        let wrapped = try wrappedKey(of: "client/1")
        try vault.truncateWriteAheadLog()
        let old = scratch.directory + "/old.sqlite"
        try FileManager.default.copyItem(atPath: scratch.vaultPath, toPath: old)
        try vault.destroyKey(of: "client/1", at: "t")

        let restored = try Vault.open(path: old, masterKey: scratch.masterKey)
        #expect(try restored.open(sealed) == .content([1]))
        let tombstones = [
            Tombstone(subject: "client/0", destroyedAt: "s"),
            Tombstone(subject: "client/1", destroyedAt: "t"),
        ]
        #expect(try restored.reapplyTombstones(tombstones) == ["client/1"])
        #expect(try restored.open(sealed) == .erased)
        #expect(try restored.destroyedSubjects() == tombstones)
        #expect(try !scratch.contains(wrapped))
        #expect(try restored.reapplyTombstones(tombstones) == [])
    }

    @Test func `an erasure that a reader hinders says so, and is finished by the next`() throws {
        _ = try vault.seal([1], for: "client/1")
        let wrapped = try wrappedKey(of: "client/1")
        let reader = try DatabaseQueue(path: scratch.vaultPath)
        try reader.unsafeReentrantRead { database in
            try database.execute(sql: "begin; select count(*) from keys")
            #expect(throws: VaultError.self) { try vault.destroyKey(of: "client/1", at: "t") }
            #expect(try vault.isDestroyed("client/1"))
            try database.execute(sql: "rollback")
        }
        try vault.destroyKey(of: "client/1", at: "t")
        #expect(try !scratch.contains(wrapped))
    }

    @Test func `a secret is kept sealed until it is erased for good`() throws {
        let code = Array("ACTIVATION-CODE-7QX4".utf8)
        try vault.storeSecret("activationCode/1", code)
        #expect(try scratch.openVault().secret("activationCode/1") == code)
        #expect(try !scratch.contains(code))
        let sealed = try vault.queue.read {
            try Data.fetchOne(
                $0,
                sql: "select sealed || wrapped from secrets join slots on id = slot"
            )
        }
        let bytes = Array(try #require(sealed))
        try vault.eraseSecret("activationCode/1")
        #expect(try vault.secret("activationCode/1") == nil)
        for part in [bytes.prefix(48), bytes.suffix(60)] {
            #expect(try !scratch.contains(Array(part)))
        }
        try vault.eraseSecret("activationCode/1")
    }

    @Test func `a secret may be replaced and stored anew`() throws {
        try vault.storeSecret("code", [1])
        let first = try #require(
            try vault.queue.read {
                try Data.fetchOne($0, sql: "select wrapped from secrets join slots on id = slot")
            }
        )
        try vault.storeSecret("code", [2])
        #expect(try !scratch.contains(Array(first)))
        #expect(try vault.secret("code") == [2])
        try vault.eraseSecret("code")
        try vault.storeSecret("code", [3])
        #expect(try vault.secret("code") == [3])
    }

    private func wrappedKey(of subject: String) throws -> [UInt8] {
        let slot = try vault.queue.read { try Vault.slot(of: subject, in: $0) }
        return try #require(slot).wrapped
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
