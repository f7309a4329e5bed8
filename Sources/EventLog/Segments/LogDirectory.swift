/// Where things lie in a data directory, and what segments there are.
struct LogDirectory: Sendable {
    let path: String
    let device: any LogDevice

    var log: String { "\(path)/log" }
    var journal: String { "\(path)/journal" }
    var lock: String { "\(path)/lock" }
    var currentLink: String { "\(log)/\(SegmentName.currentLink)" }

    func path(of name: SegmentName) -> String { "\(log)/\(name.fileName)" }

    /// Makes what is missing in a data directory that is there.
    func make() throws(DeviceError) {
        try device.createDirectory(log)
        try device.createDirectory(journal)
        try device.synchronizeDirectory(path)
    }

    /// The segments in order, each once: for a moment a segment is there both as plain text and
    /// sealed, and then the plain one counts.
    func segments() throws(DeviceError) -> [SegmentName] {
        var names: [SegmentName] = []
        // Sorted as numbers already, where they were sorted as texts.
        for name in try device.names(in: log).compactMap({ SegmentName($0) }).sorted()
        where names.last?.first != name.first {
            names.append(name)
        }
        return names
    }

    /// Whether there is a segment with this first sequence.
    func hasSegment(_ first: UInt64) throws(DeviceError) -> Bool {
        // The sealed form is there before the plain one goes.
        for isSealed in [false, true] {
            do {
                let name = SegmentName(first: first, isSealed: isSealed)
                _ = try byteCount(ofFileAt: path(of: name))
                return true
            } catch  where error.isNotFound {
                continue
            }
        }
        return false
    }

    /// Opens a segment under whichever of its two names it has by now.
    func open(_ name: SegmentName) throws(LogError) -> OpenSegment {
        // It may be sealed between two of these attempts, but never unsealed.
        for sealed in [name.isSealed, true] {
            let attempt = SegmentName(first: name.first, isSealed: sealed)
            do {
                return try openFile(at: path(of: attempt), as: attempt)
            } catch .device(let error) where error.isNotFound && !sealed {
                continue
            }
        }
        throw .noSuchLine(sequence: name.first)
    }

    /// Opens a file as a segment, whatever it is called.
    func openFile(at path: String, as name: SegmentName) throws(LogError) -> OpenSegment {
        let file = try orLogError(try device.open(path, .reading))
        return try OpenSegment(name: name, file: file, device: device)
    }

    func byteCount(ofFileAt path: String) throws(DeviceError) -> Int {
        let file = try device.open(path, .reading)
        defer { device.close(file) }
        return try device.byteCount(of: file)
    }

    /// Anything with `.jsonl` in its name that is no segment of ours.
    func checkNames() throws(LogError) {
        for name in try orLogError(try device.names(in: log))
        where name.hasSuffix(".jsonl") || name.hasSuffix(".jsonl.lz4") {
            guard name == SegmentName.currentLink || SegmentName(name) != nil else {
                throw .foreignFormat(
                    path: "\(log)/\(name)",
                    why: "a segment is named by its first sequence"
                )
            }
        }
    }
}
