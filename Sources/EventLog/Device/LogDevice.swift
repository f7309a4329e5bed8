package import EventLine

/// The one door to the disk. Everything that the writer does to files goes through it, so that a
/// test can let any step fail, and a simulation can stand in for the whole disk.
///
/// Paths are whole paths. Reading and writing may do less than was asked, or be interrupted
/// (`EINTR`): ``writeAll(_:to:at:)`` and ``readAll(_:into:at:)`` go on until all is done.
package protocol LogDevice: Sendable {
    /// Opens a file.
    func open(_ path: String, _ mode: OpenMode) throws(DeviceError) -> OpenFile
    /// Gives a file back. A failure has no consequence: what matters was synchronised before.
    func close(_ file: OpenFile)
    /// How many bytes the file has.
    func byteCount(of file: OpenFile) throws(DeviceError) -> Int
    /// Fills free room of a buffer with the bytes from an offset on, and says how many it added:
    /// 0 only where the file ends, or where there is no room. Any call may add fewer than it could.
    func read(
        _ file: OpenFile,
        into buffer: inout OutputSpan<UInt8>,
        at offset: Int
    ) throws(DeviceError) -> Int
    /// Writes some of these bytes, from the first on, and says how many. After an error any part
    /// of them may have been written.
    func write(
        _ bytes: Span<UInt8>,
        to file: OpenFile,
        at offset: Int
    ) throws(DeviceError) -> Int
    /// Sets aside room on the disk up to a length, without changing what a reader sees. Does
    /// nothing where the file system cannot.
    func reserve(_ file: OpenFile, through byteCount: Int) throws(DeviceError)
    /// Cuts the file to a length.
    func truncate(_ file: OpenFile, to byteCount: Int) throws(DeviceError)
    /// Begins to bring bytes of a file to the disk, so that a later synchronisation has less to
    /// wait for. Promises nothing, and has no failures: those are the synchronisation's.
    func startWriting(_ file: OpenFile, from offset: Int, count: Int)
    /// Returns when the file's bytes are on the disk. After an error nothing is known about them.
    func synchronize(_ file: OpenFile) throws(DeviceError)
    /// Returns when the directory's names are on the disk.
    func synchronizeDirectory(_ path: String) throws(DeviceError)
    /// Takes the exclusive lock that `path` stands for, without waiting; `EWOULDBLOCK` if another
    /// has it. The end of the process gives it up.
    func lock(_ path: String) throws(DeviceError) -> OpenFile
    /// Gives up a lock and closes its file.
    func unlock(_ file: OpenFile)
    /// Makes a directory, unless it is there.
    func createDirectory(_ path: String) throws(DeviceError)
    /// The names in a directory, sorted.
    func names(in directory: String) throws(DeviceError) -> [String]
    /// When the file was last written to.
    func modified(_ path: String) throws(DeviceError) -> Instant
    /// Gives a file a new name, replacing what had it.
    func rename(_ path: String, to newPath: String) throws(DeviceError)
    /// Removes a name, if it is there.
    func remove(_ path: String) throws(DeviceError)
    /// Makes a symbolic link.
    func link(_ target: String, at path: String) throws(DeviceError)
}

/// How a file is opened.
package enum OpenMode: Sendable {
    /// It must be there, and is only read.
    case reading
    /// It must be there.
    case updating
    /// It is made if it is not there.
    case creating
}

/// A file that a device has open.
package struct OpenFile: Hashable, Sendable {
    /// The device's own number for it.
    package let descriptor: Int32
    /// Its path, for errors.
    package let path: String

    /// A file that is open.
    package init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }
}
