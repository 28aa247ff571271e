/// A report of a run: its name, and its bytes, made when they are asked for.
package struct ReportFile {
    package let name: String
    private let make: (([UInt8]) -> Void) -> Void

    init(_ name: String, _ bytes: @escaping @autoclosure () -> [UInt8]) {
        self.init(name, pieces: { $0(bytes()) })
    }

    /// - Parameter make: hands the bytes out in pieces.
    init(_ name: String, pieces make: @escaping (([UInt8]) -> Void) -> Void) {
        self.name = name
        self.make = make
    }

    package func write(_ body: ([UInt8]) -> Void) { make(body) }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        make { bytes += $0 }
        return bytes
    }
}
