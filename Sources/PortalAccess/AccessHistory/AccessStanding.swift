package import EventLine
import PortalEvents

/// How an account stands towards a profile at one moment: what it may see by the rules, and the
/// facts that this follows from.
package struct AccessStanding: Hashable, Sendable {
    package let access: EffectiveAccess
    /// The name of the role that it sees the profile in.
    package let role: String?
    /// What is so, in words; a fact that is absent has nothing to say.
    package let facts: [AccessFact: String]

    /// The standing of whoever has nothing to do with the profile, or before there is one.
    package static let none = AccessStanding(
        access: EffectiveAccess(permissions: [], barrier: .profileDoesNotExist),
        role: nil,
        facts: [:]
    )

    /// What changed since an earlier standing, in the order of the facts.
    package func changes(since earlier: AccessStanding) -> [AccessChange] {
        AccessFact.allCases.compactMap { fact in
            earlier.facts[fact] == facts[fact]
                ? nil : AccessChange(fact: fact, from: earlier.facts[fact], to: facts[fact])
        }
    }
}

/// A fact that access follows from. The names stand in answers to other programs.
package enum AccessFact: String, CaseIterable, Sendable {
    /// Who owns the profile, or that it was deleted.
    case profile
    /// What keeps the account out everywhere, or `usable`.
    case account
    /// Whether staff, the record's status or both disabled the account.
    case disabledBy
    /// The record status of the client whose own account it is.
    case recordStatus
    /// The newest credentials, until they are used.
    case credentials
    /// A mailed password that has to be replaced.
    case password
    /// The access itself, and why it is suspended.
    case grant
    case role
    /// What the role shows.
    case permissions
    /// The end date of the client whose profile it is.
    case endDate
    /// Whether that date has come and took the access.
    case endDateInEffect
    /// Whether the client came of age and so ended it.
    case cameOfAge
    /// The record that the client's was merged into.
    case mergedInto
}

/// A fact that became another.
package struct AccessChange: Hashable, Sendable {
    package let fact: AccessFact
    package let from: String?
    package let to: String?
}

extension Situation {
    /// How an account stands towards a profile of the client now.
    package func standing(of accountID: UniqueID, to profileID: UniqueID) -> AccessStanding {
        guard let profile = client.profiles.last(where: { $0.id == profileID }) else {
            return AccessStanding(
                access: AccessStanding.none.access,
                role: nil,
                facts: accountFacts(accountID)
            )
        }
        let access =
            profile.isDeleted
            ? AccessStanding.none.access : self.access(of: accountID, to: profile)
        let grant = shownGrant(of: accountID, on: profile)
        let role = grant?.roleID.flatMap { organisation.roles[$0] }
        var facts = accountFacts(accountID)
        facts[.profile] = profile.ownership.rawValue
        facts[.grant] = grant?.inWords
        facts[.role] = role?.name
        facts[.permissions] = role.map { $0.permissions.map(\.rawValue).joined(separator: ", ") }
        facts[.endDate] = client.card?.endDate?.description
        if client.card?.isEndDateInEffect(on: today) == true { facts[.endDateInEffect] = "yes" }
        if let grant, isEndedByAge(grant, of: client) { facts[.cameOfAge] = "yes" }
        facts[.mergedInto] = client.mergedInto?.description
        return AccessStanding(access: access, role: role?.name, facts: facts)
    }

    /// The moments at which dates that are known now change by themselves how an account stands.
    package func turns(of accountID: UniqueID) -> [Instant] {
        let account = account(anywhere: accountID)?.account
        let expiry = account?.currentCredential?.expiryDate.adding(days: 1)
        let password = account?.temporaryPassword?.expiresAt
        return turnsOfClient + [expiry.map(startOfDay), password].compactMap { $0 }
    }

    /// The moments at which the client's own dates change what anybody may see.
    package var turnsOfClient: [Instant] {
        let birthday = organisation.comingOfAgeYears.flatMap { years in
            client.card?.dateOfBirth?.birthday(after: years, organisation.leapDayRule)
        }
        return [client.card?.endDate, birthday].compactMap { $0 }.map(startOfDay)
    }
}

extension Situation {
    private func accountFacts(_ id: UniqueID) -> [AccessFact: String] {
        guard let (account, home) = account(anywhere: id) else { return [:] }
        var facts: [AccessFact: String] = [:]
        facts[.account] = barrier(of: account)?.rawValue ?? "usable"
        if account.isDisabled {
            facts[.disabledBy] = account.disabledBy.sorted().map(\.rawValue)
                .joined(separator: ", ")
        }
        if account.holder == .client { facts[.recordStatus] = home.card?.recordStatus.rawValue }
        if let credential = account.currentCredential, !account.isRegistered {
            let isExpired = credential.isExpired(on: today)
            facts[.credentials] = isExpired ? "expired" : credential.state.rawValue
        }
        if let password = account.temporaryPassword {
            facts[.password] = password.isLive(at: now) ? "mailed" : "mailed, expired"
        }
        return facts
    }

    /// The access by which the account sees the profile, or the last one that it had.
    private func shownGrant(of id: UniqueID, on profile: Profile) -> AccessGrant? {
        guard let (account, home) = account(anywhere: id) else { return nil }
        if let live = profile.grant(to: account, homedWith: home.id) { return live }
        let person: UniqueID? =
            switch account.holder {
            case .client: home.id
            case .person(let id): id
            }
        return profile.grants.last {
            $0.holder == .account(id) || (person != nil && $0.holder == person.map { .person($0) })
        }
    }
}

extension AccessGrant {
    fileprivate var inWords: String {
        let reasons = suspensions.map(\.rawValue).sorted().joined(separator: ", ")
        return reasons.isEmpty ? state.rawValue : "\(state.rawValue) (\(reasons))"
    }
}
