import EventLine
import PortalAccess
import PortalEvents

/// A client's messages and forms with their content, which is in no projection: it is opened from
/// the log, for whoever may read it, and gone with the client's key.
struct ChartReading {
    private(set) var threads: [Thread] = []
    private(set) var forms: [Form] = []

    struct Thread {
        let id: UniqueID
        var messages: [Message] = []
    }

    struct Message {
        let id: UniqueID
        let author: MessageAuthor
        let actor: String
        let body: String?
        let sentAt: Instant
        let bulkID: UniqueID?
        var readAt: Instant?
    }

    struct Form {
        let id: UniqueID
        let form: JSONValue
        let sentAt: Instant
        var answers = JSONValue.null
        var completedAt: Instant?
    }

    init(_ events: [RecordedEvent]) {
        for recorded in events {
            switch recorded.event {
            case .patientMessageSent(let event):
                append(Message(event, recorded.envelope), to: event.threadId)
            case .patientMessageRead(let event): read(event, at: recorded.envelope.time)
            case .intakeFormSent(let event):
                let form = event.personal.content?.form ?? .null
                forms.append(Form(id: event.formId, form: form, sentAt: recorded.envelope.time))
            case .intakeFormCompleted(let event): complete(event, at: recorded.envelope.time)
            default: break
            }
        }
    }

    private mutating func append(_ message: Message, to thread: UniqueID) {
        if let place = threads.firstIndex(where: { $0.id == thread }) {
            threads[place].messages.append(message)
        } else {
            threads.append(Thread(id: thread, messages: [message]))
        }
    }

    /// The first reading counts.
    private mutating func read(_ event: PatientMessageRead, at time: Instant) {
        for thread in threads.indices where threads[thread].id == event.threadId {
            for place in threads[thread].messages.indices
            where threads[thread].messages[place].id == event.messageId {
                threads[thread].messages[place].readAt =
                    threads[thread].messages[place].readAt ?? time
            }
        }
    }

    private mutating func complete(_ event: IntakeFormCompleted, at time: Instant) {
        guard let place = forms.firstIndex(where: { $0.id == event.formId }) else { return }
        forms[place].answers = event.personal.content?.answers ?? .null
        forms[place].completedAt = time
    }
}

extension ChartReading.Message {
    fileprivate init(_ event: PatientMessageSent, _ envelope: Envelope) {
        id = event.messageId
        author = event.authorKind
        actor = envelope.actor
        body = event.personal.content?.body
        sentAt = envelope.time
        bulkID = event.bulkId
    }

    fileprivate var json: JSONValue {
        .object([
            JSONMember("messageId", .string("\(id)")),
            JSONMember("authorKind", .string(author.rawValue)),
            JSONMember("author", .string(actor)), JSONMember("body", .text(body)),
            JSONMember("sentAt", .string("\(sentAt)")),
            JSONMember("readAt", .text(readAt?.description)),
            JSONMember("bulkId", .text(bulkID?.description)),
        ])
    }
}

extension ChartReading {
    /// The threads as other programs read them.
    func threads(readOnly: Bool) -> JSONValue {
        .array(
            threads.map { thread in
                .object([
                    JSONMember("threadId", .string("\(thread.id)")),
                    JSONMember("readOnly", .bool(readOnly)),
                    JSONMember("messages", .array(thread.messages.map(\.json))),
                ])
            }
        )
    }

    /// The intake forms as other programs read them.
    var formList: JSONValue {
        .array(
            forms.map { form in
                .object([
                    JSONMember("formId", .string("\(form.id)")), JSONMember("form", form.form),
                    JSONMember("sentAt", .string("\(form.sentAt)")),
                    JSONMember("completedAt", .text(form.completedAt?.description)),
                    JSONMember("answers", form.answers),
                ])
            }
        )
    }
}

extension QueryCase {
    /// A client's messages and forms as of the moment.
    func chart(of client: UniqueID) throws -> ChartReading {
        let streams = [StreamName("client", client)]
        return ChartReading(try archive.events(in: streams, through: moment.sequence))
    }
}
