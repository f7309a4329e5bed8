public import EventLine

/// Gives the lines after a sequence, again and again the next few of them.
public typealias LineSource = (_ after: UInt64) throws -> LineReading

/// Shows the next lines, at most `count`, each as a view of bytes that are used again for the next
/// one; shows none at the end. The lines of one call become one batch.
public typealias LineReading = (
    _ count: Int,
    _ show: (_ line: LineView, _ bytes: Span<UInt8>) -> Void
) throws -> Void
