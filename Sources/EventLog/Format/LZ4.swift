internal import CLZ4

/// Why bytes could not be packed or unpacked.
struct LZ4Failure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    /// The failure that a result of the library stands for; nil if it is none.
    init?(code: Int) {
        guard LZ4F_isError(code) != 0 else { return nil }
        reason =
            unsafe LZ4F_getErrorName(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}

enum LZ4 {
    /// The size of what a block of a sealed segment holds.
    static let blockBytes = 256 << 10

    /// Unpacks one independent block, which must give exactly `count` bytes.
    static func unpackBlock(_ packed: [UInt8], count: Int) -> [UInt8]? {
        var result: Int32 = -1
        // SAFETY: the library never reads or writes outside of the two stated lengths.
        let content = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            unsafe packed.withUnsafeBytes { input in
                result = unsafe LZ4_decompress_safe(
                    input.baseAddress,
                    output.baseAddress,
                    Int32(input.count),
                    Int32(count)
                )
            }
            filled = max(0, Int(result))
        }
        return Int(result) == count ? content : nil
    }
}

/// Packs a segment into one LZ4 frame: independent blocks of 256 KiB, content size, checksums.
@safe struct LZ4Packer: ~Copyable {
    private let context: OpaquePointer
    private var preferences = LZ4F_preferences_t()

    init(contentBytes: Int, level: Int32 = 9) throws(LZ4Failure) {
        var created: OpaquePointer?
        let code = unsafe LZ4F_createCompressionContext(&created, UInt32(LZ4F_VERSION))
        guard let created = unsafe created else {
            throw LZ4Failure(code: code) ?? LZ4Failure("no memory")
        }
        unsafe context = created
        preferences.frameInfo.blockSizeID = LZ4F_max256KB
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        // Of the packed bytes too: some of their bits can change without changing the content.
        preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        preferences.frameInfo.contentSize = UInt64(contentBytes)
        preferences.compressionLevel = level
    }

    deinit { _ = unsafe LZ4F_freeCompressionContext(context) }

    /// The start of the frame.
    mutating func start() throws(LZ4Failure) -> [UInt8] {
        let context = unsafe self.context
        var preferences = self.preferences
        return try unsafe Self.output(capacity: 32) { place, capacity in
            unsafe LZ4F_compressBegin(context, place, capacity, &preferences)
        }
    }

    /// The packed form of the next bytes, as far as it is known yet.
    mutating func pack(_ bytes: [UInt8]) throws(LZ4Failure) -> [UInt8] {
        let context = unsafe self.context
        var preferences = self.preferences
        let bound = unsafe LZ4F_compressBound(bytes.count, &preferences)
        return try unsafe Self.output(capacity: bound) { place, capacity in
            unsafe bytes.withUnsafeBytes { input in
                unsafe LZ4F_compressUpdate(
                    context,
                    place,
                    capacity,
                    input.baseAddress,
                    input.count,
                    nil
                )
            }
        }
    }

    /// The end of the frame.
    mutating func finish() throws(LZ4Failure) -> [UInt8] {
        let context = unsafe self.context
        var preferences = self.preferences
        return try unsafe Self.output(capacity: LZ4F_compressBound(0, &preferences)) {
            place,
            capacity in
            unsafe LZ4F_compressEnd(context, place, capacity, nil)
        }
    }

    private static func output(
        capacity: Int,
        _ fill: (UnsafeMutableRawPointer?, Int) -> Int
    ) throws(LZ4Failure) -> [UInt8] {
        var failure: LZ4Failure?
        // SAFETY: the library gets the capacity, and says how much of it it filled.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
            let code = unsafe fill(UnsafeMutableRawPointer(buffer.baseAddress), capacity)
            failure = LZ4Failure(code: code)
            if failure == nil { filled = code }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// Unpacks frames from start to end and checks their content checksums; skippable frames give
/// nothing.
@safe struct LZ4Unpacker: ~Copyable {
    private let context: OpaquePointer
    /// Whether the bytes so far end where a frame ends.
    private(set) var isBetweenFrames = true

    init() throws(LZ4Failure) {
        var created: OpaquePointer?
        let code = unsafe LZ4F_createDecompressionContext(&created, UInt32(LZ4F_VERSION))
        guard let created = unsafe created else {
            throw LZ4Failure(code: code) ?? LZ4Failure("no memory")
        }
        unsafe context = created
    }

    deinit { _ = unsafe LZ4F_freeDecompressionContext(context) }

    /// The plain form of the next packed bytes.
    mutating func unpack(_ packed: [UInt8]) throws(LZ4Failure) -> [UInt8] {
        var plain: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: LZ4.blockBytes)
        var used = 0
        while true {
            let (code, taken, given) = step(packed, from: used, into: &buffer)
            if let failure = LZ4Failure(code: code) { throw failure }
            used += taken
            plain.append(contentsOf: buffer[..<given])
            if taken > 0 || given > 0 { isBetweenFrames = code == 0 }
            if used == packed.count, given < buffer.count { return plain }
        }
    }

    private func step(
        _ packed: [UInt8],
        from used: Int,
        into buffer: inout [UInt8]
    ) -> (code: Int, taken: Int, given: Int) {
        var taken = packed.count - used
        var given = buffer.count
        // SAFETY: both lengths are given to the library, which says how much it used of them.
        let code = unsafe packed.withUnsafeBytes { input in
            unsafe buffer.withUnsafeMutableBytes { output in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: input[used...])
                return unsafe LZ4F_decompress(
                    context,
                    output.baseAddress,
                    &given,
                    rest.baseAddress,
                    &taken,
                    nil
                )
            }
        }
        return (code, taken, given)
    }
}
