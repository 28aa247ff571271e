import Glibc
import Synchronization

/// A TCP connection's way to a server that a test can cut and heal, while the server lives on.
public final class TestLink: Sendable {
    private struct State {
        var isCut = false
        var open: Set<Int32> = []
    }

    public let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    public var url: String { "nats://127.0.0.1:\(port)" }

    public init(to target: Int) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutableBytes(of: &address) { bytes in
            let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(listener, address, size) == 0 && listen(listener, 16) == 0
                && getsockname(listener, address, &size) == 0
        }
        guard bound else { throw TestServer.Failure(description: "no port for a link") }
        port = Int(UInt16(bigEndian: address.sin_port))
        detachThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                carry(client, to: target)
            }
        }
    }

    /// Ends all connections, and each new one at once.
    public func cut() {
        state.withLock { state in
            state.isCut = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    public func heal() {
        state.withLock { $0.isCut = false }
    }

    private func carry(_ client: Int32, to target: Int) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(target)
        let connected = withUnsafeBytes(of: &address) { bytes in
            connect(server, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t(bytes.count)) == 0
        }
        let refused = state.withLock { state in
            guard connected, !state.isCut else { return true }
            state.open.formUnion([client, server])
            return false
        }
        guard !refused else {
            close(client)
            close(server)
            return
        }
        let ends = Mutex(2)
        let finish: @Sendable () -> Void = { [self] in
            let isLast = ends.withLock { count in
                count -= 1
                return count == 0
            }
            guard isLast else { return }
            state.withLock { $0.open.subtract([client, server]) }
            close(client)
            close(server)
        }
        for (from, to) in [(client, server), (server, client)] {
            detachThread {
                Self.pump(from, to)
                finish()
            }
        }
    }

    private static func pump(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0, send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
