import Glibc

@testable import EventLog

extension SimulatedDevice.State {
    /// Refuses without power, and what the plan refuses.
    func check(_ operation: DeviceError.Operation, _ path: String) throws(DeviceError) {
        if changeCount > lastChange { throw DeviceError(operation, path, code: ENXIO) }
        if let code = faults.rule?(operation, path) {
            throw DeviceError(operation, path, code: code)
        }
    }

    func content(
        of file: OpenFile,
        _ operation: DeviceError.Operation
    ) throws(DeviceError) -> [UInt8] {
        guard let number = open[file.descriptor], let content = disk.files[number] else {
            throw DeviceError(operation, file.path, code: EBADF)
        }
        return content.seen
    }

    /// How much is done of a call, which may also be interrupted.
    mutating func part(
        of count: Int,
        _ operation: DeviceError.Operation,
        _ path: String
    ) throws(DeviceError) -> Int {
        if generator.oneIn(faults.interruptedOneIn) {
            throw DeviceError(operation, path, code: EINTR)
        }
        guard count > 1, generator.oneIn(faults.shortOneIn) else { return count }
        return Int.random(in: 1..<count, using: &generator)
    }

    /// How much of a write is done, and how it fails behind that.
    mutating func written(
        _ count: Int,
        to file: OpenFile,
        at offset: Int
    ) throws(DeviceError) -> (count: Int, failure: DeviceError?) {
        guard changeCount <= lastChange else {
            throw DeviceError(.write, file.path, code: ENXIO)
        }
        do throws(DeviceError) {
            try check(.write, file.path)
        } catch {
            // Also all of it: an error does not say that nothing was written.
            if !error.isDiskFull, generator.oneIn(3) { return (count, error) }
            return (.random(in: 0..<max(1, count), using: &generator), error)
        }
        let count = try part(of: count, .write, file.path)
        let fitting = min(count, room(for: file) - offset)
        guard fitting > 0 || count == 0 else {
            throw DeviceError(.write, file.path, code: ENOSPC)
        }
        return (fitting, nil)
    }

    /// How far a file can grow.
    private func room(for file: OpenFile) -> Int {
        guard let capacity = faults.capacity else { return .max }
        let own = disk.files[open[file.descriptor] ?? 0]?.occupied ?? 0
        let free = max(0, capacity - disk.occupied) / SimulatedDisk.blockBytes
        return own + free * SimulatedDisk.blockBytes
    }
}
