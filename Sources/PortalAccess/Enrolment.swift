package import EventLine
import PortalEvents

/// Where a client stands with the portal, as the chart's header shows it (S2-21).
package enum EnrolmentStatus: String, Sendable, CaseIterable {
    case notInvited
    case invited
    case expired
    case enrolled
    case accessRemoved
}

extension ClientState {
    /// Whether the client has registered, and not lost the access that came of it.
    package var isEnrolled: Bool {
        guard let account = ownAccount, account.isRegistered else { return false }
        return hasOwnAccess(account) || !account.isEmailConfirmed
    }

    /// Whether the client has registered for their own record, whatever became of the access.
    /// Nobody who has is invited to register again (S4-03); who did only to care for others is.
    package var hasRegistered: Bool {
        guard let account = ownAccount, account.isRegistered else { return false }
        return account.hasEnrolled || isEnrolled
    }

    /// Whether the client themself was ever invited to the portal, by mail or by letter. Visits
    /// do not invite whoever has been. An invitation to care for somebody else is none.
    package var wasInvited: Bool {
        hasRegistered || ownAccount?.currentCredential != nil
            || invitations.contains { $0.recipientKind == .patient }
    }

    /// Where the client stands with the portal at a moment.
    package func enrolment(on today: LocalDate, at now: Instant) -> EnrolmentStatus {
        if isEnrolled { return .enrolled }
        let states = portalInvitations.map { $0.state(at: now) }
        let hasLetter = ownAccount?.currentCredential?.isLive(on: today) ?? false
        if states.contains(.pending) || hasLetter { return .invited }
        if hasLostAccess { return .accessRemoved }
        let hasOldLetter = ownAccount?.currentCredential?.isExpired(on: today) ?? false
        return states.last == .expired || hasOldLetter ? .expired : .notInvited
    }

    /// The invitations to the portal that went to the client themself.
    package var portalInvitations: [Invitation] {
        invitations.filter { $0.recipientKind == .patient && $0.kind != .caregiver }
    }

    private func hasOwnAccess(_ account: PortalAccount) -> Bool {
        profile?.liveGrant(of: .account(account.id)) != nil
    }

    private var hasLostAccess: Bool {
        guard let account = ownAccount else { return false }
        return profiles.flatMap(\.grants).contains {
            $0.holder == .account(account.id) && $0.state == .removed
        }
    }
}
