package import EventLine
import PortalEvents

/// A sign-in account with the credentials issued for it (T3, T4).
package struct PortalAccount: Hashable, Sendable {
    package let id: UniqueID
    package let holder: Holder
    package private(set) var credentials: [Credential] = []
    package private(set) var isRegistered = false
    package private(set) var isEmailConfirmed = false
    /// Whether the person has ever registered for their own record, as opposed to those of others
    /// whom they care for.
    package private(set) var hasEnrolled = false
    package private(set) var loginEmail: String?
    package private(set) var loginDigest: String?
    package private(set) var passwordHash: String?
    /// The password that was mailed, until the person sets one of their own.
    package private(set) var temporaryPassword: TemporaryPassword?
    /// Links that were mailed and register the account, by their invitations, with their ends.
    private var registrationLinks: [UniqueID: Instant] = [:]
    package private(set) var failedAttempts = 0
    package private(set) var isLocked = false
    /// Whether it was closed when records were merged: that is for good.
    package private(set) var isClosed = false
    package private(set) var disabledBy: Set<DisableCause> = []
    package private(set) var confirmation: ConfirmationLink?
    package private(set) var hasSignedIn = false
    /// Whether the person has to sign in again before they see or do anything. Who has never
    /// signed in is not kept out by this.
    package private(set) var isSignedOut = false
    /// Whether its access was taken away between registering and confirming the address.
    package private(set) var hasLostAccess = false
    package private(set) var security = AccountSecurity()
    /// Other clients to whose profiles the account has or had access.
    package private(set) var reaches: Set<UniqueID> = []
    /// Merged records whose own account it was before.
    package private(set) var formerClients: Set<UniqueID> = []

    package enum Holder: Hashable, Sendable {
        /// The client themself.
        case client
        /// Somebody who acts for the client.
        case person(UniqueID)
    }

    package enum DisableCause: String, Hashable, Sendable, Comparable {
        case manual
        case recordStatus

        package static func < (left: DisableCause, right: DisableCause) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The link that confirms the login address.
    package struct ConfirmationLink: Hashable, Sendable {
        package let tokenHash: String
        package let expiresAt: Instant
        package var isExpired = false
    }

    /// A password that was mailed with an invitation; only the newest one works.
    package struct TemporaryPassword: Hashable, Sendable {
        package let hash: String
        package let expiresAt: Instant
        package let invitationID: UniqueID
        /// The invitation that it came with was taken back: it is no way in to that.
        package fileprivate(set) var isWithdrawn = false

        /// Whether it can still be used: the guard that does not wait for the timer.
        package func isLive(at now: Instant) -> Bool { now < expiresAt }
    }

    init(id: UniqueID, holder: Holder) {
        self.id = id
        self.holder = holder
    }

    /// A merged record's account as its survivor takes it over: it was in use.
    init(id: UniqueID, movedBy event: ClientRecordsMerged) {
        self.init(id: id, holder: .client)
        isRegistered = true
        isEmailConfirmed = true
        hasEnrolled = true
        passwordHash = event.passwordHash
        hasSignedIn = event.hasSignedIn ?? false
        isSignedOut = event.isSignedOut ?? false
        security = AccountSecurity(movedBy: event)
        takeOver(event)
    }

    /// It is the account of the merged record's person too, with what they could see of others.
    mutating func takeOver(_ event: ClientRecordsMerged) {
        reaches.formUnion(event.reachedClientIds ?? [])
        formerClients.formUnion(event.formerClientIds ?? [])
    }

    /// Its access was taken away. While the address is yet to be confirmed, confirming it brings
    /// none back.
    mutating func loseAccess() { hasLostAccess = isRegistered && !isEmailConfirmed }

    /// The other one stays when records are merged.
    mutating func close() { isClosed = true }

    package var isDisabled: Bool { !disabledBy.isEmpty }

    package var currentCredential: Credential? { credentials.last }

    /// Whether the person has something that still lets them in: distributed, unexpired and
    /// unused credentials, a temporary password, a link, or a registration already made (A-09,
    /// T4). A lock has to be lifted by new credentials, so no link counts against these.
    package func hasActiveCredentials(on today: LocalDate, at now: Instant) -> Bool {
        isRegistered || currentCredential?.isActive(on: today) ?? false
            || temporaryPassword.map { !$0.isWithdrawn && $0.isLive(at: now) } ?? false
            || (!isLocked && registrationLinks.values.contains { now < $0 })
    }

    /// Whether the person must set a password of their own before they do anything else.
    package var mustSetPassword: Bool { temporaryPassword != nil }

    /// Whether the person has a way in of their own, so that none need be mailed again.
    package var isInUse: Bool { hasSignedIn || passwordHash != nil }

    /// The hash that a password is checked against: the mailed one's until there is another.
    package var checkedHash: String? { temporaryPassword?.hash ?? passwordHash }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        evolveCredentials(with: event)
        evolveRegistration(with: event)
        evolveSignIn(with: event)
        evolveBarriers(with: event)
        security.evolve(with: event, of: id)
        evolveLinks(with: event)
    }

    private mutating func evolveLinks(with event: PortalEvent) {
        switch event {
        case .portalInvitationSent(let event)
        where event.accountId == id && event.kind.isRegisteredByLink:
            registrationLinks[event.invitationId] = event.expiresAt
        case .portalInvitationResent(let event) where registrationLinks[event.invitationId] != nil:
            registrationLinks[event.invitationId] = event.expiresAt
        case .invitationAccepted(let event): registrationLinks[event.invitationId] = nil
        case .invitationRejected(let event): registrationLinks[event.invitationId] = nil
        case .invitationRevoked(let event):
            registrationLinks[event.invitationId] = nil
            if temporaryPassword?.invitationID == event.invitationId {
                temporaryPassword?.isWithdrawn = true
            }
        default: break
        }
    }

    private mutating func evolveCredentials(with event: PortalEvent) {
        switch event {
        case .patientCredentialsCreated(let event) where event.accountId == id:
            credentials.append(Credential(event))
            isRegistered = false
            isEmailConfirmed = false
            hasLostAccess = false
            confirmation = nil
            temporaryPassword = nil
        case .patientCredentialsSuperseded(let event): set(.superseded, event.credentialId)
        case .patientCredentialsDistributed(let event) where event.accountId == id:
            set(.distributed, event.credentialId)
            failedAttempts = 0
        case .patientCredentialsActivated(let event): set(.activated, event.credentialId)
        case .patientCredentialsExpired(let event): set(.expired, event.credentialId)
        case .patientCredentialsVoided(let event): set(.voided, event.credentialId)
        default: break
        }
    }

    private mutating func evolveRegistration(with event: PortalEvent) {
        switch event {
        case .patientUserFailedToRegister(let event) where event.accountId == id:
            failedAttempts = event.attempt
        case .patientUserSuccessfullyRegistered(let event) where event.accountId == id:
            isRegistered = true
            // Whoever came by a link has shown that the address is theirs.
            isEmailConfirmed = event.route != .credentials
            // A letter is always about one's own record.
            if event.route == .credentials { hasEnrolled = true }
        case .patientAccessGranted(let event) where event.accountId == id: hasEnrolled = true
        case .confirmationEmailSent(let event) where event.accountId == id:
            confirmation = ConfirmationLink(tokenHash: event.tokenHash, expiresAt: event.expiresAt)
        case .confirmationLinkExpired(let event) where event.accountId == id:
            confirmation?.isExpired = true
        case .patientEmailConfirmed(let event) where event.accountId == id:
            isEmailConfirmed = true
        default: break
        }
    }

    private mutating func evolveSignIn(with event: PortalEvent) {
        switch event {
        case .loginEmailClaimed(let event) where event.accountId == id:
            loginEmail = event.personal.content?.email
            loginDigest = event.emailDigest
        case .loginEmailReleased(let event) where event.accountId == id:
            loginEmail = nil
            loginDigest = nil
            // Its link went to an address that is the account's no longer, and shows nothing of
            // the next one.
            confirmation = nil
        case .loginEmailChanged(let event) where event.accountId == id:
            loginEmail = event.personal.content?.new
        case .temporaryPasswordIssued(let event) where event.accountId == id:
            temporaryPassword = TemporaryPassword(
                hash: event.passwordHash,
                expiresAt: event.expiresAt,
                invitationID: event.invitationId
            )
        case .passwordSet(let event) where event.accountId == id:
            passwordHash = event.passwordHash
            temporaryPassword = nil
        case .signedIn(let event) where event.accountId == id:
            hasSignedIn = true
            isSignedOut = false
            // Whoever got in with what was mailed has shown that the address is theirs.
            isRegistered = true
            isEmailConfirmed = true
        case .signedOut(let event) where event.accountId == id: isSignedOut = true
        // Where an access was removed, sessions lose that profile and go on (T5), if there is
        // another one.
        case .sessionsEnded(let event) where event.accountId == id:
            if event.reason != .accessRemoved || event.accessLeft == false { isSignedOut = true }
        case .familyPortalAccessAdded(let event) where event.accountId == id:
            if event.accountClientId != nil { reaches.insert(event.clientId) }
        case .collaboratorAccessGranted(let event) where event.accountId == id:
            if event.accountClientId != nil { reaches.insert(event.clientId) }
        default: break
        }
    }

    private mutating func evolveBarriers(with event: PortalEvent) {
        switch event {
        case .patientAccountLocked(let event) where event.accountId == id: isLocked = true
        case .patientAccountUnlocked(let event) where event.accountId == id: isLocked = false
        case .patientAccountDisabled(let event) where event.accountId == id:
            disabledBy.insert(.manual)
        // An end date is no cause that stays: the date itself decides.
        case .patientAccountDisabledAutomatically(let event)
        where event.accountId == id && event.cause == .recordStatus:
            disabledBy.insert(.recordStatus)
        case .patientAccountEnabled(let event) where event.accountId == id: disabledBy = []
        default: break
        }
    }

    private mutating func set(_ state: Credential.State, _ credential: UniqueID) {
        guard let place = credentials.firstIndex(where: { $0.id == credential }) else { return }
        credentials[place].state = state
    }
}

/// One issue of credentials: a Patient ID number and an activation code that register an
/// account until the end of a date (T4).
package struct Credential: Hashable, Sendable {
    package let id: UniqueID
    package let activationCodeHash: String
    package let expiryDate: LocalDate
    package var state = State.created

    package enum State: String, Hashable, Sendable {
        case created
        case distributed
        case activated
        case expired
        case superseded
        case voided
    }

    init(_ event: PatientCredentialsCreated) {
        id = event.credentialId
        activationCodeHash = event.activationCodeHash
        expiryDate = event.expiryDate
    }

    /// Usable until the end of the expiry date, organisation time.
    package func isExpired(on today: LocalDate) -> Bool {
        state == .expired || (isUnused && today > expiryDate)
    }

    /// Neither used nor ended.
    package var isUnused: Bool { state == .created || state == .distributed }

    /// Whether it can still be distributed or used.
    package func isLive(on today: LocalDate) -> Bool { isUnused && !isExpired(on: today) }

    /// Whether it can be used to register.
    package func isActive(on today: LocalDate) -> Bool {
        state == .distributed && !isExpired(on: today)
    }
}
