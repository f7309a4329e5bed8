import Foundation
import SchemaCompilation

/// The fixture schemas, and what they compile to.
///
/// The compiled form stands in `Tests/PortalEventsTests/Compiled`, where it is compiled and run.
/// After a change that is meant, write it anew and read the difference:
///
///     swift run SchemaCompiler --output Tests/PortalEventsTests/Compiled \
///         Tests/SchemaCompilationTests/Fixtures
///     sed -i 's/public //g; s/^import EventLine$/&\n@testable import PortalEvents/' \
///         Tests/PortalEventsTests/Compiled/*.swift
enum Fixture {
    static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
    static let schemas = tests.appending(path: "SchemaCompilationTests/Fixtures")
    static let compiled = tests.appending(path: "PortalEventsTests/Compiled")

    static func files() throws -> [SourceFile] {
        let names = try FileManager.default.contentsOfDirectory(atPath: schemas.path)
        return try names.map { name in
            let bytes = try Data(contentsOf: schemas.appending(path: name))
            return SourceFile(path: name, bytes: [UInt8](bytes))
        }
    }

    /// The output as it can stand in a test target: internal, and with a look into PortalEvents.
    static func golden(_ output: SchemaCompilation.Output) -> String {
        output.source.replacing("public ", with: "")
            .replacing(
                "import EventLine\n",
                with: "import EventLine\n@testable import PortalEvents\n"
            )
    }
}
