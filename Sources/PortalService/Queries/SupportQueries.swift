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
            let version = asked.settings.support.visible(
                toPatientsOf: type ?? asked.settings.organisationType,
                at: asked.moment.time
            )
            return .object(members(type, version))
        },
        Query("StaffSupportInformation") { asked in
            let type = try asked.input.organisationType()
            try asked.requireStaff()
            let support = asked.settings.support
            let visible = support.visible(toPatientsOf: type, at: asked.moment.time)
            return .object(
                members(type, support.newest(for: type)) + [
                    JSONMember("patientsSee", .object(members(type, visible))),
                    JSONMember("types", .array(support.types.map { .text($0) })),
                ]
            )
        },
    ]

    private static func members(
        _ type: String?,
        _ version: SupportInformation.Version?
    ) -> [JSONMember] {
        [
            JSONMember("organisationType", .text(type)),
            JSONMember("supportId", .text(version.map { "\($0.supportID)" })),
            JSONMember("email", .text(version?.contact?.email)),
            JSONMember("phone", .text(version?.contact?.phone)),
            JSONMember("visibleFrom", .text(version.map { "\($0.visibleFrom)" })),
        ]
    }
}
