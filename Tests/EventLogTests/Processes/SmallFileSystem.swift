import Foundation
import Glibc

/// A file system of a few megabytes for one test. Only root may have one.
final class SmallFileSystem {
    enum Kind: CaseIterable {
        case tmpfs
        case ext4
    }

    let path: String
    private let imagePath: String

    /// Nil where this machine does not let us.
    init?(_ kind: Kind, byteCount: Int) {
        path = NSTemporaryDirectory() + "daybook-disk-\(UUID().uuidString)"
        imagePath = path + ".image"
        mkdir(path, 0o755)
        let isMounted =
            switch kind {
            case .tmpfs:
                RunningProgram.succeeds([
                    "mount", "-t", "tmpfs", "-o", "size=\(byteCount)", "tmpfs", path,
                ])
            case .ext4:
                RunningProgram.succeeds(["truncate", "-s", "\(byteCount)", imagePath])
                    && RunningProgram.succeeds(["mkfs.ext4", "-q", "-m", "0", imagePath])
                    && RunningProgram.succeeds(["mount", "-o", "loop", imagePath, path])
            }
        if !isMounted {
            clear()
            return nil
        }
    }

    deinit {
        // At once, also while a test that failed has files open there.
        _ = RunningProgram.succeeds(["umount", "--lazy", path])
        clear()
    }

    private func clear() {
        rmdir(path)
        unlink(imagePath)
    }
}
