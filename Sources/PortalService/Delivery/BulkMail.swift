import EventLine
import PortalAccess
import PortalEvents

/// One message to many clients, outside the portal: by mail, text and voice (S4-20). It holds no
/// secret.
struct BulkMail {
    private let body: String
    private let channels: [MessageChannel]
    private let recorded: RecordedEvent
    private let organisationName: String

    /// Nil if it went through the portal only, or what it said was erased.
    init?(_ event: BulkMessageSent, of recorded: RecordedEvent, in organisation: OrganisationState)
    {
        channels = event.channels.filter { $0 != .portal }
        guard !channels.isEmpty, let body = event.personal.content?.body else { return nil }
        self.body = body
        self.recorded = recorded
        organisationName = organisation.name
    }

    /// - Parameter known: what became of mails; without a secret that is erased, only that tells
    ///   what has been handed over.
    func write(
        to card: ClientCard,
        unlessIn known: [UniqueID: DeliveryRecord],
        store: Store
    ) throws(ServiceError) {
        for channel in channels where known[id(channel, card.id)]?.isEnded != true {
            switch channel {
            case .portal: continue
            case .email: try write(.mail, to: card.email, card.id, channel, store)
            case .text: try write(.text, to: card.phone, card.id, channel, store)
            case .voice: try write(.voice, to: card.phone, card.id, channel, store)
            }
        }
    }

    private func write(
        _ kind: Manifest.Kind,
        to recipient: String?,
        _ client: UniqueID,
        _ channel: MessageChannel,
        _ store: Store
    ) throws(ServiceError) {
        guard let recipient else { return }
        let manifest = Manifest(
            id: id(channel, client),
            kind: kind,
            purpose: "bulkMessage",
            recipient: recipient,
            clientID: client,
            fields: [],
            createdAt: recorded.envelope.time
        )
        guard kind == .mail else {
            return try manifest.write(body, as: "txt", to: store.directory.outboxPath)
        }
        let message = MailMessage(
            id: manifest.id,
            sender: store.configuration.mailSender,
            recipient: recipient,
            subject: "A message from \(organisationName)",
            body: body,
            date: manifest.createdAt
        )
        try manifest.write(message.text, as: "eml", to: store.directory.outboxPath)
    }

    /// The same event, client and channel always make the same id.
    private func id(_ channel: MessageChannel, _ client: UniqueID) -> UniqueID {
        var mixed = recorded.envelope.id.low ^ client.high
        for value in [client.low] + channel.rawValue.utf8.map(UInt64.init) {
            mixed = (mixed ^ value) &* 0x9e37_79b9_7f4a_7c15
            mixed ^= mixed >> 29
        }
        return UniqueID(
            high: recorded.envelope.id.high,
            low: 0x8000_0000_0000_0000 | mixed & 0x3fff_ffff_ffff_ffff
        )
    }
}
