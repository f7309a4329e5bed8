/// Whether what was waited for came.
package enum WaitOutcome: Sendable {
    case reached
    /// It did not come in time, with the sentence that says what there is instead.
    case notReached(String)
}

extension Archive {
    /// Waits until an event is in the log, and then a while for the read models to take it in: an
    /// answer takes it in anyway, but costs more where they have not.
    package func wait(
        for sequence: UInt64,
        atMost patience: Duration
    ) throws(ServiceError) -> WaitOutcome {
        let end = ContinuousClock.now + patience
        while try head() < sequence {
            guard ContinuousClock.now < end else {
                return .notReached(
                    "event \(sequence) did not come within \(patience): the log ends at "
                        + "\(try head())"
                )
            }
            BriefPause.take()
        }
        while try isBehind(sequence), ContinuousClock.now < end { BriefPause.take() }
        return .reached
    }

    /// Whether a projection that nothing is in the way of has yet to take in an event.
    private func isBehind(_ sequence: UInt64) throws(ServiceError) -> Bool {
        try projectionList(countingRows: false).contains {
            $0.failure == nil && $0.word != "unusable" && $0.position < sequence
        }
    }
}
