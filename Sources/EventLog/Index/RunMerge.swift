internal import EventLine

/// Makes one run out of neighbouring segments or smaller runs, with memory that does not depend
/// on how much there is.
struct RunMerge {
    struct Input {
        let span: RunSpan
        let summaries: [SegmentSummary]
        let frames: FrameFile
        /// False for a segment: its places are lines.
        let isRun: Bool
    }

    let directory: LogDirectory
    let inputs: [Input]

    private static let outputBytes = 1 << 20
    /// Runs are merged no further where offsets might not fit into 32 bits.
    static let bytesMax = 1 << 30

    var span: RunSpan {
        RunSpan(first: inputs[0].span.first, last: inputs[inputs.count - 1].span.last)
    }

    private var summaries: [SegmentSummary] { inputs.flatMap(\.summaries) }

    /// Writes the run's file. Until it has its name nothing has changed.
    func write() throws(FrameFile.Failure) {
        var failure: FrameFile.Failure?
        do throws(LogError) {
            try directory.place(directory.path(of: span)) { file throws(LogError) in
                do throws(FrameFile.Failure) {
                    try write(to: file)
                } catch .log(let error) {
                    throw error
                } catch {
                    failure = error
                    // Half a file does not get its name.
                    throw .closed
                }
            }
        } catch {
            throw failure ?? .log(error)
        }
    }

    private func write(to file: OpenFile) throws(FrameFile.Failure) {
        var output = RunOutput(file: file, device: directory.device)
        let directoryRest = try merge(into: &output)
        let rest = summaries.flatMap(\.encoded)
        var frames = FrameSequence(behind: .buckets, byteCount: output.byteCount)
        frames.append(.directory, directoryRest)
        frames.append(.run, rest)
        do throws(LogError) {
            try output.finish(with: frames.finished())
        } catch {
            throw .log(error)
        }
    }

    /// Writes the buckets, and answers with the directory.
    private func merge(into output: inout RunOutput) throws(FrameFile.Failure) -> [UInt8] {
        var streams: [PostingStream] = []
        var heads: [StreamKey?] = []
        for input in inputs {
            var stream = try PostingStream(input.frames)
            heads.append(try stream.nextKey())
            streams.append(stream)
        }
        // A stream that is in several inputs counts several times here: buckets get smaller.
        let keyCount = streams.reduce(0) { $0 + $1.keyCount } / 2
        var writer = PostingWriter(bits: PostingTable.bits(keyCount: keyCount))
        while let key = heads.lazy.compactMap({ $0 }).min() {
            var base: UInt64 = 0
            for place in inputs.indices {
                if heads[place] == key {
                    if inputs[place].isRun {
                        for segment in try streams[place].places() {
                            writer.append(key, base + segment)
                        }
                    } else {
                        try streams[place].skipPlaces()
                        writer.append(key, base)
                    }
                    heads[place] = try streams[place].nextKey()
                }
                base += UInt64(inputs[place].summaries.count)
            }
            if writer.outputCount >= Self.outputBytes { try output.append(writer.takeOutput()) }
        }
        let (buckets, directory) = writer.finish()
        try output.append(buckets)
        return directory
    }
}

/// The file of a run while it is written: a frame of buckets whose size is known only at its end.
private struct RunOutput {
    let file: OpenFile
    let device: any LogDevice
    private(set) var byteCount = 0
    private var checksum: UInt32 = 0

    init(file: OpenFile, device: any LogDevice) {
        self.file = file
        self.device = device
    }

    mutating func append(_ bytes: [UInt8]) throws(FrameFile.Failure) {
        checksum = CRC32C.checksum(bytes.span, continuing: checksum)
        do throws(DeviceError) {
            try device.writeAll(bytes.span, to: file, at: IndexFrame.headerBytes + byteCount)
        } catch {
            throw .log(.device(error))
        }
        byteCount += bytes.count
    }

    /// Writes what stands behind the buckets, and their header.
    func finish(with end: [UInt8]) throws(LogError) {
        let start = IndexFrame.header(.buckets, restBytes: byteCount, checksum: checksum)
        try orLogError(
            try device.writeAll(end.span, to: file, at: IndexFrame.headerBytes + byteCount)
        )
        try orLogError(try device.writeAll(start.span, to: file, at: 0))
    }
}
