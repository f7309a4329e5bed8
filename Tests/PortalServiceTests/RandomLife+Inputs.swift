import EventLine
import PortalAccess
import PortalEvents

@testable import PortalService

extension RandomLife {
    func email() -> String { "\(personalWord("mail"))@example.org" }

    func content() -> JSONValue { ["note": .string(secret("content"))] }

    /// Somebody who collaborates: one of a few, or one who owns a profile for somebody.
    func person() -> UniqueID {
        UniqueID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | random.next() % 5)
    }

    func registering() -> CommandRequest {
        let email = email()
        let input: JSONValue = [
            "patientIdNumber": .string(personalWord("number")),
            "givenName": .string(personalWord("given")),
            "familyName": .string(personalWord("family")),
            "dateOfBirth": .string("19\(Int.random(in: 40...99, using: &random))-05-17"),
            "email": .string(email),
        ]
        return ask("RegisterClient", input, staff())
    }

    func inviting(_ command: String) -> CommandRequest {
        var members = [
            JSONMember("clientId", json("clientId")),
            JSONMember("createProfileBeforeAcceptance", .bool(!random.oneIn(3))),
        ]
        if random.oneIn(3) { members.append(JSONMember("recipientEmail", .string(email()))) }
        return ask(command, .object(members), staff())
    }

    func accepting() -> CommandRequest {
        let capacity: JSONValue = random.oneIn(4) ? "legalRepresentative" : "self"
        var members = [
            JSONMember("token", token("invitationLink")), JSONMember("capacity", capacity),
        ]
        if random.oneIn(2) { members.append(JSONMember("password", .string(secret("password")))) }
        return ask("AcceptInvitation", .object(members), .anonymous)
    }

    func adding() -> CommandRequest {
        let (profile, actor) = profileAndActor()
        let reference =
            random.oneIn(3)
            ? JSONMember("clientId", json("clientId")) : JSONMember("profileId", profile)
        let kinds = ["medication", "condition", "visit", "referral", "allergy"]
        let kind = JSONMember("kind", .string(random.pick(kinds) ?? ""))
        return ask(
            "AddRecordResource",
            .object([reference, kind, JSONMember("content", content())]),
            actor
        )
    }

    func connecting() -> CommandRequest {
        let (profile, actor) = profileAndActor()
        return ask("ConnectPatientPortal", ["profileId": profile, "portal": "MyChart"], actor)
    }

    /// A grant to a member of staff or a collaborator, or its end.
    func granting(_ command: String, to kind: String) -> CommandRequest {
        let (profile, actor) = profileAndActor()
        let isStaff = kind == "staff" || (kind == "anybody" && random.oneIn(2))
        let subject = isStaff ? "staff/\(id("staffId"))" : "person/\(person())"
        var members = [
            JSONMember("profileId", profile), JSONMember("subject", .string(subject)),
        ]
        if kind == "person" { members.append(JSONMember("roleId", json("roleId"))) }
        return ask(command, .object(members), actor)
    }

    func creating() -> CommandRequest {
        let input: JSONValue = [
            "clientId": json("clientId"), "expiryDate": .string(date(from: -1, to: 12)),
            "distribution": .string(random.oneIn(3) ? "later" : "now"),
        ]
        return ask("CreatePatientPortalCredentials", input, staff())
    }

    func registeringUser() -> CommandRequest {
        let client = random.oneIn(4) ? id("clientId") : random.pick(codes.suffix(5))?.client
        let person = client.flatMap { people[$0] }
        let wrongCode = "WRNG-CDEX-\(random.next() % 8)"
        let rightCode = client.map { activationCode(of: $0) } ?? wrongCode
        let birthday = random.oneIn(8) ? nil : person?.dateOfBirth
        let input: JSONValue = [
            "patientIdNumber": .string(person?.number ?? "unknown"),
            "activationCode": .string(random.oneIn(4) ? wrongCode : rightCode),
            "dateOfBirth": .string(birthday ?? "1930-01-01"),
            "email": .string(random.oneIn(5) ? email() : person?.email ?? email()),
            "password": .string(random.oneIn(20) ? "short" : secret("password")),
        ]
        return ask("RegisterPatientUser", input, .anonymous)
    }

    func signingIn() -> CommandRequest {
        let login = random.oneIn(8) ? nil : random.pick(logins.suffix(6))
        let password = random.oneIn(4) ? nil : login?.password
        let email = login?.email ?? email()
        var members = [
            JSONMember("email", .string(email)),
            JSONMember("password", .string(password ?? secret("password"))),
        ]
        if let account = account(of: email), factors[account] != nil {
            members.append(JSONMember("code", .string(code(of: account))))
        }
        return ask("SignIn", .object(members), .anonymous)
    }

    static let settingMakers: [(Int, Maker)] = [
        (
            1,
            {
                ask(
                    "AddStaffMember",
                    ["name": .string($0.personalWord("staff")), "email": .string($0.email())],
                    $0.staff()
                )
            }
        ),
        (
            2,
            { life in
                ask(
                    "GrantStaffPermission",
                    ["staffId": life.json("staffId"), "permission": life.permission()],
                    life.staff()
                )
            }
        ),
        (1, { life in life.withdrawing() }),
        (
            1,
            {
                ask(
                    "ChangeRegistrationLockoutPolicy",
                    ["maxFailedRegistrations": .integer(Int64($0.random.next() % 5 + 1))],
                    $0.staff()
                )
            }
        ),
        (
            1,
            { life in
                let statuses = ["inactive", "deceased", "merged"].filter { _ in life.random.oneIn(2)
                }
                return ask(
                    "ChangeDisablingRecordStatuses",
                    ["statuses": .array(statuses.map { .string($0) })],
                    life.staff()
                )
            }
        ),
        (
            1,
            {
                ask(
                    "ChangeInvitationExpiry",
                    ["kind": "ownership", "days": .integer(Int64($0.random.next() % 20 + 1))],
                    $0.staff()
                )
            }
        ),
        (
            1,
            {
                ask(
                    $0.random.oneIn(4)
                        ? "TurnOffProfileBeforeAcceptance" : "TurnOnProfileBeforeAcceptance",
                    [:],
                    $0.staff()
                )
            }
        ),
        (
            1,
            {
                ask(
                    "ChangeOrganisationTimeZone",
                    ["timeZone": .string($0.random.pick(zones) ?? "UTC")],
                    $0.staff()
                )
            }
        ),
        (
            1,
            {
                ask(
                    "SetLetterTemplateVisibility",
                    ["templateId": $0.json("templateId"), "visible": .bool($0.random.oneIn(2))],
                    $0.staff()
                )
            }
        ),
        (
            1,
            {
                ask(
                    "ChangePortalRole",
                    [
                        "roleId": $0.json("roleId"),
                        "permissions": .array($0.random.oneIn(3) ? [] : ["profile", "letters"]),
                    ],
                    $0.staff()
                )
            }
        ),
    ]

    private static let zones = ["America/New_York", "Europe/London", "Pacific/Auckland", "UTC"]

    private func permission() -> JSONValue {
        .string(random.pick(Permission.allCases)?.rawValue ?? "")
    }

    /// Ana keeps her permissions: without her the house would stand still.
    private func withdrawing() -> CommandRequest {
        var staffID = id("staffId")
        if .staff(staffID) == ana { staffID = UniqueID(high: 1, low: 1) }
        let input: JSONValue = ["staffId": .uuid(staffID), "permission": permission()]
        return ask("WithdrawStaffPermission", input, staff())
    }
}
