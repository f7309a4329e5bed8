extension SimulatedDisk {
    /// How unkind a loss of power is.
    enum Fate: CaseIterable {
        /// Only what was synchronised is left.
        case everythingPendingLost
        /// By luck all of it is left.
        case everythingPendingKept
        /// Of what was not synchronised any sectors and, from the first on, any name changes.
        case someSectorsAndFirstNames
        /// The same, and any name changes at all.
        case someSectorsAndNames
    }

    /// What the disk has after a loss of power.
    func afterCrash(_ fate: Fate, using generator: inout SeededGenerator) -> SimulatedDisk {
        var left = durableNames
        for change in surviving(pendingNames, fate, &generator) { change.apply(to: &left) }
        var files: [Int: File] = [:]
        for directory in left.keys.sorted() {
            let (parent, name) = Self.parts(directory)
            if left[parent] != nil, left[parent]?[name] == nil { left[directory] = nil }
            for number in (left[directory] ?? [:]).values.sorted() where files[number] == nil {
                guard let file = self.files[number] else { continue }
                files[number] = file.afterCrash(fate, using: &generator)
            }
        }
        return SimulatedDisk(files: files, names: left)
    }

    /// A synchronisation fails: some sectors have reached the disk, and those that have not are
    /// never written again, although readers see them.
    mutating func loseSynchronization(of file: Int, using generator: inout SeededGenerator) {
        let kept = files[file]?.afterCrash(.someSectorsAndNames, using: &generator).durable
        files[file]?.durable = kept ?? []
        files[file]?.pending = []
    }

    private func surviving(
        _ changes: [NameChange],
        _ fate: Fate,
        _ generator: inout SeededGenerator
    ) -> [NameChange] {
        switch fate {
        case .everythingPendingLost: []
        case .everythingPendingKept: changes
        case .someSectorsAndFirstNames:
            Array(changes.prefix(Int.random(in: 0...changes.count, using: &generator)))
        case .someSectorsAndNames: changes.filter { _ in Bool.random(using: &generator) }
        }
    }
}

extension SimulatedDisk.File {
    func afterCrash(
        _ fate: SimulatedDisk.Fate,
        using generator: inout SeededGenerator
    ) -> SimulatedDisk.File {
        switch fate {
        case _ where pending.isEmpty: left(durable)
        case .everythingPendingLost: left(durable)
        case .everythingPendingKept: left(pending.reduce(into: durable) { $1.apply(to: &$0) })
        case .someSectorsAndFirstNames, .someSectorsAndNames: left(torn(&generator))
        }
    }

    private func left(_ bytes: [UInt8]) -> SimulatedDisk.File {
        SimulatedDisk.File(seen: bytes, durable: bytes, target: target)
    }

    /// Any sectors of what is pending, each as it was at some moment, and any of the sizes that
    /// the file had. What a larger size brings without a write is zeros, or what lay there.
    private func torn(_ generator: inout SeededGenerator) -> [UInt8] {
        let filling: UInt8 = generator.oneIn(4) ? .random(in: 1...255, using: &generator) : 0
        var bytes = durable
        var sizes = [durable.count]
        var reached: [Int: Int] = [:]
        for (number, change) in pending.enumerated() {
            guard case .write(let new, let offset) = change else {
                if case .truncate(let count) = change { sizes.append(count) }
                continue
            }
            let end = offset + new.count
            sizes.append(max(sizes[sizes.count - 1], end))
            for sector in offset / SimulatedDisk.sectorBytes...(end - 1) / SimulatedDisk.sectorBytes
            {
                let last =
                    reached[sector] ?? Int.random(in: -1..<pending.count, using: &generator)
                reached[sector] = last
                guard number <= last else { continue }
                let start = max(offset, sector * SimulatedDisk.sectorBytes)
                let stop = min(end, (sector + 1) * SimulatedDisk.sectorBytes)
                if bytes.count < stop { bytes.resize(to: stop, with: filling) }
                bytes.replaceSubrange(start..<stop, with: new[start - offset..<stop - offset])
            }
        }
        bytes.resize(to: sizes.randomElement(using: &generator) ?? 0, with: filling)
        return bytes
    }
}
