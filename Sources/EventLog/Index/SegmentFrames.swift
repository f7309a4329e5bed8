internal import EventLine

/// The index of one segment as a run of frames, without a block index.
enum SegmentFrames {
    /// The frames that a segment's contents give, the small ones last, where a reader begins.
    static func sequence(_ contents: consuming SegmentContents) -> FrameSequence {
        var frames = FrameSequence()
        guard let summary = contents.summary else { return frames }
        let small = [
            (IndexFrame.Tag.times, contents.timeMap.encoded),
            (.lineMap, contents.lineMap.encoded),
            (.summary, summary.encoded + contents.typeCountsByName.encoded),
        ]
        frames.append(.ids, ids(contents.idEnds))
        let streams = streams(contents.sortedMentions())
        frames.append(.buckets, streams.buckets)
        frames.append(.directory, streams.directory)
        frames.append(.filter, streams.filter)
        for (tag, rest) in small { frames.append(tag, rest) }
        return frames
    }

    static func encoded(_ contents: consuming SegmentContents) -> [UInt8] {
        sequence(contents).finished()
    }

    private static func ids(_ ends: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(ends.count * 4)
        for end in ends { bytes.appendLittleEndian(end) }
        return bytes
    }

    private static func streams(
        _ mentions: [UInt64]
    ) -> (buckets: [UInt8], directory: [UInt8], filter: [UInt8]) {
        var keyCount = 0
        var previous: UInt64?
        for mention in mentions where mention >> 32 != previous {
            previous = mention >> 32
            keyCount += 1
        }
        var filter = StreamFilter(streamCount: keyCount)
        var writer = PostingWriter(bits: PostingTable.bits(keyCount: keyCount))
        previous = nil
        for mention in mentions {
            let key = StreamKey(rawValue: UInt32(mention >> 32))
            if mention >> 32 != previous { filter.insert(key) }
            previous = mention >> 32
            writer.append(key, mention & 0xffff_ffff)
        }
        let (buckets, directory) = writer.finish()
        return (buckets, directory, filter.bytes)
    }
}
