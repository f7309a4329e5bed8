/// The text of one projection, which may stand in several files: `<name>.sql` first, and behind it
/// `<name>.<part>.sql` in the order of their names. A long read model keeps its tables, its events
/// and its queries apart that way.
struct DefinitionParts: Sendable {
    /// The first file's name.
    let file: String
    /// The text of all files.
    let text: String
    private let starts: [Start]

    private struct Start {
        let file: String
        /// The line before its first, counted over all files.
        let line: Int
    }

    /// A projection in one file.
    init(file: String, text: String) {
        self.init(file: file, [(file, text)])
    }

    private init(file: String, _ files: [(file: String, text: String)]) {
        self.file = file
        var starts: [Start] = []
        var text = ""
        for part in files {
            if !text.isEmpty, text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
            starts.append(Start(file: part.file, line: text.lineFeedCount))
            text += part.text
        }
        self.text = text
        self.starts = starts
    }

    /// Puts together what belongs together, sorted by name. A part whose first file is missing
    /// stands alone, where it is refused for not saying what it belongs to.
    static func all(of files: [(file: String, text: String)]) -> [DefinitionParts] {
        let names = Set(files.map(\.file))
        let first = { (file: String) -> String in
            let name = "\(file.prefix { $0 != "." }).sql"
            return names.contains(name) ? name : file
        }
        return Dictionary(grouping: files) { first($0.file) }.sorted { $0.key < $1.key }
            .map { name, parts in
                let others = parts.filter { $0.file != name }.sorted { $0.file < $1.file }
                return DefinitionParts(file: name, parts.filter { $0.file == name } + others)
            }
    }

    /// The file and the line there of a line of the whole text.
    func place(of line: Int) -> (file: String, line: Int) {
        let start = starts.last { $0.line < line } ?? Start(file: file, line: 0)
        return (start.file, line - start.line)
    }

    /// The problem with the place where it is.
    func placed(_ problem: DefinitionProblem) -> DefinitionProblem {
        let (file, line) = place(of: problem.line)
        return DefinitionProblem(file: file, line: line, reason: problem.reason)
    }
}

extension String {
    fileprivate var lineFeedCount: Int { utf8.count { $0 == UInt8(ascii: "\n") } }
}
