internal import EventLine

extension LogDirectory {
    /// What is wrong with the index of a segment: every frame must be as it was written, and say
    /// what the text says. Nil if nothing is, or if the segment has none. Reads all of its text.
    func indexProblem(of segment: OpenSegment) throws(LogError) -> String? {
        do throws(LZ4Layout.LayoutError) {
            guard let found = try storedFrames(of: segment) else { return nil }
            var frames = SegmentFrames.sequence(try contents(of: segment))
            if segment.name.isSealed {
                frames.append(.blocks, try layout(of: segment.name).encoded)
            }
            // What others have put behind is not ours to judge.
            return found.starts(with: frames.finished()) ? nil : "its index is not that of its text"
        } catch {
            switch error {
            // What is wrong with the text is told by whoever reads it.
            case .log(.damaged): return nil
            case .log(let error): throw error
            case .malformed(let why): return why
            }
        }
    }

    private func storedFrames(
        of segment: OpenSegment
    ) throws(LZ4Layout.LayoutError) -> [UInt8]? {
        do throws(DeviceError) {
            guard segment.name.isSealed else {
                return try bytes(at: indexPath(of: segment.name.first)) { 0..<$0 }
            }
        } catch {
            guard error.isNotFound else { throw .log(.device(error)) }
            return nil
        }
        let end = try layout(of: segment.name).frameEnd
        do throws(DeviceError) {
            let found = try bytes(at: path(of: segment.name)) { min($0, end)..<$0 }
            return Self.holdsFrames(found) ? found : nil
        } catch {
            throw .log(.device(error))
        }
    }

    private func contents(
        of segment: OpenSegment
    ) throws(LZ4Layout.LayoutError) -> SegmentContents {
        do { return try SegmentContents(scanning: segment) } catch { throw .log(error) }
    }

    private func layout(of name: SegmentName) throws(LZ4Layout.LayoutError) -> LZ4Layout {
        func read(_ offset: Int, _ count: Int) throws(LogError) -> [UInt8] {
            try orLogError(try bytes(at: path(of: name)) { _ in offset..<offset + count })
        }
        do {
            return try LZ4Layout(walking: try byteCount(ofFileAt: path(of: name)), read)
        } catch let error as DeviceError {
            throw .log(.device(error))
        } catch {
            throw error as? LZ4Layout.LayoutError ?? .malformed("\(error)")
        }
    }

    private func bytes(
        at path: String,
        _ range: (_ fileBytes: Int) -> Range<Int>
    ) throws(DeviceError) -> [UInt8] {
        let file = try device.open(path, .reading)
        defer { device.close(file) }
        let range = range(try device.byteCount(of: file))
        return try device.read(file, at: range.lowerBound, count: range.count)
    }

    /// Whether any of the skippable frames is one of an index.
    private static func holdsFrames(_ bytes: [UInt8]) -> Bool {
        var place = 0
        while place + 12 <= bytes.count, let size = bytes.littleEndian(UInt32.self, at: place + 4) {
            let tag = String(decoding: bytes[place + 8..<place + 12], as: UTF8.self)
            if IndexFrame.Tag(rawValue: tag) != nil { return true }
            place += 8 + Int(size)
        }
        return false
    }
}
