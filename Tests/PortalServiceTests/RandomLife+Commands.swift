import EventLine
import PortalAccess
import PortalEvents

@testable import PortalService

extension RandomLife {
    typealias Maker = @Sendable (RandomLife) -> CommandRequest

    /// A command, and by whom.
    func next() -> CommandRequest {
        let place = Int.random(in: 0..<Self.makers.count, using: &random)
        return Self.makers[place](self)
    }

    private static let makers: [Maker] = weighted.flatMap { Array(repeating: $0.1, count: $0.0) }

    private static let weighted: [(Int, Maker)] =
        clientMakers + invitationMakers + recordMakers + accessMakers + credentialMakers
        + accountMakers + settingMakers + chartMakers + familyMakers + safetyMakers

    private static let clientMakers: [(Int, Maker)] = [
        (3, { $0.registering() }),
        (
            1,
            {
                ask(
                    "ChangeClientEmail",
                    ["clientId": $0.json("clientId"), "new": .string($0.email())],
                    $0.staff()
                )
            }
        ),
        (
            1,
            {
                ask(
                    "ChangeClientPhone",
                    ["clientId": $0.json("clientId"), "new": .string($0.personalWord("phone"))],
                    $0.staff()
                )
            }
        ),
        (
            1,
            {
                ask(
                    "RecordEncounter",
                    [
                        "clientId": $0.json("clientId"),
                        "visitDate": .string($0.date(from: -9, to: 0)),
                    ],
                    $0.staff()
                )
            }
        ),
        (
            1,
            { life in
                ask(
                    "RecordAuthorisedRepresentative",
                    [
                        "clientId": life.json("clientId"),
                        "name": .string(life.personalWord("rep")),
                        "capacity": "guardian",
                    ],
                    life.staff()
                )
            }
        ),
        (
            5,
            { life in
                let status = life.random.pick([
                    "active", "active", "inactive", "deceased", "merged",
                ])
                return ask(
                    "ChangeRecordStatus",
                    ["clientId": life.json("clientId"), "status": .string(status ?? "")],
                    life.staff()
                )
            }
        ),
    ]

    private static let invitationMakers: [(Int, Maker)] = [
        (10, { $0.inviting("InviteClient") }), (4, { $0.inviting("ReInviteClient") }),
        (4, { ask("ResendInvitation", ["invitationId": $0.json("invitationId")], $0.staff()) }),
        (5, { ask("RevokeInvitation", ["invitationId": $0.json("invitationId")], $0.staff()) }),
        (7, { $0.accepting() }),
        (4, { ask("RejectInvitation", ["token": $0.token("invitationLink")], .anonymous) }),
    ]

    private static let recordMakers: [(Int, Maker)] = [
        (2, { ask("CreateMedicalProfile", ["clientId": $0.json("clientId")], $0.staff()) }),
        (10, { $0.adding() }), (4, { $0.connecting() }),
        (
            3,
            {
                ask(
                    "AmendRecordResource",
                    ["resourceId": $0.json("resourceId"), "content": $0.content()],
                    $0.staffOrOwner()
                )
            }
        ),
        (
            2,
            {
                ask(
                    "RemoveRecordResource",
                    ["resourceId": $0.json("resourceId")],
                    $0.staffOrOwner()
                )
            }
        ),
        (
            1,
            {
                ask(
                    "DisconnectPatientPortal",
                    ["connectionId": $0.json("connectionId")],
                    $0.staffOrOwner()
                )
            }
        ),
    ]

    private static let accessMakers: [(Int, Maker)] = [
        (5, { $0.granting("GrantProfessionalAccess", to: "staff") }),
        (4, { $0.granting("GrantCollaboratorAccess", to: "person") }),
        (4, { $0.granting("RevokeAccess", to: "anybody") }),
    ]

    private static let credentialMakers: [(Int, Maker)] = [
        (7, { $0.creating() }),
        (
            5,
            {
                ask(
                    "DistributePatientProfileCredentials",
                    [
                        "clientId": $0.json("clientId"),
                        "expiryDate": .string($0.date(from: 0, to: 12)), "channel": "handedOver",
                    ],
                    $0.staff()
                )
            }
        ),
        (
            2,
            {
                ask(
                    "GenerateAccessLetter",
                    ["clientId": $0.json("clientId"), "templateId": $0.json("templateId")],
                    $0.staff()
                )
            }
        ),
        (
            3,
            {
                ask(
                    "MarkAccessLetterSent",
                    ["letterId": $0.json("letterId"), "channel": "post"],
                    $0.staff()
                )
            }
        ),
        (12, { $0.registeringUser() }),
        (6, { ask("ConfirmEmail", ["token": $0.token("confirmationLink")], .anonymous) }),
        (2, { ask("ResendConfirmation", ["accountId": $0.json("accountId")], $0.staffOrOwner()) }),
    ]

    private static let accountMakers: [(Int, Maker)] = [
        (14, { $0.signingIn() }), (1, { ask("SignOut", [:], $0.portalUser()) }),
        (
            4,
            {
                ask(
                    "DisablePatientProfileAccount",
                    ["accountId": $0.json("accountId"), "note": .string($0.personalWord("note"))],
                    $0.staff()
                )
            }
        ),
        (
            4,
            { ask("EnablePatientProfileAccount", ["accountId": $0.json("accountId")], $0.staff()) }
        ),
    ]
}

func ask(_ command: String, _ input: JSONValue, _ actor: Actor) -> CommandRequest {
    CommandRequest(command, input: input, actor: actor)
}
