import EventLine
import PortalAccess
import PortalEvents
import Testing

/// The account that a merge names survives it, whichever record it was opened with (I10).
struct MergedAccountTests {
    /// Two records of one person, each with a profile and those with an account that are said to.
    private struct Twins {
        var stage = Stage.forFamilyPortal()
        var records: [UniqueID] = []
        var accounts: [UniqueID?] = []
        var profiles: [UniqueID] = []

        static let emails = ["pat@example.org", "pat@work.example"]

        init(survivorHasAccount: Bool, mergedHasAccount: Bool) {
            for (place, hasAccount) in [survivorHasAccount, mergedHasAccount].enumerated() {
                let email = Self.emails[place]
                let client = stage.addClient("P-\(place + 5)", email: email)
                stage.choose(client)
                stage.makeProfile()
                if hasAccount {
                    stage.addAccess("client/\(client)", email: email, as: "patient")
                    stage.enter(email)
                }
                records.append(client)
                accounts.append(stage.account?.id)
                profiles.append(stage.profile?.id ?? Stage.nobody)
            }
            stage.choose(records[0])
        }

        var merging: JSONValue {
            ["survivor": .id(records[0]), "merged": .id(records[1])]
        }

        /// Merges and keeps one of the accounts, by its record's place.
        mutating func merge(keeping place: Int?) -> ClientRecordsMerged? {
            let kept = place.flatMap { accounts[$0] }
            let input = kept.map { merging.with("keepAccountId", .id($0)) } ?? merging
            for event in stage.done("MergeClientRecords", input) {
                if case .clientRecordsMerged(let event) = event { return event }
            }
            return nil
        }

        /// Signs in with the person's own password; answers with the profiles seen.
        mutating func enter(_ email: String) -> [UniqueID] {
            let input = stage.signingIn(email, Stage.password)
            return stage.done("SignIn", input, as: .anonymous).lazy
                .compactMap { event -> [UniqueID]? in
                    if case .signedIn(let event) = event { event.profileIds } else { nil }
                }.first ?? []
        }

        func access(of account: UniqueID, to place: Int) -> EffectiveAccess? {
            let client = stage.world.clients[records[place]]
            return client?.profile.map {
                stage.world.situation(about: records[place]).access(of: account, to: $0)
            }
        }
    }

    private struct Row: CustomTestStringConvertible {
        let survivorHasAccount: Bool
        let mergedHasAccount: Bool
        let chosen: Int?
        /// Whose account is the survivor's own from then on, and whose is closed.
        let kept: Int?
        let closed: Int?
        var testDescription: String {
            "\(survivorHasAccount) \(mergedHasAccount) \(chosen ?? -1)"
        }
    }

    private static let rows = [
        Row(survivorHasAccount: true, mergedHasAccount: true, chosen: 0, kept: 0, closed: 1),
        Row(survivorHasAccount: true, mergedHasAccount: true, chosen: 1, kept: 1, closed: 0),
        Row(survivorHasAccount: true, mergedHasAccount: false, chosen: nil, kept: 0, closed: nil),
        Row(survivorHasAccount: true, mergedHasAccount: false, chosen: 0, kept: 0, closed: nil),
        Row(survivorHasAccount: false, mergedHasAccount: true, chosen: nil, kept: 1, closed: nil),
        Row(survivorHasAccount: false, mergedHasAccount: true, chosen: 1, kept: 1, closed: nil),
        Row(
            survivorHasAccount: false,
            mergedHasAccount: false,
            chosen: nil,
            kept: nil,
            closed: nil
        ),
    ]

    @Test(arguments: rows)
    private func `the account that is kept is the survivor's, by its own id`(row: Row) throws {
        var twins = Twins(
            survivorHasAccount: row.survivorHasAccount,
            mergedHasAccount: row.mergedHasAccount
        )
        let merged = twins.merge(keeping: row.chosen)
        let record = try #require(merged)
        let kept = row.kept.flatMap { twins.accounts[$0] }
        #expect(record.keptAccountId == kept)
        #expect(record.closedAccountId == row.closed.flatMap { twins.accounts[$0] })
        #expect(twins.stage.account?.id == kept)
        guard let kept, let place = row.kept else { return }
        #expect(twins.stage.userState == .active)
        let seen = twins.enter(Twins.emails[place])
        #expect(Set(seen) == Set(twins.profiles))
        for profile in [0, 1] {
            #expect(twins.access(of: kept, to: profile)?.barrier == nil)
        }
        guard let closed = record.closedAccountId else { return }
        let refused = twins.stage.world.run(
            "SignIn",
            twins.stage.signingIn(Twins.emails[1 - place], Stage.password),
            as: .anonymous
        )
        #expect(refused.reason == .signInRefused)
        for profile in [0, 1] {
            #expect(twins.access(of: closed, to: profile)?.barrier != nil)
        }
        let reopening = twins.stage.world.run(
            "EnablePatientProfileAccount",
            ["accountId": .id(closed)],
            as: twins.stage.ana
        )
        #expect(!reopening.isObeyed)
    }

    @Test func `what is done with a kept account is done with the survivor's`() throws {
        var twins = Twins(survivorHasAccount: true, mergedHasAccount: true)
        _ = twins.merge(keeping: 1)
        let kept = try #require(twins.accounts[1])
        let steps: [(String, JSONValue, Actor)] = [
            ("SetPassword", ["password": "another sesame 2"], .portalUser(kept)),
            ("RequestPasswordReset", ["email": "pat@work.example"], .anonymous),
            ("SetUpSecondFactor", [:], .portalUser(kept)),
            ("DisablePatientProfileAccount", ["accountId": .id(kept)], twins.stage.ana),
            ("EnablePatientProfileAccount", ["accountId": .id(kept)], twins.stage.ana),
        ]
        for (command, input, actor) in steps {
            let events = twins.stage.done(command, input, as: actor)
            #expect(events.allSatisfy { $0.client == twins.records[0] }, "\(command)")
        }
    }

    @Test func `accesses to others keep their ids, and their holder sees them`() throws {
        var twins = Twins(survivorHasAccount: true, mergedHasAccount: true)
        let child = twins.stage.addClient("P-9", email: "child@example.org")
        twins.stage.choose(child)
        twins.stage.makeProfile()
        let contact = twins.stage.addContact(person: twins.records[1])
        let grant = twins.stage.addAccess("contact/\(contact)", email: "pat@work.example")
        twins.stage.choose(twins.records[0])
        _ = twins.merge(keeping: 1)
        let seen = twins.enter("pat@work.example")
        #expect(seen.count == 3)
        twins.stage.choose(child)
        #expect(twins.stage.grant(grant)?.state == .active)
        #expect(twins.stage.profile?.grants.filter { $0.portalHolder != nil }.count == 1)
        #expect(twins.stage.access(by: grant)?.barrier == nil)
    }

    @Test func `the second factor comes along with the account, and no other does`() throws {
        var twins = Twins(survivorHasAccount: true, mergedHasAccount: true)
        let owners = twins.accounts.compactMap { $0 }.map(Actor.portalUser)
        for owner in owners {
            twins.stage.done("SetUpSecondFactor", as: owner)
            twins.stage.done("ConfirmSecondFactor", ["code": "100"], as: owner)
        }
        let factor = twins.stage.world.clients[twins.records[1]]?.ownAccount?.security.factor
        _ = twins.merge(keeping: 1)
        #expect(factor != nil)
        #expect(twins.stage.account?.security.factor == factor)
        let closed = twins.accounts[0].flatMap { twins.stage.state.account($0) }
        #expect(closed?.security.factor == nil)
    }

    @Test func `an account goes from record to record as often as they are merged`() throws {
        var twins = Twins(survivorHasAccount: false, mergedHasAccount: true)
        _ = twins.merge(keeping: 1)
        let third = twins.stage.addClient("P-8", email: "third@example.org")
        twins.stage.done(
            "MergeClientRecords",
            ["survivor": .id(third), "merged": .id(twins.records[0])]
        )
        twins.stage.choose(third)
        #expect(twins.stage.account?.id == twins.accounts[1])
        let seen = twins.enter("pat@work.example")
        #expect(Set(seen).isSuperset(of: twins.profiles))
    }
}
