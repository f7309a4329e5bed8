import EventLine
import Foundation
import PersonalData
import PortalAccess
import PortalEvents

extension CommandDesk {
    /// Refuses a document whose content cannot be read.
    func checkDocument(of command: any Command) throws(Refusal) {
        guard let document = (command as? any CarriesDocument)?.document else { return }
        guard document.bytes != nil else {
            throw .invalidInput("content", "its content must be a file in base64")
        }
    }

    /// Keeps a document before the event that names it is durable. It is sealed for the client,
    /// so that it goes with the client's key.
    func keepDocument(
        of command: any Command,
        for events: [PortalEvent]
    ) throws(DeskFailure) {
        guard let document = (command as? any CarriesDocument)?.document,
            let bytes = document.bytes
        else { return }
        do throws(ServiceError) {
            for case .documentAdded(let event) in events {
                try store.blobs.keep(bytes, as: event.blobId, for: "client/\(event.clientId)")
            }
        } catch {
            throw .service(error)
        }
    }
}

extension UploadedDocument {
    /// The document itself; nil if it is no base64.
    fileprivate var bytes: [UInt8]? {
        switch form {
        case .base64(let text): Data(base64Encoded: text).map(Array.init)
        case .text(let text): Array(text.utf8)
        }
    }
}
