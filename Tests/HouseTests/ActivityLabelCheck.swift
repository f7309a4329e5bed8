import EventLine

/// Holds the ten labels of the activity log to the letter.
enum ActivityLabelCheck {
    /// The labels that were promised, each with the one event that writes it.
    static let events = [
        "Patient Credentials Distributed": "PatientCredentialsDistributed",
        "Patient Account Onboarded": "PatientAccountOnboarded",
        "Patient Account Locked": "PatientAccountLocked",
        "Patient Account Disabled": "PatientAccountDisabled",
        "Patient Access Letter Generated": "PatientAccessLetterGenerated",
        "Patient Access Letter Sent": "PatientAccessLetterSent",
        "Patient User Successfully Registered": "PatientUserSuccessfullyRegistered",
        "Patient User Failed To Register": "PatientUserFailedToRegister",
        "Patient Access Granted": "PatientAccessGranted",
        "Patient Account Disabled Automatically": "PatientAccountDisabledAutomatically",
    ]

    /// Labels that are missing, and labels that another event bears.
    static func findings(in files: [SourceText]) -> [Finding] {
        var found: [Finding] = []
        var bearers: [String: Set<String>] = [:]
        for schema in EventSchema.all(in: files) {
            do throws(JSONError) {
                guard let label = try schema.label() else { continue }
                bearers[label, default: []].insert(schema.event)
            } catch {
                found.append(Finding(schema.source.path, "is \(error)"))
            }
        }
        for (label, event) in events.sorted(by: { $0.key < $1.key }) {
            let bearing = bearers[label] ?? []
            guard bearing != [event] else { continue }
            let written = bearing.isEmpty ? "nothing" : bearing.sorted().joined(separator: ", ")
            found.append(
                Finding("EventSchemas", "\"\(label)\" is the label of \(event), here of \(written)")
            )
        }
        return found
    }
}
