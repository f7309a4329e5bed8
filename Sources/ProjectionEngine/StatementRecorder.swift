import Foundation
import Synchronization

/// Writes down, in the order in which they are run, the statements of a rebuild with all that is
/// bound: another program can then give SQLite the same, and what remains is ours.
///
/// The file is little-endian. It begins with four lists of SQL texts: the settings of the
/// connection, first those for all and then those for what is left to the end, the schema, what is
/// run for events, and what is left to the end of a rebuild. A list is a count of 4 bytes and, for
/// each text, its length in 4 bytes and its bytes with a zero behind them. Then come the runs, each
/// with the number of its statement in 2 bytes and the count of its values in 2 bytes; a value is
/// one byte that says what it is, and what that needs: `0` null, `1` an integer in 8 bytes, `2` a
/// number in 8 bytes, `3` a text with its length in 4 bytes. A run with the number 65,535 is a
/// commit.
final class StatementRecorder: Sendable {
    fileprivate struct State {
        var file: FileHandle
        var bytes: [UInt8] = []
        /// The values of the statement that is being bound, by their index.
        var values: [[UInt8]] = []
    }

    private let state: Mutex<State>
    private let statementCount: Int

    private static let bufferByteCount = 1 << 20
    private static let commit = UInt16.max

    /// Begins a file for the rebuild of a projection.
    init(path: String, _ definition: ProjectionDefinition, _ settings: [String]) throws {
        try Data().write(to: URL(filePath: path))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        statementCount = definition.statements.count
        var bytes: [UInt8] = []
        let lists = [
            settings, definition.schema.map(\.sql),
            definition.statements.map(\.sql) + (definition.usesNumbers ? NameTable.statements : []),
            definition.afterRebuild.map(\.sql),
        ]
        for list in lists {
            bytes.append(UInt32(list.count))
            for text in list {
                bytes.append(UInt32(text.utf8.count))
                bytes += Array(text.utf8) + [0]
            }
        }
        state = Mutex(State(file: file, bytes: bytes))
    }

    /// Null is bound.
    func note(at index: Int32) { note([0], at: index) }

    func note(_ number: Int64, at index: Int32) {
        var value: [UInt8] = [1]
        value.append(UInt64(bitPattern: number))
        note(value, at: index)
    }

    func note(_ number: Double, at index: Int32) {
        var value: [UInt8] = [2]
        value.append(number.bitPattern)
        note(value, at: index)
    }

    func note(_ text: UnsafeBufferPointer<UInt8>, at index: Int32) {
        note(Self.value(text), at: index)
    }

    /// A statement of ``NameTable`` is run.
    func lookUp(_ statement: Int, _ text: UnsafeBufferPointer<UInt8>) {
        state.withLock { $0.append(statementCount + statement, [Self.value(text)]) }
    }

    /// A statement of the definition was run with what was noted.
    func ran(_ statement: Int) {
        state.withLock { state in
            state.append(statement, state.values)
            state.values.removeAll(keepingCapacity: true)
            state.write(from: Self.bufferByteCount)
        }
    }

    /// A transaction was committed.
    func committed() {
        state.withLock { $0.append(Int(Self.commit), []) }
    }

    /// Writes what is left.
    func close() throws {
        try state.withLock { state in
            state.write(from: 0)
            try state.file.close()
        }
    }

    private func note(_ value: [UInt8], at index: Int32) {
        state.withLock { state in
            while state.values.count < Int(index) { state.values.append([0]) }
            state.values[Int(index) - 1] = value
        }
    }

    private static func value(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var value: [UInt8] = [3]
        value.append(UInt32(text.count))
        return value + text
    }
}

extension StatementRecorder.State {
    fileprivate mutating func append(_ statement: Int, _ values: [[UInt8]]) {
        bytes.append(UInt16(statement))
        bytes.append(UInt16(values.count))
        for value in values { bytes += value }
    }

    /// Writes what has come together, if that is so much.
    fileprivate mutating func write(from byteCount: Int) {
        guard bytes.count >= byteCount else { return }
        file.write(Data(bytes))
        bytes.removeAll(keepingCapacity: true)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
