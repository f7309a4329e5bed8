import Foundation

/// Reads an NDJSON file of FHIR R4 resources (the bulk data format), one result for each line.
///
/// A line that cannot be used gives `.skipped` with the reason and stops nothing: every line
/// that is not blank gives exactly one result. Memory stays the same however long the file is.
public struct BulkReader: ~Copyable {
    /// The longest line that is read; a longer one is skipped.
    public static let lineByteCountMax = 4 << 20

    /// The number of the line that the last result came from; the first is 1.
    public private(set) var lineNumber = 0

    private let path: String
    private let file: FileHandle
    private var splitter = LineSplitter(lineByteCountMax: lineByteCountMax)
    private var isAtEnd = false
    private let decoder = JSONDecoder()
    private static let chunkByteCount = 128 << 10

    /// Opens a file.
    public init(path: String) throws(BulkReadError) {
        self.path = path
        do {
            file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch {
            throw BulkReadError(path: path, reason: error.localizedDescription)
        }
    }

    /// The next line that is not blank; nil after the last. Throws only if the file itself
    /// cannot be read.
    public mutating func next() throws(BulkReadError) -> BulkLine? {
        while true {
            while let line = splitter.next(isAtEnd: isAtEnd) {
                lineNumber += 1
                switch line {
                case .tooLong:
                    return skipped("the line is longer than \(Self.lineByteCountMax) bytes")
                case .bytes(let bytes):
                    if let result = read(bytes) { return result }
                }
            }
            guard !isAtEnd else { return nil }
            try readChunk()
        }
    }

    private mutating func readChunk() throws(BulkReadError) {
        do {
            let chunk = try file.read(upToCount: Self.chunkByteCount) ?? Data()
            isAtEnd = chunk.isEmpty
            splitter.append(chunk)
        } catch {
            throw BulkReadError(path: path, reason: error.localizedDescription)
        }
    }

    /// Nil for a blank line.
    private func read(_ bytes: ArraySlice<UInt8>) -> BulkLine? {
        guard !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) else { return nil }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            return skipped("it is not valid UTF-8")
        }
        do {
            return try decoder.decode(DecodedResource.self, from: Data(bytes)).line
        } catch let error as UnusableResource {
            return skipped(error.reason)
        } catch let error as DecodingError {
            return skipped(error.sentence)
        } catch {
            return skipped("\(error)")
        }
    }

    private func skipped(_ reason: String) -> BulkLine {
        .skipped(SkippedLine(line: lineNumber, reason: reason))
    }
}

/// What a line of a bulk file gave.
public enum BulkLine: Hashable, Sendable {
    /// A patient.
    case patient(FHIRPatient)
    /// Somebody related to a patient.
    case relatedPerson(FHIRRelatedPerson)
    /// A visit.
    case encounter(FHIREncounter)
    /// A line that cannot be used.
    case skipped(SkippedLine)
}

/// A line that was not used, and why.
public struct SkippedLine: Hashable, Sendable {
    /// Its number in the file, from 1, blank lines counted.
    public let line: Int
    /// The reason, as part of a sentence.
    public let reason: String

    /// A skipped line.
    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }
}

/// A file could not be read.
public struct BulkReadError: Error, Hashable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What the operating system said.
    public let reason: String

    /// Which file and why.
    public var description: String { "\(path) cannot be read: \(reason)" }
}

extension DecodingError {
    fileprivate var sentence: String {
        switch self {
        case .keyNotFound(let key, let context):
            "\(Self.path(context.codingPath + [key])) is missing"
        case .valueNotFound(_, let context): "\(Self.path(context.codingPath)) is null"
        case .typeMismatch(_, let context):
            "\(Self.path(context.codingPath)) does not have its FHIR type"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            "it is not valid JSON"
        case .dataCorrupted(let context): "\(Self.path(context.codingPath)) is malformed"
        @unknown default: "it cannot be decoded"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        guard !keys.isEmpty else { return "the resource" }
        return keys.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }
}
