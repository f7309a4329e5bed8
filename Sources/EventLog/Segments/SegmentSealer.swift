internal import EventLine

/// Turns rolled segments into LZ4 frames.
///
/// Every step leaves a log that can be read: the packed file is written beside, synchronised,
/// compared with the text and renamed before the text is removed.
struct SegmentSealer: Sendable {
    let directory: LogDirectory
    let grace: Duration

    private var device: any LogDevice { directory.device }

    /// The segments that are not the newest and have not been written to for the grace period,
    /// oldest first.
    func due(at now: Instant) throws(LogError) -> [SegmentName] {
        var due: [SegmentName] = []
        for name in try orLogError(try directory.segments()).dropLast() where !name.isSealed {
            let written = try orLogError(try device.modified(directory.path(of: name)))
            guard .microseconds(now.microseconds - written.microseconds) >= grace else { continue }
            due.append(name)
        }
        return due
    }

    /// Removes what an interrupted sealing left: half a packed file, or a text whose packed form
    /// is complete.
    func finishInterrupted() throws(DeviceError) {
        let names = try device.names(in: directory.log)
        for name in names where name.hasSuffix(SegmentName.temporarySuffix) {
            try device.remove("\(directory.log)/\(name)")
        }
        for plain in names.compactMap({ SegmentName($0) }) where !plain.isSealed {
            let packed = SegmentName(first: plain.first, isSealed: true)
            guard names.contains(packed.fileName), isSame(plain, packed) else { continue }
            try device.synchronizeDirectory(directory.log)
            try device.remove(directory.path(of: plain))
        }
    }

    /// Seals one segment. The more wait behind it, the less time is taken to make it small.
    func seal(_ name: SegmentName, backlog: Int) throws(LogError) {
        let packed = SegmentName(first: name.first, isSealed: true)
        let path = directory.path(of: packed)
        let temporary = path + SegmentName.temporarySuffix
        do throws(LogError) {
            try pack(name, into: temporary)
            try check(name, packedAt: temporary)
            try orLogError(try device.rename(temporary, to: path))
            try orLogError(try device.synchronizeDirectory(directory.log))
            try orLogError(try device.remove(directory.path(of: name)))
        } catch {
            // A disk that is full must not be kept full by half a file.
            try? device.remove(temporary)
            throw error
        }
    }

    private func pack(_ name: SegmentName, into path: String) throws(LogError) {
        let text = try directory.open(name)
        let file = try orLogError(try device.open(path, .creating))
        defer { device.close(file) }
        do {
            try device.truncate(file, to: 0)
            try pack(text, into: file)
            try device.synchronize(file)
        } catch let error as LZ4Failure {
            throw .notSealed(segment: name.fileName, why: error.reason)
        } catch let error as DeviceError {
            throw .device(error)
        } catch {
            throw error as? LogError ?? .notSealed(segment: name.fileName, why: "\(error)")
        }
    }

    private func pack(_ text: OpenSegment, into file: OpenFile) throws {
        var packer = try LZ4Packer(contentBytes: try text.byteCount())
        var output = try packer.start()
        var read = 0
        var written = 0
        while case let chunk = try text.bytes(at: read, count: LZ4.blockBytes), !chunk.isEmpty {
            output += try packer.pack(chunk)
            read += chunk.count
            try device.writeAll(output.span, to: file, at: written)
            written += output.count
            output = []
        }
        try device.writeAll((output + packer.finish()).span, to: file, at: written)
    }

    /// The text is given up only for bytes that were read back and give the same text.
    private func check(_ name: SegmentName, packedAt path: String) throws(LogError) {
        let sealedName = SegmentName(first: name.first, isSealed: true)
        let packed = try directory.openFile(at: path, as: sealedName)
        if let problem = try problem(of: packed, against: try directory.open(name)) {
            throw .notSealed(segment: name.fileName, why: problem)
        }
    }

    private func isSame(_ plain: SegmentName, _ packed: SegmentName) -> Bool {
        do {
            let text = try directory.open(plain)
            return try problem(of: try directory.open(packed), against: text) == nil
        } catch {
            return false
        }
    }

    private func problem(
        of packed: OpenSegment,
        against text: OpenSegment
    ) throws(LogError) -> String? {
        if let problem = try packed.sealProblem() { return problem }
        var offset = 0
        while case let chunk = try text.bytes(at: offset, count: LZ4.blockBytes), !chunk.isEmpty {
            guard try packed.bytes(at: offset, count: chunk.count) == chunk else {
                return "it differs from the text near byte \(offset)"
            }
            offset += chunk.count
        }
        return try packed.byteCount() == offset ? nil : "it is longer than the text"
    }
}
