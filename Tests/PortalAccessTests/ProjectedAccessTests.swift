import EventLine
import PortalAccess
import PortalEvents
import Testing

/// The read models of access say in SQL what the rules decide by: held against each other all along
/// random histories, for members of staff with different permissions, and also where nothing
/// happens but the calendar goes on.
struct ProjectedAccessTests {
    private static let historyCount: UInt64 = 3
    private static let stepCount = 60

    @Test(arguments: (0..<4).map { _ in UInt64.random(in: 0..<1 << 32) })
    func `who sees and does what is the rules' own, all along any history`(seed: UInt64) throws {
        for number in 0..<Self.historyCount {
            var history = RandomHistory(seed: seed + number)
            var projected = try ProjectedAccess()
            for step in 1...Self.stepCount {
                _ = history.advance()
                guard step % 15 == 0 else { continue }
                let found = try projected.differences(
                    in: history.stage.world,
                    asked: history.askers
                )
                guard found.isEmpty else {
                    Issue.record("seed \(seed + number), step \(step): \(found.listed)")
                    return
                }
            }
            let found = try calendarDifferences(in: history, &projected)
            guard found.isEmpty else {
                Issue.record("seed \(seed + number), \(found.listed)")
                return
            }
        }
    }

    /// What differs at later moments up to which nothing happens, not even a timer.
    private func calendarDifferences(
        in history: RandomHistory,
        _ projected: inout ProjectedAccess
    ) throws -> [String] {
        var world = history.stage.world
        for days: Int64 in [1, 3, 6, 20, 40, 400] {
            world.now = world.now.adding(microseconds: days * .day)
            let found = try projected.differences(in: world, asked: [.systemOperator])
            if !found.isEmpty { return ["\(days) days later"] + found }
        }
        return []
    }
}

extension RandomHistory {
    /// Whoever may ask, each once.
    fileprivate var askers: [Actor] {
        staff.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension [String] {
    fileprivate var listed: String { joined(separator: "\n") }
}
