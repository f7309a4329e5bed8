internal import EventLine
internal import Synchronization

extension LogIndex {
    /// So many neighbours become one.
    private static let mergeCount = 8
    /// Runs of 8³ segments stay as they are.
    private static let levelMax = 3

    /// Merges neighbouring segments and runs until no eight of the same size are left, so that a
    /// lookup asks few files however many segments there are. For a background thread: a second
    /// for each gigabyte of text, from time to time eight or sixty-four times as long. Lookups go
    /// on beside it.
    func merge() throws(LogError) {
        precondition(mayWrite, "Only the writer merges.")
        try merging.withLock { _ throws(LogError) in
            while let range = nextRange() {
                guard try merge(range) else { return }
            }
        }
    }

    /// Neighbouring segments that are to become a run, by their places.
    private func nextRange() -> Range<Int>? {
        let state = self.state.withLock { $0 }
        var place = 0
        var items: [(level: Int, range: Range<Int>)] = []
        while place < state.segments.count {
            let first = state.segments[place].first
            let run = state.runs.first { $0.span.first == first }
            let level = run?.level ?? (state.segments[place].summary == nil ? Self.levelMax : 0)
            let range = place..<place + (run?.summaries.count ?? 1)
            items.append((level, range))
            let last = items.suffix(Self.mergeCount)
            if level < Self.levelMax, last.count == Self.mergeCount,
                last.allSatisfy({ $0.level == level })
            {
                return last[last.startIndex].range.lowerBound..<range.upperBound
            }
            place = range.upperBound
        }
        return nil
    }

    /// Answers false if it could not be done and trying again is of no use.
    private func merge(_ range: Range<Int>) throws(LogError) -> Bool {
        let state = self.state.withLock { $0 }
        let segments = state.segments[range]
        guard let first = segments.first?.first, let last = segments.last?.first else {
            return false
        }
        let runs = state.runs.filter { first <= $0.span.first && $0.span.last <= last }
        do throws(FrameFile.Failure) {
            let inputs = try runs.isEmpty ? self.inputs(of: segments) : runs.map(\.input)
            let merge = RunMerge(directory: directory, inputs: inputs)
            let byteCount = inputs.reduce(0) { $0 + ($1.frames.byteCount(of: .buckets) ?? 0) }
            guard byteCount <= RunMerge.bytesMax else { return false }
            try merge.write()
            let path = directory.path(of: merge.span)
            let run = try IndexRun(merge.span, try FrameFile(at: path, on: directory.device))
            take(run, inPlaceOf: runs)
        } catch .log(let error) {
            throw error
        } catch {
            // One of them is damaged. Runs are made from their segments again.
            for run in runs { giveUp(run) }
            return !runs.isEmpty
        }
        for run in runs {
            try orLogError(try directory.device.remove(directory.path(of: run.span)))
        }
        return true
    }

    private func inputs(
        of segments: ArraySlice<Segment>
    ) throws(FrameFile.Failure) -> [RunMerge.Input] {
        var inputs: [RunMerge.Input] = []
        for segment in segments {
            let input: RunMerge.Input?
            do throws(LogError) {
                input = try withText(of: segment) { text throws(FrameFile.Failure) in
                    // Asked of all of it at once, so that a damaged index is made again here.
                    _ = try text.frames.rest(of: .buckets)
                    return RunMerge.Input(
                        span: RunSpan(first: segment.first, last: segment.first),
                        summaries: [text.summary],
                        frames: text.frames,
                        isRun: false
                    )
                }
            } catch {
                throw .log(error)
            }
            guard let input else { throw .unsound("there is no index") }
            inputs.append(input)
        }
        return inputs
    }

    private func take(_ run: IndexRun, inPlaceOf runs: [IndexRun]) {
        state.withLock { state in
            let old = Set(runs.map(\.span))
            state.runs.removeAll { old.contains($0.span) }
            let place = state.runs.firstIndex { $0.span.first > run.span.first }
            state.runs.insert(run, at: place ?? state.runs.count)
            for place in state.segments.indices
            where run.span.covers(state.segments[place].first) {
                state.segments[place].filter = nil
            }
        }
    }
}

extension IndexRun {
    fileprivate var input: RunMerge.Input {
        RunMerge.Input(span: span, summaries: summaries, frames: frames, isRun: true)
    }
}
