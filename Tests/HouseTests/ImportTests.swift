import Testing

@Suite struct ImportTests {
    @Test(arguments: [
        ("EventLine", "Foundation"), ("EventLine", "EventLog"), ("EventLog", "Foundation"),
        ("EventLog", "PortalEvents"), ("EventLog", "PersonalData"), ("PersonalData", "EventLog"),
        ("PersonalData", "EventLine"), ("PortalEvents", "Foundation"),
        ("PortalEvents", "EventLog"), ("PortalAccess", "Foundation"), ("PortalAccess", "Glibc"),
        ("PortalAccess", "EventLog"), ("PortalAccess", "PortalService"),
        ("ProjectionEngine", "EventLog"), ("ProjectionEngine", "Crypto"),
        ("FHIRBulk", "PortalEvents"), ("Projections", "Foundation"), ("PortalService", "GRDB"),
        ("PortalService", "Crypto"), ("PortalService", "CryptoExtras"),
        ("PortalService", "ArgumentParser"), ("PortalService", "daybook"), ("daybook", "GRDB"),
        ("daybook", "Crypto"), ("EventLogTests", "daybook"), ("EventLogTests", "GRDB"),
        ("ProjectionEngineTests", "Crypto"), ("EndToEndTests", "daybook"),
        ("PortalService", "Hummingbird"), ("EventSchemasPlugin", "EventLine"),
    ])
    func `a wrong import is refused`(target: String, module: String) {
        let source = file(in: target, "// A comment.\nimport \(module)\n")
        #expect(
            ImportCheck.findings(in: [source])
                == [Finding(source.path, line: 2, "\(target) may not import \(module)")]
        )
    }

    @Test(arguments: [
        ("EventLog", "EventLine"), ("EventLog", "CLZ4"), ("PersonalData", "CryptoExtras"),
        ("PortalAccess", "PortalEvents"), ("ProjectionEngine", "GRDBSQLite"),
        ("PortalService", "PersonalData"), ("daybook", "ArgumentParser"),
        ("PersonalDataTests", "GRDB"), ("EndToEndTests", "PortalService"),
        ("PortalServiceTests", "TestSupport"), ("TestSupport", "EventLog"),
    ])
    func `a right import is allowed`(target: String, module: String) {
        #expect(ImportCheck.findings(in: [file(in: target, "import \(module)\n")]).isEmpty)
    }

    @Test(arguments: [
        "public import GRDB", "@testable import GRDB", "@preconcurrency internal import GRDB",
        "import struct GRDB.Row", "import GRDB // why", "    import GRDB", "import GRDB;",
        "import class GRDB.DatabaseQueue", "/* a */ import GRDB",
    ])
    func `an import is seen in every form`(line: String) {
        let imports = ModuleImport.all(in: file(in: "EventLine", "\n\(line)\n"))
        #expect(imports == [ModuleImport(module: "GRDB", line: 2)])
    }

    @Test(arguments: [
        "// import GRDB", "let a = \"import GRDB\"", "/*\nimport GRDB\n*/",
        "let a = \"\"\"\n    import GRDB\n    \"\"\"", "let important = GRDB",
    ])
    func `what only looks like an import is none`(text: String) {
        #expect(ModuleImport.all(in: file(in: "EventLine", "\(text)\n")).isEmpty)
    }

    @Test func `a target without a rule is refused`() {
        let source = file(in: "Newcomer", "import EventLine\n")
        let expected = "the target Newcomer has no rule in ImportRules.swift"
        #expect(ImportCheck.findings(in: [source]) == [Finding(source.path, expected)])
    }

    @Test func `a file outside of every target is refused`() {
        let source = SourceText(path: "Sources/Stray.swift", text: "")
        let expected = "belongs to no target: move it into a target's folder"
        #expect(ImportCheck.findings(in: [source]) == [Finding(source.path, expected)])
    }

    private func file(in target: String, _ text: String) -> SourceText {
        let folder = target.hasSuffix("Tests") ? "Tests" : "Sources"
        return SourceText(path: "\(folder)/\(target)/File.swift", text: text)
    }
}
