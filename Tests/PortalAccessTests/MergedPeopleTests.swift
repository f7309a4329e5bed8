import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What somebody was given in their own name stays theirs however often their records are merged;
/// the rules say so, and the read models with them.
struct MergedPeopleTests {
    /// A child whose profile a friend sees as a collaborator, and whose contact the friend is.
    private struct Friendship {
        var stage = Stage.forFamilyPortal()
        var projected: ProjectedAccess
        let child: UniqueID
        let friend: UniqueID
        private(set) var account: UniqueID
        /// The record that has the account.
        private var home: UniqueID

        init(ageOfMajority: Int? = nil) throws {
            projected = try ProjectedAccess()
            if let age = ageOfMajority {
                stage.done("ChangeComingOfAge", ["ageYears": .integer(Int64(age))])
            }
            child = stage.client
            friend = stage.addClient("P-5", email: "pat@example.org")
            home = friend
            stage.choose(friend)
            stage.makeProfile()
            stage.addAccess("client/\(friend)", as: "patient")
            stage.enter()
            account = try #require(stage.account).id
            stage.choose(child)
            _ = stage.addContact(person: friend)
            let granting: JSONValue = [
                "profileId": .id(stage.profile?.id ?? Stage.nobody),
                "subject": .string("person/\(friend)"), "roleId": .id(stage.role("family")),
            ]
            stage.done("GrantCollaboratorAccess", granting)
        }

        /// Merges the record that has the account now into another one.
        mutating func merge(into number: String) {
            let next = stage.addClient(number, email: "\(number)@example.org")
            stage.done("MergeClientRecords", ["survivor": .id(next), "merged": .id(home)])
            home = next
        }

        /// Merges the record that has the account now into one that has another, which is kept.
        mutating func mergeClosing(into number: String) throws {
            let next = stage.addClient(number, email: "\(number)@example.org")
            stage.choose(next)
            stage.makeProfile()
            stage.addAccess("client/\(next)", email: "\(number)@example.org", as: "patient")
            stage.enter("\(number)@example.org")
            let kept = try #require(stage.account).id
            stage.choose(child)
            let merging: JSONValue = [
                "survivor": .id(next), "merged": .id(home), "keepAccountId": .id(kept),
            ]
            stage.done("MergeClientRecords", merging)
            (home, account) = (next, kept)
        }

        mutating func differences() throws -> [String] {
            try projected.differences(in: stage.world, asked: [stage.ana])
        }

        var situation: Situation { stage.world.situation(about: child) }

        func barrier() throws -> Refusal.Reason? {
            situation.access(of: account, to: try #require(stage.profile)).barrier
        }
    }

    @Test func `a collaborator sees the profile after every merge`() throws {
        var friends = try Friendship()
        for number in ["P-6", "P-7"] {
            friends.merge(into: number)
            #expect(try friends.barrier() == nil)
            #expect(try friends.differences() == [])
        }
    }

    @Test func `a contact's account is found wherever their records went`() throws {
        var friends = try Friendship()
        for number in ["P-6", "P-7"] {
            friends.merge(into: number)
            let found = friends.situation.account(ofPerson: friends.friend)
            #expect(found?.account.id == friends.account)
            #expect(try friends.differences() == [])
        }
    }

    @Test func `a collaborator whose account was closed sees the profile with the kept one`() throws
    {
        var friends = try Friendship()
        try friends.mergeClosing(into: "P-6")
        #expect(try friends.barrier() == nil)
        #expect(try friends.differences() == [])
        // What went over goes on: with the kept account to a third record, and to a fourth's.
        friends.merge(into: "P-7")
        #expect(try friends.barrier() == nil)
        #expect(try friends.differences() == [])
        try friends.mergeClosing(into: "P-8")
        #expect(try friends.barrier() == nil)
        #expect(try friends.differences() == [])
        #expect(friends.situation.account(ofPerson: friends.friend)?.account.id == friends.account)
    }

    @Test func `what they saw of a minor ends with the birthday all the same`() throws {
        var friends = try Friendship(ageOfMajority: 46)
        for number in ["P-6", "P-7"] { friends.merge(into: number) }
        let birthday = try #require(Instant(rfc3339: "2026-05-06T04:00:00Z"))
        friends.stage.world.now = birthday.adding(microseconds: -1)
        #expect(try friends.barrier() == nil)
        #expect(try friends.differences() == [])
        friends.stage.world.now = birthday
        #expect(try friends.barrier() == .noProfileAccess)
        #expect(try friends.differences() == [])
    }
}
