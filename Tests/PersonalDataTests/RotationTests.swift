import Foundation
import GRDB
import Testing

@testable import PersonalData

@Suite struct RotationTests {
    private let scratch: Scratch
    private let vault: Vault

    init() throws {
        scratch = try Scratch()
        vault = try scratch.openVault()
    }

    @Test func `after a rotation everything is as before, under the new key alone`() throws {
        // More than one batch, with a destroyed key and an erased secret among them.
        try vault.ensureKeys(for: (0..<1100).map { "client/\($0)" })
        let sealed = try vault.seal([1], for: "client/1")
        let digest = vault.keyedDigest("login", "a")
        try vault.storeSecret("code", [2])
        try vault.storeSecret("code", [3])
        try vault.destroyKey(of: "client/2", at: "t")
        let new = MasterKey()
        try vault.rotateMasterKey(to: new)

        for vault in [vault, try Vault.open(path: scratch.vaultPath, masterKey: new)] {
            #expect(try vault.open(sealed) == .content([1]))
            #expect(vault.keyedDigest("login", "a") == digest)
            #expect(try vault.secret("code") == [3])
            _ = try vault.seal([4], for: "client/1099")
            _ = try vault.seal([5], for: "client/new")
        }
        #expect(throws: VaultError.wrongMasterKey(path: scratch.vaultPath)) {
            try Vault.open(path: scratch.vaultPath, masterKey: scratch.masterKey)
        }
    }

    @Test func `what was wrapped under the old master key is in no file`() throws {
        try vault.ensureKeys(for: ["client/1"])
        let wrapped = try #require(try vault.queue.read { try Vault.slot(of: "client/1", in: $0) })
            .wrapped
        try vault.rotateMasterKey(to: MasterKey())
        #expect(try !scratch.contains(wrapped))
    }

    @Test func `a vault that was opened before another's rotation creates no keys`() throws {
        let other = try scratch.openVault()
        try other.rotateMasterKey(to: MasterKey())
        #expect(throws: VaultError.masterKeyRotated(path: scratch.vaultPath)) {
            try vault.ensureKeys(for: ["client/1"])
        }
    }
}
