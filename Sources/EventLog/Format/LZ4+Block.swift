internal import CLZ4

extension LZ4 {
    /// Unpacks one independent block behind what is in `text`. Answers false, and leaves `text` as
    /// it was, unless it gives exactly `count` bytes.
    static func unpackBlock(
        _ packed: Span<UInt8>,
        count: Int,
        onto text: inout [UInt8]
    ) -> Bool {
        var isWhole = false
        text.append(addingCapacity: count) { output in
            // SAFETY: the library never reads or writes outside of the two stated lengths.
            unsafe output.withUnsafeMutableBufferPointer { whole, filled in
                let free = unsafe UnsafeMutableBufferPointer(rebasing: whole[filled...])
                let given = unsafe packed.withUnsafeBytes { input in
                    unsafe LZ4_decompress_safe(
                        input.baseAddress,
                        free.baseAddress,
                        Int32(input.count),
                        Int32(min(count, free.count))
                    )
                }
                isWhole = Int(given) == count
                if isWhole { filled += count }
            }
        }
        return isWhole
    }
}
