internal import Glibc

/// What the operating system refused, where, and what can be done about it.
public struct DeviceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried.
    public enum Operation: String, Sendable {
        /// Opening a file.
        case open
        /// Finding out a file's size or time.
        case examine
        /// Reading a file.
        case read
        /// Writing a file.
        case write
        /// Setting room aside for a file.
        case reserve = "reserve room for"
        /// Cutting a file.
        case truncate
        /// Waiting until a file or a directory is on the disk.
        case synchronize
        /// Locking a file.
        case lock
        /// Making a directory.
        case createDirectory = "make the directory"
        /// Reading a directory.
        case list
        /// Renaming a file.
        case rename
        /// Removing a file.
        case remove
        /// Making a symbolic link.
        case link
    }

    /// What was tried.
    public let operation: Operation
    /// With which file or directory.
    public let path: String
    /// The error number.
    public let code: Int32

    /// A refusal.
    public init(_ operation: Operation, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// Whether there was no room left.
    public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

    /// Whether it is not known any more what is in the file or on the disk, so that only a restart
    /// helps: after a failed synchronisation, and after a write that failed other than for want
    /// of room, which may have been done all the same.
    public var isFinal: Bool { operation == .synchronize || operation == .write && !isDiskFull }

    /// The sentence, with advice.
    public var description: String {
        "cannot \(operation.rawValue) \(path): \(Self.text(of: code))\(advice)"
    }

    private var advice: String {
        switch code {
        case ENOSPC, EDQUOT: ". Free some space; no restart is needed"
        case EACCES, EPERM: ". Let the user of this process own the directory"
        case EROFS: ". Mount the file system for writing"
        case ENOENT: ". Check the path of the data directory"
        case ENOTDIR: ". Name the data directory, not a file"
        case EIO: ". Check the disk"
        default: ""
        }
    }

    private static func text(of code: Int32) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}

extension DeviceError {
    var isNotFound: Bool { code == ENOENT }
    var isLockedByAnother: Bool { operation == .lock && code == EWOULDBLOCK }
}
