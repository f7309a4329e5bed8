/// What the files of one target may import; everything else is refused.
struct ImportRule: Hashable, Sendable {
    /// Modules of this package.
    let ours: Set<String>
    /// Modules of the packages we depend on.
    let packages: Set<String>
    /// Modules that come with the toolchain.
    let toolchain: Set<String>

    init(_ ours: Set<String> = [], packages: Set<String> = [], toolchain: Set<String> = []) {
        self.ours = ours
        self.packages = packages
        self.toolchain = toolchain
    }

    /// Whether a file under this rule may import this module.
    func allows(_ module: String) -> Bool {
        ours.contains(module) || packages.contains(module) || toolchain.contains(module)
    }
}

/// Who may import whom. A target that is not here is a failure, and so is a module: whoever adds
/// one writes it down here, where it is seen.
enum ImportRules {
    /// A rule for each target of the package that is not a test.
    static let targets: [String: ImportRule] = [
        "CLZ4": ImportRule(),
        "CLinux": ImportRule(),
        "CSQLite": ImportRule(),
        "CZip": ImportRule(),
        "CCurl": ImportRule(),
        "CCRC32C": ImportRule(),
        // No Foundation in the ways of an event: it passes there millions of times in a rebuild.
        "EventLine": ImportRule(["CCRC32C"]),
        "EventLog": ImportRule(
            ["EventLine", "CLZ4", "CLinux"],
            toolchain: ["Dispatch", "Glibc", "Synchronization"]
        ),
        "PortalEvents": ImportRule(["EventLine"]),
        // Decisions are pure: without Foundation or Glibc there is no clock and no disk to reach.
        "PortalAccess": ImportRule(["EventLine", "PortalEvents"]),
        "PersonalData": ImportRule(
            packages: ["Crypto", "CryptoExtras", "GRDB"],
            toolchain: system
        ),
        "FHIRBulk": ImportRule(["EventLine"], toolchain: system),
        "ProjectionEngine": ImportRule(
            ["EventLine", "PortalEvents"],
            packages: ["GRDB", "GRDBSQLite"],
            toolchain: system
        ),
        "Projections": ImportRule(),
        "PortalService": ImportRule(
            belowService.union(["CCurl", "CSQLite", "CZip"]),
            packages: ["Mustache"],
            toolchain: system
        ),
        "daybook": ImportRule(
            belowService.union(["PortalService"]),
            packages: ["ArgumentParser"],
            toolchain: system
        ),
        "SchemaCompilation": ImportRule(["EventLine"]),
        "SchemaCompiler": ImportRule(["SchemaCompilation"], toolchain: system),
        "LogBench": ImportRule(
            [
                "EventLine", "EventLog", "PersonalData", "PortalAccess", "PortalEvents",
                "PortalService",
            ],
            toolchain: system
        ),
        "EventSchemasPlugin": ImportRule(toolchain: ["Foundation", "PackagePlugin"]),
    ]

    /// The rule for a target's files; nil if it has none.
    ///
    /// The tests of a module may import any module of ours but the executable, and the packages
    /// that the module itself may import, apart from `broughtAlong`.
    static func rule(
        for target: String,
        in targets: [String: ImportRule] = targets
    ) -> ImportRule? {
        guard targets[target] == nil, target.hasSuffix("Tests") || target == "TestSupport" else {
            return targets[target]
        }
        let tested = targets[String(target.dropLast("Tests".count))]
        return ImportRule(
            Set(targets.keys).union(["TestSupport"]).subtracting(["daybook"]),
            packages: (tested?.packages ?? []).union(broughtAlong[target] ?? []),
            toolchain: system.union(["Testing"])
        )
    }

    /// What tests import besides, each for its reason: those of the service break the files of
    /// projections, to see that it is found; those of LogBench compare the rows of two files.
    private static let broughtAlong: [String: Set<String>] = [
        "PortalServiceTests": ["GRDB"], "LogBenchTests": ["GRDB"],
    ]

    private static let system: Set<String> = [
        "Dispatch", "Foundation", "Glibc", "Synchronization",
    ]

    private static let belowService: Set<String> = [
        "EventLine", "EventLog", "FHIRBulk", "PersonalData", "PortalAccess", "PortalEvents",
        "ProjectionEngine", "Projections",
    ]
}
