package import EventLine
package import PortalEvents

/// An organisation, folded from its stream.
package struct OrganisationState: Hashable, Sendable {
    package private(set) var id: UniqueID?
    package private(set) var name = ""
    package private(set) var timeZone = "UTC"
    package private(set) var staff: [UniqueID: Set<Permission>] = [:]
    package private(set) var roles: [UniqueID: PortalRole] = [:]
    /// The role `patient`, which routes that choose none give (contract 7).
    package private(set) var patientRole: UniqueID?
    package private(set) var hasProfileBeforeAcceptance = false
    package private(set) var maxFailedRegistrations = 5
    /// Statuses that disable an account; the seed's own list is lost.
    package private(set) var disablingStatuses: Set<RecordStatus> = [.deceased, .inactive, .merged]
    package private(set) var letterBases: [UniqueID: LetterBase] = [:]
    package private(set) var letterTemplates: [LetterTemplate] = []
    package private(set) var emails = EmailTemplates()
    /// At which age of a client the access of others ends; nil where it does not.
    package private(set) var comingOfAgeYears: Int?
    /// When somebody born on 29 February has the birthday in common years.
    package private(set) var leapDayRule = LeapDayRule.march1
    package private(set) var signIn = SignInPolicy()
    /// What kind of organisation it is, as support information distinguishes them.
    package private(set) var organisationType: String?
    package private(set) var support = SupportInformation()
    package private(set) var communications = PatientCommunications()
    private var invitationDays: [InvitationKind: Int] = [:]

    package init() {}

    package var isRegistered: Bool { id != nil }

    /// How long an invitation of a kind can be used.
    package func daysToAccept(_ kind: InvitationKind) -> Int {
        invitationDays[kind] ?? (kind == .familyPortal ? 7 : 14)
    }

    /// Whether somebody belongs to the staff and has a permission. Inviting to the portal has a
    /// check box of its own, which counts where it was set (S2-13).
    package func staff(_ id: UniqueID, has permission: Permission) -> Bool {
        guard let permissions = staff[id] else { return false }
        let isByBox =
            permission == .sendPortalInvitation && communications.invitationRights[id] != nil
        return isByBox || permissions.contains(permission)
    }

    /// Whether a member of staff may invite people to the portal (S2-13).
    package func mayInvite(_ id: UniqueID) -> Bool {
        staff(id, has: .sendPortalInvitation) && !communications.isBarredFromInviting(id)
    }

    /// Whether a role exists.
    package func canChoose(role: UniqueID) -> Bool {
        roles[role].map { !$0.isRetired } ?? false
    }

    /// Checks that a role exists and can still be given (S3-16).
    package func requireChoosable(role: UniqueID) throws(Refusal) {
        guard let role = roles[role] else { throw Refusal(.unknownRole, field: "roleId") }
        guard !role.isRetired else { throw Refusal(.roleRetired, field: "roleId") }
    }

    package func letterTemplate(_ id: UniqueID) -> LetterTemplate? {
        letterTemplates.first { $0.id == id }
    }

    /// The state after an event.
    package mutating func evolve(with event: PortalEvent) {
        evolveSettings(with: event)
        evolveStaff(with: event)
        evolveRoles(with: event)
        evolveLetters(with: event)
        emails.evolve(with: event)
        support.evolve(with: event)
        communications.evolve(with: event)
    }

    private mutating func evolveSettings(with event: PortalEvent) {
        switch event {
        case .organisationRegistered(let event):
            id = event.organisationId
            name = event.name
            timeZone = event.timeZone
            organisationType = event.organisationType
        case .organisationTimeZoneChanged(let event): timeZone = event.timeZone
        case .profileBeforeAcceptanceTurnedOn: hasProfileBeforeAcceptance = true
        case .profileBeforeAcceptanceTurnedOff: hasProfileBeforeAcceptance = false
        case .invitationExpiryChanged(let event): invitationDays[event.kind] = event.days
        case .registrationLockoutPolicyChanged(let event):
            maxFailedRegistrations = event.maxFailedRegistrations
        case .comingOfAgeChanged(let event): comingOfAgeYears = event.ageYears
        case .leapDayRuleChanged(let event): leapDayRule = event.rule
        case .signInPolicyChanged(let event): signIn.change(event)
        case .disablingRecordStatusesChanged(let event): disablingStatuses = Set(event.statuses)
        default: break
        }
    }

    private mutating func evolveStaff(with event: PortalEvent) {
        switch event {
        case .staffMemberAdded(let event): staff[event.staffId] = []
        case .staffMemberRemoved(let event): staff[event.staffId] = nil
        case .staffPermissionGranted(let event): staff[event.staffId]?.insert(event.permission)
        case .staffPermissionWithdrawn(let event): staff[event.staffId]?.remove(event.permission)
        // The check box decides, whatever was granted before: those barred learn that they are.
        case .staffInvitationRightChanged(let event):
            staff[event.staffId]?.insert(.sendPortalInvitation)
        default: break
        }
    }

    private mutating func evolveRoles(with event: PortalEvent) {
        switch event {
        case .portalRoleDefined(let event):
            if patientRole == nil { patientRole = event.roleId }
            roles[event.roleId] = PortalRole(name: event.name, permissions: event.permissions)
        case .portalRoleChanged(let event):
            roles[event.roleId]?.name = event.name
            roles[event.roleId]?.permissions = event.permissions
        case .portalRoleRetired(let event): roles[event.roleId]?.isRetired = true
        default: break
        }
    }

    private mutating func evolveLetters(with event: PortalEvent) {
        switch event {
        case .letterTemplateBaseCreated(let event):
            letterBases[event.baseId] = LetterBase(
                name: event.name,
                body: event.body,
                wordFile: event.wordFile
            )
        case .letterTemplateBaseChanged(let event):
            letterBases[event.baseId] = LetterBase(
                name: event.name,
                body: event.body,
                wordFile: event.wordFile
            )
        case .letterTemplateCreated(let event): letterTemplates.append(LetterTemplate(event))
        case .letterTemplateChanged(let event):
            replaceTemplate(event.templateId) { $0 = LetterTemplate(changed: event) }
        case .letterTemplateMadeVisible(let event):
            replaceTemplate(event.templateId) { $0.isVisible = true }
        case .letterTemplateHidden(let event):
            replaceTemplate(event.templateId) { $0.isVisible = false }
        default: break
        }
    }

    private mutating func replaceTemplate(
        _ id: UniqueID,
        _ change: (inout LetterTemplate) -> Void
    ) {
        guard let place = letterTemplates.firstIndex(where: { $0.id == id }) else { return }
        change(&letterTemplates[place])
    }
}

/// A role that a portal access can have: what its holder may see.
package struct PortalRole: Hashable, Sendable {
    package var name: String
    package var permissions: [PortalPermission]
    /// Whether it can no longer be given.
    package var isRetired = false
}

/// The base document of letters.
package struct LetterBase: Hashable, Sendable {
    package let name: String
    package let body: String
    package let wordFile: WordFileReference
}

/// A letter template: which parts of the credentials its letters show.
package struct LetterTemplate: Hashable, Sendable {
    package let id: UniqueID
    package let baseID: UniqueID
    package let name: String
    package let body: String
    package let parts: [LetterPart]
    package var isVisible: Bool

    init(_ event: LetterTemplateCreated) {
        id = event.templateId
        baseID = event.baseId
        name = event.name
        body = event.body
        parts = event.parts
        isVisible = event.patientProfileIsVisible
    }

    init(changed event: LetterTemplateChanged) {
        id = event.templateId
        baseID = event.baseId
        name = event.name
        body = event.body
        parts = event.parts
        isVisible = event.patientProfileIsVisible
    }
}

/// Which account holds a login address, folded from the address's own stream.
package struct LoginState: Hashable, Sendable {
    /// The holder; nil while the address is free.
    package private(set) var accountID: UniqueID?

    package init() {}

    /// The state after an event.
    package mutating func evolve(with event: PortalEvent) {
        switch event {
        case .loginEmailClaimed(let event): accountID = event.accountId
        case .loginEmailReleased(let event) where event.accountId == accountID: accountID = nil
        default: break
        }
    }
}
