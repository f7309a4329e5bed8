import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What belongs to the organisation as a whole.
    static let organisationQueries = [
        Query("Invitations") { asked in
            let states = ["pending", "expired", "accepted", "rejected", "revoked"]
            let state = try asked.input.optionalText("state")
            if let state, !states.contains(state) {
                throw Refusal.invalidInput(
                    "state",
                    "must be one of \(states.joined(separator: ", "))"
                )
            }
            let kind = try asked.input.optionalChoice("kind", InvitationKind.self)
            try asked.requireStaff()
            let arguments: [String: JSONValue] = [
                "state": .text(state), "kind": .text(kind?.rawValue),
                "now": .string("\(asked.moment.time)"),
            ]
            return .array(try asked.rows("invitations", "invitations", arguments))
        },
        Query("LetterTemplates") { asked in
            try asked.requireStaff()
            return .array(try asked.settingRows("letters", "letter-templates"))
        },
        Query("MergeFields") { asked in
            try asked.requireStaff()
            return .array(MergeField.inLetters.map { ["field": .string($0.rawValue)] })
        },
    ]
}
