import Testing

@Suite struct ManifestTests {
    private let text = """
        let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
        let package = Package(
            products: [.library(name: "EventLog", targets: ["EventLog"])],
            dependencies: [.package(url: "https://example.org/a", from: "1.0.0")],
            targets: [
                .systemLibrary(name: "CLZ4"),
                .target(name: "EventLine"), // .target(name: "Commented")
                .target(
                    name: "ProjectionEngine",
                    dependencies: [
                        "EventLine", grdb, .target(name: "PortalEvents"),
                        .product(name: "GRDBSQLite", package: "Grdb"),
                    ]
                ),
                .plugin(name: "EventSchemasPlugin", dependencies: ["SchemaCompiler"]),
                .testTarget(name: "EventLogTests", dependencies: ["EventLog"]),
            ]
        )
        for target in package.targets where target.type != .plugin {}
        """

    @Test func `every target is read with its kind and line`() {
        let targets = Manifest(source(text)).targets
        #expect(
            targets.map { "\($0.line) \($0.kind) \($0.name)" } == [
                "6 systemLibrary CLZ4", "7 target EventLine", "8 target ProjectionEngine",
                "15 plugin EventSchemasPlugin", "16 testTarget EventLogTests",
            ]
        )
    }

    @Test func `names, constants and products are dependencies`() {
        let engine = Manifest(source(text)).targets.first { $0.name == "ProjectionEngine" }
        #expect(engine?.dependencies == ["EventLine", "GRDB", "PortalEvents", "GRDBSQLite"])
    }

    @Test func `a manifest that agrees with its files is right`() {
        #expect(findings(declared: "\"EventLine\"", imported: "EventLine").isEmpty)
    }

    @Test func `a dependency that nothing imports is refused`() {
        #expect(
            findings(declared: "\"EventLine\", \"CLZ4\"", imported: "EventLine") == [
                "Package.swift:2: EventLog depends on CLZ4 and never imports it: "
                    + "remove the dependency"
            ]
        )
    }

    @Test func `an import that is not declared is refused`() {
        #expect(
            findings(declared: "", imported: "EventLine")
                == ["Package.swift:2: EventLog imports EventLine and does not declare it"]
        )
    }

    @Test(arguments: [("testTarget", "EndToEndTests", 0), ("target", "PortalService", 1)])
    func `only a test may depend on the program without an import`(
        kind: String,
        name: String,
        count: Int
    ) {
        let manifest = source(
            """
            targets: [
                .executableTarget(name: "daybook"),
                .\(kind)(name: "\(name)", dependencies: ["daybook"]),
            ]
            """
        )
        let found = ManifestCheck.findings(manifest: manifest, sources: [])
        #expect(found.count { $0.sentence.contains("depends on daybook") } == count)
    }

    @Test func `what the toolchain brings is not declared`() {
        #expect(findings(declared: "", imported: "Synchronization").isEmpty)
    }

    @Test func `a target without a rule is refused`() {
        let found = ManifestCheck.findings(
            manifest: source(".target(name: \"Newcomer\")\n", indented: true),
            sources: []
        )
        #expect(
            found.map(\.description)
                == ["Package.swift:1: the target Newcomer has no rule in ImportRules.swift"]
        )
    }

    @Test func `a folder that no target has is refused`() {
        let found = ManifestCheck.findings(
            manifest: source(" .target(name: \"EventLine\")"),
            sources: [SourceText(path: "Sources/EventLog/A.swift", text: "")]
        )
        #expect(
            found.map(\.description) == [
                "Package.swift: the folder EventLog belongs to no target: its files are not built"
            ]
        )
    }

    private func findings(declared: String, imported module: String) -> [String] {
        let manifest = source(
            "targets: [\n    .target(name: \"EventLog\", dependencies: [\(declared)])]"
        )
        let file = SourceText(path: "Sources/EventLog/A.swift", text: "import \(module)\n")
        return ManifestCheck.findings(manifest: manifest, sources: [file]).map(\.description)
    }

    private func source(_ text: String, indented: Bool = false) -> SourceText {
        SourceText(path: "Package.swift", text: indented ? "    \(text)" : text)
    }
}
