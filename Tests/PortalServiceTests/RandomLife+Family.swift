import EventLine
import PersonalData
import PortalAccess
import PortalEvents

@testable import PortalService

extension RandomLife {
    /// What staff do for those who care for a client: contacts, their access, links.
    static let familyMakers: [(Int, Maker)] = [
        (4, { $0.addingContact() }), (9, { $0.givingAccess() }),
        (2, { $0.ofContact("DisableContact") }),
        (1, { ask("EnableContact", ["contactId": $0.json("contactId")], $0.staff()) }),
        (
            2,
            {
                ask(
                    "ChangeAccessRole",
                    ["grantId": $0.json("grantId"), "roleId": $0.json("roleId")],
                    $0.staffOrOwner()
                )
            }
        ),
        (2, { $0.removingAccess() }),
        (
            1,
            {
                ask(
                    "ChangeLoginEmail",
                    ["accountId": $0.json("accountId"), "new": .string($0.email())],
                    $0.staff()
                )
            }
        ),
        (5, { $0.sending() }), (2, { $0.caring() }), (7, { $0.registeringByLink() }),
        (
            1,
            { life in
                let age: JSONValue = life.random.oneIn(2) ? .null : 46
                return ask("ChangeComingOfAge", ["ageYears": age], life.staff())
            }
        ),
        (2, { $0.merging() }),
    ]

    /// What somebody with an account does for its safety.
    static let safetyMakers: [(Int, Maker)] = [
        (5, { $0.settingPassword() }), (3, { ask("SetUpSecondFactor", [:], $0.insider()) }),
        (5, { $0.confirmingFactor() }),
        (1, { ask("RemoveSecondFactor", ["accountId": $0.json("accountId")], $0.staff()) }),
        (1, { ask("RequestPasswordReset", ["email": .string($0.knownEmail())], .anonymous) }),
    ]

    private func addingContact() -> CommandRequest {
        var members = [
            JSONMember("clientId", json("clientId")),
            JSONMember("name", .string(personalWord("contact"))),
            JSONMember("relationship", "brother"),
        ]
        if random.oneIn(2) { members.append(JSONMember("email", .string(email()))) }
        // Somebody who cares for another already, or a client.
        if random.oneIn(2) {
            let person = random.oneIn(2) ? json("personId") : json("clientId")
            members.append(JSONMember("personId", person))
        }
        return ask("AddContact", .object(members), staff())
    }

    private func givingAccess() -> CommandRequest {
        let placed = contacts.filter { profiles[$0.client] != nil }
        let contact = random.oneIn(3) ? nil : random.pick(placed.suffix(8))
        let holder = contact.map { "contact/\($0.id)" } ?? "client/\(id("clientId"))"
        let profile = contact.flatMap { profiles[$0.client] }.map { JSONValue.uuid($0) }
        let input: JSONValue = [
            "profileId": profile ?? json("profileId"), "holder": .string(holder),
            "loginEmail": .string(random.oneIn(4) ? knownEmail() : email()),
            "roleId": json("roleId"),
        ]
        return ask("AddFamilyPortalAccess", input, staff())
    }

    private func ofContact(_ command: String) -> CommandRequest {
        ask(
            command,
            ["contactId": json("contactId"), "confirmed": .bool(!random.oneIn(4))],
            staff()
        )
    }

    private func removingAccess() -> CommandRequest {
        let input: JSONValue = [
            "grantId": json("grantId"), "confirmed": .bool(!random.oneIn(4)),
        ]
        return ask("RemoveFamilyPortalAccess", input, staffOrOwner())
    }

    private func sending() -> CommandRequest {
        let input: JSONValue = ["clientId": json("clientId"), "origin": "clientCard"]
        return ask("SendPortalInvitation", input, staff())
    }

    private func caring() -> CommandRequest {
        var members = [JSONMember("clientId", json("clientId")), JSONMember("confirmed", true)]
        if random.oneIn(2) {
            members.append(JSONMember("existingClientId", json("clientId")))
        } else {
            members.append(JSONMember("name", .string(personalWord("carer"))))
            members.append(JSONMember("email", .string(email())))
        }
        return ask("SendCaregiverInvitation", .object(members), staff())
    }

    private func registeringByLink() -> CommandRequest {
        let input: JSONValue = [
            "token": token("portalLink"), "password": .string(secret("password")),
            "details": [
                "givenName": .string(personalWord("given")),
                "familyName": .string(personalWord("family")),
            ],
        ]
        return ask("RegisterByLink", input, .anonymous)
    }

    private func merging() -> CommandRequest {
        var members = [
            JSONMember("survivor", json("clientId")), JSONMember("merged", json("clientId")),
        ]
        if random.oneIn(2) {
            members.append(JSONMember("keepAccountId", json("accountId")))
        }
        return ask("MergeClientRecords", .object(members), staff())
    }

    private func settingPassword() -> CommandRequest {
        ask("SetPassword", ["password": .string(secret("password"))], insider())
    }

    /// Somebody who can sign in, or seldom anybody.
    private func insider() -> Actor {
        guard let signedIn, !random.oneIn(4) else { return portalUser() }
        return .portalUser(signedIn.account)
    }

    private func confirmingFactor() -> CommandRequest {
        let waiting = random.pick(factors.keys.sorted())
        let account = random.oneIn(4) ? id("accountId") : waiting ?? id("accountId")
        let input: JSONValue = ["code": .string(code(of: account))]
        return ask("ConfirmSecondFactor", input, .portalUser(account))
    }

    /// The code that the application of an account's holder shows, sometimes a wrong one.
    func code(of account: UniqueID) -> String {
        guard let secret = factors[account], !random.oneIn(6) else { return "000000" }
        return OneTimeCode(secret: secret).code(at: now.microseconds / 30_000_000)
    }

    private func knownEmail() -> String {
        random.pick(logins.suffix(6))?.email ?? email()
    }
}
