extension SchemaReader {
    mutating func enumeration(_ value: LocatedValue, _ definition: [LocatedMember]) -> Kind? {
        check(definition, allow: ["type", "enum", "x-enum", "description"])
        guard let name = typeName("x-enum", definition, at: value.offset),
            let values = enumerationValues(value, definition)
        else { return nil }
        let kind = Kind.enumeration(name: name, values: values)
        namedTypes.append(NamedType(name: name, kind: kind, file: file, offset: value.offset))
        return kind
    }

    private mutating func enumerationValues(
        _ value: LocatedValue,
        _ definition: [LocatedMember]
    ) -> [String]? {
        guard let list = definition["enum"], let elements = list.elements, !elements.isEmpty else {
            report("enum is missing or empty", at: definition["enum"]?.offset ?? value.offset)
            return nil
        }
        var values: [String] = []
        var cases: Set<String> = []
        for element in elements {
            guard let text = element.string, !Names.enumerationCase(text).isEmpty else {
                report("an enum value must be a string with a letter", at: element.offset)
                continue
            }
            if !cases.insert(Names.enumerationCase(text)).inserted {
                report("'\(text)' and an earlier value are one name in Swift", at: element.offset)
            }
            values.append(text)
        }
        return values
    }

    mutating func structure(
        _ value: LocatedValue,
        _ definition: [LocatedMember],
        path: String
    ) -> Kind? {
        check(
            definition,
            allow: [
                "type", "x-struct", "properties", "required", "additionalProperties",
                "description",
            ]
        )
        let fields = fields(of: value, definition, path: path)
        guard let name = typeName("x-struct", definition, at: value.offset) else { return nil }
        let kind = Kind.structure(name: name, fields: fields)
        namedTypes.append(NamedType(name: name, kind: kind, file: file, offset: value.offset))
        return kind
    }

    mutating func sealed(
        _ property: LocatedMember,
        _ definition: [LocatedMember],
        path: String
    ) -> Kind? {
        check(definition, allow: ["type", "x-key", "x-sealed", "description"])
        guard property.name == "personal", path.isEmpty else {
            report("only the property 'personal' of data may have x-sealed", at: property.offset)
            return nil
        }
        guard definition["type"]?.string == "string" else {
            report("what is sealed is a string, the JWE", at: property.value.offset)
            return nil
        }
        guard let key = definition["x-key"] else {
            report("x-sealed without x-key", at: property.value.offset)
            return nil
        }
        guard let content = definition["x-sealed"], let members = content.members else {
            report("x-key without x-sealed, or x-sealed is no object", at: property.value.offset)
            return nil
        }
        check(members, allow: ["type", "properties", "required", "additionalProperties"])
        let fields = fields(of: content, members, path: "personal.")
        return template(key).map { .sealed(Sealed(key: $0, fields: fields)) }
    }

    private mutating func typeName(
        _ keyword: String,
        _ definition: [LocatedMember],
        at offset: Int
    ) -> String? {
        guard let name = definition[keyword]?.string, Names.isType(name) else {
            report(
                "\(keyword) must name the Swift type, such as LetterChannel",
                at: definition[keyword]?.offset ?? offset
            )
            return nil
        }
        return name
    }
}
