internal import EventLine

/// What somebody lives through, as `lives.txt` tells it: which commands are given on which day.
struct LifeScript: Sendable {
    let name: String
    /// How often it happens, as a share of the sum over all.
    let share: Double
    /// In the order in which they happen.
    let steps: [Step]

    /// One command, or time that passes.
    struct Step: Sendable {
        let day: Int
        /// Since midnight, local time.
        let minute: Int
        var actor = ""
        /// Nil where only time passes.
        var command: String?
        var mayBeRefused = false
        /// JSON with `$name` in it.
        var input = ""
        /// New name and name in the reply.
        var renamings: [(name: String, field: String)] = []
    }

    /// What the organisation does first, and the lives of its clients.
    static func read(_ text: String) throws(UsageError) -> (practice: LifeScript, [LifeScript]) {
        var scripts: [LifeScript] = []
        var heading: (name: String, share: Double)?
        var steps: [Step] = []
        func finish() {
            guard let heading else { return }
            let ordered = steps.enumerated().sorted {
                ($0.element.day, $0.element.minute, $0.offset)
                    < ($1.element.day, $1.element.minute, $1.offset)
            }
            let script = LifeScript(
                name: heading.name,
                share: heading.share,
                steps: ordered.map(\.element)
            )
            scripts.append(script)
            steps = []
        }
        for line in logicalLines(text) {
            let words = line.split(separator: " ").map(String.init)
            if words.first == "practice" || words.first == "life" {
                finish()
                heading = (
                    words.dropFirst().first ?? "practice", words.last.flatMap(Double.init) ?? 0
                )
            } else {
                steps += try Step.read(line)
            }
        }
        finish()
        guard let practice = scripts.first else { throw UsageError("there is no life") }
        return (practice, Array(scripts.dropFirst()))
    }

    /// Without comments, each with the indented lines below it.
    private static func logicalLines(_ text: String) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix(" "), let last = lines.popLast() {
                lines.append(last + line.drop { $0 == " " })
            } else {
                lines.append(String(line))
            }
        }
        return lines
    }
}

extension LifeScript.Step {
    /// The steps that a line stands for.
    fileprivate static func read(_ line: String) throws(UsageError) -> [Self] {
        let words = line.split(separator: " ", maxSplits: 4).map(String.init)
        guard words.count >= 3, let days = days(words[0]), let minute = minute(words[1]) else {
            throw UsageError("lives.txt: no step: \(line)")
        }
        var step = Self(day: 0, minute: minute)
        if words[2] != "wait" {
            guard words.count == 5 else { throw UsageError("lives.txt: no command: \(line)") }
            step.actor = words[2]
            step.mayBeRefused = words[3].hasSuffix("?")
            step.command = step.mayBeRefused ? String(words[3].dropLast()) : words[3]
            let parts = words[4].split(separator: "} -> ", maxSplits: 1).map(String.init)
            step.input = parts.count == 2 ? parts[0] + "}" : words[4]
            for pair in parts.dropFirst().flatMap({ $0.split(separator: " ") }) {
                let names = pair.split(separator: "=").map(String.init)
                guard names.count == 2 else { throw UsageError("lives.txt: \(pair) in \(line)") }
                step.renamings.append((names[0], names[1]))
            }
        }
        return days.map { Self(step, on: $0) }
    }

    private init(_ step: Self, on day: Int) {
        self.init(
            day: day,
            minute: step.minute,
            actor: step.actor,
            command: step.command,
            mayBeRefused: step.mayBeRefused,
            input: step.input,
            renamings: step.renamings
        )
    }

    /// `3`, or `3..90/30`.
    private static func days(_ text: String) -> [Int]? {
        let numbers = text.split { $0 == "." || $0 == "/" }.compactMap { Int($0) }
        switch numbers.count {
        case 1: return numbers
        case 3 where numbers[2] > 0:
            return Array(stride(from: numbers[0], through: numbers[1], by: numbers[2]))
        default: return nil
        }
    }

    private static func minute(_ text: String) -> Int? {
        let numbers = text.split(separator: ":").compactMap { Int($0) }
        return numbers.count == 2 ? numbers[0] * 60 + numbers[1] : nil
    }
}
