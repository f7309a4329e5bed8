extension SchemaReader {
    /// The properties of an object, in their order.
    mutating func fields(
        of object: LocatedValue,
        _ members: [LocatedMember],
        path: String
    ) -> [Field] {
        checkObject(object, members)
        guard let properties = members["properties"]?.members else {
            report("properties is missing or no object", at: object.offset)
            return []
        }
        let required = requiredNames(members, among: properties.map(\.name))
        var fields: [Field] = []
        for property in properties {
            checkName(property)
            guard let definition = property.value.members else {
                report("'\(property.name)' must be a schema object", at: property.value.offset)
                continue
            }
            guard let kind = kind(of: property, definition, path: path) else {
                unreadable.insert(property.name)
                continue
            }
            fields.append(
                Field(
                    name: property.name,
                    kind: kind,
                    isOptional: !required.contains(property.name),
                    isSecret: secret(definition),
                    description: definition["description"]?.string
                )
            )
        }
        return fields
    }

    private mutating func checkObject(_ object: LocatedValue, _ members: [LocatedMember]) {
        if members["type"]?.string != "object" {
            report("type must be \"object\"", at: members["type"]?.offset ?? object.offset)
        }
        if members["additionalProperties"]?.isBool(false) != true {
            let place = members["additionalProperties"]?.offset ?? object.offset
            report("additionalProperties must be false", at: place)
        }
    }

    private mutating func requiredNames(
        _ members: [LocatedMember],
        among properties: [String]
    ) -> Set<String> {
        guard let required = members["required"] else { return [] }
        guard let elements = required.elements else {
            report("required must be an array of property names", at: required.offset)
            return []
        }
        var names: Set<String> = []
        for element in elements {
            guard let name = element.string, properties.contains(name) else {
                report("required names no property", at: element.offset)
                continue
            }
            if !names.insert(name).inserted {
                report("required names '\(name)' twice", at: element.offset)
            }
        }
        return names
    }

    private mutating func checkName(_ property: LocatedMember) {
        if !Names.isProperty(property.name) {
            report("'\(property.name)' is not a name like letterId", at: property.offset)
        } else if Names.reservedProperties.contains(property.name) {
            report("'\(property.name)' is a reserved name", at: property.offset)
        }
    }

    private mutating func secret(_ definition: [LocatedMember]) -> Bool {
        guard let value = definition["x-secret"] else { return false }
        if value.string?.isEmpty != false {
            report("x-secret says how it is kept, such as \"keyedHash\"", at: value.offset)
        }
        return true
    }

    private mutating func kind(
        of property: LocatedMember,
        _ definition: [LocatedMember],
        path: String
    ) -> Kind? {
        guard definition["x-sealed"] == nil, definition["x-key"] == nil else {
            return sealed(property, definition, path: path)
        }
        return kind(of: property.value, definition, path: "\(path)\(property.name).")
    }

    private mutating func kind(
        of value: LocatedValue,
        _ definition: [LocatedMember],
        path: String
    ) -> Kind? {
        if let marker = definition["x-json"] {
            check(definition, allow: ["x-json", "x-secret", "description"])
            if !marker.isBool(true) { report("x-json must be true", at: marker.offset) }
            return .json
        }
        switch definition["type"]?.string {
        case "string": return string(value, definition)
        case "integer": return simple(.integer, definition)
        case "boolean": return simple(.boolean, definition)
        case "array": return array(value, definition, path: path)
        case "object": return structure(value, definition, path: path)
        default:
            let known = "string, integer, boolean, array, object, or x-json in its place"
            report(
                "unknown or missing type; known: \(known)",
                at: definition["type"]?.offset ?? value.offset
            )
            return nil
        }
    }

    private mutating func simple(_ kind: Kind, _ definition: [LocatedMember]) -> Kind {
        check(definition, allow: ["type", "x-secret", "description"])
        return kind
    }

    private mutating func string(_ value: LocatedValue, _ definition: [LocatedMember]) -> Kind? {
        if definition["enum"] != nil || definition["x-enum"] != nil {
            return enumeration(value, definition)
        }
        check(definition, allow: ["type", "format", "x-secret", "description"])
        guard let format = definition["format"] else { return .string }
        switch format.string {
        case "uuid": return .uuid
        case "date": return .date
        case "date-time": return .dateTime
        default:
            report("unknown format; known: uuid, date, date-time", at: format.offset)
            return nil
        }
    }

    private mutating func array(
        _ value: LocatedValue,
        _ definition: [LocatedMember],
        path: String
    ) -> Kind? {
        check(definition, allow: ["type", "items", "x-secret", "description"])
        guard let items = definition["items"], let members = items.members else {
            report("items is missing or no schema object", at: value.offset)
            return nil
        }
        guard let element = kind(of: items, members, path: path) else { return nil }
        if case .array = element {
            report("an array of arrays is not supported; use x-json", at: items.offset)
            return nil
        }
        return .array(element)
    }
}
