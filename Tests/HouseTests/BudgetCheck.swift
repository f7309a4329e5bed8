/// Refuses files, functions and lines that are too long to be read.
enum BudgetCheck {
    static let fileLinesMax = 400
    static let functionLinesMax = 70
    static let columnsMax = 100

    /// Folders with files that a program has written, whose lines nobody breaks: why.
    static let generatedFolders = [
        "Tests/PortalEventsTests/Compiled/": "what SchemaCompiler writes, held as golden files"
    ]

    /// What is too long in these files, Swift or SQL.
    static func findings(in sources: [SourceText]) -> [Finding] {
        sources.flatMap { longFile($0) + longFunctions($0) + longLines($0) }
    }

    private static func longFile(_ source: SourceText) -> [Finding] {
        let count = source.lines.count
        guard count > fileLinesMax else { return [] }
        return [Finding(source.path, "has \(count) lines, at most \(fileLinesMax): split it")]
    }

    private static func longFunctions(_ source: SourceText) -> [Finding] {
        return FunctionSpan.all(in: source).compactMap { function in
            guard let count = function.lineCount else {
                return Finding(source.path, line: function.line, "this function has no end")
            }
            guard count > functionLinesMax else { return nil }
            return Finding(
                source.path,
                line: function.line,
                "this function has \(count) lines, at most \(functionLinesMax): split it"
            )
        }
    }

    private static func longLines(_ source: SourceText) -> [Finding] {
        guard !generatedFolders.keys.contains(where: source.path.hasPrefix) else { return [] }
        let long = source.lines.enumerated().filter { $0.element.utf8.count > columnsMax }
        guard !long.isEmpty else { return [] }
        // A line of a literal of several lines is what it is.
        let literal = source.linesWithinText
        return long.compactMap { index, line in
            guard line.count > columnsMax, !literal.contains(index + 1),
                !isHead(line, source)
            else { return nil }
            return Finding(
                source.path,
                line: index + 1,
                "has \(line.count) columns, at most \(columnsMax): break it"
            )
        }
    }

    /// `-- on: A.v1, B.v1` and `-- query: name (a, b)` are one line by the read models' grammar.
    private static func isHead(_ line: Substring, _ source: SourceText) -> Bool {
        source.fileExtension == "sql" && (line.hasPrefix("-- on:") || line.hasPrefix("-- query:"))
    }
}
