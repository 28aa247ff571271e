import CLinux
import Glibc

/// A TCP connection in a test's hand; its calls block, but for no longer than half a minute.
final class TestSocket {
    /// What comes next.
    enum News: Equatable {
        case bytes([UInt8])
        /// FIN.
        case end
        /// RST.
        case reset
        /// Nothing, for half a minute.
        case silence
    }

    private static let patienceMs: Int32 = 30_000
    private let handle: Int32

    fileprivate init(handle: Int32) {
        self.handle = handle
        var yes: Int32 = 1
        setsockopt(handle, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
    }

    deinit { close() }

    private var isClosed = false

    static func connect(to port: Int) throws -> TestSocket {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = clinux_loopback(UInt16(port))
        let connected = withUnsafeBytes(of: &address) { bytes in
            Glibc.connect(handle, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t(bytes.count))
                == 0
        }
        guard connected else { throw SocketFailure(call: "connect", number: errno) }
        return TestSocket(handle: handle)
    }

    /// All of it; more than the peer and those between take blocks.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw SocketFailure(call: "send", number: errno) }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// As much as is taken without waiting, of the same byte again and again.
    func fill() -> Int {
        let block = [UInt8](repeating: 7, count: 65536)
        var sum = 0
        while true {
            let count = Glibc.send(handle, block, block.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            guard count > 0 else { return sum }
            sum += count
        }
    }

    /// Whether there is anything to be read, an end included.
    var hasNews: Bool { poll(0) }

    /// The next bytes, `atMost` that many, or how it ended.
    func next(atMost: Int = 65536) -> News {
        guard poll(Self.patienceMs) else { return .silence }
        var buffer = [UInt8](repeating: 0, count: atMost)
        let count = recv(handle, &buffer, buffer.count, 0)
        if count > 0 { return .bytes(Array(buffer[..<count])) }
        return count == 0 ? .end : .reset
    }

    /// Exactly so many bytes, fewer where it ended or fell silent before.
    func receive(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, case .bytes(let piece) = next(atMost: count - bytes.count) { bytes += piece }
        return bytes
    }

    func receiveText(_ count: Int) -> String { String(decoding: receive(count), as: UTF8.self) }

    /// Sends a FIN and still listens.
    func finish() { shutdown(handle, Int32(SHUT_WR)) }

    func close() {
        if !isClosed { Glibc.close(handle) }
        isClosed = true
    }

    /// Sends an RST.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(handle, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    private func poll(_ timeoutMs: Int32) -> Bool { isReadable(handle, timeoutMs) }
}

/// A server's listening socket.
final class TestListener {
    private let handle: Int32
    let port: Int

    init() throws {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = clinux_loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let handle = handle
        let isListening = withUnsafeMutableBytes(of: &address) { bytes in
            let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(handle, address, size) == 0 && listen(handle, 256) == 0
                && getsockname(handle, address, &size) == 0
        }
        guard isListening else { throw SocketFailure(call: "listen", number: errno) }
        port = Int(clinux_port(address))
    }

    deinit { close(handle) }

    /// Whether a connection waits to be accepted.
    var hasCaller: Bool { isReadable(handle, 0) }

    func accept() throws -> TestSocket {
        guard isReadable(handle, 30_000) else { throw SocketFailure(call: "accept", number: ETIMEDOUT) }
        return TestSocket(handle: Glibc.accept(handle, nil, nil))
    }
}

struct SocketFailure: Error {
    let call: String
    let number: Int32
}

private func isReadable(_ handle: Int32, _ timeoutMs: Int32) -> Bool {
    var entry = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&entry, 1, timeoutMs) == 1
}
