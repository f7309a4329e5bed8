import EventLine
import Foundation
import Glibc
import Synchronization

@testable import EventLog

/// A disk in memory that can lose its power, be slow, short, interrupted, full and broken.
final class SimulatedDevice: LogDevice {
    /// What the disk does beside its work.
    struct Faults: Sendable {
        /// One in so many reads and writes does only part of it; 0 for none.
        var shortOneIn = 0
        /// One in so many reads and writes is interrupted; 0 for none.
        var interruptedOneIn = 0
        /// How many bytes there are.
        var capacity: Int?
        /// An error number for an operation on a path that fails. A write may have done any part.
        var rule: (@Sendable (DeviceError.Operation, String) -> Int32?)?
    }

    struct State {
        var disk: SimulatedDisk
        var generator: SeededGenerator
        var faults = Faults()
        var open: [Int32: Int] = [:]
        var locked: Set<String> = []
        /// Called behind every change of the disk.
        var observer: (@Sendable (SimulatedDisk) -> Void)?
        var changeCount = 0
        /// The change that finds no power any more.
        var lastChange = Int.max
    }

    static let root = "/disk"
    static let time = Instant(microseconds: 1_700_000_000_000_000)

    let state: Mutex<State>
    let gate = Gate()

    init(_ disk: SimulatedDisk = SimulatedDisk(root: root), seed: UInt64) {
        state = Mutex(State(disk: disk, generator: SeededGenerator(seed: seed)))
    }

    var disk: SimulatedDisk { state.withLock { $0.disk } }

    func set(_ faults: Faults) { state.withLock { $0.faults = faults } }

    func observe(_ observer: @escaping @Sendable (SimulatedDisk) -> Void) {
        state.withLock { $0.observer = observer }
    }

    /// Nothing works any more, so that who still holds on to the device changes nothing.
    func cutPower() { state.withLock { $0.lastChange = $0.changeCount } }

    /// A change of the disk: refused without power and by the plan, else shown to the observer.
    private func change<Result>(
        _ operation: DeviceError.Operation,
        _ path: String,
        _ body: (inout State) throws(DeviceError) -> Result
    ) throws(DeviceError) -> Result {
        gate.pass()
        return try state.withLock { state throws(DeviceError) in
            state.changeCount += 1
            try state.check(operation, path)
            let result = try body(&state)
            state.observer?(state.disk)
            return result
        }
    }

    func open(_ path: String, _ mode: OpenMode) throws(DeviceError) -> OpenFile {
        if mode == .creating, disk.file(at: path) == nil {
            try change(.open, path) { state throws(DeviceError) in
                guard state.disk.isDirectory(SimulatedDisk.parts(path).directory) else {
                    throw DeviceError(.open, path, code: ENOENT)
                }
                _ = state.disk.createFile(at: path)
            }
        }
        return try state.withLock { state throws(DeviceError) in
            try state.check(.open, path)
            guard let file = state.disk.file(at: path) else {
                throw DeviceError(.open, path, code: ENOENT)
            }
            let descriptor = (state.open.keys.max() ?? 2) + 1
            state.open[descriptor] = file
            return OpenFile(descriptor: descriptor, path: path)
        }
    }

    func close(_ file: OpenFile) { state.withLock { $0.open[file.descriptor] = nil } }

    func byteCount(of file: OpenFile) throws(DeviceError) -> Int {
        try state.withLock { state throws(DeviceError) in
            try state.check(.examine, file.path)
            return try state.content(of: file, .examine).count
        }
    }

    func read(
        _ file: OpenFile,
        into buffer: inout OutputSpan<UInt8>,
        at offset: Int
    ) throws(DeviceError) -> Int {
        let room = buffer.freeCapacity
        let bytes = try state.withLock { state throws(DeviceError) in
            try state.check(.read, file.path)
            let bytes = try state.content(of: file, .read).dropFirst(offset).prefix(room)
            return bytes.prefix(try state.part(of: bytes.count, .read, file.path))
        }
        // Not byte by byte: that is slow where nothing is optimised.
        buffer.withUnsafeMutableBufferPointer { output, filled in
            filled = output[filled...].update(fromContentsOf: bytes)
        }
        return bytes.count
    }

    func write(
        _ bytes: Span<UInt8>,
        to file: OpenFile,
        at offset: Int
    ) throws(DeviceError) -> Int {
        let copy = bytes.withUnsafeBufferPointer { Array($0) }
        gate.pass()
        return try state.withLock { state throws(DeviceError) in
            state.changeCount += 1
            let (count, failure) = try state.written(copy.count, to: file, at: offset)
            if count > 0 {
                let number = state.open[file.descriptor] ?? 0
                state.disk.change(number, .write(Array(copy.prefix(count)), at: offset))
            }
            state.observer?(state.disk)
            if let failure { throw failure }
            return count
        }
    }

    func reserve(_ file: OpenFile, through byteCount: Int) throws(DeviceError) {
        try change(.reserve, file.path) { state throws(DeviceError) in
            let number = state.open[file.descriptor] ?? 0
            let before = state.disk.files[number]?.reserved ?? 0
            state.disk.files[number]?.reserved = max(before, byteCount)
            if state.disk.occupied > state.faults.capacity ?? .max {
                state.disk.files[number]?.reserved = before
                throw DeviceError(.reserve, file.path, code: ENOSPC)
            }
        }
    }

    func truncate(_ file: OpenFile, to byteCount: Int) throws(DeviceError) {
        try change(.truncate, file.path) { state in
            let number = state.open[file.descriptor] ?? 0
            state.disk.change(number, .truncate(byteCount))
            state.disk.files[number]?.reserved = 0
        }
    }

    func synchronize(_ file: OpenFile) throws(DeviceError) {
        gate.pass()
        try state.withLock { state throws(DeviceError) in
            state.changeCount += 1
            let number = state.open[file.descriptor] ?? 0
            do throws(DeviceError) {
                try state.check(.synchronize, file.path)
                state.disk.synchronize(number)
            } catch {
                if state.changeCount <= state.lastChange {
                    state.disk.loseSynchronization(of: number, using: &state.generator)
                }
                throw error
            }
            state.observer?(state.disk)
        }
    }

    func synchronizeDirectory(_ path: String) throws(DeviceError) {
        try change(.synchronize, path) { $0.disk.synchronizeDirectory(path) }
    }

    func lock(_ path: String) throws(DeviceError) -> OpenFile {
        let file = try open(path, .creating)
        let isFree = state.withLock { $0.locked.insert(path).inserted }
        guard isFree else {
            close(file)
            throw DeviceError(.lock, path, code: EWOULDBLOCK)
        }
        return file
    }

    func unlock(_ file: OpenFile) {
        state.withLock { _ = $0.locked.remove(file.path) }
        close(file)
    }

    func createDirectory(_ path: String) throws(DeviceError) {
        try change(.createDirectory, path) { state in
            if !state.disk.isDirectory(path) { state.disk.createDirectory(path) }
        }
    }

    func names(in directory: String) throws(DeviceError) -> [String] {
        try state.withLock { state throws(DeviceError) in
            try state.check(.list, directory)
            guard let names = state.disk.names[directory] else {
                throw DeviceError(.list, directory, code: ENOENT)
            }
            return names.keys.sorted()
        }
    }

    func modified(_ path: String) throws(DeviceError) -> Instant {
        guard disk.file(at: path) != nil else { throw DeviceError(.examine, path, code: ENOENT) }
        return Self.time
    }

    func rename(_ path: String, to newPath: String) throws(DeviceError) {
        try change(.rename, path) { state throws(DeviceError) in
            let (directory, name) = SimulatedDisk.parts(path)
            guard state.disk.names[directory]?[name] != nil else {
                throw DeviceError(.rename, path, code: ENOENT)
            }
            state.disk.rename(path, to: newPath)
        }
    }

    func remove(_ path: String) throws(DeviceError) {
        let (directory, name) = SimulatedDisk.parts(path)
        guard disk.names[directory]?[name] != nil else { return }
        try change(.remove, path) { $0.disk.remove(path) }
    }

    func link(_ target: String, at path: String) throws(DeviceError) {
        try change(.link, path) { state throws(DeviceError) in
            let (directory, name) = SimulatedDisk.parts(path)
            guard state.disk.names[directory]?[name] == nil else {
                throw DeviceError(.link, path, code: EEXIST)
            }
            _ = state.disk.createFile(at: path, target: target)
        }
    }
}
