import Glibc

/// What somebody does who looks again and again for what another process does.
enum BriefPause {
    /// Sleeps for some milliseconds, on the calling thread.
    static func take(milliseconds: UInt32 = 5) { usleep(milliseconds * 1000) }
}
