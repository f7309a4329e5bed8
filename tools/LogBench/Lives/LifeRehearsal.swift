internal import EventLine
internal import Foundation
internal import PersonalData
internal import PortalService

/// Plays lives through the domain, each in a copy of the practice's store.
struct LifeRehearsal {
    let practice: Practice

    /// What the life of a script consists of.
    func template(of script: LifeScript) async throws -> LifeTemplate {
        let copy = "\(practice.directory).rehearsal"
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: practice.directory, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let vault = try practice.openVault(of: copy)
        var names = practice.names
        for mark in Marks.all { names[mark.name] = mark.text }
        for (number, id) in practice.staff.enumerated() { names["staff\(number)"] = id }
        var stage = try await LifeStage(directory: copy, knowing: names)
        var lines: [RecordedLine] = []
        try await stage.play(script) {
            // At once: what was sealed may be erased with the next step.
            let last = lines.last?.event.envelope.sequence ?? practice.lastSequence
            lines += try RecordedLine.read(copy, after: last, opening: vault)
        }
        try stage.close()
        var reading = LifeReading(practice, vault: vault)
        return reading.template(of: script, lines)
    }
}

extension Practice {
    /// The vault of the store or of a copy of it.
    func openVault(of directory: String) throws -> Vault {
        let configuration = try StoreConfiguration.load(from: DataDirectory(directory))
        return try Vault.open(
            path: "\(directory)/vault.sqlite",
            masterKey: try MasterKey.load(from: configuration.masterKeyFile),
            creatingIfMissing: false
        )
    }
}
