internal import EventLine

/// Turns rolled segments into LZ4 frames.
///
/// Every step leaves a log that can be read: the packed file is written beside, synchronised,
/// compared with the text and renamed before the text is removed.
struct SegmentSealer: Sendable {
    let directory: LogDirectory
    let grace: Duration

    /// How many segments may wait before speed counts for more than size.
    private static let backlogMax = 2

    private var device: any LogDevice { directory.device }

    /// The segments that are to be sealed, oldest first.
    func due(at now: Instant) throws(LogError) -> [SegmentName] {
        var due: [SegmentName] = []
        for name in try orLogError(try directory.segments()).dropLast() where !name.isSealed {
            let written = try orLogError(try device.modified(directory.path(of: name)))
            if .microseconds(now.microseconds - written.microseconds) >= grace { due.append(name) }
        }
        return due
    }

    /// How hard to pack when so many segments wait: 9 gives the smallest files, 3 is several
    /// times as fast, 1 faster than any log is written.
    static func level(waiting count: Int) -> Int32 {
        count <= backlogMax ? 9 : count <= 4 * backlogMax ? 3 : 1
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

    /// Seals one segment that is complete. Takes no lock and can run beside everything else.
    func seal(_ name: SegmentName, level: Int32 = 9) throws(LogError) {
        let packed = SegmentName(first: name.first, isSealed: true)
        let path = directory.path(of: packed)
        let temporary = path + SegmentName.temporarySuffix
        do throws(LogError) {
            try pack(name, into: temporary, level: level)
            try check(name, packedAt: temporary)
            try orLogError(try device.rename(temporary, to: path))
            try orLogError(try device.synchronizeDirectory(directory.log))
            try orLogError(try device.remove(directory.path(of: name)))
            // Its frames stand behind the packed text now.
            try orLogError(try device.remove(directory.indexPath(of: name.first)))
        } catch {
            // A disk that is full must not be kept full by half a file.
            try? device.remove(temporary)
            throw error
        }
    }

    private func pack(
        _ name: SegmentName,
        into path: String,
        level: Int32
    ) throws(LogError) {
        let text = try directory.open(name)
        let frames = try frames(of: text)
        let file = try orLogError(try device.open(path, .creating))
        defer { device.close(file) }
        do {
            try device.truncate(file, to: 0)
            let end = try pack(text, into: file, level: level)
            let index = try encoded(frames, withBlocksOf: file)
            try device.writeAll(index.span, to: file, at: end)
            try device.synchronize(file)
        } catch let error as LZ4Failure {
            throw .notSealed(segment: name.fileName, why: error.reason)
        } catch let error as DeviceError {
            throw .device(error)
        } catch {
            throw error as? LogError ?? .notSealed(segment: name.fileName, why: "\(error)")
        }
    }

    /// Answers with the size of the packed text.
    private func pack(_ text: OpenSegment, into file: OpenFile, level: Int32) throws -> Int {
        var packer = try LZ4Packer(contentBytes: try text.byteCount(), level: level)
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
        output += try packer.finish()
        try device.writeAll(output.span, to: file, at: written)
        return written + output.count
    }

    /// The index of a segment, as it was written or made now; without frames if the text is
    /// damaged, which is no reason to leave it unpacked.
    private func frames(of text: OpenSegment) throws(LogError) -> FrameSequence {
        do throws(FrameFile.Failure) {
            return try storedFrames(of: text)
        } catch {
            do throws(LogError) {
                return SegmentFrames.sequence(try SegmentContents(scanning: text))
            } catch .damaged {
                return FrameSequence()
            }
        }
    }

    private func storedFrames(of text: OpenSegment) throws(FrameFile.Failure) -> FrameSequence {
        let file = try FrameFile(at: directory.indexPath(of: text.name.first), on: device)
        _ = try IndexedText(text: text, frames: file)
        return try FrameSequence(of: file)
    }

    private func encoded(
        _ frames: FrameSequence,
        withBlocksOf file: OpenFile
    ) throws(LogError) -> [UInt8] {
        func read(_ offset: Int, _ count: Int) throws(LogError) -> [UInt8] {
            try orLogError(try device.read(file, at: offset, count: count))
        }
        let fileBytes = try orLogError(try device.byteCount(of: file))
        var frames = frames
        do throws(LZ4Layout.LayoutError) {
            frames.append(.blocks, try LZ4Layout(walking: fileBytes, read).encoded)
        } catch {
            switch error {
            case .log(let error): throw error
            case .malformed(let why): throw .notSealed(segment: file.path, why: why)
            }
        }
        return frames.finished()
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
