import EventLine
import PortalAccess
import PortalEvents

extension QueryCase {
    /// What an account may see of a client's profile today, whatever moment is asked about.
    func portalAccess(
        of account: UniqueID,
        to client: UniqueID
    ) throws -> (permissions: [PortalPermission], barrier: Refusal.Reason?) {
        let question = LinkQuestion(account: account, actor: .portalUser(account))
        let now = try asNow.client(client, question)
        guard let profile = now.client.profile else { return ([], .noProfileAccess) }
        let access = now.access(of: account, to: profile)
        return (access.permissions, access.barrier)
    }

    /// Lets staff with a permission pass, and those who see this part of the client's profile in
    /// the portal.
    func require(
        _ permission: Permission,
        orPortal part: PortalPermission,
        of client: UniqueID
    ) throws {
        guard case .portalUser(let id) = actor else { return try require(permission) }
        try requirePortal(part, of: client, for: id)
    }

    /// Lets staff pass, and people with an account of the organisation who could sign in now.
    func requireStaffOrOpenAccount() throws {
        guard case .portalUser(let id) = actor else { return try requireStaff() }
        guard let home = try home(ofAccount: id) else { throw Refusal(.notPermitted) }
        let now = try asNow.client(home, LinkQuestion(account: id, actor: actor))
        guard let account = now.client.account(id) else { throw Refusal(.notPermitted) }
        if let barrier = now.barrier(of: account) ?? now.profileBarrier(of: account) {
            throw Refusal(Refusal.Reason(rawValue: barrier.rawValue) ?? .noProfileAccess)
        }
    }

    /// Checks that an account sees a part of the client's profile now.
    func requirePortal(
        _ part: PortalPermission,
        of client: UniqueID,
        for account: UniqueID
    ) throws {
        let access = try portalAccess(of: account, to: client)
        switch access.barrier {
        case nil: break
        case .noProfileAccess, .accessNotGranted: throw Refusal(.notPermitted)
        case .some(let barrier): throw Refusal(barrier)
        }
        guard access.permissions.contains(part) else {
            throw Refusal(.notPermitted, detail: "the role does not show \(part.rawValue)")
        }
    }

    /// The clients of whose profile an account sees a part: for the account's holder those that
    /// are open to them today, for staff also those that are shut for the time being.
    func clients(showing part: PortalPermission, to account: UniqueID) throws -> [UniqueID] {
        guard let homeID = try self.home(ofAccount: account) else {
            throw Refusal(.notFound, detail: "the organisation has nothing of this id")
        }
        let home = try client(homeID, LinkQuestion(account: account))
        guard let found = home.client.account(account) else { throw Refusal(.notFound) }
        let all = [homeID] + home.others.keys.sorted()
        if case .portalUser(let id) = actor {
            guard id == account else { throw Refusal(.notPermitted) }
            return try openClients(among: all, part, account)
        }
        try requireStaff()
        return try all.filter { id in
            if id == homeID, found.holder == .client { return true }
            let profile = try client(id).client.profile
            let grant = profile?.grant(to: found, homedWith: homeID)
            return grant?.roleID.flatMap { settings.roles[$0] }?.permissions.contains(part) ?? false
        }
    }

    private func openClients(
        among all: [UniqueID],
        _ part: PortalPermission,
        _ account: UniqueID
    ) throws -> [UniqueID] {
        let accesses = try all.map { ($0, try portalAccess(of: account, to: $0)) }
        let open = accesses.filter { $0.1.barrier == nil }
        guard !open.isEmpty else {
            throw Refusal(accesses.compactMap(\.1.barrier).first ?? .noProfileAccess)
        }
        let showing = open.filter { $0.1.permissions.contains(part) }.map(\.0)
        guard !showing.isEmpty else {
            throw Refusal(.notPermitted, detail: "the role does not show \(part.rawValue)")
        }
        return showing
    }
}
