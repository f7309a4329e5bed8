import EventLine
import Foundation
import PortalAccess
import PortalEvents
import ProjectionEngine
import Testing

@testable import PortalService

/// Holds what the projections answer against the rules' own fold of the log.
struct Agreement {
    let house: House
    let organisation: UniqueID

    /// About the house's own organisation unless another is named.
    init(house: House, of organisation: UniqueID? = nil) {
        self.house = house
        self.organisation = organisation ?? house.organisation
    }

    func result(_ query: String, _ input: JSONValue = [:]) async throws -> JSONValue {
        try await house.result(query, input, in: organisation)
    }

    func check() async throws {
        try house.store.catchUpProjections()
        let ledger = try Ledger(house.store, organisation)
        let list = try await result("ClientList").array ?? []
        #expect(list.count == ledger.clients.count)
        for (id, client) in ledger.clients {
            try await check(id, client, ledger)
            let row = list.first { $0["clientId"] == .uuid(id) }
            #expect(row?["clientStatus"]?.string == client.status.rawValue)
            #expect(
                row?["userState"]?.string
                    == client.userState(in: ledger.organisation, on: ledger.today)?.rawValue
            )
            let signIn = client.ownAccount.flatMap { ledger.lastSignIns[$0.id] }
            #expect(row?["lastSignIn"]?.string == signIn?.description)
        }
        try await checkContent(of: ledger)
        // Each of these asks about every account there is, so a few clients are enough.
        for (id, _) in ledger.clients.suffix(5) { try await checkAccess(id, ledger) }
        try await checkSettings(ledger)
    }

    private func check(_ id: UniqueID, _ client: ClientState, _ ledger: Ledger) async throws {
        let state = try await result("PatientUserState", ["clientId": .uuid(id)])
        #expect(state.canonicalText == ledger.userState(id, client).canonicalText)
        for profile in client.profiles {
            let input: JSONValue = ["profileId": .uuid(profile.id)]
            let shown = try await house.show("ProfileState", input, in: organisation)
            if profile.isDeleted {
                #expect(shown["reason"] == "notFound")
            } else {
                let state = ledger.profileState(id, profile).canonicalText
                #expect(Self.ordered(shown["result"])?.canonicalText == state)
            }
            #expect(try projectedGrants(of: profile.id) == ledger.grants(id, profile))
        }
    }

    private func checkSettings(_ ledger: Ledger) async throws {
        let templates = try await result("LetterTemplates").array ?? []
        let shown = templates.map { "\($0["templateId"]?.string ?? "") \($0["visible"] == true)" }
        #expect(shown == ledger.organisation.letterTemplates.map { "\($0.id) \($0.isVisible)" })
        // What is due was carried out when the clock moved, or else it would be tried for ever.
        let now: [String: JSONValue] = ["now": .string("\(house.store.clock.now)")]
        #expect(try house.store.rows("invitations", "due-invitations", now) == [])
        #expect(try house.store.rows("profile-states", "due-confirmations", now) == [])
    }

    private func projectedGrants(of profile: UniqueID) throws -> [String] {
        let rows = try ProjectionRows("access-grants", of: house.store.projections)
            .rows("by-profile", ["profile": .uuid(profile)])
        return rows.map { row in
            ["grantId", "holder", "roleId", "state"].map { row[$0]?.string ?? "-" }
                .joined(separator: " ")
        }.sorted()
    }

    /// The order of counts and connections has no meaning.
    private static func ordered(_ state: JSONValue?) -> JSONValue? {
        guard let members = state?.members else { return nil }
        return .object(
            members.map { member in
                switch member.value {
                case .object(let counts):
                    JSONMember(member.name, .object(counts.sorted { $0.name < $1.name }))
                case .array(let rows):
                    JSONMember(
                        member.name,
                        .array(rows.sorted { $0.canonicalText < $1.canonicalText })
                    )
                default: member
                }
            }
        )
    }

    /// Every row of every projection.
    func dump() throws -> [String: [String]] {
        try house.store.catchUpProjections()
        var dumps: [String: [String]] = [:]
        for name in house.store.projectionNames {
            dumps[name] = try house.store.projections.contentDump(of: name)
        }
        return dumps
    }

    /// The answers to some questions as of a sequence.
    func answers(asOf sequence: UInt64) async throws -> [String: JSONValue] {
        var answers: [String: JSONValue] = [:]
        let ledger = try Ledger(house.store, organisation)
        for (id, client) in ledger.clients.suffix(12) {
            for query in [
                "PatientUserState", "ClientCard", "ActivityLog", "Letters", "MessageThreads",
                "Documents", "AvailableActions", "EnrolmentStatus", "PatientMessagingTab",
                "ContactList",
            ] {
                answers["\(query) \(id)"] = try await answer(
                    query,
                    ["clientId": .uuid(id)],
                    sequence
                )
            }
            guard let profile = client.profile else { continue }
            for query in ["ProfileState", "AccessGrants", "RecordOpenings"] {
                let input: JSONValue = ["profileId": .uuid(profile.id)]
                answers["\(query) \(profile.id)"] = try await answer(query, input, sequence)
            }
        }
        return answers
    }

    /// The same questions again, by the keys of earlier answers.
    func again(_ questions: Dictionary<String, JSONValue>.Keys, asOf sequence: UInt64) async throws
        -> [String: JSONValue]
    {
        var answers: [String: JSONValue] = [:]
        for question in questions {
            let parts = question.split(separator: " ").map(String.init)
            let subject = QueryCatalogue.subject(of: parts[0]) ?? ""
            let input = JSONValue.object([JSONMember(subject, .string(parts[1]))])
            answers[question] = try await answer(parts[0], input, sequence)
        }
        return answers
    }

    private func answer(_ query: String, _ input: JSONValue, _ sequence: UInt64) async throws
        -> JSONValue
    {
        let asOf = JSONMember("asOf", .integer(Int64(sequence)))
        let asked = JSONValue.object((input.members ?? []) + [asOf])
        return try await house.show(query, asked, in: organisation)
    }
}
