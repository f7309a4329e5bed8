import CZip
import Glibc

/// A zip archive in memory, read and changed by libzip.
struct ZipArchive {
    private let bytes: [UInt8]

    /// Nothing that a person made by hand comes near these; a zip bomb does.
    enum Limit {
        static let byteCount = 10_000_000
        static let unpackedByteCount = 60_000_000
        static let entryCount = 2_000
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The archive's files by name, unpacked. Their checksums are compared, and an archive that
    /// would grow beyond the limits is refused before it does.
    func files() throws(ServiceError) -> [String: [UInt8]] {
        guard bytes.count <= Limit.byteCount else { throw ServiceError("the file is too large") }
        let source = try Self.source(of: bytes)
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, nil) else {
            zip_source_free(source)
            throw ServiceError("the file is no zip archive")
        }
        defer { zip_discard(archive) }
        let count = zip_get_num_entries(archive, 0)
        guard count <= Limit.entryCount else { throw ServiceError("the archive has many files") }
        var files: [String: [UInt8]] = [:]
        var free = Limit.unpackedByteCount
        for index in 0..<UInt64(max(0, count)) {
            guard let name = zip_get_name(archive, index, ZIP_FL_ENC_UTF_8) else {
                throw ServiceError("the archive is damaged")
            }
            let content = try Self.unpacked(index, of: archive, limit: free)
            free -= content.count
            guard files.updateValue(content, forKey: String(cString: name)) == nil else {
                throw ServiceError("the archive has two files of one name")
            }
        }
        return files
    }

    private static func unpacked(
        _ index: UInt64,
        of archive: OpaquePointer,
        limit: Int
    ) throws(ServiceError) -> [UInt8] {
        guard let file = zip_fopen_index(archive, index, 0) else {
            throw ServiceError("the archive has a file that cannot be unpacked")
        }
        defer { zip_fclose(file) }
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        // What the archive says of its sizes may be a lie: only what is unpacked counts.
        while true {
            let count = zip_fread(file, &block, UInt64(block.count))
            guard count >= 0 else { throw ServiceError("the archive has a damaged file") }
            if count == 0 { return content }
            guard content.count + Int(count) <= limit else {
                throw ServiceError("the archive is too large when it is unpacked")
            }
            content.append(contentsOf: block[..<Int(count)])
        }
    }

    /// The same archive with files in place of those of the same names. The same input always
    /// gives the same bytes.
    func replacing(_ files: [String: [UInt8]]) throws(ServiceError) -> [UInt8] {
        let source = try Self.source(of: bytes)
        defer { zip_source_free(source) }
        // The archive takes one reference with it when it is closed; the result is read after.
        zip_source_keep(source)
        guard let archive = zip_open_from_source(source, 0, nil) else {
            zip_source_free(source)
            throw ServiceError("the file is no zip archive")
        }
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            let part = try? Self.source(of: content)
            let index = zip_file_add(archive, name, part, ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8)
            guard index >= 0 else {
                zip_source_free(part)
                zip_discard(archive)
                throw ServiceError("\(name) cannot be put into the archive")
            }
            // Midnight of 1 January 1980, where zip's calendar begins.
            zip_file_set_dostime(archive, UInt64(index), 0, 33, 0)
        }
        guard zip_close(archive) == 0 else {
            zip_discard(archive)
            throw ServiceError("the archive cannot be written")
        }
        return try Self.bytes(of: source)
    }

    private static func source(of bytes: [UInt8]) throws(ServiceError) -> OpaquePointer {
        // The library frees the copy, whenever it is done with it.
        guard let copy = malloc(max(1, bytes.count)) else { throw ServiceError("out of memory") }
        bytes.withUnsafeBytes { from in
            if let start = from.baseAddress { copy.copyMemory(from: start, byteCount: from.count) }
        }
        guard let source = zip_source_buffer_create(copy, UInt64(bytes.count), 1, nil) else {
            free(copy)
            throw ServiceError("out of memory")
        }
        return source
    }

    private static func bytes(of source: OpaquePointer) throws(ServiceError) -> [UInt8] {
        guard zip_source_open(source) == 0 else {
            throw ServiceError("the archive cannot be read back")
        }
        defer { zip_source_close(source) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = zip_source_read(source, &block, UInt64(block.count))
            guard count >= 0 else { throw ServiceError("the archive cannot be read back") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: block[..<Int(count)])
        }
    }
}
