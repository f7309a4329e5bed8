import Foundation
import PackagePlugin

/// Compiles `EventSchemas/*.json` of the package into the target that uses this plugin.
@main
struct EventSchemasPlugin: BuildToolPlugin {
    func createBuildCommands(
        context: PluginContext,
        target: any Target
    ) async throws -> [Command] {
        let schemas = context.package.directoryURL.appending(path: "EventSchemas")
        let inputs = try FileManager.default.contentsOfDirectory(
            at: schemas,
            includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL
        // The same names as in SchemaCompilation.outputs: one file an event, and two for all.
        let names = Set(inputs.compactMap { eventName($0.lastPathComponent) }).sorted()
        let files = names.map { "\($0)Event.swift" } + ["PortalEvent.swift", "SchemaTypes.swift"]
        return [
            .buildCommand(
                displayName: "Compiling \(names.count) event schemas",
                executable: try context.tool(named: "SchemaCompiler").url,
                arguments: ["--output", output.path, schemas.path],
                inputFiles: inputs,
                outputFiles: files.map { output.appending(path: $0) }
            )
        ]
    }

    private func eventName(_ fileName: String) -> Substring? {
        fileName.hasSuffix(".sample.json") ? nil : fileName.split(separator: ".").first
    }
}
