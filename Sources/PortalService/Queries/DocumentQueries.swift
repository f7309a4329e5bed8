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
            return .array(try asked.client(id).client.chart.documents.map(\.json))
        },
        Query("DocumentContent", about: "documentId") { asked in
            let id = try asked.input.id("documentId")
            if case .anonymous = asked.actor { throw Refusal(.notPermitted) }
            let (situation, clientID) = try asked.client(of: StreamName("document", id))
            guard let document = situation.client.chart.document(id) else {
                throw Refusal(.notFound)
            }
            if case .portalUser(let account) = asked.actor {
                try asked.requirePortal(.documents, of: clientID, for: account)
                guard document.isVisible else { throw Refusal(.notFound) }
            } else {
                try asked.requireStaff()
            }
            let bytes = try asked.archive.blobs.document(document.blobID)
            return document.json(
                with: [
                    JSONMember("content", .text(bytes.map { Data($0).base64EncodedString() }))
                ]
            )
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
}

extension QueryCase {
    /// The documents that were made visible to the patient.
    func visibleDocuments(of id: UniqueID) throws -> [JSONValue] {
        try client(id).client.chart.documents.filter(\.isVisible).map { document in
            document.json(with: [JSONMember("clientId", .string("\(id)"))])
        }
    }

    /// The letters whose templates are visible to patients, by the template's name.
    func visibleLetters(of client: UniqueID) throws -> [JSONValue] {
        let arguments: [String: JSONValue] = ["client": .string("\(client)")]
        let rows = try rows(about: client, "letters", "letters", arguments)
        return rows.compactMap { row in
            guard let template = row.id("templateId").flatMap({ settings.letterTemplate($0) }),
                template.isVisible, let members = row.members
            else { return nil }
            return .object(
                members.filter { $0.name != "parts" } + [
                    JSONMember("name", .string(template.name)),
                    JSONMember("clientId", .string("\(client)")),
                ]
            )
        }
    }
}

extension ClientDocument {
    fileprivate var json: JSONValue { json(with: []) }

    fileprivate func json(with members: [JSONMember]) -> JSONValue {
        .object(
            [
                JSONMember("documentId", .string("\(id)")), JSONMember("name", .text(name)),
                JSONMember("visible", .bool(isVisible)), JSONMember("fileName", .text(fileName)),
                JSONMember("mediaType", .text(mediaType)),
            ] + members
        )
    }
}
