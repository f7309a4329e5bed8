/// A file of fixed size, full of zeros before anything else, in which frames are written one after
/// the other and then again from the start.
///
/// Because the file never grows, one synchronisation per group needs no change of metadata. A
/// frame starts on a page of its own, so that writing one can never tear another. Before the
/// first frame is written over, the text is synchronised: what the journal gives back at a start,
/// read from the first frame on, is always enough.
package struct LocalJournal: CommitStore {
    private let device: any LogDevice
    private let file: OpenFile
    private let byteCount: Int
    private var position = pageBytes
    private var run = UInt64.random(in: .min ... .max)

    private static let pageBytes = 4096
    private static let magic = Array("daybook journal\n".utf8)
    private static let version: UInt32 = 1

    /// Opens the journal in a directory, or makes it with this size.
    package init(
        directory: String,
        byteCount: Int,
        device: any LogDevice
    ) throws(LogError) {
        self.device = device
        let path = "\(directory)/commits"
        do throws(DeviceError) {
            file = try device.open(path, .updating)
        } catch {
            guard error.isNotFound else { throw .device(error) }
            try orLogError(try Self.make(path, in: directory, byteCount, device))
            file = try orLogError(try device.open(path, .updating))
        }
        do throws(DeviceError) {
            // Whoever made it may have failed before its name was on the disk.
            try device.synchronizeDirectory(directory)
        } catch {
            device.close(file)
            throw .device(error)
        }
        let header = try orLogError(try device.read(file, at: 0, count: 32))
        let foundBytes = try orLogError(try device.byteCount(of: file))
        guard header.starts(with: Self.magic),
            header.littleEndian(UInt32.self, at: 16) == Self.version, foundBytes > Self.pageBytes
        else {
            device.close(file)
            throw .foreignFormat(path: path, why: "it does not begin like a journal of version 1")
        }
        self.byteCount = foundBytes
    }

    package var groupBytesMax: Int {
        min(byteCount - Self.pageBytes - JournalFrame.headerBytes, 1 << 30)
    }

    package func groups() throws(LogError) -> [CommitGroup] {
        var groups: [CommitGroup] = []
        var place = Self.pageBytes
        var run: UInt64?
        while let frame = try orLogError(try frame(at: place)) {
            guard frame.run == run ?? frame.run,
                groups.last.map({ $0.last + 1 == frame.group.first }) ?? true
            else { break }
            run = frame.run
            groups.append(frame.group)
            place += Self.pages(frame.group.bytes.count)
        }
        return groups
    }

    package mutating func makeDurable(
        _ group: inout CommitGroup,
        synchronizeText: () throws(DeviceError) -> Void
    ) throws(DeviceError) {
        if position + group.bytes.count > byteCount {
            try synchronizeText()
            forgetGroups()
        }
        JournalFrame.seal(&group, run: run)
        try device.writeAll(group.bytes.span, to: file, at: position)
        try device.synchronize(file)
        position += Self.pages(group.bytes.count)
    }

    package mutating func forgetGroups() {
        position = Self.pageBytes
        // Another run, so that no old frame can ever seem to follow a new one.
        run = .random(in: .min ... .max)
    }

    package func close() { device.close(file) }

    private func frame(at place: Int) throws(DeviceError) -> JournalFrame? {
        let header = try device.read(file, at: place, count: JournalFrame.headerBytes)
        guard let count = JournalFrame.byteCount(header: header), place + count <= byteCount else {
            return nil
        }
        return JournalFrame(try device.read(file, at: place, count: count))
    }

    /// Writes the zeros, not only a length: the blocks must be the file's own before the first
    /// commit, and must not change their state with it.
    private static func make(
        _ path: String,
        in directory: String,
        _ byteCount: Int,
        _ device: any LogDevice
    ) throws(DeviceError) {
        let temporary = path + SegmentName.temporarySuffix
        let file = try device.open(temporary, .creating)
        defer { device.close(file) }
        try device.truncate(file, to: 0)
        var header = magic
        header.appendLittleEndian(version)
        header += [UInt8](repeating: 0, count: pageBytes - header.count)
        try device.writeAll(header.span, to: file, at: 0)
        let end = pages(max(byteCount, 1 << 16))
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var place = pageBytes
        while place < end {
            let count = min(zeros.count, end - place)
            try device.writeAll(zeros.span.extracting(0..<count), to: file, at: place)
            place += count
        }
        try device.synchronize(file)
        try device.rename(temporary, to: path)
        try device.synchronizeDirectory(directory)
    }

    private static func pages(_ byteCount: Int) -> Int {
        (byteCount + pageBytes - 1) / pageBytes * pageBytes
    }
}
