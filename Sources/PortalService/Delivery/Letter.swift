import EventLine
import Foundation
import PersonalData
import PortalAccess
import PortalEvents

/// An access letter that an event promises: the template's text with its fields filled in.
struct Letter {
    private let manifest: Manifest
    private let html: String
    /// The Word file; nil where the base's own cannot be read any more.
    private let word: [UInt8]?
    private let blobID: UniqueID
    private let subject: String

    /// The letter of an event; nil if it promises none, or can no longer be printed.
    init?(_ recorded: RecordedEvent, store: Store) throws(ServiceError) {
        guard case .patientAccessLetterGenerated(let event) = recorded.event,
            let organisation = recorded.envelope.organisation
        else { return nil }
        // As they were then: a template that was changed since must not change this letter.
        var loader = StateLoader(
            log: store.log,
            vault: store.vault,
            through: recorded.envelope.sequence
        )
        let settings = try loader.organisation(organisation).state
        guard let card = try loader.client(event.clientId, in: organisation)?.state.card,
            let template = settings.letterTemplate(event.templateId)
        else { return nil }
        let values = try LetterValues(event, card, settings, recorded.envelope.time, store)
        guard let values else { return nil }
        let base = settings.letterBases[template.baseID]
        let document = try base.flatMap { base throws(ServiceError) in
            try store.wordDocument(base.wordFile)
        }
        let page = { (named: [MergeField]) in
            LetterPage(template, base: base?.body ?? "", values, event.parts, besides: named)
        }
        blobID = event.blobId
        subject = "client/\(event.clientId)"
        html = page([]).html
        // What the Word file shows by itself does not stand in its text once more.
        word = try document.map { document throws(ServiceError) in
            let named = document.fieldNames.compactMap { MergeField(rawValue: $0) }
            return try document.merged(values, body: page(named).text)
        }
        manifest = Manifest(
            id: event.letterId,
            kind: .letter,
            purpose: "patientProfileCredentials",
            recipient: values.value(.clientName) ?? "",
            clientID: event.clientId,
            fields: values.members(showing: event.parts),
            createdAt: recorded.envelope.time
        )
    }

    func write(to store: Store) throws(ServiceError) {
        try store.blobs.keep(Array(html.utf8), as: blobID, form: "html", for: subject)
        let outbox = store.directory.outboxPath
        if let word {
            try store.blobs.keep(word, as: blobID, for: subject)
            try DurableFile.write(word, to: "\(outbox)/\(manifest.id).docx")
        }
        try manifest.write(html, as: "html", to: outbox)
    }
}

/// What a letter's merge fields stand for.
struct LetterValues {
    private let values: [MergeField: String]

    /// Nil where the activation code is no longer kept: then the letter has been printed.
    init?(
        _ event: PatientAccessLetterGenerated,
        _ card: ClientCard,
        _ organisation: OrganisationState,
        _ time: Instant,
        _ store: Store
    ) throws(ServiceError) {
        let code = try serviceError { () throws(VaultError) in
            try store.vault.secret(SecretName.activationCode(event.credentialId))
        }
        guard let code, card.givenName != nil, card.familyName != nil else { return nil }
        self.init(
            card,
            organisation,
            time,
            [
                .activationCode: String(decoding: code, as: UTF8.self),
                .registrationLink:
                    "\(store.configuration.portalURL)/register?token=\(event.credentialId)",
                .expiryDate: organisation.isRegistered ? try Self.expiryDate(event, store) : "",
            ],
            showing: event.parts
        )
    }

    /// What a preview shows: no code, and a link that leads nowhere.
    init(
        previewFor card: ClientCard,
        _ organisation: OrganisationState,
        _ time: Instant,
        portalURL: String,
        showing parts: [LetterPart]
    ) {
        let secrets: [MergeField: String] = [
            .activationCode: "(activation code)",
            .registrationLink: "\(portalURL)/register?token=preview",
        ]
        self.init(card, organisation, time, secrets, showing: parts)
    }

    private init(
        _ card: ClientCard,
        _ organisation: OrganisationState,
        _ time: Instant,
        _ credentials: [MergeField: String],
        showing parts: [LetterPart]
    ) {
        let names = [card.givenName, card.familyName].compactMap { $0 }
        let calendar = LocalCalendar(zone: organisation.timeZone) ?? .universal
        var values: [MergeField: String] = [
            .patientIdNumber: card.patientIDNumber ?? "", .givenName: card.givenName ?? "",
            .familyName: card.familyName ?? "", .clientName: names.joined(separator: " "),
            .organisationName: organisation.name, .today: "\(calendar.date(of: time))",
        ]
        values.merge(credentials) { $1 }
        // Name and code may go in letters of their own: a base that names both must not put them
        // together again (S1-16).
        for part in LetterPart.allCases where !parts.contains(part) {
            if let field = MergeField(rawValue: part.rawValue) { values[field] = nil }
        }
        self.values = values
    }

    func value(_ field: MergeField) -> String? { values[field] }

    /// A template's text with its fields filled in. A part that the letter must show and nothing
    /// names stands at the end.
    func body(
        of template: LetterTemplate,
        showing parts: [LetterPart],
        besides namedInBase: [MergeField]
    ) -> String {
        let named = MergeField.named(in: template.body) + namedInBase
        let unnamed = parts.compactMap { part -> String? in
            guard let field = MergeField(rawValue: part.rawValue), !named.contains(field) else {
                return nil
            }
            return values[field].map { "\(Self.caption(part)): \($0)" }
        }
        return ([MergedText.plain(template.body, value)] + unnamed).joined(separator: "\n\n")
    }

    private static func caption(_ part: LetterPart) -> String {
        switch part {
        case .patientIdNumber: "Patient ID number"
        case .activationCode: "Activation code"
        case .registrationLink: "Register at"
        }
    }

    /// The parts of the credentials that a letter shows, as the manifest lists them.
    func members(showing parts: [LetterPart]) -> [JSONMember] {
        parts.compactMap { part in
            MergeField(rawValue: part.rawValue).flatMap { values[$0] }
                .map { JSONMember(part.rawValue, .string($0)) }
        }
    }

    private static func expiryDate(
        _ event: PatientAccessLetterGenerated,
        _ store: Store
    ) throws(ServiceError) -> String {
        let loader = StateLoader(log: store.log, vault: store.vault)
        let events = try loader.events(in: StreamName("portalAccount", event.accountId))
        for case .patientCredentialsCreated(let created) in events
        where created.credentialId == event.credentialId {
            return "\(created.expiryDate)"
        }
        return ""
    }
}

extension Store {
    /// The Word file of a letter base; nil if it is none, as before they were checked.
    fileprivate func wordDocument(
        _ reference: WordFileReference
    ) throws(ServiceError) -> WordDocument? {
        try blobs.document(reference.blobId).flatMap { try? WordDocument($0) }
    }
}
