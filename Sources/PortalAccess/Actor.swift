package import EventLine

/// Who acts.
package enum Actor: Hashable, Sendable, CustomStringConvertible {
    /// A member of an organisation's staff.
    case staff(UniqueID)
    /// Somebody with a sign-in account.
    case portalUser(UniqueID)
    /// A part of the program, such as `operator` or `scheduler`.
    case system(String)
    /// Nobody signed in.
    case anonymous

    /// The shell, which may do what an administrator may.
    package static let systemOperator = Actor.system("operator")
    /// What runs time-driven commands.
    package static let scheduler = Actor.system("scheduler")

    /// Reads `staff/<id>`, `portalUser/<id>`, `system/operator` or `anonymous`; nil otherwise.
    /// Other parts of the program cannot be impersonated from outside.
    package init?(_ text: String) {
        if text == "anonymous" {
            self = .anonymous
        } else if text == "system/operator" {
            self = .systemOperator
        } else if text.hasPrefix("staff/"), let id = UniqueID(text.dropFirst(6)) {
            self = .staff(id)
        } else if text.hasPrefix("portalUser/"), let id = UniqueID(text.dropFirst(11)) {
            self = .portalUser(id)
        } else {
            return nil
        }
    }

    /// The form that stands in the log.
    package var description: String {
        switch self {
        case .staff(let id): "staff/\(id)"
        case .portalUser(let id): "portalUser/\(id)"
        case .system(let part): "system/\(part)"
        case .anonymous: "anonymous"
        }
    }
}
