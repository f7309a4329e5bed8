import EventLine
import PortalAccess

@testable import PortalService

extension RandomLife {
    /// What happens on a client's chart.
    static let chartMakers: [(Int, Maker)] = [
        (5, { $0.ending() }),
        (3, { ask("RemoveClientEndDate", ["clientId": $0.json("clientId")], $0.staff()) }),
        (6, { $0.writing() }),
        (
            2,
            {
                ask(
                    "SendBulkMessage",
                    [
                        "clientIds": [$0.json("clientId")], "channels": ["portal", "email"],
                        "body": .string($0.secret("body")),
                    ],
                    $0.staff()
                )
            }
        ),
        (2, { $0.form("SendIntakeForm", "form", "clientId", $0.staff()) }),
        (2, { $0.form("CompleteIntakeForm", "answers", "formId", $0.portalUser()) }),
        (3, { $0.addingDocument() }),
        (
            3,
            {
                ask(
                    "SetDocumentVisibility",
                    [
                        "documentId": $0.json("documentId"), "visible": .bool($0.random.oneIn(2)),
                    ],
                    $0.staff()
                )
            }
        ),
        (
            2,
            {
                ask(
                    "ChangeClientName",
                    [
                        "clientId": $0.json("clientId"),
                        "givenName": .string($0.personalWord("given")),
                    ],
                    $0.staff()
                )
            }
        ),
    ]

    private func ending() -> CommandRequest {
        ask(
            "SetClientEndDate",
            ["clientId": json("clientId"), "endDate": .string(date(from: -3, to: 9))],
            staff()
        )
    }

    private func writing() -> CommandRequest {
        var members = [
            JSONMember("clientId", json("clientId")), JSONMember("body", .string(secret("body"))),
        ]
        if random.oneIn(2) { members.append(JSONMember("threadId", json("threadId"))) }
        return ask("SendPatientMessage", .object(members), staffOrOwner())
    }

    private func form(
        _ command: String,
        _ content: String,
        _ reference: String,
        _ actor: Actor
    ) -> CommandRequest {
        let input: JSONValue = .object([
            JSONMember(reference, json(reference)),
            JSONMember(content, ["note": .string(secret("form"))]),
        ])
        return ask(command, input, actor)
    }

    private func addingDocument() -> CommandRequest {
        let input: JSONValue = [
            "clientId": json("clientId"), "name": .string(personalWord("document")),
            "content": .string(secret("document")),
        ]
        return ask("AddDocument", input, staff())
    }
}
