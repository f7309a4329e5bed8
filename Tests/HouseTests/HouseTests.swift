import Testing

/// The house rules, held against the package as it stands.
@Suite struct HouseTests {
    @Test func `a check has the package's files before it`() throws {
        let paths = try PackageFiles.swift().map(\.path)
        #expect(paths.contains("Sources/EventLine/EventLine.swift"))
        #expect(paths.contains("Tests/HouseTests/HouseTests.swift"))
        #expect(paths.contains("tools/SchemaCompiler/SchemaCompiler.swift"))
        #expect(paths.count > 100)
        #expect(try PackageFiles.projections().count >= 3)
        #expect(try PackageFiles.eventSchemas().count > 100)
        #expect(try Manifest(PackageFiles.manifest()).targets.count > 10)
    }

    @Test func `every target imports only what its rule allows`() throws {
        expectNone(try ImportCheck.findings(in: PackageFiles.swift()))
    }

    @Test func `the manifest declares what the files import and no more`() throws {
        expectNone(
            try ManifestCheck.findings(
                manifest: PackageFiles.manifest(),
                sources: PackageFiles.swift()
            )
        )
    }

    @Test func `files, functions and lines are within their budgets`() throws {
        let manifest = try PackageFiles.manifest()
        let files = try PackageFiles.swift() + PackageFiles.projections() + [manifest]
        expectNone(BudgetCheck.findings(in: files))
    }

    @Test func `no file has a refused word`() throws {
        let files = try PackageFiles.swift() + PackageFiles.projections()
        expectNone(RefusedWordCheck.findings(in: files))
    }

    @Test func `every file that may be unsafe is`() throws {
        expectNone(try RefusedWordCheck.staleUnsafeFiles(among: PackageFiles.swift()))
    }

    @Test func `every event schema has a sample and every sample a schema`() throws {
        expectNone(try SchemaSampleCheck.findings(in: PackageFiles.eventSchemas()))
    }

    @Test func `every event is written and read`() throws {
        let domain = try PackageFiles.swift().filter {
            $0.path.hasPrefix("Sources/PortalAccess/")
                || $0.path.hasPrefix("Sources/PortalService/")
        }
        let check = EventHandlingCheck(
            schemas: try EventSchema.all(in: PackageFiles.eventSchemas()),
            domain: domain,
            projections: try PackageFiles.projections(),
            auditOnly: EventHandlingCheck.auditOnlyEvents
        )
        expectNone(check.findings())
    }

    @Test func `each of the ten activity log labels belongs to its event`() throws {
        expectNone(try ActivityLabelCheck.findings(in: PackageFiles.eventSchemas()))
    }

    private func expectNone(
        _ findings: [Finding],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for finding in findings {
            Issue.record("\(finding)", sourceLocation: sourceLocation)
        }
    }
}
