import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Record statuses that disable, and what becomes of accounts when the list of them changes.
struct RecordStatusTests {
    @Test func `a status that comes to disable disables at once, and is put on record`() {
        var stage = Stage()
        stage.done("ChangeDisablingRecordStatuses", ["statuses": ["deceased"]])
        stage.becomeActive()
        stage.setRecordStatus(.inactive)
        #expect(stage.userState == .active)
        let command = DisableByRecordStatus(clientID: stage.client)
        #expect(stage.world.obey(command, as: .scheduler).reason == .notDueYet)
        stage.done("ChangeDisablingRecordStatuses", ["statuses": ["deceased", "inactive"]])
        #expect(stage.userState == .disabled)
        #expect(stage.world.obey(command, as: stage.ana).reason == .notPermitted)
        let outcome = stage.world.obey(command, as: .scheduler)
        #expect(outcome.names == ["PatientAccountDisabledAutomatically", "SessionsEnded"])
        #expect(stage.world.obey(command, as: .scheduler).reason == .notDueYet)
        // Like every automatic disabling it stays until staff enable the account.
        stage.done("ChangeDisablingRecordStatuses", ["statuses": []])
        #expect(stage.userState == .disabled)
    }

    @Test func `a disabling status is noted on an end-dated client too`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        let events = stage.done(
            "ChangeRecordStatus",
            stage.clientInput.with("status", "deceased")
        )
        #expect(
            events.map(\.name)
                == ["ClientRecordStatusChanged", "PatientAccountDisabledAutomatically"]
        )
        stage.done("RemoveClientEndDate", stage.clientInput)
        #expect(stage.userState == .disabled)
    }

    @Test func `a name is put right in part`() {
        var stage = Stage()
        stage.done("ChangeClientName", stage.clientInput.with("familyName", "Ortiz"))
        #expect(stage.state.card?.givenName == "Carla")
        #expect(stage.state.card?.familyName == "Ortiz")
        let neither = stage.world.run("ChangeClientName", stage.clientInput, as: stage.ana)
        #expect(neither.reason == .invalidInput)
    }
}
