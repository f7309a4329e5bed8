/// What each event type does, laid out one after the other: running it touches nothing that has to
/// be counted or copied.
struct HandlerPlan: Sendable {
    /// One statement to run.
    struct Step: Sendable {
        /// Index into the definition's statements.
        let statement: Int
        /// Its part of `bindings`.
        let bindings: Range<Int>
    }

    let steps: [Step]
    let bindings: [ParameterBinding]
    /// The part of `steps` of each type by its number plus one; that of any other event first.
    private let parts: [Range<Int>]

    /// - Parameters:
    ///   - types: what each type of the catalogue does, by its number.
    ///   - others: what any other event does.
    init(_ types: [[HandlerStep]], _ others: [HandlerStep]) {
        var steps: [Step] = []
        var bindings: [ParameterBinding] = []
        var parts: [Range<Int>] = []
        for wanted in [others] + types {
            let first = steps.count
            for step in wanted {
                let start = bindings.count
                bindings += step.bindings
                steps.append(
                    Step(statement: step.statement, bindings: start..<bindings.count)
                )
            }
            parts.append(first..<steps.count)
        }
        self.steps = steps
        self.bindings = bindings
        self.parts = parts
    }

    /// The same while it cannot move.
    struct Pinned {
        let steps: UnsafeBufferPointer<Step>
        let bindings: UnsafeBufferPointer<ParameterBinding>
        let parts: UnsafeBufferPointer<Range<Int>>

        /// The steps of an event whose type has this number in the catalogue; -1 for any other.
        func steps(of type: Int) -> Range<Int> { parts[type + 1] }

        /// What a step binds.
        func bindings(of step: Step) -> UnsafeBufferPointer<ParameterBinding> {
            UnsafeBufferPointer(rebasing: bindings[step.bindings])
        }
    }

    /// Does something with it while it cannot move.
    func withPinned<Value>(_ body: (Pinned) throws -> Value) rethrows -> Value {
        try steps.withUnsafeBufferPointer { steps in
            try bindings.withUnsafeBufferPointer { bindings in
                try parts.withUnsafeBufferPointer { parts in
                    try body(Pinned(steps: steps, bindings: bindings, parts: parts))
                }
            }
        }
    }

    /// The steps of an event whose type has this number in the catalogue; -1 for any other type.
    func steps(of type: Int) -> Range<Int> { parts[type + 1] }
}
