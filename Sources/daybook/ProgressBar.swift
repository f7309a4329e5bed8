import Foundation
import Synchronization

/// A bar on a terminal with rate and time left, drawn over itself some times a second. Nothing is
/// written where standard error is no terminal.
final class ProgressBar: Sendable {
    private struct State {
        /// Where it was some seconds ago, by which the rate is told: a rate since the beginning
        /// would long remember how fast it once was.
        var samples: [(time: ContinuousClock.Instant, done: UInt64)] = []
        var drawn: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private static let window: Duration = .seconds(5)
    private static let pause: Duration = .milliseconds(100)

    /// Shows how far it is.
    func show(_ done: UInt64, of total: UInt64) {
        guard Terminal.showsProgress else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            if let drawn = state.drawn, now - drawn < Self.pause, done < total { return }
            state.drawn = now
            state.samples.append((now, done))
            while state.samples.count > 2, now - state.samples[1].time > Self.window {
                state.samples.removeFirst()
            }
            Terminal.draw(
                Terminal.bar(done, of: total, perSecond: Self.rate(state.samples))
            )
        }
    }

    /// Ends the line, if one was begun.
    func end() {
        state.withLock { state in
            if state.drawn != nil { Terminal.draw("\n") }
            state = State()
        }
    }

    private static func rate(
        _ samples: [(time: ContinuousClock.Instant, done: UInt64)]
    ) -> Double {
        guard let first = samples.first, let last = samples.last, last.done > first.done else {
            return 0
        }
        return Double(last.done - first.done) / ((last.time - first.time) / .seconds(1))
    }
}

extension Terminal {
    /// The bar's line, which begins at the left edge and clears what was behind it.
    static func bar(_ done: UInt64, of total: UInt64, perSecond: Double) -> String {
        let share = total == 0 ? 1 : min(1, Double(done) / Double(total))
        let filled = Int(share * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        var text = "\r\(bar) \(Int(share * 100)) %  \(done) of \(total) events"
        if perSecond > 0 {
            let left = Double(total - min(done, total)) / perSecond
            text += "  \(Int(perSecond))/s  \(duration(left)) left"
        }
        return text + "\u{1b}[K"
    }

    static func draw(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        return whole < 120 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
    }
}
