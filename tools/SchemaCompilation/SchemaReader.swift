/// Reads one schema file and collects whatever is wrong with it.
struct SchemaReader {
    let file: SourceFile
    private(set) var problems: [Problem] = []
    /// The enumerations and structs that the schema names.
    var namedTypes: [NamedType] = []
    /// Properties whose own schema is wrong, so that whoever names them is not blamed too.
    var unreadable: Set<String> = []

    private static let keywords = [
        "$schema", "$id", "title", "description", "type", "x-label", "x-streams", "x-client",
        "properties", "required", "additionalProperties",
    ]

    init(_ file: SourceFile) {
        self.file = file
    }

    /// The schema; nil if something is wrong with it, which `problems` then says.
    mutating func schema() -> Schema? {
        guard let type = Names.eventType(file.name.dropLast(".json".count)) else {
            report("the file name is not <EventName>.v<k>.json", at: 0)
            return nil
        }
        var parser = LocatedParser(file.bytes)
        do {
            let document = try parser.document()
            guard let members = document.members else {
                report("a schema is a JSON object", at: document.offset)
                return nil
            }
            let schema = schema(of: type, document: document, members)
            return problems.isEmpty ? schema : nil
        } catch {
            report(error.message, at: error.offset)
            return nil
        }
    }

    private mutating func schema(
        of type: (name: String, version: Int),
        document: LocatedValue,
        _ members: [LocatedMember]
    ) -> Schema? {
        check(members, allow: Self.keywords)
        checkIdentity(of: type, members, at: document.offset)
        let description = text("description", of: members, at: document.offset)
        var label: String?
        if members["x-label"] != nil {
            label = text("x-label", of: members, at: document.offset)
        }
        let fields = fields(of: document, members, path: "")
        for field in fields where field.name == "personal" {
            if case .sealed = field.kind { continue }
            report("'personal' must have x-sealed", at: offset(ofProperty: "personal", in: members))
        }
        return Schema(
            name: type.name,
            version: type.version,
            file: file,
            description: description ?? "",
            label: label,
            streams: streams(members, at: document.offset, fields: fields),
            client: client(members, fields: fields),
            fields: fields
        )
    }

    private mutating func checkIdentity(
        of type: (name: String, version: Int),
        _ members: [LocatedMember],
        at offset: Int
    ) {
        let dialect = "https://json-schema.org/draft/2020-12/schema"
        let id = "urn:daybook:event:\(type.name).v\(type.version)"
        let expected = [("$schema", dialect), ("$id", id), ("title", type.name)]
        for (name, value) in expected {
            guard let found = text(name, of: members, at: offset), found != value else { continue }
            report("\(name) must be \"\(value)\"", at: members[name]?.offset ?? offset)
        }
    }

    private mutating func client(_ members: [LocatedMember], fields: [Field]) -> String? {
        guard let value = members["x-client"] else { return nil }
        if let name = value.string, unreadable.contains(name) { return nil }
        guard let name = value.string, let field = fields.first(where: { $0.name == name }) else {
            report("x-client names no property", at: value.offset)
            return nil
        }
        guard field.kind == .uuid else {
            report("x-client must name a property of format uuid", at: value.offset)
            return nil
        }
        return name
    }

    /// A string that must be there and not be empty.
    mutating func text(_ name: String, of members: [LocatedMember], at offset: Int) -> String? {
        guard let value = members[name] else {
            report("\(name) is missing", at: offset)
            return nil
        }
        guard let text = value.string, !text.isEmpty else {
            report("\(name) must be a string that is not empty", at: value.offset)
            return nil
        }
        return text
    }

    /// Refuses every keyword but these.
    mutating func check(_ members: [LocatedMember], allow keywords: [String]) {
        for member in members where !keywords.contains(member.name) {
            let known = keywords.joined(separator: ", ")
            report("unknown keyword '\(member.name)'; known here: \(known)", at: member.offset)
        }
    }

    func offset(ofProperty name: String, in members: [LocatedMember]) -> Int {
        members["properties"]?.members?.first { $0.name == name }?.offset ?? 0
    }

    mutating func report(_ message: String, at offset: Int) {
        problems.append(file.problem(message, at: offset))
    }
}
