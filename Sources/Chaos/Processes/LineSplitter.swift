/// Cuts a stream of bytes into lines, however the stream is cut into chunks; lines may be of any length.
struct LineSplitter: Sendable {
    /// What came after the last newline.
    private(set) var fragment: [UInt8] = []

    /// Takes the next bytes and hands each line that they complete to `deliver`, with its newline.
    mutating func append(_ bytes: some Collection<UInt8>, deliver: ([UInt8]) -> Void) {
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let next = rest.index(after: newline)
            fragment.append(contentsOf: rest[..<next])
            deliver(fragment)
            fragment = []
            rest = rest[next...]
        }
        fragment.append(contentsOf: rest)
    }
}
