import EventLog

extension Store {
    /// What opening the log had to repair, as sentences; empty when nothing was.
    package var repairs: [String] { Self.sentences(about: log.recovery) }

    /// Gives the log back what a crash has left in its journal, as opening it for writing does;
    /// nothing where another process writes. Answers with what was repaired, as sentences.
    ///
    /// Whoever only reads does not see those lines: what is built from the log for good must not
    /// be built before them, nor from a log that has lost some.
    package static func mendLog(at directory: DataDirectory) throws(ServiceError) -> [String] {
        do {
            let log = try EventLog.open(directory: directory.path)
            defer { try? log.close() }
            return sentences(about: log.recovery)
        } catch .locked {
            return []
        } catch {
            throw ServiceError(error.description)
        }
    }

    private static func sentences(about recovery: RecoveryReport) -> [String] {
        var sentences: [String] = []
        if recovery.restoredLineCount > 0 {
            sentences.append("\(recovery.restoredLineCount) lines were restored from the journal")
        }
        if let cut = recovery.cut {
            sentences.append(
                "\(cut.byteCount) broken bytes at the end of \(cut.segment) were cut off; "
                    + "they are kept in \(cut.keptIn)"
            )
        }
        return sentences
    }
}
