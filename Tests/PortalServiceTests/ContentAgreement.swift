import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// Holds what is answered of messages, documents and records against the events themselves.
extension Agreement {
    func checkContent(of ledger: Ledger) async throws {
        for (id, client) in ledger.clients {
            let content = try ContentLedger(house.store, client: id)
            let input: JSONValue = ["clientId": .uuid(id)]
            let threads = try await result("MessageThreads", input).array ?? []
            let isReadOnly = situation(about: id, ledger).isReadOnly
            #expect(threads.allSatisfy { $0["readOnly"] == .bool(isReadOnly) })
            #expect(threads.map { $0.without("readOnly") } == content.messages)
            #expect(try await result("Documents", input).array == content.documents)
            for profile in client.profiles where !profile.isDeleted {
                try await check(profile.id, content)
                try await check(profile.id, of: id, asOf: house.store.head / 2)
            }
        }
    }

    private func check(_ profile: UniqueID, of client: UniqueID, asOf sequence: UInt64) async throws
    {
        let content = try ContentLedger(house.store, client: client, through: sequence)
        let input: JSONValue = [
            "profileId": .uuid(profile), "asOf": .integer(Int64(sequence)),
        ]
        let reply = try await house.show("RecordResources", input, in: organisation)
        guard reply["ok"] == true else { return }
        #expect(reply["result"]?.array == content.resources(of: profile), "as of \(sequence)")
    }

    private func check(_ profile: UniqueID, _ content: ContentLedger) async throws {
        let input: JSONValue = ["profileId": .uuid(profile)]
        let reply = try await house.show("RecordResources", input, in: organisation)
        // Nobody reads the record while nobody may work on it.
        if reply["ok"] == true {
            #expect(reply["result"]?.array == content.resources(of: profile))
        }
        let openings = try await result("RecordOpenings", input).array ?? []
        let acts = openings.filter { $0["act"] != "auditTrailRead" }.map { row in
            let resource = row["resourceId"]?.string ?? "-"
            let sequence = row["sequence"]?.integer ?? 0
            return
                "\(sequence) \(row["actor"]?.string ?? "") \(row["act"]?.string ?? "") \(resource)"
        }
        #expect(acts == content.openings(of: profile))
    }
}

extension JSONValue {
    fileprivate func without(_ name: String) -> JSONValue {
        .object((members ?? []).filter { $0.name != name })
    }
}
