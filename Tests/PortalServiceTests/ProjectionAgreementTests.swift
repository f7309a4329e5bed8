import EventLine
import Foundation
import Testing

@testable import PortalService

/// Random lives of a house, after which everything that is derived from the log must agree with
/// the log, and nothing secret may have leaked.
@Suite(.serialized, .opensStores, .timeLimit(.minutes(20)))
struct ProjectionAgreementTests {
    @Test(arguments: [UInt64.random(in: 0...9999), UInt64.random(in: 0...9999)])
    func `projections agree with the rules' own fold of the log`(seed: UInt64) async throws {
        print("ProjectionAgreementTests: seed \(seed)")
        // Six days before the clocks go forward in New York.
        let house = try await House(at: "2026-03-02T15:00:00Z")
        let life = try await RandomRun(house, seed: seed)
        let agreements = life.lives.map { Agreement(house: house, of: $0.organisation) }
        var remembered: [(UInt64, Agreement, [String: JSONValue])] = []
        for _ in 1...3 {
            try await life.steps(400)
            let sequence = house.store.head
            for agreement in agreements {
                try await agreement.check()
                let answers = try await agreement.answers(asOf: sequence)
                remembered.append((sequence, agreement, answers))
            }
        }
        print("ProjectionAgreementTests: \(house.store.head) events; \(life.summary)")
        try await expectRebuildsAgree(house)
        for agreement in agreements { try await agreement.check() }
        for (sequence, agreement, answers) in remembered {
            let now = try await agreement.again(answers.keys, asOf: sequence)
            #expect(now == answers, "as of \(sequence)")
        }
        try house.close()
        try expectNoLeaks(house, life)
    }

    private func expectRebuildsAgree(_ house: House) async throws {
        let agreement = Agreement(house: house)
        let live = try agreement.dump()
        let outbox = try house.outbox()
        for _ in 1...2 {
            let failures = try Archive(of: house.store).rebuild(nil)
            #expect(failures == [:])
            #expect(try agreement.dump() == live, "after a rebuild")
        }
        let now = house.store.clock.now
        try await house.reopen(at: now)
        #expect(try agreement.dump() == live, "after a restart")
        try house.close()
        try FileManager.default.removeItem(atPath: house.directory.projectionsPath)
        try await house.open(at: now)
        #expect(try agreement.dump() == live, "after the projections were dropped")
        #expect(try house.outbox() == outbox, "rebuilds and restarts send nothing")
    }

    private func expectNoLeaks(_ house: House, _ life: RandomRun) throws {
        #expect(life.secrets.count > 100)
        let found = try house.files(holding: life.secrets, except: ["outbox"])
        #expect(found == [], "a secret stands in clear")
        let named = try house.files(holding: life.personal, except: ["outbox", "projections"])
        #expect(named == [], "personal data stands in clear")
        // The search itself finds what is there.
        let codes = try house.files(holding: life.secrets, except: [])
        #expect(codes.contains { $0.contains("/outbox/") })
    }
}
