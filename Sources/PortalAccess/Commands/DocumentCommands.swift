import EventLine
package import PortalEvents

/// Puts a document on a client's card. The patient does not see it until it is made visible.
package struct AddDocument: CallableCommand, CarriesDocument {
    package static var replyIDs: [String] { ["documentId"] }
    private let clientID: UniqueID
    private let documentName: String
    package let document: UploadedDocument

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        documentName = try input.text("name")
        document = try UploadedDocument(&input)
    }

    package var audience: Audience { .staff(.configureLetters) }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let added = DocumentAdded(
            documentId: situation.ids[0],
            clientId: clientID,
            blobId: situation.ids[1],
            byteCount: document.byteCount,
            mediaType: document.mediaType,
            personal: .open(.init(name: documentName, fileName: document.fileName))
        )
        return [.documentAdded(added)]
    }
}

/// Shows a document to the patient, or hides it (S1-24).
package struct SetDocumentVisibility: CallableCommand {
    package static var replyIDs: [String] { ["documentId"] }
    private let documentID: UniqueID
    private let isVisible: Bool

    package init(_ input: inout CommandInput) throws(Refusal) {
        documentID = try input.id("documentId")
        isVisible = try input.flag("visible")
    }

    package var audience: Audience { .staff(.configureLetters) }
    package var target: Target { .stream(StreamName("document", documentID)) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id,
            situation.client.chart.document(documentID) != nil
        else { throw Refusal(.notFound, field: "documentId") }
        return isVisible
            ? [.documentMadeVisible(.init(documentId: documentID, clientId: clientID))]
            : [.documentHidden(.init(documentId: documentID, clientId: clientID))]
    }
}
