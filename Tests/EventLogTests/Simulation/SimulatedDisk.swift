/// A whole disk as a value: what programs see, and what would be left without power.
///
/// A copy is a moment in time to which a test can go back.
struct SimulatedDisk: Sendable {
    struct File: Sendable {
        /// What a reader sees.
        var seen: [UInt8] = []
        /// What the disk has for certain.
        var durable: [UInt8] = []
        /// What was done since, and may be on the disk in any part.
        var pending: [Change] = []
        /// Set aside through here, whatever the size.
        var reserved = 0
        /// Where a symbolic link leads.
        var target: String?

        /// What it takes of the disk.
        var occupied: Int {
            (max(seen.count, reserved) + SimulatedDisk.blockBytes - 1) / SimulatedDisk.blockBytes
                * SimulatedDisk.blockBytes
        }
    }

    /// Something done to the content of a file.
    enum Change: Sendable {
        case write([UInt8], at: Int)
        case truncate(Int)
    }

    /// Something done to the names in a directory, all or nothing.
    struct NameChange: Sendable {
        let directory: String
        var removed: String?
        var added: String?
        var file = 0
    }

    static let sectorBytes = 512
    static let blockBytes = 4096

    var files: [Int: File] = [:]
    /// For each directory, its names and the numbers of their files.
    private(set) var names: [String: [String: Int]]
    /// The same as the disk has it for certain.
    var durableNames: [String: [String: Int]]
    /// What was done to names since their directory was synchronised, in order.
    var pendingNames: [NameChange] = []
    private var fileCount = 0

    /// An empty disk with one directory.
    init(root: String) {
        names = [root: [:]]
        durableNames = names
    }

    /// A disk that holds for certain what another shows.
    init(files: [Int: File], names: [String: [String: Int]]) {
        self.files = files
        self.names = names
        durableNames = names
        fileCount = files.keys.max() ?? 0
    }

    var occupied: Int { files.values.reduce(0) { $0 + $1.occupied } }

    func file(at path: String) -> Int? {
        let (directory, name) = Self.parts(path)
        guard let number = names[directory]?[name] else { return nil }
        guard let target = files[number]?.target else { return number }
        return names[directory]?[target]
    }

    func isDirectory(_ path: String) -> Bool { names[path] != nil }

    mutating func createFile(at path: String, target: String? = nil) -> Int {
        fileCount += 1
        files[fileCount] = File(target: target)
        change(NameChange(path, add: fileCount))
        return fileCount
    }

    mutating func createDirectory(_ path: String) {
        change(NameChange(path, add: 0))
        names[path] = [:]
        durableNames[path] = [:]
    }

    mutating func remove(_ path: String) { change(NameChange(path)) }

    mutating func rename(_ path: String, to newPath: String) {
        let (directory, name) = Self.parts(path)
        guard let number = names[directory]?[name] else { return }
        var renaming = NameChange(newPath, add: number)
        renaming.removed = name
        change(renaming)
    }

    private mutating func change(_ change: NameChange) {
        change.apply(to: &names)
        pendingNames.append(change)
    }

    mutating func change(_ file: Int, _ change: Change) {
        files[file]?.pending.append(change)
        if var seen = files[file]?.seen {
            files[file]?.seen = []
            change.apply(to: &seen)
            files[file]?.seen = seen
        }
    }

    /// All that is pending is on the disk. What a failed attempt has lost stays lost.
    mutating func synchronize(_ file: Int) {
        guard let changes = files[file]?.pending, var durable = files[file]?.durable else { return }
        files[file]?.durable = []
        for change in changes { change.apply(to: &durable) }
        files[file]?.durable = durable
        files[file]?.pending = []
    }

    mutating func synchronizeDirectory(_ path: String) {
        for change in pendingNames where change.directory == path {
            change.apply(to: &durableNames)
        }
        pendingNames.removeAll { $0.directory == path }
    }

    static func parts(_ path: String) -> (directory: String, name: String) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        return (String(path[..<slash]), String(path[slash...].dropFirst()))
    }
}

extension SimulatedDisk.Change {
    func apply(to bytes: inout [UInt8]) {
        switch self {
        case .truncate(let count): bytes.resize(to: count)
        case .write(let new, let offset):
            if bytes.count < offset + new.count { bytes.resize(to: offset + new.count) }
            bytes.replaceSubrange(offset..<offset + new.count, with: new)
        }
    }
}

extension SimulatedDisk.NameChange {
    /// Removes a name, or adds it.
    init(_ path: String, add file: Int? = nil) {
        let (directory, name) = SimulatedDisk.parts(path)
        self.directory = directory
        if let file {
            added = name
            self.file = file
        } else {
            removed = name
        }
    }

    func apply(to names: inout [String: [String: Int]]) {
        if let removed { names[directory]?[removed] = nil }
        if let added { names[directory]?[added] = file }
    }
}

extension [UInt8] {
    mutating func resize(to newCount: Int, with filling: UInt8 = 0) {
        if newCount < count {
            removeLast(count - newCount)
        } else {
            append(contentsOf: [UInt8](repeating: filling, count: newCount - count))
        }
    }
}

extension SimulatedDisk {
    /// The disk of a data directory with these files in its folders.
    init(holding contents: [String: [UInt8]]) {
        self.init(root: SimulatedDevice.root)
        for directory in ["log", "journal", "index"] {
            createDirectory("\(SimulatedDevice.root)/\(directory)")
        }
        for (name, bytes) in contents.sorted(by: { $0.key < $1.key }) {
            let file = createFile(at: "\(SimulatedDevice.root)/\(name)")
            change(file, .write(bytes, at: 0))
            synchronize(file)
        }
        pendingNames = []
        self = SimulatedDisk(files: files, names: names)
    }
}
