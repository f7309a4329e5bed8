import EventLine
import PortalAccess
import PortalEvents
import ProjectionEngine
import Testing

/// After short random histories, cards, charts, letters and settings must be in the projections
/// what they are in the rules' own fold.
struct ProjectedContentTests {
    private static let historyCount = 8
    private static let stepCount = 60

    @Test(arguments: (0..<4).map { _ in UInt64.random(in: 0..<1 << 32) })
    func `projected content and settings are the rules' own, after any history`(
        seed: UInt64
    ) throws {
        for number in 0..<UInt64(Self.historyCount) {
            let world = Self.world(seed: seed + number)
            let facts = try ProjectedContent(world.lines)
            let differences = try facts.differences(from: world)
            guard differences.isEmpty else {
                Issue.record("seed \(seed + number): \(differences.joined(separator: "\n"))")
                return
            }
        }
    }

    @Test func `a difference between projection and fold is found`() throws {
        let world = Self.world(seed: 1, steps: 200)
        let lines = world.lines
        let behind = try ProjectedContent(Array(lines.prefix(lines.count / 2)))
        let differences = try behind.differences(from: world)
        for about in [
            "card", "documents", "forms", "messages", "records", "rights", "support", "templates",
        ] {
            #expect(differences.contains { $0.contains(about) }, "\(about)")
        }
    }

    /// Erasing is complete: of what was sealed, no projection keeps a word.
    @Test func `when every key is destroyed nothing personal is in any projection`() throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        // In one history or another there is something of each to erase.
        let known: Set = ["births", "client_cards", "clients", "contacts", "invitations"]
        var kept: Set<String> = []
        for number in 0..<20 where number < 2 || !kept.isSuperset(of: known) {
            var world = Self.world(seed: seed + UInt64(number), steps: 120)
            let lines = world.lines
            let words = try personalWords(in: lines)
            let scopes = Set(world.history.flatMap { ErasureScope.all(of: $0.event) })
            world.take(scopes.sorted { $0.name < $1.name }.map(\.destroyed))
            let erased = world.lines
            for definition in try ProjectedStateTests.definitions.get() {
                let held = try dump(definition, lines).filter { holds($0, words) }
                kept.formUnion(held.compactMap { $0.split(separator: ":").first.map(String.init) })
                let left = try dump(definition, erased).filter { holds($0, words) }
                #expect(left == [], "seed \(seed), world \(number): \(definition.name)")
            }
        }
        #expect(kept.isSuperset(of: known), "seed \(seed)")
    }

    private static func world(seed: UInt64, steps: Int = stepCount) -> World {
        var history = RandomHistory(seed: seed)
        var content = RandomContent(seed: seed)
        for _ in 0..<steps {
            _ = history.advance()
            for _ in 1...2 {
                guard let event = content.next(in: history.stage.world) else { continue }
                history.stage.world.take([event])
            }
        }
        return history.stage.world
    }

    private func dump(
        _ definition: ProjectionDefinition,
        _ lines: [EventLine]
    ) throws -> [String] {
        try ProjectionDatabase.inMemory(definition, lines: lines) {
            .opened(World.unsealed($0))
        }.contentDump()
    }

    private func holds(_ row: String, _ words: Set<String>) -> Bool {
        words.contains { row.contains("'\($0)'") }
    }

    /// Every text that was sealed, apart from what is no one person's own.
    private func personalWords(in lines: [EventLine]) throws -> Set<String> {
        var words: Set<String> = []
        for line in lines {
            guard let sealed = try JSONValue(parsing: line.data)["personal"]?.string else {
                continue
            }
            let fields = try JSONValue(parsing: World.unsealed(sealed)).members ?? []
            words.formUnion(fields.compactMap(\.value.string).filter { $0.count > 3 })
        }
        return words
    }
}

/// Whose key seals personal fields.
private struct ErasureScope: Hashable {
    let name: String
    let client: UniqueID

    var destroyed: PortalEvent {
        .personalDataKeyDestroyed(.init(keyId: client, scope: name, clientId: client))
    }

    static func all(of event: PortalEvent) -> [ErasureScope] {
        guard let client = event.client else { return [] }
        var scopes = [ErasureScope(name: "client/\(client)", client: client)]
        if case .contactAdded(let added) = event {
            scopes.append(ErasureScope(name: "contact/\(added.contactId)", client: client))
        }
        if case .medicalProfileCreated(let created) = event {
            scopes.append(ErasureScope(name: "profile/\(created.profileId)", client: client))
        }
        return scopes
    }
}
