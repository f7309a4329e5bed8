package import PortalEvents

/// Why a command was not obeyed, in the words of `domain.md` §4.1.
///
/// A refusal writes nothing, except where `recording` holds the events that keep the attempt.
package struct Refusal: Error, Hashable, Sendable {
    /// The machine-readable reason.
    package let reason: Reason
    /// The input field at fault, with `invalidInput`.
    package let field: String?
    /// What was wrong and what to do about it.
    package let detail: String?
    /// The events that record the refused attempt.
    package let recording: [PortalEvent]

    package init(
        _ reason: Reason,
        field: String? = nil,
        detail: String? = nil,
        recording: [PortalEvent] = []
    ) {
        self.reason = reason
        self.field = field
        self.detail = detail
        self.recording = recording
    }

    /// Somebody asked for what they have no permission for.
    package static func notPermitted(
        _ actor: Actor,
        _ command: String,
        recording: [PortalEvent] = []
    ) -> Refusal {
        Refusal(.notPermitted, detail: "\(actor) may not \(command)", recording: recording)
    }

    /// What an outsider is told, whatever the reason was.
    package static func outside(_ reason: Reason, recording: [PortalEvent] = []) -> Refusal {
        Refusal(
            reason,
            detail: "what was entered does not let you in; ask the organisation for help",
            recording: recording
        )
    }

    /// What somebody is told who signed in with a password that was mailed to them.
    package static let passwordMustBeSet = Refusal(
        .passwordMustBeSet,
        detail: "set a password of your own first, with SetPassword"
    )

    /// An input field that cannot be used.
    package static func invalidInput(_ field: String, _ detail: String) -> Refusal {
        Refusal(.invalidInput, field: field, detail: detail)
    }
}

extension Refusal {
    /// Every reason a command can be refused for.
    package enum Reason: String, Sendable, CaseIterable {
        // Common to all commands.
        case notPermitted
        case notFound
        case versionConflict
        case invalidInput
        case unknownCommand
        case unknownQuery
        case idempotencyKeyReused
        // Invitation and profile (S0).
        case invitationPending
        case alreadyAccepted
        case alreadyRejected
        case invitationRevoked
        case invitationExpired
        case featureNotEnabled
        case emailRequired
        case notRejected
        case profileDoesNotExist
        case accessRemovedByRejection
        case accessNotGranted
        case invitationNotAccepted
        case onlyOwnerControlsAccess
        case alreadyHasAccess
        case roleRequired
        case unknownRole
        case roleInUse
        case alreadySignedIn
        // Portal access of clients and contacts (S3).
        case notAContactOfClient
        case loginEmailFixed
        case noEmailTemplate
        case contactDisabled
        case clientEndDated
        case accessRemoved
        case confirmationRequired
        case roleRetired
        case passwordMustBeSet
        case sessionEnded
        // Portal invitations and automatic ones (S2, S4).
        case alreadyRegistered
        case staffMayNotInvite
        case templateLacksInvitationLink
        case requiredFieldMissing
        case linkAlreadyUsed
        case alreadySigned
        case identityNotVerified
        case dateOfBirthFormat
        // End dates, messages, support (S4, S1).
        case noEndDate
        case patientNotRegistered
        case messagesReadOnly
        case supportEmailRequired
        case supportPhoneRequired
        case supportAlreadyEntered
        // Letters and credentials (S1).
        case nameRequired
        case wordFileRequired
        case notAWordFile
        case unknownMergeField
        case unknownTemplateBase
        case unknownTemplate
        case noInvitationLetterConfigured
        case letterPartsMissing
        case expiryDateRequired
        case expiryDateInPast
        case accountActive
        case accountDisabled
        case recordStatusDisabled
        case hasActiveCredentials
        case credentialsExpired
        case credentialsSuperseded
        case credentialsAlreadyUsed
        case accountNotActive
        case accountNotDisabled
        case noActiveCredentials
        case accountLocked
        case confirmationExpired
        case alreadyConfirmed
        case nothingToConfirm
        case loginEmailInUse
        case weakPassword
        // Forgotten passwords, second factors and tries that failed.
        case resetExpired
        case hasSecondFactor
        case noSecondFactor
        case wrongSecondFactor
        case throttled
        // Two records of one person.
        case alreadyMerged
        case accountChoiceRequired
        // What keeps an account from a profile.
        case notRegistered
        case emailNotConfirmed
        case accessSuspended
        case noProfileAccess
        // Timers.
        case notDueYet
        // What outsiders are told.
        case registrationRefused
        case signInRefused
    }
}
