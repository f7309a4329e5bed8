import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Whom patients can turn to (T9).
    static let supportQueries = [
        Query("SupportInformation") { asked in
            let type = try asked.input.organisationType()
            try asked.requireStaffOrOpenAccount()
            // Without a type, what this organisation's own patients see.
            let ownType = type ?? asked.settings.organisationType
            return .object(members(type, try asked.supportForPatients(of: ownType)))
        },
        Query("StaffSupportInformation") { asked in
            let type = try asked.input.organisationType()
            try asked.requireStaff()
            let own: [String: JSONValue] = ["type": .text(type)]
            let newest = try asked.settingRows("support-information", "staff-see", own).first
            let visible = try asked.supportForPatients(of: type)
            let types = try asked.settingRows("support-information", "types")
            return .object(
                members(type, newest) + [
                    JSONMember("patientsSee", .object(members(type, visible))),
                    JSONMember(
                        "types",
                        .array(types.map { $0["organisationType"] ?? .null })
                    ),
                ]
            )
        },
    ]

    private static func members(_ type: String?, _ version: JSONValue?) -> [JSONMember] {
        [JSONMember("organisationType", .text(type))]
            + ["supportId", "email", "phone", "visibleFrom"].map { name in
                JSONMember(name, version?[name] ?? .null)
            }
    }
}

extension QueryCase {
    /// Whom patients of a type of organisation can turn to at the moment, if anybody.
    fileprivate func supportForPatients(of type: String?) throws -> JSONValue? {
        let arguments: [String: JSONValue] = [
            "type": .text(type), "now": .string("\(moment.time)"),
        ]
        return try settingRows("support-information", "patients-see", arguments).first
    }
}
