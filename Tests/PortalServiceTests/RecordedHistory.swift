import EventLine
import EventLog
import Foundation
import PortalEvents
import ProjectionEngine

@testable import PortalService

/// A random life of a house, with what every projection held while it went on.
struct RecordedHistory: Sendable {
    let seed: UInt64
    let definitions: [ProjectionDefinition]
    let opening: PersonalOpening
    let head: UInt64
    /// What the live projections held at some sequences, by projection.
    let moments: [(sequence: UInt64, dumps: [String: [String]])]
    private let reader: LogReader

    /// The log up to a sequence.
    func source(through last: UInt64 = .max) -> LineSource {
        Store.lineSource(of: reader, through: last)
    }

    /// A set of projections in a directory of its own.
    func open(_ directory: String) throws -> ProjectionSet {
        try ProjectionSet(
            directory: directory,
            definitions: definitions,
            shapes: EventShape.all,
            opening: opening
        )
    }

    /// The same for all tests of this run.
    static func shared() async throws -> RecordedHistory { try await Keeper.one.history() }

    private actor Keeper {
        static let one = Keeper()
        private var house: House?
        private var making: Task<RecordedHistory, any Error>?

        func history() async throws -> RecordedHistory {
            if let making { return try await making.value }
            let making = Task { try await make() }
            self.making = making
            return try await making.value
        }

        private func make() async throws -> RecordedHistory {
            let seed = UInt64.random(in: 0...9999)
            print("RecordedHistory: seed \(seed)")
            let house = try await House()
            try house.define(shortNames.replacing("< 6", with: "< 60"))
            try await house.reopen()
            let life = try await RandomRun(house, seed: seed)
            var moments: [(UInt64, [String: [String]])] = []
            for _ in 1...6 {
                try await life.steps(100)
                moments.append((house.store.head, try Agreement(house: house).dump()))
            }
            // The files go with the house.
            self.house = house
            let definitions = try ProjectionFolder.definitions(extra: house.extraProjections)
            return RecordedHistory(
                seed: seed,
                definitions: definitions,
                opening: house.store.vault.projectionOpening,
                head: house.store.head,
                moments: moments.map { (sequence: $0.0, dumps: $0.1) },
                reader: house.store.log.reader
            )
        }
    }
}
