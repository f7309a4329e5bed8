import EventLine
import PortalAccess
import PortalEvents
import Testing

/// The ten labels of the activity log (S1 L65–74).
enum Labels {
    static let byEvent = [
        "PatientCredentialsDistributed": "Patient Credentials Distributed",
        "PatientAccountOnboarded": "Patient Account Onboarded",
        "PatientAccountLocked": "Patient Account Locked",
        "PatientAccountDisabled": "Patient Account Disabled",
        "PatientAccessLetterGenerated": "Patient Access Letter Generated",
        "PatientAccessLetterSent": "Patient Access Letter Sent",
        "PatientUserSuccessfullyRegistered": "Patient User Successfully Registered",
        "PatientUserFailedToRegister": "Patient User Failed To Register",
        "PatientAccessGranted": "Patient Access Granted",
        "PatientAccountDisabledAutomatically": "Patient Account Disabled Automatically",
    ]
    static let ten = Set(byEvent.values)
}

struct LabelTests {
    @Test func `the happy order is the domain's`() {
        var stage = Stage()
        stage.becomeActive()
        #expect(
            stage.labels == [
                "Patient Account Onboarded", "Patient Credentials Created",
                "Patient Access Letter Generated", "Patient Access Letter Sent",
                "Patient Credentials Distributed", "Patient User Successfully Registered",
                "Confirmation Email Sent", "Patient Email Confirmed", "Patient Access Granted",
            ]
        )
    }

    @Test func `all ten labels occur, each with its own event only`() {
        var stage = Stage()
        stage.bring(to: UserStateTableTests.Row.locked)
        stage.done("DistributePatientProfileCredentials", stage.distributing)
        stage.register()
        stage.confirm()
        stage.done("DisablePatientProfileAccount", stage.accountInput)
        stage.setRecordStatus(.inactive)
        let labelled = stage.world.events.filter { Labels.ten.contains($0.label ?? "") }
        #expect(Set(labelled.compactMap(\.label)) == Labels.ten)
        for event in stage.world.events {
            let label = event.label.flatMap { Labels.ten.contains($0) ? $0 : nil }
            #expect(label == Labels.byEvent[event.name], "\(event.name)")
        }
    }

    @Test func `letters are logged once each`() {
        var stage = Stage()
        let number = stage.addTemplate(showing: ["patientIdNumber", "registrationLink"])
        let code = stage.addTemplate(showing: ["activationCode"])
        let templates: JSONValue = [.id(number), .id(code)]
        stage.done(
            "CreatePatientPortalCredentials",
            stage.creating().with("templateIds", templates)
        )
        #expect(stage.labels.count { $0 == "Patient Access Letter Generated" } == 2)
        #expect(stage.labels.count { $0 == "Patient Access Letter Sent" } == 2)
        #expect(stage.labels.count { $0 == "Patient Credentials Distributed" } == 1)
    }

    @Test func `letters that do not show everything are refused`() {
        var stage = Stage()
        let code = stage.addTemplate(showing: ["activationCode"])
        for templates: JSONValue in [[], [.id(code)]] {
            let input = stage.creating().with("templateIds", templates)
            let outcome = stage.world.run("CreatePatientPortalCredentials", input, as: stage.ana)
            #expect(outcome.answer == .refuses(.letterPartsMissing))
        }
        let unknown = stage.creating().with("templateIds", [.id(Stage.nobody)])
        let outcome = stage.world.run("CreatePatientPortalCredentials", unknown, as: stage.ana)
        #expect(outcome.answer == .refuses(.unknownTemplate))
    }
}
