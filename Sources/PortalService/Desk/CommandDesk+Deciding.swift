import EventLine
import EventLog
import PersonalData
import PortalAccess
import PortalEvents

extension CommandDesk {
    /// Decides an order and hands its events to the log. Nil if another decision came between.
    ///
    /// - Parameter alsoTaken: streams that decisions of the same batch claim.
    func submit(_ order: Order, alsoTaken: Set<StreamName>) throws(DeskFailure) -> Submitted? {
        let loaded = try situation(of: order, alsoTaken: alsoTaken)
        let decision = decide(order, in: loaded.situation)
        try checkVersion(order, loaded, decision.refusal)
        guard let organisation = order.organisation ?? decision.events.founded else {
            return Submitted(pending: nil, refusal: decision.refusal)
        }
        guard !decision.events.isEmpty else {
            return Submitted(pending: nil, refusal: decision.refusal)
        }
        try keep(loaded.secrets, for: decision.events)
        try keepWordFile(of: order.command, for: decision.events, in: organisation)
        try keepDocument(of: order.command, for: decision.events)
        let events = try sealed(decision.events, order, in: organisation, at: loaded.situation.now)
        do {
            // A refusal takes nothing, so it is recorded whatever is taken already.
            let expected = loaded.expected.filter { _, version in
                decision.refusal == nil || version != .none
            }
            let pending = try store.log.submit(events, expecting: expected)
            loader.evolve(with: decision.events, in: organisation)
            return Submitted(
                pending: pending,
                refusal: decision.refusal,
                remarks: handedOut(loaded, for: decision.events),
                events: decision.events
            )
        } catch .conflict {
            try forget(loaded.secrets, of: decision.events)
            return nil
        } catch .lineTooLong {
            try forget(loaded.secrets, of: decision.events)
            throw .refusal(.invalidInput("input", "makes an event longer than a line of the log"))
        } catch {
            throw .service(ServiceError(error.description))
        }
    }

    /// Checks that nothing has happened since whoever asks looked. Those who may not ask, or ask
    /// about nothing, learn no version; outsiders would learn by it whom they ask about.
    private func checkVersion(
        _ order: Order,
        _ loaded: LoadedCase,
        _ refusal: Refusal?
    ) throws(DeskFailure) {
        guard let version = order.expectedVersion else { return }
        switch order.actor {
        case .staff, .system: break
        case .portalUser, .anonymous:
            throw .refusal(.invalidInput("expectedVersion", "is for staff and the operator"))
        }
        guard ![.notPermitted, .notFound].contains(refusal?.reason) else { return }
        let client = loaded.situation.client.id.map { StreamName("client", $0) }
        let stream = client ?? order.organisation.map { StreamName("organisation", $0) }
        let found = stream.flatMap { loaded.expected[$0] } ?? .exactly(0)
        guard found != .exactly(version) else { return }
        let name = stream.map { "\($0)" } ?? "the organisation"
        throw .refusal(
            Refusal(.versionConflict, detail: "\(name) has other events than the first \(version)")
        )
    }

    private func decide(
        _ order: Order,
        in situation: Situation
    ) -> (events: [PortalEvent], refusal: Refusal?) {
        do {
            return (try order.command.obey(in: situation), nil)
        } catch {
            return (error.recording, error)
        }
    }

    /// Seals the personal fields and puts the events into their envelopes.
    private func sealed(
        _ events: [PortalEvent],
        _ order: Order,
        in organisation: UniqueID,
        at now: Instant
    ) throws(DeskFailure) -> [NewEvent] {
        do throws(ServiceError) {
            let vault = store.vault
            try serviceError { () throws(VaultError) in
                try vault.ensureKeys(for: events.compactMap(\.personalKey))
            }
            let correlation = UniqueID(at: now, random: RandomSource.pair())
            let request = requestStream(order)
            var sealed: [NewEvent] = []
            for event in events {
                let data = try serviceError { () throws(VaultError) in
                    try event.encodedData { key, plaintext throws(VaultError) in
                        try vault.seal(plaintext, for: key)
                    }
                }
                sealed.append(
                    NewEvent(
                        id: UniqueID(at: now, random: RandomSource.pair()),
                        source: "/organisations/\(organisation)",
                        type: event.type,
                        streams: event.streams(organisation: organisation) + request,
                        time: now,
                        actor: order.actor.description,
                        client: event.client,
                        correlationID: "\(correlation)",
                        causationID: "\(causation(of: order))",
                        data: data
                    )
                )
            }
            return sealed
        } catch {
            throw .service(error)
        }
    }

    private func keepWordFile(
        of command: any Command,
        for events: [PortalEvent],
        in organisation: UniqueID
    ) throws(DeskFailure) {
        guard let file = (command as? any CarriesWordFile)?.uploaded else { return }
        for case .some(let reference) in events.map(\.wordFile) {
            do throws(ServiceError) {
                let document = try WordDocument(base64: file.content)
                try store.blobs.keep(
                    document.bytes,
                    as: reference.blobId,
                    for: "organisation/\(organisation)"
                )
            } catch {
                throw .service(error)
            }
        }
    }

    /// Keeps what has to be printed or mailed, before the events that promise it are durable.
    private func keep(_ secrets: DrawnSecrets, for events: [PortalEvent]) throws(DeskFailure) {
        do throws(VaultError) {
            for (name, secret) in secrets.promised(by: events) {
                try store.vault.storeSecret(name, secret)
            }
        } catch {
            throw .service(ServiceError(error.description))
        }
    }

    /// Erases what was kept for events that did not come into the log.
    private func forget(
        _ secrets: DrawnSecrets,
        of events: [PortalEvent]
    ) throws(DeskFailure) {
        do throws(VaultError) {
            for (name, _) in secrets.promised(by: events) { try store.vault.eraseSecret(name) }
        } catch {
            throw .service(ServiceError(error.description))
        }
    }
}

extension PortalEvent {
    /// The hash of the token of the link that the event promises to mail.
    var tokenHash: String? {
        switch self {
        case .clientInvited(let event): event.tokenHash
        case .clientReInvited(let event): event.tokenHash
        case .portalInvitationSent(let event): event.tokenHash
        case .portalInvitationResent(let event): event.tokenHash
        case .confirmationEmailSent(let event): event.tokenHash
        case .passwordResetRequested(let event): event.tokenHash
        default: nil
        }
    }
}

extension PortalEvent {
    /// The Word file that the event puts in use.
    fileprivate var wordFile: WordFileReference? {
        switch self {
        case .letterTemplateBaseCreated(let event): event.wordFile
        case .letterTemplateBaseChanged(let event): event.wordFile
        default: nil
        }
    }
}

extension [PortalEvent] {
    /// The organisation that the first of these events founds.
    fileprivate var founded: UniqueID? {
        guard case .organisationRegistered(let event)? = first else { return nil }
        return event.organisationId
    }
}

/// The names under which secrets are kept in the vault until they have been handed out.
enum SecretName {
    static func activationCode(_ credential: UniqueID) -> String { "activationCode/\(credential)" }
    static func temporaryPassword(_ invitation: UniqueID) -> String {
        "temporaryPassword/\(invitation)"
    }
    static func token(_ hash: String) -> String { "token/\(hash)" }
    static func secondFactor(_ factor: UniqueID) -> String { "secondFactor/\(factor)" }

    /// Whether a secret is kept only until its mail is written.
    static func isMailed(_ name: String) -> Bool {
        name.hasPrefix("token/") || name.hasPrefix("temporaryPassword/")
    }
}

/// Secrets drawn for one command.
struct DrawnSecrets {
    let activationCode: String
    let hashes: FreshSecrets
    /// A temporary password, for a command that mails one.
    var temporaryPassword = ""
    /// The secret of a second factor, for a command that hands one out.
    let secondFactor = RandomSource.bytes(OneTimeCode.secretByteCount)
    private let tokens: [String: String]

    /// The secrets for a command that hands out at most so many links.
    init(_ vault: Vault, linkCountMax: Int) {
        guard linkCountMax > 0 else {
            activationCode = ""
            hashes = FreshSecrets(tokenHashes: [], activationCodeHash: "")
            tokens = [:]
            return
        }
        let drawn = (0..<linkCountMax).map { _ in RandomSource.token() }
        let tokenHashes = drawn.map { vault.keyedDigest(DigestPurpose.token.rawValue, $0) }
        activationCode = RandomSource.activationCode()
        tokens = Dictionary(zip(tokenHashes, drawn)) { first, _ in first }
        hashes = FreshSecrets(
            tokenHashes: tokenHashes,
            activationCodeHash: vault.keyedDigest(
                DigestPurpose.activationCode.rawValue,
                activationCode.asActivationCode
            )
        )
    }

    /// What events promise to hand out, by the names under which the vault keeps it.
    func promised(by events: [PortalEvent]) -> [(name: String, secret: [UInt8])] {
        events.compactMap { event in
            switch event {
            case .patientCredentialsCreated(let event):
                return (
                    SecretName.activationCode(event.credentialId), Array(activationCode.utf8)
                )
            case .temporaryPasswordIssued(let event):
                return (
                    SecretName.temporaryPassword(event.invitationId),
                    Array(temporaryPassword.utf8)
                )
            case .secondFactorSetUp(let event):
                return (SecretName.secondFactor(event.factorId), secondFactor)
            default:
                guard let hash = event.tokenHash, let token = tokens[hash] else { return nil }
                return (SecretName.token(hash), Array(token.utf8))
            }
        }
    }
}
