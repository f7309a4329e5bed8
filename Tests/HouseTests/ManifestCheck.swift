/// Holds `Package.swift` against the rules and against what the files import.
enum ManifestCheck {
    /// What is wrong with the manifest.
    static func findings(manifest: SourceText, sources: [SourceText]) -> [Finding] {
        let targets = Manifest(manifest).targets
        let sourcesByTarget = Dictionary(grouping: sources) { ImportCheck.target(of: $0) ?? "" }
        let executables = Set(targets.filter { $0.kind == "executableTarget" }.map(\.name))
        return withoutRule(targets, manifest) + withoutFiles(targets, sourcesByTarget, manifest)
            + targets.filter(\.importsWhatItDeclares).flatMap {
                disagreements($0, sourcesByTarget[$0.name] ?? [], executables, manifest)
            }
    }

    private static func withoutRule(
        _ targets: [ManifestTarget],
        _ manifest: SourceText
    ) -> [Finding] {
        targets.filter { ImportRules.rule(for: $0.name) == nil }.map {
            Finding(
                manifest.path,
                line: $0.line,
                "the target \($0.name) has no rule in ImportRules.swift"
            )
        }
    }

    private static func withoutFiles(
        _ targets: [ManifestTarget],
        _ sources: [String: [SourceText]],
        _ manifest: SourceText
    ) -> [Finding] {
        let declared = Set(targets.map(\.name))
        return sources.keys.filter { !declared.contains($0) }.sorted().map {
            Finding(manifest.path, "the folder \($0) belongs to no target: its files are not built")
        }
    }

    private static func disagreements(
        _ target: ManifestTarget,
        _ sources: [SourceText],
        _ executables: Set<String>,
        _ manifest: SourceText
    ) -> [Finding] {
        let imports = sources.flatMap { ModuleImport.all(in: $0).map(\.module) }
        let imported = Set(imports).subtracting(toolchain)
        // A test that runs the program depends on it, so that it is built, and does not import it.
        let needed = target.kind == "testTarget" ? imported.union(executables) : imported
        let unused = target.dependencies.subtracting(needed).sorted().map {
            "\(target.name) depends on \($0) and never imports it: remove the dependency"
        }
        let undeclared = imported.subtracting(target.dependencies).sorted().map {
            "\(target.name) imports \($0) and does not declare it"
        }
        return (unused + undeclared).map { Finding(manifest.path, line: target.line, $0) }
    }

    private static let toolchain: Set<String> = [
        "Dispatch", "Foundation", "Glibc", "PackagePlugin", "Synchronization",
        "Testing",
    ]
}
