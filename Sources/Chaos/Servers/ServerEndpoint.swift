import CLinux
import Glibc

/// Where a server of our own accepts clients.
package struct ServerEndpoint: Hashable, Sendable {
    package let host: String
    package let port: Int
    package let pid: Int32
    /// Where it tells what it counted, on the same host; nil where it doesn't.
    package let monitoringPort: Int?

    package var url: String { "nats://\(host):\(port)" }

    /// The client port in a ports file, `{"nats":["nats://127.0.0.1:4222"],…}`; nil while it is not written to its end.
    static func clientPort(inPortsFile text: String) -> Int? { port("nats", inPortsFile: text) }

    static func monitoringPort(inPortsFile text: String) -> Int? { port("monitoring", inPortsFile: text) }

    private static func port(_ kind: String, inPortsFile text: String) -> Int? {
        guard text.last(where: { !$0.isWhitespace }) == "}", let key = text.firstRange(of: "\"\(kind)\":[\"") else {
            return nil
        }
        let url = text[key.upperBound...].prefix { $0 != "\"" }
        return url.lastIndex(of: ":").flatMap { Int(url[url.index(after: $0)...]) }
    }

    /// Whether somebody accepts connections on a port of the loopback, where the answer comes at once.
    static func accepts(port: Int) -> Bool {
        guard let number = UInt16(exactly: port) else { return false }
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var address = clinux_loopback(number)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
