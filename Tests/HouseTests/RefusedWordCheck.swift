import Foundation

/// Refuses what this package's code does without.
enum RefusedWordCheck {
    /// The only files where `unsafe` may stand: system calls, liblz4, and loads of whole words.
    static let unsafeFiles: Set<String> = [
        "Sources/EventLine/CRC32C.swift",
        "Sources/EventLine/KnownBytes.swift",
        "Sources/EventLog/Device/DeviceError.swift",
        "Sources/EventLog/Device/DirectoryWatches.swift",
        "Sources/EventLog/Device/FileDevice+Directories.swift",
        "Sources/EventLog/Device/FileDevice.swift",
        "Sources/EventLog/Device/WorkThread.swift",
        "Sources/EventLog/Format/ByteSearch.swift",
        "Sources/EventLog/Format/LZ4+Block.swift",
        "Sources/EventLog/Format/LZ4.swift",
    ]

    /// What stands in these files and should not.
    static func findings(in sources: [SourceText]) -> [Finding] {
        sources.flatMap { inName($0) + inCode($0) + postponements($0) + unsafeCode($0) }
    }

    /// The files of the list that no longer need to be in it.
    static func staleUnsafeFiles(among sources: [SourceText]) -> [Finding] {
        let needed = sources.filter { !unsafeLines($0).isEmpty }.map(\.path)
        return unsafeFiles.subtracting(needed).sorted().map {
            Finding($0, "has no `unsafe` any more: take it off the list")
        }
    }

    private static func inName(_ source: SourceText) -> [Finding] {
        guard let word = vagueWord(in: source.name) else { return [] }
        return [Finding(source.path, "the file's name says \(word): name what it is")]
    }

    private static func inCode(_ source: SourceText) -> [Finding] {
        numbered(source.code, holding: ["try!", "fatalError", "@unchecked"] + vagueWords)
            .flatMap { number, line in
                refusals(in: line).map { Finding(source.path, line: number, $0) }
            }
    }

    private static func refusals(in line: Substring) -> [String] {
        var found: [String] = []
        if line.contains(/\btry!/) { found.append("`try!`: handle the error") }
        if line.contains(/\bfatalError\s*\(/) {
            found.append("`fatalError`: throw, or state a precondition")
        }
        if line.contains(/@unchecked\s+Sendable/) {
            found.append("`@unchecked Sendable`: use a value, a Mutex or an actor")
        }
        let type = line.firstMatch(
            of: /\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)/
        )
        if let name = type?.output.1, let word = vagueWord(in: String(name)) {
            found.append("the name \(name) says \(word): name what it is")
        }
        return found
    }

    private static func postponements(_ source: SourceText) -> [Finding] {
        guard postponing.contains(where: source.text.contains) else { return [] }
        let isSwift = source.fileExtension == "swift"
        let texts = isSwift ? [source.comments, source.code] : [source.text]
        return texts.flatMap { numbered($0, holding: postponing) }.compactMap { number, line in
            guard let word = line.firstMatch(of: /\b(?:TODO|FIXME)\b/)?.output else { return nil }
            return Finding(source.path, line: number, "\(word): do it, or open an issue")
        }
    }

    private static func unsafeCode(_ source: SourceText) -> [Finding] {
        guard !unsafeFiles.contains(source.path) else { return [] }
        return unsafeLines(source).map {
            Finding(source.path, line: $0, "`unsafe` may stand only in the files on the list")
        }
    }

    private static func unsafeLines(_ source: SourceText) -> [Int] {
        numbered(source.code, holding: ["unsafe"])
            .filter { $0.line.contains(/\bunsafe\b/) }.map(\.number)
    }

    private static let vagueWords = ["Manager", "Helper", "Utils"]
    private static let postponing = ["TODO", "FIXME"]

    private static func vagueWord(in name: String) -> String? {
        vagueWords.first(where: name.contains)
    }

    /// The lines that hold one of these, and their numbers. Most files hold none at all.
    private static func numbered(
        _ text: String,
        holding words: [String]
    ) -> [(number: Int, line: Substring)] {
        guard words.contains(where: text.contains) else { return [] }
        return text.splitIntoLines.enumerated().map { ($0.offset + 1, $0.element) }
            .filter { pair in words.contains { pair.1.contains($0) } }
    }
}
