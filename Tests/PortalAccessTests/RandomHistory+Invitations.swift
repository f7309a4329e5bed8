import EventLine
import PortalAccess
import PortalEvents

extension RandomHistory {
    /// What staff do about visits, and about automatic invitations for their sake.
    mutating func aboutVisits() -> (String, JSONValue) {
        let encounter: JSONValue = ["encounterId": .id(anyEncounter())]
        switch Int.random(in: 0..<12, using: &generator) {
        case 0, 1:
            let date = stage.world.today.adding(days: -one(of: [0, 1, 20, 29, 30, 40]))
            return ("RecordEncounter", stage.clientInput.with("visitDate", .string("\(date)")))
        case 2, 3: return ("RecordChartNote", encounter.with("content", "Well."))
        case 4: return ("SignEncounter", encounter)
        case 5: return ("VoidEncounter", encounter)
        case 6: return (chance(80) ? "EnableAutoInvite" : "DisableAutoInvite", [:])
        case 7: return (chance(40) ? "TurnAutoSendOff" : "TurnAutoSendOn", stage.clientInput)
        case 8:
            let phone: JSONValue? = chance(60) ? "555 0100" : nil
            return ("ChangeClientPhone", stage.clientInput.with("new", phone))
        default: return aboutLinks()
        }
    }

    private mutating func aboutLinks() -> (String, JSONValue) {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0, 1: return ("SendPortalInvitation", stage.sending)
        case 2:
            let input = stage.clientInput.with("confirmed", .bool(chance(80)))
            return chance(50)
                ? ("SendCaregiverInvitation", input.with("existingClientId", .id(anybody())))
                : (
                    "SendCaregiverInvitation",
                    input.with("name", "Cem").with("email", .string(one(of: Self.emails)))
                )
        default:
            let invitation: JSONValue = ["invitationId": .id(anyInvitation()?.id)]
            return (chance(70) ? "ResendInvitation" : "RevokeInvitation", invitation)
        }
    }

    /// What people do who hold a link that registers them, or once held one.
    mutating func byLink(_ password: JSONValue) -> (String, JSONValue) {
        let token = stage.token(of: anyInvitation())
        guard chance(60) else {
            return (
                "VerifyInvitedIdentity",
                stage.verifying(by: token, chance(50) ? "555 0100" : "555 0101")
            )
        }
        return ("RegisterByLink", stage.registering(by: token).with("password", password))
    }

    private mutating func anyInvitation() -> Invitation? {
        stage.state.invitations.isEmpty ? nil : one(of: stage.state.invitations)
    }

    private mutating func anyEncounter() -> UniqueID {
        one(of: stage.state.encounters.map(\.id) + [Stage.nobody])
    }
}
