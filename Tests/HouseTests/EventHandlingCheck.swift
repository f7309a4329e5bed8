/// Sees that every event has somebody who writes it and somebody who reads it.
struct EventHandlingCheck {
    let schemas: [EventSchema]
    /// The files of `PortalAccess` and `PortalService`.
    let domain: [SourceText]
    /// The read models.
    let projections: [SourceText]
    /// Events that change no state and no read model of their own, each with the reason.
    let auditOnly: [String: String]

    /// The events that only the audit trail keeps (it keeps all).
    static let auditOnlyEvents = [
        "PersonalDataErasureCompleted":
            "closes an ordered erasure: read from the log at a start, which finishes open ones",
        "UnknownRegistrationAttempt": "belongs to nobody's account",
        "UnknownSignInAttempt": "belongs to nobody's account",
    ]

    /// What is wrong with how the events are handled.
    func findings() -> [Finding] {
        unhandled() + unknownHandled() + staleExceptions()
    }

    private func unhandled() -> [Finding] {
        let written = writtenCases()
        let read = readEvents()
        return schemas.flatMap { schema -> [Finding] in
            var found: [String] = []
            if !written.contains(schema.caseName) {
                found.append("nothing writes it: no decider makes a .\(schema.caseName)(…)")
            }
            if !read.contains(schema.event), auditOnly[schema.event] == nil {
                found.append(
                    "nothing reads it: no evolve of State and no `-- on:` of a read model names it"
                )
            }
            return found.map { Finding(schema.source.path, $0) }
        }
    }

    private func unknownHandled() -> [Finding] {
        let types = Set(schemas.map(\.type))
        return projections.flatMap { file in
            handledTypes(in: file).filter { !types.contains($0.type) }.map {
                Finding(file.path, line: $0.line, "there is no schema \($0.type).json")
            }
        }
    }

    private func staleExceptions() -> [Finding] {
        let read = readEvents()
        let events = Set(schemas.map(\.event))
        return auditOnly.keys.sorted().compactMap { event in
            guard !events.contains(event) || read.contains(event) else { return nil }
            return Finding(
                "Tests/HouseTests/EventHandlingCheck.swift",
                "\(event) is gone or read now: take it off the list of what only the trail keeps"
            )
        }
    }

    /// The cases of `PortalEvent` that are made outside of the states; a pattern makes none.
    private func writtenCases() -> Set<String> {
        let made = /\.([a-z]\w*)\((?!let\b|var\b|_\b)/
        return cases(in: domain.filter { !isState($0) }, made)
    }

    /// The events that the states or the read models read.
    private func readEvents() -> Set<String> {
        let stateCases = cases(in: domain.filter(isState), /\.([a-z]\w*)/)
        let handled = Set(projections.flatMap { handledTypes(in: $0).map(\.type) })
        return Set(
            schemas.filter { stateCases.contains($0.caseName) || handled.contains($0.type) }
                .map(\.event)
        )
    }

    private func cases(
        in sources: [SourceText],
        _ form: Regex<(Substring, Substring)>
    ) -> Set<String> {
        Set(
            sources.flatMap { source in
                source.code.matches(of: form).map { String($0.output.1) }
            }
        )
    }

    private func isState(_ source: SourceText) -> Bool {
        source.path.hasPrefix("Sources/PortalAccess/State/")
    }

    /// The types in the `-- on:` lines; `*` names none.
    private func handledTypes(in file: SourceText) -> [(type: String, line: Int)] {
        file.lines.enumerated().filter { $0.element.hasPrefix("-- on:") }.flatMap { index, line in
            line.dropFirst("-- on:".count).split { $0 == "," || $0 == " " }
                .filter { $0 != "*" }.map { (String($0), index + 1) }
        }
    }
}
