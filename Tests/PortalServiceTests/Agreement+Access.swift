import EventLine
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

extension Agreement {
    /// Holds the read models of access against the rules: what staff can do for a client, what an
    /// account may see, and what a person's account reaches.
    func checkAccess(_ id: UniqueID, _ ledger: Ledger) async throws {
        let situation = situation(about: id, ledger)
        for staff in ledger.organisation.staff.keys.sorted() {
            var asked = situation
            asked.actor = .staff(staff)
            let input: JSONValue = ["clientId": .uuid(id), "staffId": .uuid(staff)]
            let shown = try await result("AvailableActions", input)
            #expect(shown == Self.json(asked.availableActions), "\(id) for \(staff)")
        }
        let client: JSONValue = ["clientId": .uuid(id)]
        let enrolment = situation.client.enrolment(on: ledger.today, at: ledger.now)
        let header = try await result("EnrolmentStatus", client)
        #expect(header["status"]?.string == enrolment.rawValue)
        let tab = try await result("PatientMessagingTab", client)
        #expect(tab["link"]?.string == situation.messagingLink)
        guard let profile = situation.client.profile else { return }
        for account in ledger.clients.flatMap(\.state.accounts) {
            try await checkAccess(of: account.id, to: profile, situation)
        }
        for holder in Self.holders(of: situation.client) {
            try await checkReach(of: holder, from: profile, situation)
        }
    }

    private func checkAccess(
        of account: UniqueID,
        to profile: Profile,
        _ situation: Situation
    ) async throws {
        let input: JSONValue = ["accountId": .uuid(account), "profileId": .uuid(profile.id)]
        let shown = try await result("EffectiveAccess", input)
        let access = situation.access(of: account, to: profile)
        let expected: JSONValue = [
            "accountId": .uuid(account), "profileId": .uuid(profile.id),
            "allowed": .bool(access.barrier == nil),
            "permissions": .array(access.permissions.map { .string($0.rawValue) }),
            "reason": .text(access.barrier?.rawValue),
        ]
        #expect(shown.canonicalText == expected.canonicalText)
    }

    private func checkReach(
        of holder: HolderReference,
        from profile: Profile,
        _ situation: Situation
    ) async throws {
        let account = situation.account(ofPerson: holder.personID(given: situation.client))?.account
        let name = "\(holder.kind.rawValue)/\(holder.id)"
        let input: JSONValue = ["profileId": .uuid(profile.id), "holder": .string(name)]
        let shown = try await result("ManageAccess", input)
        #expect(shown["accountId"]?.string == account.map { "\($0.id)" })
        #expect(shown["loginEmail"]?.string == account?.loginEmail?.asLogin)
        let grants = account.map { situation.liveGrants(of: $0).map(\.grant.id) } ?? []
        #expect(shown["grants"]?.array?.map { $0.id("grantId") } == grants)
        guard let person = try? situation.portalPerson(holder) else { return }
        let form = try await result("AddAccessForm", input)
        let isLocked = account?.loginEmail != nil && !grants.isEmpty
        #expect(form["locked"]?.bool == isLocked)
        let email = isLocked ? account?.loginEmail?.asLogin : person.email
        #expect(form["email"]?.string == email)
    }

    func situation(about id: UniqueID, _ ledger: Ledger) -> Situation {
        let all = Dictionary(ledger.clients.map { ($0.id, $0.state) }) { first, _ in first }
        var situation = Situation(
            organisation: ledger.organisation,
            client: all[id] ?? ClientState(),
            actor: .systemOperator,
            now: ledger.now,
            today: ledger.today,
            ids: FreshIDs(at: ledger.now, random: (0, 0)),
            secrets: FreshSecrets(tokenHashes: [], activationCodeHash: "")
        )
        situation.others = all.filter { $0.key != id }
        let calendar = LocalCalendar(zone: ledger.organisation.timeZone) ?? .universal
        situation.startOfDay = { calendar.start(of: $0) }
        return situation
    }

    private static func holders(of client: ClientState) -> [HolderReference] {
        let own = client.id.map { [HolderReference(.client, $0)] } ?? []
        let contacts = client.contacts.map { HolderReference(.contact, $0.id) }
        let others = client.card?.representatives.map { HolderReference(.representative, $0.id) }
        return own + contacts + (others ?? [])
    }

    private static func json(_ actions: [AvailableAction]) -> JSONValue {
        .array(
            actions.map { action in
                let label = JSONMember("label", .string(action.label.rawValue))
                let contact = action.contactID.map { [JSONMember("contactId", .uuid($0))] } ?? []
                return .object([label] + contact)
            }
        )
    }
}
