internal import Synchronization

/// A segment that is open for reading: its plain text at any place, whether it is sealed or not.
///
/// It stays readable while it is sealed or removed by another process. May be used by several
/// threads.
final class OpenSegment: Sendable {
    let name: SegmentName

    private let device: any LogDevice
    private let file: OpenFile
    let layout: LZ4Layout?
    private let lastBlock = Mutex<(number: Int, bytes: [UInt8])?>(nil)

    /// Takes over the file, also when it cannot be read.
    init(name: SegmentName, file: OpenFile, device: any LogDevice) throws(LogError) {
        self.name = name
        self.file = file
        self.device = device
        do throws(LZ4Layout.LayoutError) {
            layout = name.isSealed ? try Self.layout(of: file, device) : nil
        } catch {
            device.close(file)
            switch error {
            case .log(let error): throw error
            case .malformed(let why): throw .damaged([Self.finding(name, 0, .seal(why))])
            }
        }
    }

    deinit { device.close(file) }

    /// How many bytes its plain text has by now.
    func byteCount() throws(LogError) -> Int {
        if let layout { return layout.contentBytes }
        return try orLogError(try device.byteCount(of: file))
    }

    /// The offset from which reading can go on behind a place that cannot be unpacked.
    func nextBlock(after offset: Int) -> Int {
        let step = layout?.blockBytes ?? LZ4.blockBytes
        return (offset / step + 1) * step
    }

    /// Bytes of the plain text: `count` of them, or fewer up to the end of a block or of the
    /// segment, but none only at the end of the segment.
    func bytes(at offset: Int, count: Int) throws(LogError) -> [UInt8] {
        guard let layout else {
            return try orLogError(try device.read(file, at: offset, count: count))
        }
        guard offset < layout.contentBytes else { return [] }
        let block = try block(offset / layout.blockBytes, layout)
        return Array(block.dropFirst(offset % layout.blockBytes).prefix(count))
    }

    /// Appends bytes of the plain text to `text`: as many as ``bytes(at:count:)`` gives, but all of
    /// a block that begins at the offset. `packed` is room for what is unpacked, to be given again.
    func read(
        at offset: Int,
        count: Int,
        onto text: inout [UInt8],
        packed: inout [UInt8]
    ) throws(LogError) {
        guard let layout else {
            return try orLogError(try read(at: offset, count: count, onto: &text))
        }
        guard offset < layout.contentBytes else { return }
        let number = offset / layout.blockBytes
        guard offset % layout.blockBytes == 0, !layout.blocks[number].isStored else {
            text += try bytes(at: offset, count: count)
            return
        }
        let block = layout.blocks[number]
        packed.removeAll(keepingCapacity: true)
        try orLogError(try read(at: block.offset, count: block.byteCount, onto: &packed))
        let plainBytes = layout.contentBytes(ofBlock: number)
        guard LZ4.unpackBlock(packed.span, count: plainBytes, onto: &text) else {
            throw finding(at: offset, .seal("block \(number) is damaged"))
        }
    }

    private func read(
        at offset: Int,
        count: Int,
        onto bytes: inout [UInt8]
    ) throws(DeviceError) {
        try bytes.append(addingCapacity: count) { output throws(DeviceError) in
            try device.readAll(file, into: &output, at: offset)
        }
    }

    /// Exactly these bytes of the plain text.
    func bytes(in range: Range<Int>) throws(LogError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < range.count {
            let start = range.lowerBound + bytes.count
            let more = try self.bytes(at: start, count: range.upperBound - start)
            guard !more.isEmpty else { throw finding(at: start, .malformed("it ends here")) }
            bytes = bytes.isEmpty ? more : bytes + more
        }
        return bytes
    }

    /// The same; nil where they are not there, or cannot be unpacked.
    func bytesIfSound(in range: Range<Int>) throws(LogError) -> [UInt8]? {
        do {
            return try bytes(in: range)
        } catch .damaged {
            return nil
        }
    }

    /// Unpacks all of a sealed segment and checks its content checksum and what follows its
    /// frame; nil if nothing is wrong.
    func sealProblem() throws(LogError) -> String? {
        guard let layout else { return nil }
        do {
            var unpacker = try LZ4Unpacker()
            var offset = 0
            var plainCount = 0
            while case let packed = try device.read(file, at: offset, count: 1 << 20),
                !packed.isEmpty
            {
                plainCount += try unpacker.unpack(packed).count
                offset += packed.count
            }
            guard unpacker.isBetweenFrames else { return "it ends within a frame" }
            return plainCount == layout.contentBytes ? nil : "more than one frame has content"
        } catch let error as DeviceError {
            throw .device(error)
        } catch {
            return (error as? LZ4Failure)?.reason ?? "\(error)"
        }
    }

    private func block(_ number: Int, _ layout: LZ4Layout) throws(LogError) -> [UInt8] {
        if let last = lastBlock.withLock({ $0 }), last.number == number { return last.bytes }
        let block = layout.blocks[number]
        let stored = try orLogError(
            try device.read(file, at: block.offset, count: block.byteCount)
        )
        let count = layout.contentBytes(ofBlock: number)
        let plain = block.isStored ? stored : LZ4.unpackBlock(stored, count: count)
        guard let plain, plain.count == count else {
            throw finding(at: number * layout.blockBytes, .seal("block \(number) is damaged"))
        }
        lastBlock.withLock { $0 = (number, plain) }
        return plain
    }

    private func finding(at offset: Int, _ problem: LogProblem) -> LogError {
        .damaged([Self.finding(name, offset, problem)])
    }

    private static func finding(
        _ name: SegmentName,
        _ offset: Int,
        _ problem: LogProblem
    ) -> LogFinding {
        LogFinding(segment: name.fileName, offset: offset, sequence: name.first, problem: problem)
    }

    private static func layout(
        of file: OpenFile,
        _ device: any LogDevice
    ) throws(LZ4Layout.LayoutError) -> LZ4Layout {
        func read(_ offset: Int, _ count: Int) throws(LogError) -> [UInt8] {
            try orLogError(try device.read(file, at: offset, count: count))
        }
        let fileBytes: Int
        do { fileBytes = try device.byteCount(of: file) } catch { throw .log(.device(error)) }
        return try LZ4Layout(fileBytes: fileBytes, read: read)
    }
}
