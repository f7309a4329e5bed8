import EventLine
import PortalAccess
import PortalEvents

extension RandomContent {
    /// The next event on somebody's chart; nil where nothing fits.
    mutating func chart(in world: World) -> PortalEvent? {
        let clients = world.clientsHere.sorted { $0.key < $1.key }
        guard !clients.isEmpty else { return nil }
        let (id, client) = pick(clients)
        return switch draw(10) {
        case 0, 1, 2: writing(to: id, client.chart)
        case 3: reading(by: id, client.chart)
        case 4, 5: form(of: id, client.chart)
        case 6, 7: document(of: id, client.chart)
        default: resource(of: id, client)
        }
    }

    private mutating func writing(to client: UniqueID, _ chart: Chart) -> PortalEvent {
        let isNew = chart.threads.isEmpty || draw(3) == 0
        return .patientMessageSent(
            .init(
                threadId: isNew ? newID() : pick(chart.threads).id,
                clientId: client,
                messageId: newID(),
                authorKind: pick([.staff, .patient]),
                bulkId: draw(4) == 0 ? newID() : nil,
                personal: .open(.init(body: newWord("body")))
            )
        )
    }

    private mutating func reading(by client: UniqueID, _ chart: Chart) -> PortalEvent? {
        guard !chart.threads.isEmpty else { return nil }
        let thread = pick(chart.threads)
        return .patientMessageRead(
            .init(threadId: thread.id, clientId: client, messageId: pick(thread.messages).id)
        )
    }

    private mutating func form(of client: UniqueID, _ chart: Chart) -> PortalEvent {
        guard !chart.forms.isEmpty, draw(2) == 0 else {
            let asked = IntakeFormSent.Personal(form: .string(newWord("form")))
            return .intakeFormSent(
                .init(formId: newID(), clientId: client, personal: .open(asked))
            )
        }
        let answered = IntakeFormCompleted.Personal(answers: .string(newWord("answers")))
        return .intakeFormCompleted(
            .init(formId: pick(chart.forms).id, clientId: client, personal: .open(answered))
        )
    }

    private mutating func document(of client: UniqueID, _ chart: Chart) -> PortalEvent {
        guard !chart.documents.isEmpty, draw(2) == 0 else {
            let names = DocumentAdded.Personal(name: newWord("name"), fileName: newWord("file"))
            return .documentAdded(
                .init(
                    documentId: newID(),
                    clientId: client,
                    blobId: newID(),
                    byteCount: 7,
                    mediaType: "text/plain",
                    personal: .open(names)
                )
            )
        }
        let id = pick(chart.documents).id
        return draw(3) == 0
            ? .documentHidden(.init(documentId: id, clientId: client))
            : .documentMadeVisible(.init(documentId: id, clientId: client))
    }

    private mutating func resource(of id: UniqueID, _ client: ClientState) -> PortalEvent? {
        guard let profile = client.profile else { return nil }
        guard !profile.resources.isEmpty, draw(2) == 0 else {
            let content = RecordResourceAdded.Personal(content: .string(newWord("content")))
            return .recordResourceAdded(
                .init(
                    profileId: profile.id,
                    clientId: id,
                    resourceId: newID(),
                    kind: pick(["medication", "visit", "note"]),
                    structured: draw(3) != 0,
                    personal: .open(content)
                )
            )
        }
        let resource = pick(profile.resources.sorted())
        guard draw(3) != 0 else {
            return .recordResourceRemoved(
                .init(profileId: profile.id, clientId: id, resourceId: resource)
            )
        }
        let content = RecordResourceAmended.Personal(content: .string(newWord("content")))
        return .recordResourceAmended(
            .init(
                profileId: profile.id,
                clientId: id,
                resourceId: resource,
                personal: .open(content)
            )
        )
    }
}
