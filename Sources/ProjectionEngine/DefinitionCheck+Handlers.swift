import GRDB
import PortalEvents

extension DefinitionCheck {
    /// Prepares every handler and resolves its parameters for each of its event types.
    func compileHandlers(
        into compiled: inout CompiledHandlers,
        _ db: Database
    ) throws(DefinitionProblem) {
        for type in Set(parsed.handlers.flatMap(\.types)) where type != "*" {
            compiled.steps[type] = []
        }
        for handler in parsed.handlers {
            guard !handler.statements.isEmpty else {
                throw problem(handler.line, "no statement follows this `on:`")
            }
            let isEvery = handler.types.contains("*")
            guard !isEvery || handler.types.count == 1 else {
                throw problem(handler.line, "`*` stands for every event: name no others with it")
            }
            for type in handler.types where !isEvery { try checkKnown(type, at: handler.line) }
            for written in handler.statements {
                let statement = try numbered(written, db)
                let numbered = try numberedParameters(of: statement, db)
                compiled.statements.append(statement)
                try addSteps(numbered, of: statement, in: handler, to: &compiled)
            }
        }
    }

    private func addSteps(
        _ numbered: [SQLParameter],
        of statement: SQLStatement,
        in handler: ParsedDefinition.Handler,
        to compiled: inout CompiledHandlers
    ) throws(DefinitionProblem) {
        let index = compiled.statements.count - 1
        let isEvery = handler.types.contains("*")
        let types = isEvery ? Array(compiled.steps.keys) : handler.types
        if isEvery {
            let bindings = try bindings(numbered, of: statement, shape: nil)
            let step = HandlerStep(statement: index, bindings: bindings)
            compiled.everyEventSteps.append(step)
            for type in types { compiled.steps[type, default: []].append(step) }
        } else {
            for type in types {
                let bindings = try bindings(numbered, of: statement, shape: shapes[type])
                compiled.steps[type, default: []].append(
                    HandlerStep(statement: index, bindings: bindings)
                )
            }
        }
    }

    /// The statement as SQLite gets it. `number(…)` writes to `names`, which keeps what it has for
    /// ever.
    private func numbered(
        _ written: SQLStatement,
        _ db: Database
    ) throws(DefinitionProblem) -> SQLStatement {
        let statement: SQLStatement
        do throws(MisplacedNumber) {
            statement = try written.numbered()
        } catch {
            throw problem(error.line, "number(…) takes one parameter, such as number(@type)")
        }
        guard statement.usesNumbers else { return statement }
        let row = "insert into names (number, name) values (1, 'x') on conflict (name) do nothing"
        guard (try? PreparedProbe(row, on: db.sqliteConnection)) != nil else {
            throw problem(
                statement.line,
                "number(…) needs `create table names (number integer primary key, "
                    + "name text not null unique) strict`"
            )
        }
        guard let found = statement.parameters.first(where: { $0.parameter.source == .personal })
        else { return statement }
        throw problem(
            found.line,
            "\(found.parameter.text): no personal field may stand in a statement with number(…), "
                + "because what `names` keeps cannot be erased"
        )
    }

    private func checkKnown(_ type: String, at line: Int) throws(DefinitionProblem) {
        guard shapes[type] == nil else { return }
        let near = nearest(to: type, among: shapes.keys.sorted()).map { " (did you mean \($0)?)" }
        throw problem(line, "unknown event type \(type)\(near ?? "")")
    }

    private func numberedParameters(
        of statement: SQLStatement,
        _ db: Database
    ) throws(DefinitionProblem) -> [SQLParameter] {
        let verbs: Set<String> = ["insert", "update", "delete", "replace", "with"]
        guard verbs.contains(statement.verb) else {
            throw problem(statement.line, "a handler may only insert, update and delete")
        }
        try checkDetermined(statement)
        let probe = try probe(statement, db)
        guard !probe.isReadOnly else {
            throw problem(statement.line, "a handler may only insert, update and delete")
        }
        return probe.parameters.compactMap { translated in
            statement.parameters.first { $0.parameter.translated == translated }?.parameter
        }
    }

    private func bindings(
        _ numbered: [SQLParameter],
        of statement: SQLStatement,
        shape: EventShape?
    ) throws(DefinitionProblem) -> [ParameterBinding] {
        var bindings: [ParameterBinding] = []
        for (place, parameter) in numbered.enumerated() {
            let line = statement.parameters.first { $0.parameter == parameter }?.line
            let value = try value(of: parameter, shape: shape, line: line ?? statement.line)
            bindings.append(
                ParameterBinding(
                    index: Int32(place + 1),
                    value: value,
                    isNumbered: parameter.isNumbered
                )
            )
        }
        return bindings
    }

    private func value(
        of parameter: SQLParameter,
        shape: EventShape?,
        line: Int
    ) throws(DefinitionProblem) -> BoundValue {
        if parameter.source == .envelope {
            guard let member = EnvelopeMember(rawValue: parameter.name) else {
                let known = EnvelopeMember.allCases.map { "@\($0.rawValue)" }
                throw problem(
                    line,
                    "unknown envelope member \(parameter.text) (there are "
                        + "\(known.joined(separator: ", ")))"
                )
            }
            return .envelope(member)
        }
        guard let shape else {
            throw problem(line, "\(parameter.text): `on: *` may use only @ members")
        }
        let isPersonal = parameter.source == .personal
        let fields = isPersonal ? shape.personalFields : shape.fields
        guard let place = fields.firstIndex(where: { $0.name == parameter.name }) else {
            throw unknownField(parameter, of: shape.type, fields: fields, line: line)
        }
        let isJSON = fields[place].kind == .json
        return isPersonal ? .personal(place, isJSON: isJSON) : .field(place, isJSON: isJSON)
    }

    private func unknownField(
        _ parameter: SQLParameter,
        of type: String,
        fields: [EventShape.Field],
        line: Int
    ) -> DefinitionProblem {
        let kind = parameter.source == .personal ? "personal field" : "field"
        let known = fields.isEmpty ? "none" : fields.map(\.name).joined(separator: ", ")
        return problem(line, "unknown \(kind) \(parameter.text) of \(type) (it has \(known))")
    }
}

/// The name that differs least, if it differs little.
func nearest(to name: String, among names: [String]) -> String? {
    let ranked = names.map { ($0, editDistance(Array($0.utf8), Array(name.utf8))) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(3, name.count / 4) else {
        return nil
    }
    return best.0
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let replaced = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
