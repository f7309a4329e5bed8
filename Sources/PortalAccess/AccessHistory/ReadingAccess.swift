import EventLine
import PortalEvents

extension Situation {
    /// Checks that the actor may read what is in a profile's record now: with an access of their
    /// own, or for the organisation where it controls the profile.
    package func requireReading(of profile: Profile) throws(Refusal) {
        switch actor {
        case .anonymous: throw Refusal(.notPermitted)
        case .staff(let id):
            guard organisation.staff[id] != nil else { throw Refusal(.notPermitted) }
            try requireProfessional(id, on: profile)
            try requireWorkingAccess(to: profile)
        case .portalUser(let id):
            if let barrier = access(of: id, to: profile).barrier { throw Refusal(barrier) }
        case .system: try requireWorkingAccess(to: profile)
        }
    }

    private func requireProfessional(_ id: UniqueID, on profile: Profile) throws(Refusal) {
        guard profile.control == .organisation, !organisation.staff(id, has: .workOnProfile),
            let organisationID = organisation.id
        else { return }
        let own = GrantHolder.professional(staff: id, organisation: organisationID)
        guard profile.liveGrant(of: own) != nil else {
            throw Refusal(
                .notPermitted,
                detail: "needs workOnProfile or an access of their own"
            )
        }
    }
}
