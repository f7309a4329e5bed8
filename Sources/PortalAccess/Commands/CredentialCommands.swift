package import EventLine
package import PortalEvents

/// Makes credentials with which a client can register, and with `now` sends them (S1-27).
package struct CreatePatientPortalCredentials: CallableCommand {
    package static var replyIDs: [String] { ["accountId", "credentialId", "letterIds"] }
    package static var neededLater: Set<String> { ["expiryDate"] }
    private let clientID: UniqueID
    private let expiryDate: LocalDate?
    private let distribution: Distribution
    private let templateIDs: [UniqueID]?
    private let channel: LetterChannel

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        expiryDate = try input.optionalDate("expiryDate")
        distribution = try input.choice("distribution")
        templateIDs = try input.ids("templateIds")
        channel = try input.optionalChoice("channel") ?? .post
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        try checkState(in: situation)
        let issue = try CredentialIssue(situation)
        let created = issue.creating(expiryDate: try issue.usable(expiryDate), distribution)
        guard distribution == .now else {
            try LetterChoice.requireKnown(templateIDs ?? [], in: situation.organisation)
            return created
        }
        let templates = try LetterChoice.templates(templateIDs, in: situation.organisation)
        return created + issue.distributing(situation.ids[1], by: templates, channel)
    }

    private func checkState(in situation: Situation) throws(Refusal) {
        if situation.isRecordDisabling {
            throw Refusal(.recordStatusDisabled)
        }
        switch situation.userState {
        case .active: throw Refusal(.accountActive)
        case .disabled where situation.hasActiveCredentials: throw Refusal(.accountDisabled)
        case nil, .pendingRegistration, .pendingEmailConfirmation, .locked, .disabled: break
        }
    }
}

/// Sends a client's credentials by letters that together show all of them; makes new ones where
/// there are none to send (S1-47, A-28).
package struct DistributePatientProfileCredentials: CallableCommand {
    package static var replyIDs: [String] { ["accountId", "credentialId", "letterIds"] }
    private let clientID: UniqueID
    private let expiryDate: LocalDate?
    private let templateIDs: [UniqueID]?
    private let channel: LetterChannel

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        expiryDate = try input.optionalDate("expiryDate")
        templateIDs = try input.ids("templateIds")
        channel = try input.optionalChoice("channel") ?? .post
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        try checkState(in: situation)
        let templates = try LetterChoice.templates(templateIDs, in: situation.organisation)
        let issue = try CredentialIssue(situation)
        if let waiting = waitingCredential(in: situation) {
            return issue.distributing(waiting.id, by: templates, channel)
        }
        return issue.creating(expiryDate: try issue.usable(expiryDate), .now)
            + issue.distributing(situation.ids[1], by: templates, channel)
    }

    private func checkState(in situation: Situation) throws(Refusal) {
        if situation.isRecordDisabling {
            throw Refusal(.recordStatusDisabled)
        }
        guard situation.userState != .active else { throw Refusal(.accountActive) }
        guard !situation.hasActiveCredentials else { throw Refusal(.hasActiveCredentials) }
    }

    /// Credentials that were made for later and can still be sent; another expiry date asks for
    /// new ones.
    private func waitingCredential(in situation: Situation) -> Credential? {
        guard let credential = situation.client.ownAccount?.currentCredential,
            credential.isLive(on: situation.today),
            expiryDate == nil || expiryDate == credential.expiryDate
        else { return nil }
        return credential
    }
}

/// Makes a single letter that shows parts of the current credentials.
package struct GenerateAccessLetter: CallableCommand {
    package static var replyIDs: [String] { ["letterId"] }
    private let clientID: UniqueID
    private let templateID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        templateID = try input.id("templateId")
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let template = situation.organisation.letterTemplate(templateID) else {
            throw Refusal(.unknownTemplate, field: "templateId")
        }
        guard let credential = situation.client.ownAccount?.currentCredential else {
            throw Refusal(.noActiveCredentials, detail: "create credentials first")
        }
        try situation.requireUsable(credential)
        let issue = try CredentialIssue(situation)
        return [issue.generating(template, for: credential.id, place: 0)]
    }
}

/// Notes that a letter was sent. When the letters sent show everything, the credentials count as
/// distributed.
package struct MarkAccessLetterSent: CallableCommand {
    package static var replyIDs: [String] { ["letterId"] }
    private let letterID: UniqueID
    private let channel: LetterChannel

    package init(_ input: inout CommandInput) throws(Refusal) {
        letterID = try input.id("letterId")
        channel = try input.choice("channel")
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .stream(StreamName("letter", letterID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let letter = situation.client.letter(letterID),
            let credential = situation.client.ownAccount?.currentCredential
        else { throw Refusal(.notFound, field: "letterId") }
        guard credential.id == letter.credentialID else { throw Refusal(.credentialsSuperseded) }
        try situation.requireUsable(credential)
        // Once per letter sent (§3.1).
        guard !letter.isSent else {
            throw .invalidInput("letterId", "was marked as sent before; generate another letter")
        }
        let issue = try CredentialIssue(situation)
        let sent = issue.sending(letterID, channel)
        let letters = situation.client.letters.filter {
            $0.credentialID == credential.id && ($0.isSent || $0.id == letterID)
        }
        guard credential.state == .created, letters.showEverything else { return [sent] }
        return [sent] + issue.distributed(credential.id, letters.map(\.id))
    }
}

/// Notes that credentials were not used by the end of their expiry date.
package struct ExpireCredentials: Command {
    private let accountID: UniqueID

    package init(accountID: UniqueID) { self.accountID = accountID }

    package var audience: Audience { .system }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id, let account = situation.client.account(accountID),
            let credential = account.currentCredential, credential.isUnused,
            credential.isExpired(on: situation.today)
        else { throw Refusal(.notDueYet) }
        let expired = PatientCredentialsExpired(
            accountId: accountID,
            clientId: clientID,
            credentialId: credential.id,
            expiryDate: credential.expiryDate
        )
        return [.patientCredentialsExpired(expired)]
    }
}

extension [AccessLetter] {
    /// Whether together they show number, code and link.
    fileprivate var showEverything: Bool {
        Set(flatMap(\.parts)).count == LetterPart.allCases.count
    }
}

extension Situation {
    /// Whether the client's account has credentials that let its holder in, or have let them in.
    package var hasActiveCredentials: Bool {
        client.ownAccount?.hasActiveCredentials(on: today, at: now) ?? false
    }

    /// Checks that letters may still show these credentials. Where the account is disabled, only
    /// credentials that were never sent may be: sending them enables it, as Distribute does.
    fileprivate func requireUsable(_ credential: Credential) throws(Refusal) {
        guard !isRecordDisabling else {
            throw Refusal(.recordStatusDisabled)
        }
        guard !credential.isExpired(on: today) else { throw Refusal(.credentialsExpired) }
        switch credential.state {
        case .created: break
        case .distributed: if userState == .disabled { throw Refusal(.accountDisabled) }
        case .activated: throw Refusal(.credentialsAlreadyUsed)
        case .expired: throw Refusal(.credentialsExpired)
        case .superseded, .voided: throw Refusal(.credentialsSuperseded)
        }
    }
}
