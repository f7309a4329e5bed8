import EventLine
import Foundation
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Documents and letters, for staff and as the patient sees them.
    static let documentQueries = [
        Query("Documents", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            try asked.requireStaff()
            _ = try asked.client(id)
            return .array(try asked.rows("documents", "documents", ofClient: id))
        },
        Query("DocumentContent", about: "documentId") { asked in
            let id = try asked.input.id("documentId")
            if case .anonymous = asked.actor { throw Refusal(.notPermitted) }
            let (_, clientID) = try asked.client(of: StreamName("document", id))
            let arguments: [String: JSONValue] = ["document": .string("\(id)")]
            guard
                let row = try asked.rows(about: clientID, "documents", "document", arguments).first
            else { throw Refusal(.notFound) }
            if case .portalUser(let account) = asked.actor {
                try asked.requirePortal(.documents, of: clientID, for: account)
                guard row["visible"] == true else { throw Refusal(.notFound) }
            } else {
                try asked.requireReadingDocuments(of: clientID)
            }
            return try content(of: row, asked)
        },
        Query("PatientDocuments", about: "accountId") { asked in
            let account = try asked.input.id("accountId")
            let clients = try asked.clients(showing: .documents, to: account)
            return .array(try clients.flatMap { try asked.visibleDocuments(of: $0) })
        },
        Query("PatientLetters", about: "accountId") { asked in
            let account = try asked.input.id("accountId")
            let clients = try asked.clients(showing: .letters, to: account)
            return .array(try clients.flatMap { try asked.visibleLetters(of: $0) })
        },
    ]

    /// A document with its bytes in the place of where they are kept.
    private static func content(of row: JSONValue, _ asked: QueryCase) throws -> JSONValue {
        let bytes = try row.id("blobId").flatMap { try asked.archive.blobs.document($0) }
        let content = JSONValue.text(bytes.map { Data($0).base64EncodedString() })
        return .object(
            (row.members ?? []).filter { $0.name != "blobId" } + [JSONMember("content", content)]
        )
    }
}

extension QueryCase {
    /// Lets staff pass who may read the client's record, or keep documents where there is none.
    fileprivate func requireReadingDocuments(of client: UniqueID) throws {
        try requireStaff()
        let now = try asNow.client(client)
        guard let profile = now.client.profile else { return try require(.configureLetters) }
        try now.requireReading(of: profile)
    }

    /// The documents that were made visible to the patient.
    func visibleDocuments(of client: UniqueID) throws -> [JSONValue] {
        try rows("documents", "patient-documents", ofClient: client)
    }

    /// The letters whose templates are visible to patients, by the template's name.
    func visibleLetters(of client: UniqueID) throws -> [JSONValue] {
        try rows("letters", "patient-letters", ofClient: client)
    }
}
