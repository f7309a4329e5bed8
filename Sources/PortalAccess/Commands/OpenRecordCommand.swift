import EventLine
package import PortalEvents

/// Notes that a member of staff opens a client's record, so that the client can see who did.
package struct OpenRecord: CallableCommand {
    private let profileID: UniqueID
    private let purpose: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        profileID = try input.id("profileId")
        purpose = try input.optionalText("purpose")
    }

    package var audience: Audience { .staff(.workOnProfile) }
    package var target: Target { .stream(StreamName("profile", profileID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id, let profile = situation.client.profile,
            profile.id == profileID
        else { throw Refusal(.profileDoesNotExist) }
        try situation.requireWorkingAccess(to: profile)
        let opened = RecordOpened(profileId: profileID, clientId: clientID, purpose: purpose)
        return [.recordOpened(opened)]
    }
}
