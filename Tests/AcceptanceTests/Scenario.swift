import Foundation

/// A story in Given/When/Then form, from a text file that somebody who knows care can read.
struct Scenario: Sendable, CustomStringConvertible {
    let title: String
    /// The seed lines and decisions that it rests on.
    let seeds: String
    let file: String
    let steps: [Step]

    /// A step as it was written, with its place.
    struct Step: Sendable {
        let text: String
        let line: Int
    }

    var description: String { "\(file): \(title)" }
}

/// A sentence that stands for several steps: `Phrase: <who> is a client born <date>`.
struct Phrase: Sendable {
    let pattern: String
    let steps: [Scenario.Step]

    /// The values of the pattern's parameters in a sentence; nil if it is another sentence.
    func values(in sentence: String) -> [String: String]? {
        var values: [String: String] = [:]
        let words = Self.words(pattern)
        let said = Self.words(sentence)
        guard words.count == said.count else { return nil }
        for (word, heard) in zip(words, said) {
            guard let open = word.firstIndex(of: "<"), let close = word.lastIndex(of: ">") else {
                guard word == heard else { return nil }
                continue
            }
            let (before, after) = (word[..<open], word[word.index(after: close)...])
            guard heard.hasPrefix(before), heard.hasSuffix(after),
                heard.count > before.count + after.count
            else { return nil }
            let value = heard.dropFirst(before.count).dropLast(after.count)
            values[String(word[word.index(after: open)..<close])] = String(value)
        }
        return values
    }

    /// Words, with what stands in quotation marks or brackets as one.
    private static func words(_ sentence: String) -> [String] {
        var words: [String] = [""]
        var isQuoted = false
        var depth = 0
        for character in sentence {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if character == "\"" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted, depth == 0 {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }
}

/// What the scenario files hold.
struct ScenarioBook: Sendable {
    private(set) var scenarios: [Scenario] = []
    private(set) var phrases: [Phrase] = []

    /// Everything in the folder beside this file, read once.
    static let all = Result { try ScenarioBook(folder: folder) }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Scenarios").path

    private init(folder: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        where name.hasSuffix(".feature") {
            let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            try read(text, named: name)
        }
    }

    private mutating func read(_ text: String, named name: String) throws {
        var section: Section?
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = raw.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            if let start = Section(line) {
                close(section, name)
                section = start
            } else if section == nil {
                throw Unexpected("\(name):\(index + 1): stands before any scenario: \(line)")
            } else {
                section?.add(line, index + 1)
            }
        }
        close(section, name)
    }

    private mutating func close(_ section: Section?, _ name: String) {
        guard let section else { return }
        if section.isPhrase {
            phrases.append(Phrase(pattern: section.title, steps: section.steps))
        } else {
            let file = name.replacing(".feature", with: "")
            scenarios.append(
                Scenario(
                    title: section.title,
                    seeds: section.seeds,
                    file: file,
                    steps: section.steps
                )
            )
        }
    }

    private struct Section {
        let title: String
        let isPhrase: Bool
        var seeds = ""
        var steps: [Scenario.Step] = []

        init?(_ line: String) {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let word = line[..<colon]
            guard word == "Scenario" || word == "Phrase" else { return nil }
            isPhrase = word == "Phrase"
            title = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }

        mutating func add(_ line: String, _ number: Int) {
            let seedsMark = "Seeds:"
            if line.hasPrefix(seedsMark) {
                seeds = line.dropFirst(seedsMark.count).trimmingCharacters(in: .whitespaces)
                return
            }
            let word = line.prefix { $0 != " " }
            if ["Given", "When", "Then", "And", "But", "*"].contains(word) {
                let text = line.dropFirst(word.count).trimmingCharacters(in: .whitespaces)
                steps.append(Scenario.Step(text: text, line: number))
            } else if let last = steps.popLast() {
                // A line without such a word goes on with the step before it.
                steps.append(Scenario.Step(text: "\(last.text) \(line)", line: last.line))
            }
        }
    }
}

/// Something that a scenario relies on did not happen.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
