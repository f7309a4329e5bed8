import Testing

@Suite struct LexerTests {
    @Test(arguments: [
        "let a = \"{ // \" + b",
        "let a = #\"{ \" { \"# + b",
        "let a = \"\"\"\n    { \" {\n    \"\"\" + b",
        "let a = \"\\\"{\" + b",
        "let a = /[{\"]\\/{/ + b",
        "let a = `a { name` + b",
        "let a = /* { /* { */ { */ 1 + b",
        "let a = 1 + b // {",
    ])
    func `a brace outside of code is no code`(text: String) {
        let code = SwiftLexer(text).only(.code)
        #expect(!code.contains("{"))
        #expect(code.contains("+ b"))
    }

    @Test(arguments: [
        "\"a \\(call { x }) b\"", "#\"a \\#(call { x }) b\"#", "\"\\(a(\"\\(call { x })\"))\"",
        "\"\"\"\n  a \\(call { x })\n  \"\"\"",
    ])
    func `what is interpolated is code`(text: String) {
        #expect(SwiftLexer(text).only(.code).contains("call { x }"))
    }

    @Test func `in a raw string a plain backslash interpolates nothing`() {
        #expect(!SwiftLexer("#\"a \\(b) c\"#").only(.code).contains("b"))
    }

    @Test(arguments: ["let a = (b)/c + d/e", "let a = x / y / z"])
    func `a slash between values divides`(text: String) {
        #expect(SwiftLexer(text).only(.code) == text)
    }

    @Test func `lines and columns stay`() {
        let text = "a /* é\n é */ b \"ü\"\nc"
        let lines = SwiftLexer(text).only(.code).splitIntoLines
        #expect(lines.map(\.utf8.count) == text.splitIntoLines.map(\.utf8.count))
    }

    @Test func `a string without an end ends with its line`() {
        #expect(SwiftLexer("let a = \"b\nlet c = 1").only(.code).hasSuffix("\nlet c = 1"))
    }

    @Test(arguments: ["\"\"\"", "/*", "`", "#\"", "\"\\(", "\"\\"])
    func `a text that ends too early is read to its end`(text: String) {
        #expect(SwiftLexer(text).only(.code).utf8.count == text.utf8.count)
    }
}

@Suite struct FunctionSpanTests {
    @Test(arguments: [
        "func a() {\n}", "init() {\n}", "init?(b: Int) {\n}", "deinit {\n}",
        "subscript(a: Int) -> Int {\n}", "static func == (a: A, b: A) -> Bool {\n}",
        "func `a name in words {`() {\n}", "func a(b: () -> Int = { 1 }) {\n}",
    ])
    func `a function goes from its keyword to its closing brace`(text: String) {
        #expect(spans("let before = 1\n\(text)\nlet after = 1\n") == [2: 2])
    }

    @Test func `a signature may take several lines`() {
        let text = """
            func a<
                B: C,
                D
            >(
                b: B,
                c: D
            )
                async throws(E)
                -> [B]
            where
                D: C
            {
                if b { c }
            }
            """
        #expect(spans(text) == [1: 14])
    }

    @Test func `a requirement of a protocol has no body`() {
        let text = """
            protocol A {
                func a() -> Int
                init()
                func b()
                @available(*, deprecated)
                func c()
                var d: Int { get }
            }
            extension A {
                func b() {
                }
            }
            """
        #expect(spans(text) == [10: 2])
    }

    @Test func `a nested function counts for itself and for the one around it`() {
        #expect(spans("func a() {\n    func b() {\n    }\n}\n") == [1: 4, 2: 2])
    }

    @Test func `a call of an initialiser is none`() {
        #expect(spans("let a = self.init(b) { c }\nlet d = .init(e) { f }\n").isEmpty)
    }

    private func spans(_ text: String) -> [Int: Int?] {
        let all = FunctionSpan.all(in: SourceText(path: "A.swift", text: text))
        return Dictionary(uniqueKeysWithValues: all.map { ($0.line, $0.lineCount) })
    }
}
