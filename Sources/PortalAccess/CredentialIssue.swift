import EventLine
import PortalEvents

/// Issuing credentials and sending them by letter: what creating and distributing them share.
struct CredentialIssue {
    let situation: Situation
    let clientID: UniqueID
    let accountID: UniqueID

    /// The first letter's place among the fresh ids; what comes before is for other things.
    private static let firstLetterPlace = 8

    init(_ situation: Situation) throws(Refusal) {
        guard let clientID = situation.client.id else { throw Refusal(.notFound) }
        self.situation = situation
        self.clientID = clientID
        accountID = situation.client.ownAccount?.id ?? situation.ids[0]
    }

    private var account: PortalAccount? { situation.client.ownAccount }

    /// An expiry date that lies today or later.
    func usable(_ expiryDate: LocalDate?) throws(Refusal) -> LocalDate {
        guard let expiryDate else { throw Refusal(.expiryDateRequired, field: "expiryDate") }
        guard expiryDate >= situation.today else {
            throw Refusal(
                .expiryDateInPast,
                field: "expiryDate",
                detail: "choose \(situation.today) or a later date"
            )
        }
        return expiryDate
    }

    /// The events that make new credentials, and end those they take the place of.
    func creating(expiryDate: LocalDate, _ distribution: Distribution) -> [PortalEvent] {
        let id = situation.ids[1]
        let created = PatientCredentialsCreated(
            accountId: accountID,
            clientId: clientID,
            credentialId: id,
            activationCodeHash: situation.secrets.activationCodeHash,
            expiryDate: expiryDate,
            distribution: distribution,
            personal: .open(
                .init(patientIdNumber: situation.client.card?.patientIDNumber ?? "")
            )
        )
        return onboarding() + releasingLogin() + revokingInvitations() + ending(by: id)
            + [.patientCredentialsCreated(created)]
    }

    /// The events that make the letters, send them and so distribute the credentials; then those
    /// that lift what kept the person out (T3).
    func distributing(
        _ credentialID: UniqueID,
        by templates: [LetterTemplate],
        _ channel: LetterChannel
    ) -> [PortalEvent] {
        let places = templates.indices
        let letterIDs = places.map { situation.ids[Self.firstLetterPlace + 2 * $0] }
        let generated = places.map {
            generating(templates[$0], for: credentialID, place: $0)
        }
        let sent = letterIDs.map { sending($0, channel) }
        return generated + sent + distributed(credentialID, letterIDs)
    }

    /// The events that a completed distribution brings about.
    func distributed(_ credentialID: UniqueID, _ letterIDs: [UniqueID]) -> [PortalEvent] {
        let distributed = PatientCredentialsDistributed(
            accountId: accountID,
            clientId: clientID,
            credentialId: credentialID,
            letterIds: letterIDs
        )
        return [.patientCredentialsDistributed(distributed)] + unlocking(credentialID) + enabling()
    }

    func generating(
        _ template: LetterTemplate,
        for credentialID: UniqueID,
        place: Int
    ) -> PortalEvent {
        .patientAccessLetterGenerated(
            .init(
                letterId: situation.ids[Self.firstLetterPlace + 2 * place],
                clientId: clientID,
                accountId: accountID,
                templateId: template.id,
                credentialId: credentialID,
                parts: template.parts,
                blobId: situation.ids[Self.firstLetterPlace + 2 * place + 1]
            )
        )
    }

    func sending(_ letterID: UniqueID, _ channel: LetterChannel) -> PortalEvent {
        .patientAccessLetterSent(
            .init(
                letterId: letterID,
                clientId: clientID,
                accountId: accountID,
                channel: channel,
                sentOn: situation.today
            )
        )
    }

    private func onboarding() -> [PortalEvent] {
        guard account == nil else { return [] }
        let onboarded = PatientAccountOnboarded(
            accountId: accountID,
            clientId: clientID,
            route: .credentials
        )
        return [.patientAccountOnboarded(onboarded)]
    }

    private func releasingLogin() -> [PortalEvent] {
        guard let digest = account?.loginDigest else { return [] }
        let released = LoginEmailReleased(
            accountId: accountID,
            clientId: clientID,
            emailDigest: digest
        )
        return [.loginEmailReleased(released)]
    }

    /// A password that was mailed with an invitation is dead from now on, and so is the
    /// invitation: whoever registers by letter has the access that it was for.
    private func revokingInvitations() -> [PortalEvent] {
        guard let account, account.mustSetPassword,
            let grant = situation.client.profile?.liveGrant(of: .account(account.id))
        else { return [] }
        return situation.revokingInvitations(to: [grant.id])
    }

    /// The event that ends the credentials before these. Where the timer is late, its event is
    /// written first, so that every issue's end stands in the log.
    private func ending(by id: UniqueID) -> [PortalEvent] {
        guard let old = account?.currentCredential else { return [] }
        if old.isUnused && old.isExpired(on: situation.today) {
            let expired = PatientCredentialsExpired(
                accountId: accountID,
                clientId: clientID,
                credentialId: old.id,
                expiryDate: old.expiryDate
            )
            return [.patientCredentialsExpired(expired)]
        }
        guard old.isUnused || old.state == .activated else { return [] }
        let superseded = PatientCredentialsSuperseded(
            accountId: accountID,
            clientId: clientID,
            credentialId: old.id,
            by: id
        )
        return [.patientCredentialsSuperseded(superseded)]
    }

    private func unlocking(_ credentialID: UniqueID) -> [PortalEvent] {
        guard account?.isLocked == true else { return [] }
        let unlocked = PatientAccountUnlocked(
            accountId: accountID,
            clientId: clientID,
            credentialId: credentialID
        )
        return [.patientAccountUnlocked(unlocked)]
    }

    private func enabling() -> [PortalEvent] {
        guard account?.isDisabled == true else { return [] }
        let enabled = PatientAccountEnabled(
            accountId: accountID,
            clientId: clientID,
            cause: .credentialsDistributed
        )
        return [.patientAccountEnabled(enabled)]
    }
}

/// The letter templates that are to carry credentials.
enum LetterChoice {
    /// The chosen templates, or where none were chosen those that the organisation has. Together
    /// they must show number, code and link.
    static func templates(
        _ ids: [UniqueID]?,
        in organisation: OrganisationState
    ) throws(Refusal) -> [LetterTemplate] {
        guard !organisation.letterTemplates.isEmpty else {
            throw Refusal(
                .noInvitationLetterConfigured,
                detail: "create a Patient Profile letter template"
            )
        }
        let templates = try chosen(ids, in: organisation)
        guard Set(templates.flatMap(\.parts)).count == LetterPart.allCases.count else {
            throw Refusal(
                .letterPartsMissing,
                field: "templateIds",
                detail: "the letters together must show Patient ID number, activation code and link"
            )
        }
        return templates
    }

    private static func chosen(
        _ ids: [UniqueID]?,
        in organisation: OrganisationState
    ) throws(Refusal) -> [LetterTemplate] {
        guard let ids else {
            let complete = organisation.letterTemplates.first {
                Set($0.parts).count == LetterPart.allCases.count
            }
            return complete.map { [$0] } ?? organisation.letterTemplates
        }
        try requireKnown(ids, in: organisation)
        return ids.compactMap(organisation.letterTemplate)
    }

    static func requireKnown(
        _ ids: [UniqueID],
        in organisation: OrganisationState
    ) throws(Refusal) {
        guard let unknown = ids.first(where: { organisation.letterTemplate($0) == nil }) else {
            return
        }
        throw Refusal(.unknownTemplate, field: "templateIds", detail: "none has id \(unknown)")
    }
}
