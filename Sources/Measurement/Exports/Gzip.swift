import CZlib

/// A file in gzip's format (RFC 1952), without name and time: the same bytes in, the same bytes out.
enum Gzip {
    /// With zlib's usual level.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        // 15 bits of window, and 16 for gzip's header instead of zlib's own.
        let started = deflateInit2_(
            &stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        precondition(started == Z_OK, "zlib can't begin: \(started)")
        defer { deflateEnd(&stream) }
        precondition(bytes.count <= UInt32.max, "an export of \(bytes.count) bytes")
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            let bound = Int(deflateBound(&stream, UInt(input.count)))
            return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                let ended = deflate(&stream, Z_FINISH)
                // The bound is what it takes at most.
                precondition(ended == Z_STREAM_END, "zlib can't end: \(ended)")
                count = bound - Int(stream.avail_out)
            }
        }
    }
}
