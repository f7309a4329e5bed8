import EventLine
package import PortalEvents

/// Sets up an organisation with its role `patient` and its first administrator.
package struct RegisterOrganisation: CallableCommand {
    package static var replyIDs: [String] { ["organisationId", "staffId"] }
    private let organisationName: String
    private let timeZone: TimeZoneName
    private let organisationType: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        organisationName = try input.text("name")
        timeZone = try TimeZoneName(&input)
        organisationType = try input.optionalText("organisationType")
    }

    package var audience: Audience { .system }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let ids = situation.ids
        let registered = OrganisationRegistered(
            organisationId: ids[0],
            name: organisationName,
            organisationType: organisationType,
            timeZone: timeZone.text,
            locale: "en"
        )
        let role = PortalRoleDefined(
            roleId: ids[1],
            name: "patient",
            permissions: PortalPermission.allCases
        )
        let administrator = StaffMemberAdded(
            staffId: ids[2],
            personal: .open(.init(name: "Administrator"))
        )
        let permissions = Permission.allCases.map {
            PortalEvent.staffPermissionGranted(.init(staffId: ids[2], permission: $0))
        }
        return [
            .organisationRegistered(registered), .portalRoleDefined(role),
            .staffMemberAdded(administrator),
        ] + permissions
    }
}

/// The name of a time zone. Whether it is one that exists is checked outside, where the zones are.
package struct TimeZoneName: Hashable, Sendable {
    package let text: String

    init(_ input: inout CommandInput) throws(Refusal) {
        text = try input.text("timeZone")
    }
}

/// A command that changes one of the organisation's settings.
private protocol SettingCommand: CallableCommand {
    var event: PortalEvent { get }
}

extension SettingCommand {
    package var audience: Audience { .staff(.administerOrganisation) }
    package var target: Target { .organisation }
    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] { [event] }
}

/// Moves the organisation to another time zone; future due times follow.
package struct ChangeOrganisationTimeZone: SettingCommand {
    private let timeZone: TimeZoneName

    package init(_ input: inout CommandInput) throws(Refusal) { timeZone = try .init(&input) }

    fileprivate var event: PortalEvent {
        .organisationTimeZoneChanged(.init(timeZone: timeZone.text))
    }
}

/// Lets invitations create a medical profile before acceptance (S0-02).
package struct TurnOnProfileBeforeAcceptance: SettingCommand {
    package init(_ input: inout CommandInput) throws(Refusal) {}
    fileprivate var event: PortalEvent { .profileBeforeAcceptanceTurnedOn(.init()) }
}

/// Stops invitations from creating profiles; those that exist stay (S0-02).
package struct TurnOffProfileBeforeAcceptance: SettingCommand {
    package init(_ input: inout CommandInput) throws(Refusal) {}
    fileprivate var event: PortalEvent { .profileBeforeAcceptanceTurnedOff(.init()) }
}

/// Sets how many failed registrations lock an account.
package struct ChangeRegistrationLockoutPolicy: SettingCommand {
    private let maxFailedRegistrations: Int

    package init(_ input: inout CommandInput) throws(Refusal) {
        maxFailedRegistrations = try input.number("maxFailedRegistrations", in: 1...1000)
    }

    fileprivate var event: PortalEvent {
        .registrationLockoutPolicyChanged(.init(maxFailedRegistrations: maxFailedRegistrations))
    }
}

/// Sets which record statuses disable an account.
package struct ChangeDisablingRecordStatuses: SettingCommand {
    private let statuses: [RecordStatus]

    package init(_ input: inout CommandInput) throws(Refusal) {
        statuses = try input.choices("statuses")
    }

    fileprivate var event: PortalEvent {
        .disablingRecordStatusesChanged(.init(statuses: statuses))
    }
}

/// Sets how many failures at signing in are borne, of one account and from one network address,
/// within how many minutes, and for how many hours a link confirms a login address. What is
/// not given stays as it is.
package struct ChangeSignInPolicy: SettingCommand {
    private let policy: SignInPolicyChanged

    package init(_ input: inout CommandInput) throws(Refusal) {
        policy = SignInPolicyChanged(
            accountFailures: try input.optionalNumber("accountFailures", in: Self.failures),
            addressFailures: try input.optionalNumber("addressFailures", in: Self.failures),
            withinMinutes: try input.optionalNumber("withinMinutes", in: 1...1440),
            confirmationHours: try input.optionalNumber("confirmationHours", in: 1...720)
        )
    }

    private static var failures: ClosedRange<Int> { 1...Throttle.failuresKept }

    fileprivate var event: PortalEvent { .signInPolicyChanged(policy) }
}

/// Sets on which day somebody born on 29 February has the birthday in common years.
package struct ChangeLeapDayRule: SettingCommand {
    private let rule: LeapDayRule

    package init(_ input: inout CommandInput) throws(Refusal) { rule = try input.choice("rule") }

    fileprivate var event: PortalEvent { .leapDayRuleChanged(.init(rule: rule)) }
}

/// Sets how many days an invitation of a kind can be used.
package struct ChangeInvitationExpiry: SettingCommand {
    private let kind: InvitationKind
    private let days: Int

    package init(_ input: inout CommandInput) throws(Refusal) {
        kind = try input.choice("kind")
        days = try input.number("days", in: 1...3650)
    }

    fileprivate var event: PortalEvent { .invitationExpiryChanged(.init(kind: kind, days: days)) }
}
