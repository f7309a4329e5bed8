import EventLine

/// What somebody says in a command that the log must not hold in clear.
enum SaidInConfidence {
    private static let fields: Set<String> = [
        "givenName", "familyName", "recipientEmail", "loginEmail", "patientIdNumber",
        "dateOfBirth", "password", "token", "activationCode", "code", "answers", "content",
    ]
    /// Commands whose email, phone and texts are about no person.
    private static let impersonal: Set<String> = [
        "EnterSupportInformation", "AmendSupportInformation", "SaveEmailTemplate",
        "CreateLetterTemplate", "ChangeLetterTemplate", "CreateLetterTemplateBase",
        "ChangeLetterTemplateBase", "RegisterOrganisation",
    ]

    static func texts(in line: JSONValue) -> [String] {
        guard let command = line["command"]?.string, !impersonal.contains(command) else {
            return []
        }
        return (line["input"]?.members ?? []).flatMap { member in
            let isPersonal =
                fields.contains(member.name) || ["email", "phone", "body"].contains(member.name)
            return isPersonal ? strings(in: member.value) : []
        }
    }

    private static func strings(in value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let values): values.flatMap(strings)
        case .object(let members): members.flatMap { strings(in: $0.value) }
        case .null, .bool, .integer, .decimal: []
        }
    }
}
