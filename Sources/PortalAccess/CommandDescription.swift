package import EventLine
import PortalEvents

/// What a command takes, who may ask for it, and what it answers with.
///
/// It is found by letting the command read an input, so that it is never out of step.
package struct CommandDescription: Sendable {
    package let name: String
    package let fields: [DescribedField]
    package let audience: Audience
    /// Who may ask with no more than what is required, where that is somebody else.
    package let plainAudience: Audience
    /// The ids that a reply carries.
    package let ids: [String]
    /// An input that can be read.
    package let example: JSONValue

    /// A description of a command; nil if no input was found that it reads.
    package init?(of type: any CallableCommand.Type) {
        var command: (any CallableCommand)?
        var plain: (any CallableCommand)?
        let probe = InputProbe { input in
            do throws(Refusal) {
                let read = try type.init(&input)
                if plain == nil { plain = read }
                command = read
                return nil
            } catch {
                return error
            }
        }
        guard let command else { return nil }
        name = type.name
        fields = probe.describedFields(neededLater: type.neededLater)
        audience = command.audience
        plainAudience = plain?.audience ?? command.audience
        ids = type.replyIDs
        example = probe.example
    }

    /// The descriptions of all callable commands, in the catalogue's order.
    package static var all: [CommandDescription] {
        CommandCatalogue.all.compactMap { CommandDescription(of: $0) }
    }
}

/// A field as it is described to whoever has to fill it in.
package struct DescribedField: Sendable {
    package let name: String
    package let kind: InputKind
    package let isRequired: Bool
    /// Why an input without it is refused; nil if it may be left out.
    package let refusal: Refusal?
}

extension InputProbe {
    /// The fields, with what the probe found out about them.
    package func describedFields(neededLater: Set<String> = []) -> [DescribedField] {
        fields.map {
            DescribedField(
                name: $0.name,
                kind: $0.kind,
                isRequired: neededLater.contains($0.name)
                    || demands[$0.name] != nil && !replaceable.contains($0.name),
                refusal: demands[$0.name]
            )
        }
    }
}

extension DescribedField {
    /// The field as other programs read its description.
    package var json: JSONValue {
        var members = [
            JSONMember("name", .string(name)), JSONMember("kind", .string(kind.name)),
            JSONMember("required", .bool(isRequired)),
        ]
        switch kind {
        case .text(let limit): members.append(JSONMember("bytesMax", .integer(Int64(limit))))
        case .number(let range):
            members.append(JSONMember("from", .integer(Int64(range.lowerBound))))
            members.append(JSONMember("to", .integer(Int64(range.upperBound))))
        case .word(let words), .words(let words):
            members.append(JSONMember("words", .array(words.map(JSONValue.string))))
        case .email, .id, .ids, .date, .flag, .object, .content, .any: break
        }
        if let reason = refusal?.reason, reason != .invalidInput {
            members.append(JSONMember("refusal", .string(reason.rawValue)))
        }
        if let remark { members.append(JSONMember("remark", .string(remark))) }
        return .object(members)
    }

    /// What a refusal says beyond that the field is required.
    package var remark: String? {
        guard let detail = refusal?.detail, detail != "is required",
            !detail.hasPrefix("must be ")
        else { return nil }
        return detail
    }
}

extension CommandDescription {
    /// Who may ask, in words.
    package var audienceInWords: String {
        plainAudience == audience
            ? audience.inWords : "\(plainAudience.inWords); with every field: \(audience.inWords)"
    }

    /// The description as other programs read it.
    package var json: JSONValue {
        [
            "command": .string(name), "audience": .string(audienceInWords),
            "fields": .array(fields.map(\.json)), "ids": .array(ids.map(JSONValue.string)),
            "example": example,
        ]
    }
}

extension Audience {
    /// Who may ask, in words.
    package var inWords: String {
        switch self {
        case .staff(let permission): "staff with \(permission.rawValue), the operator"
        case .anyStaff(let permissions):
            "staff with \(permissions.map(\.rawValue).sorted().joined(separator: " or ")), "
                + "the operator"
        case .staffOrOwner(let permission):
            "staff with \(permission.rawValue), portal users as far as they own, the operator"
        case .staffThemselfOrOwner(let permission, _):
            Audience.staffOrOwner(permission).inWords + ", staff about themselves"
        case .portalUser: "a portal user, about their own account"
        case .anybody: "anybody: what they know is their right"
        case .system: "the operator"
        }
    }
}
