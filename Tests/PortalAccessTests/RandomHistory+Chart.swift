import EventLine
import PortalAccess

extension RandomHistory {
    /// What staff do on a client's chart.
    mutating func aboutChart() -> (String, JSONValue) {
        let client = stage.clientInput
        switch one(of: Array(0..<10)) {
        case 0, 1: return ("SetClientEndDate", stage.ending(inDays: one(of: [-3, 0, 0, 1, 7])))
        case 2, 3: return ("RemoveClientEndDate", client)
        case 4: return ("SendPatientMessage", stage.writing)
        case 5:
            let channels: JSONValue = chance(50) ? ["portal"] : ["email", "portal"]
            return (
                "SendBulkMessage",
                ["clientIds": [.id(stage.client)], "channels": channels, "body": "We move."]
            )
        case 6: return ("SendIntakeForm", client.with("form", ["question": "Allergies?"]))
        case 7: return ("AddDocument", client.with("name", "Plan").with("content", "Rest."))
        case 8: return ("ChangeClientName", client.with("givenName", "Carla"))
        default:
            let document = stage.state.chart.documents.last?.id ?? Stage.nobody
            return (
                "SetDocumentVisibility",
                ["documentId": .id(document), "visible": .bool(chance(50))]
            )
        }
    }
}
