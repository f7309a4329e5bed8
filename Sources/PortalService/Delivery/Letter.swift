import EventLine
import Foundation
import PersonalData
import PortalAccess
import PortalEvents

/// An access letter that an event promises: the template's text with its fields filled in.
struct Letter {
    private let manifest: Manifest
    private let html: String
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
        let body = values.body(of: template, showing: event.parts)
        let base = settings.letterBases[template.baseID]?.body ?? ""
        blobID = event.blobId
        subject = "client/\(event.clientId)"
        html = LetterPage(title: template.name, base: base, body: body, values: values).html
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
        try store.blobs.keep(Array(html.utf8), as: blobID, for: subject)
        try manifest.write(html, as: "html", to: store.directory.outboxPath)
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
        guard let code, let given = card.givenName, let family = card.familyName else { return nil }
        let calendar = LocalCalendar(zone: organisation.timeZone) ?? .universal
        values = [
            .patientIdNumber: card.patientIDNumber ?? "",
            .activationCode: String(decoding: code, as: UTF8.self),
            .registrationLink:
                "\(store.configuration.portalURL)/register?token=\(event.credentialId)",
            .givenName: given,
            .familyName: family,
            .clientName: "\(given) \(family)",
            .organisationName: organisation.name,
            .today: "\(calendar.date(of: time))",
            .expiryDate: organisation.isRegistered ? try Self.expiryDate(event, store) : "",
        ]
    }

    func value(_ field: MergeField) -> String? { values[field] }

    /// A template's text with its fields filled in. A part that the letter must show and the text
    /// does not name stands at the end.
    func body(of template: LetterTemplate, showing parts: [LetterPart]) -> String {
        let unnamed = parts.filter { !template.body.contains($0.rawValue) }.compactMap { part in
            MergeField(rawValue: part.rawValue).flatMap { values[$0] }
                .map { "\(Self.caption(part)): \($0)" }
        }
        return ([MergeField.merge(template.body, value)] + unnamed).joined(separator: "\n\n")
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
