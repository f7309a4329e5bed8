/// Where the index of complete segments lies. All of it is derived from the text: whatever is
/// missing or damaged here is made again.
extension LogDirectory {
    static let indexSuffix = ".index"
    static let runSuffix = ".run"

    var index: String { "\(path)/index" }

    /// The frames of a segment that is still plain text, or was sealed without them.
    func indexPath(of first: UInt64) -> String {
        "\(index)/\(twentyDigits(first))\(Self.indexSuffix)"
    }

    /// Opens the frames of a segment, which are in a file of their own or behind its packed text.
    func openFrames(of first: UInt64) throws(FrameFile.Failure) -> FrameFile {
        let sealed = path(of: SegmentName(first: first, isSealed: true))
        do {
            return try FrameFile(at: indexPath(of: first), on: device)
        } catch .log(.device(let error)) where error.isNotFound {
            // Sealing removes the file only after the frames are behind the packed text.
            do {
                return try FrameFile(at: sealed, on: device)
            } catch .log(.device(let error)) where error.isNotFound {
                throw .unsound("there is no index")
            }
        }
    }

    /// Puts a file there whole, or not at all.
    func place(
        _ path: String,
        write: (OpenFile) throws(LogError) -> Void
    ) throws(LogError) {
        let temporary = path + SegmentName.temporarySuffix
        do throws(LogError) {
            let file = try orLogError(try device.open(temporary, .creating))
            do throws(LogError) {
                try orLogError(try device.truncate(file, to: 0))
                try write(file)
                try orLogError(try device.synchronize(file))
            } catch {
                device.close(file)
                throw error
            }
            device.close(file)
            try orLogError(try device.rename(temporary, to: path))
            try orLogError(try device.synchronizeDirectory(index))
        } catch {
            // A disk that is full must not be kept full by half a file.
            try? device.remove(temporary)
            throw error
        }
    }

    /// Writes the frames of a segment that has none behind its text.
    func placeFrames(_ frames: [UInt8], of first: UInt64) throws(LogError) {
        try place(indexPath(of: first)) { file throws(LogError) in
            try orLogError(try device.writeAll(frames.span, to: file, at: 0))
        }
    }
}
