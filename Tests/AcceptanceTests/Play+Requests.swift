import EventLine

/// What somebody asks for in a scenario, and what comes of it.
extension Play {
    func run(_ request: Line.Request) async throws {
        mailsBefore = Set(try door.manifestNames())
        let input = try LooseValue.value(request.input, named)
        var members: [JSONMember] = [
            JSONMember(request.isQuery ? "show" : "command", .string(request.name)),
            JSONMember("input", input),
        ]
        if request.who != "operator" {
            members.append(JSONMember("as", .string(try actor(request.who))))
        }
        if let key = request.key { members.append(JSONMember("key", .string(key))) }
        let asked = line(
            .object(members),
            in: try request.organisation.map {
                try LooseValue.filled($0, named)
            }
        )
        let before = try door.head
        let reply = try await send(asked)
        if request.isQuery {
            try hear(reply, to: asked, request.outcome, since: before)
        } else {
            try obey(reply, request, since: before)
        }
    }

    private func actor(_ who: String) throws -> String {
        if who == "anonymous" || who == "someone" { return "anonymous" }
        if let actor = actors[who] ?? actors["\(who).account"] { return actor }
        if who.contains("/") { return try LooseValue.filled(who, named) }
        throw Unexpected("who is \(who)?")
    }

    func line(_ line: JSONValue, in organisation: String?) -> JSONValue {
        guard let members = line.members else { return line }
        // Where there is one organisation, it need not be named.
        let chosen = organisation ?? (organisations > 1 ? named["Riverside"] : nil)
        guard let chosen else { return line }
        return .object(members + [JSONMember("organisation", .string(chosen))])
    }

    func send(_ line: JSONValue) async throws -> JSONValue {
        said.append(line)
        return try await door.answer(line)
    }

    private func hear(
        _ reply: JSONValue,
        to line: JSONValue,
        _ outcome: String?,
        since before: UInt64
    ) throws {
        if let wanted = outcome?.dropping("refused ") {
            guard reply["ok"] == false, [reply["reason"]?.string, "_"].contains(wanted) else {
                throw Unexpected("reply: \(reply.canonicalText)")
            }
            return
        }
        guard reply["ok"] == true, let result = reply["result"] else {
            throw Unexpected("reply: \(reply.canonicalText)")
        }
        asked.append(
            Asked(line: line, reply: reply, isRecorded: try door.head > before, now: now)
        )
        guard let outcome else { return }
        if let fault = try Expectation.fault(outcome, result, named) {
            throw Unexpected("the answer \(fault); it is\n  \(result.canonicalText)")
        }
    }

    private func obey(_ reply: JSONValue, _ request: Line.Request, since before: UInt64) throws {
        if let refusal = request.outcome?.dropping("refused ") {
            return try expect(refusal, reply, since: before)
        }
        guard reply["ok"] == true else { throw Unexpected("reply: \(reply.canonicalText)") }
        try capture(request.captures, from: reply)
        switch request.outcome {
        case nil, "accepted": break
        case let outcome? where outcome.hasPrefix("{"):
            if let fault = try Expectation.fault(outcome, reply, named) {
                throw Unexpected("the reply \(fault); it is\n  \(reply.canonicalText)")
            }
        case let outcome?:
            let types = (reply["events"]?.array ?? []).compactMap { $0["type"]?.string }
            try expect(types.map { $0.replacing(".v1", with: "") }, outcome)
        }
    }

    /// `reason`, `reason field`, and `+ A, B` for what the refusal leaves in the log.
    private func expect(_ refusal: String, _ reply: JSONValue, since before: UInt64) throws {
        let sides = Expectation.topLevel(refusal, separator: "+")
        let words = (sides.first ?? "").split(separator: " ").map(String.init)
        let reasons = [reply["reason"]?.string, "_"]
        guard reply["ok"] == false, reasons.contains(words.first),
            words.count < 2 || reply["field"]?.string == words[1]
        else { throw Unexpected("reply: \(reply.canonicalText)") }
        var wanted = sides.count > 1 ? sides[1] : "nothing"
        if words.first == "notPermitted", sides.count == 1 { wanted = "CommandRefused" }
        if wanted != "something" { try expect(try types(after: before), wanted) }
    }

    func expect(_ types: [String], _ wanted: String) throws {
        if wanted == "nothing" {
            guard types.isEmpty else { throw Unexpected("it wrote \(types)") }
            return
        }
        if let rest = wanted.dropping("... ") {
            var left = types[...]
            for type in Expectation.topLevel(rest, separator: ",") {
                guard let index = left.firstIndex(of: type) else {
                    throw Unexpected("\(type) is missing in \(types)")
                }
                left = left[(index + 1)...]
            }
            return
        }
        guard types == Expectation.topLevel(wanted, separator: ",") else {
            throw Unexpected("the events are \(types.joined(separator: ", "))")
        }
    }

    func capture(_ captures: [Line.Capture], from reply: JSONValue) throws {
        for capture in captures {
            // What is no id stands beside the ids.
            var value = reply[capture.field] == nil ? reply["ids"] : reply
            for part in capture.field.split(separator: ".") {
                value =
                    Int(part).map { index in
                        value?.array.flatMap { index < $0.count ? $0[index] : nil }
                    } ?? value?[String(part)]
            }
            guard let text = value?.string else {
                throw Unexpected("there is no \(capture.field) in \(reply.canonicalText)")
            }
            named[capture.name] = text
            note(text, as: capture.field)
            switch capture.field {
            case "staffId": actors[capture.name] = "staff/\(text)"
            case "accountId": actors[capture.name] = "portalUser/\(text)"
            case "organisationId":
                actors[capture.name] = "!"
                organisations += 1
            default: break
            }
        }
    }
}
