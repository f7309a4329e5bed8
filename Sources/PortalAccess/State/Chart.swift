package import EventLine
package import PortalEvents

/// What else is on a client's chart: messages, intake forms and documents, without their content.
package struct Chart: Hashable, Sendable {
    package private(set) var threads: [MessageThread] = []
    package private(set) var forms: [IntakeForm] = []
    package private(set) var documents: [ClientDocument] = []
    /// Whether an end date has made the messages read-only.
    package private(set) var isReadOnly = false

    package func thread(_ id: UniqueID) -> MessageThread? { threads.first { $0.id == id } }
    package func form(_ id: UniqueID) -> IntakeForm? { forms.first { $0.id == id } }
    package func document(_ id: UniqueID) -> ClientDocument? { documents.first { $0.id == id } }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .patientMessageSent(let event):
            let message = Message(id: event.messageId, author: event.authorKind)
            change(thread: event.threadId) { $0.messages.append(message) }
        case .patientMessageRead(let event):
            change(thread: event.threadId) { $0.read(event.messageId) }
        case .messageThreadsMadeReadOnly: isReadOnly = true
        case .messageThreadsReopened: isReadOnly = false
        case .intakeFormSent(let event): forms.append(IntakeForm(id: event.formId))
        case .intakeFormCompleted(let event):
            guard let place = forms.firstIndex(where: { $0.id == event.formId }) else { return }
            forms[place].isCompleted = true
        case .documentAdded(let event): documents.append(ClientDocument(event))
        case .documentMadeVisible(let event): show(event.documentId, isVisible: true)
        case .documentHidden(let event): show(event.documentId, isVisible: false)
        default: break
        }
    }

    /// A thread begins with its first message.
    private mutating func change(
        thread id: UniqueID,
        _ change: (inout MessageThread) -> Void
    ) {
        if let place = threads.firstIndex(where: { $0.id == id }) {
            change(&threads[place])
        } else {
            var thread = MessageThread(id: id)
            change(&thread)
            threads.append(thread)
        }
    }

    private mutating func show(_ document: UniqueID, isVisible: Bool) {
        guard let place = documents.firstIndex(where: { $0.id == document }) else { return }
        documents[place].isVisible = isVisible
    }
}

/// Messages between staff and a patient that belong together.
package struct MessageThread: Hashable, Sendable {
    package let id: UniqueID
    package fileprivate(set) var messages: [Message] = []

    package func message(_ id: UniqueID) -> Message? { messages.first { $0.id == id } }

    fileprivate mutating func read(_ message: UniqueID) {
        guard let place = messages.firstIndex(where: { $0.id == message }) else { return }
        messages[place].isRead = true
    }
}

/// One message, without its text.
package struct Message: Hashable, Sendable {
    package let id: UniqueID
    package let author: MessageAuthor
    package fileprivate(set) var isRead = false
}

/// A form that a patient was asked to fill in.
package struct IntakeForm: Hashable, Sendable {
    package let id: UniqueID
    package fileprivate(set) var isCompleted = false
}

/// A document on a client's card. The patient sees it only once it was made visible (S1-24).
package struct ClientDocument: Hashable, Sendable {
    package let id: UniqueID
    package let blobID: UniqueID
    package let mediaType: String?
    /// Nil once the client's key is gone.
    package let name: String?
    package let fileName: String?
    package fileprivate(set) var isVisible = false

    init(_ event: DocumentAdded) {
        let personal = event.personal.content
        id = event.documentId
        blobID = event.blobId
        mediaType = event.mediaType
        name = personal?.name
        fileName = personal?.fileName
    }
}
