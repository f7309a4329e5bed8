import EventLine
import EventLog

/// What was submitted to a log and what was answered, and what its text must therefore be.
struct LogHistory: Sendable {
    /// A commit, as it was numbered when it was submitted.
    struct Commit: Sendable {
        let events: [NewEvent]
        let lines: [EventLine]

        var first: UInt64 { lines[0].envelope.sequence }
        var last: UInt64 { lines[lines.count - 1].envelope.sequence }
    }

    /// What was told to who submitted them.
    enum Answer: Sendable {
        case acknowledged
        case refused
        /// Nothing was told, or that nothing is known.
        case unknown
    }

    private(set) var commits: [(commit: Commit, answer: Answer)] = []

    mutating func append(_ commit: Commit, _ answer: Answer) { commits.append((commit, answer)) }

    /// After a restart: what is in the text now stays there, and what is not never comes.
    mutating func learn(from text: [UInt8]) {
        let lines = text.split(separator: 10).compactMap { try? EventLine(parsing: Array($0)) }
        let found = Set(lines.map(\.envelope.id))
        for place in commits.indices {
            guard case .unknown = commits[place].answer else { continue }
            let isThere = found.contains(commits[place].commit.lines[0].envelope.id)
            commits[place].answer = isThere ? .acknowledged : .refused
        }
    }

    /// What is wrong with a text of the log, by the names that Jepsen's tests give it.
    func anomalies(in text: [UInt8]) -> [String] {
        var found: [EventLine] = []
        for line in text.split(separator: 10) {
            do { found.append(try EventLine(parsing: Array(line))) } catch {
                return ["corrupt: line \(found.count + 1): \(error)"]
            }
        }
        return order(found) + presence(found.map(\.envelope.id)) + wholeness(found)
    }

    /// Sequences without gaps, each line as it was submitted.
    private func order(_ found: [EventLine]) -> [String] {
        var anomalies: [String] = []
        for (place, line) in found.enumerated()
        where line.envelope.sequence != UInt64(place) + 1 {
            anomalies.append("gap: line \(place + 1) has the sequence \(line.envelope.sequence)")
            break
        }
        var byID: [UniqueID: EventLine] = [:]
        for (commit, answer) in commits {
            if case .refused = answer { continue }
            for line in commit.lines { byID[line.envelope.id] = line }
        }
        for line in found {
            guard let submitted = byID[line.envelope.id] else {
                anomalies.append("unexpected: \(line.envelope.id), never submitted or refused")
                continue
            }
            if submitted != line {
                anomalies.append("changed: \(line.envelope.sequence) is not as it was submitted")
            }
        }
        return anomalies
    }

    /// Nothing twice, and everything acknowledged.
    private func presence(_ found: [UniqueID]) -> [String] {
        var anomalies: [String] = []
        let all = Set(found)
        if all.count < found.count { anomalies.append("duplicate: \(found.count - all.count)") }
        var lost: [UInt64] = []
        var last: UInt64 = 0
        for case (let commit, .acknowledged) in commits {
            for line in commit.lines where !all.contains(line.envelope.id) {
                lost.append(line.envelope.sequence)
            }
            last = max(last, commit.last)
        }
        guard let first = lost.first, let end = lost.last else { return anomalies }
        let part = end == last ? "suffix" : first == 1 ? "prefix" : "middle"
        return anomalies + ["lost \(part): \(lost.count) acknowledged, \(first) to \(end)"]
    }

    /// Of each commit all lines next to each other, or none.
    private func wholeness(_ found: [EventLine]) -> [String] {
        var places: [UniqueID: Int] = [:]
        for (place, line) in found.enumerated() { places[line.envelope.id] = place }
        return commits.compactMap { commit, _ in
            let places = commit.lines.map { places[$0.envelope.id] }
            guard let first = places[0] else {
                return places.allSatisfy { $0 == nil } ? nil : "torn commit at \(commit.first)"
            }
            return places == (0..<places.count).map { first + $0 }
                ? nil : "torn commit at \(commit.first)"
        }
    }
}
