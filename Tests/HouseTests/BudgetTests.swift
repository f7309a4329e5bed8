import Testing

@Suite struct BudgetTests {
    @Test(arguments: ["swift", "sql"])
    func `a file of 401 lines is refused`(fileExtension: String) {
        let file = source("A.\(fileExtension)", lines: 401)
        #expect(
            BudgetCheck.findings(in: [file])
                == [Finding(file.path, "has 401 lines, at most 400: split it")]
        )
    }

    @Test(arguments: ["swift", "sql"])
    func `a file of 400 lines is not`(fileExtension: String) {
        #expect(BudgetCheck.findings(in: [source("A.\(fileExtension)", lines: 400)]).isEmpty)
    }

    @Test func `a function of 71 lines is refused`() {
        let file = source("A.swift", "struct A {\n\(function(lines: 71))}\n")
        #expect(
            BudgetCheck.findings(in: [file]) == [
                Finding(file.path, line: 2, "this function has 71 lines, at most 70: split it")
            ]
        )
    }

    @Test func `a function of 70 lines is not`() {
        let file = source("A.swift", "struct A {\n\(function(lines: 70))}\n")
        #expect(BudgetCheck.findings(in: [file]).isEmpty)
    }

    @Test func `a function without an end is refused`() {
        let file = source("A.swift", "func a() {\n")
        #expect(
            BudgetCheck.findings(in: [file])
                == [Finding(file.path, line: 1, "this function has no end")]
        )
    }

    @Test(arguments: ["A.swift", "a.sql"])
    func `a line of 101 columns is refused`(name: String) {
        let file = source(name, "\n\(columns(101))\n")
        #expect(
            BudgetCheck.findings(in: [file])
                == [Finding(file.path, line: 2, "has 101 columns, at most 100: break it")]
        )
    }

    @Test func `a comment of 101 columns is refused`() {
        #expect(!BudgetCheck.findings(in: [source("A.swift", "// \(columns(98))")]).isEmpty)
    }

    @Test(arguments: ["A.swift", "a.sql"])
    func `a line of 100 columns is not`(name: String) {
        #expect(BudgetCheck.findings(in: [source(name, columns(100))]).isEmpty)
    }

    @Test func `a column is a character, not a byte`() {
        let line = "// " + String(repeating: "é", count: 97)
        #expect(BudgetCheck.findings(in: [source("A.swift", line)]).isEmpty)
    }

    @Test func `a line of a literal of several lines may be longer`() {
        let text = "let a = \"\"\"\n    \(columns(200))\n    \"\"\"\n"
        #expect(BudgetCheck.findings(in: [source("A.swift", text)]).isEmpty)
    }

    @Test func `the event types of a handler may be longer`() {
        #expect(BudgetCheck.findings(in: [source("a.sql", "-- on: \(columns(100))")]).isEmpty)
    }

    @Test func `a generated file may have longer lines`() {
        let path = "Tests/PortalEventsTests/Compiled/A.swift"
        #expect(
            BudgetCheck.findings(in: [SourceText(path: path, text: columns(101))]).isEmpty
        )
    }

    private func source(_ name: String, _ text: String) -> SourceText {
        SourceText(path: "Sources/EventLog/\(name)", text: text)
    }

    private func source(_ name: String, lines: Int) -> SourceText {
        source(name, String(repeating: "a\n", count: lines))
    }

    private func function(lines: Int) -> String {
        "    func a() {\n" + String(repeating: "        b()\n", count: lines - 2) + "    }\n"
    }

    private func columns(_ count: Int) -> String { String(repeating: "a", count: count) }
}

@Suite struct RefusedWordTests {
    @Test(arguments: [
        "let a = try! b()", "fatalError(\"no\")", "fatalError ()",
        "final class A: @unchecked Sendable {}", "// TODO: later", "/* FIXME */ let a = 1",
        "/// A doc comment. TODO", "struct KeyManager {}", "enum LogHelper {}",
        "actor DateUtils {}", "protocol ManagerOfKeys {}", "unsafe a()",
        "let a = \"\\(try! b())\"",
    ])
    func `a refused word is found`(line: String) {
        let file = SourceText(path: "Sources/EventLog/A.swift", text: "let first = 1\n\(line)\n")
        #expect(RefusedWordCheck.findings(in: [file]).map(\.line) == [2])
    }

    @Test(arguments: [
        "let a = \"try! TODO @unchecked Sendable\"", "// It would fatalError(), or try!.",
        "let a = try? b()", "let a = FileManager.default", "extension FileManager {}",
        "let methodology = TODOs", "let unsafely = 1", "let a = b.isUnsafe", "// unsafe",
    ])
    func `what only looks like a refused word is none`(line: String) {
        let file = SourceText(path: "Sources/EventLog/A.swift", text: "\(line)\n")
        #expect(RefusedWordCheck.findings(in: [file]).isEmpty)
    }

    @Test(arguments: ["KeyManager.swift", "LogHelper.swift", "Utils.swift"])
    func `a vague file name is refused`(name: String) {
        let file = SourceText(path: "Sources/EventLog/\(name)", text: "")
        #expect(RefusedWordCheck.findings(in: [file]).map(\.path) == [file.path])
    }

    @Test func `a read model is not put off either`() {
        let file = SourceText(path: "Projections/a.sql", text: "-- TODO: index\n")
        #expect(RefusedWordCheck.findings(in: [file]).map(\.line) == [1])
    }

    @Test func `unsafe code may stand in the files on the list`() {
        let file = SourceText(path: "Sources/EventLog/Format/LZ4.swift", text: "unsafe a()\n")
        #expect(RefusedWordCheck.findings(in: [file]).isEmpty)
    }

    @Test func `a file without unsafe code is taken off the list`() {
        let files = RefusedWordCheck.unsafeFiles.sorted().map {
            SourceText(path: $0, text: $0.hasSuffix("LZ4.swift") ? "safe()\n" : "unsafe a()\n")
        }
        let found = RefusedWordCheck.staleUnsafeFiles(among: files)
        #expect(found.map(\.path) == ["Sources/EventLog/Format/LZ4.swift"])
    }
}
