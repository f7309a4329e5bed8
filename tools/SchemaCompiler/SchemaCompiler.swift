import Foundation
import SchemaCompilation

/// `SchemaCompiler --check <directory>` lists what is wrong with the schemas of a directory;
/// `SchemaCompiler --output <directory> <schemas>` writes the Swift source they compile to.
///
/// Exit status 0, 1 if something is wrong with the schemas, 2 if it could not run.
@main
enum SchemaCompiler {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("--check", 2): check(arguments[1])
        case ("--output", 3): compile(arguments[2], to: arguments[1])
        default:
            complain("usage: SchemaCompiler --check <directory> | --output <directory> <schemas>")
            exit(2)
        }
    }

    private static func check(_ directory: String) {
        let set = readSet(directory)
        print("\(set.types.count) schemas, nothing wrong")
    }

    private static func compile(_ directory: String, to output: String) {
        let set = readSet(directory)
        do {
            for file in SchemaCompilation.outputs(of: set) {
                let url = URL(fileURLWithPath: output).appendingPathComponent(file.name)
                let bytes = Data(file.source.utf8)
                // A file that did not change keeps its date, and so is not compiled again.
                if (try? Data(contentsOf: url)) != bytes { try bytes.write(to: url) }
            }
        } catch {
            complain("error: cannot write to \(output): \(error)")
            exit(2)
        }
    }

    private static func readSet(_ directory: String) -> SchemaSet {
        let files = readFiles(directory)
        do {
            return try SchemaSet(files)
        } catch {
            for problem in error.problems { complain("\(problem)") }
            exit(1)
        }
    }

    private static func readFiles(_ directory: String) -> [SourceFile] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            return try names.filter { $0.hasSuffix(".json") }.map { name in
                let path = "\(directory)/\(name)"
                let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                return SourceFile(path: path, bytes: [UInt8](bytes))
            }
        } catch {
            complain("error: cannot read \(directory): \(error)")
            exit(2)
        }
    }

    private static func complain(_ message: String) {
        FileHandle.standardError.write(Data((message + "\n").utf8))
    }
}
