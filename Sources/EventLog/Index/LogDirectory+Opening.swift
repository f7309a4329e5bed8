extension LogDirectory {
    /// The index of the segments that are complete, for the one who writes: all but the newest,
    /// which is plain text.
    func openIndex() throws(LogError) -> LogIndex {
        let names = try orLogError(try segments())
        guard let newest = names.last, !newest.isSealed else {
            return try LogIndex.open(self, of: names, before: nil, mayWrite: true)
        }
        return try LogIndex.open(
            self,
            of: names.dropLast(),
            before: newest.first,
            mayWrite: true
        )
    }
}
