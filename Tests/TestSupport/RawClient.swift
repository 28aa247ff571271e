import Glibc

/// A client in a few lines of NATS's own text protocol, for what another program would write.
public struct RawClient {
    private let port: Int

    public init(_ server: TestServer) {
        port = server.port
    }

    /// Publishes, and returns once the server has taken it.
    public func publish(_ subject: String, _ payload: String, headers: [String: String] = [:]) async throws {
        var message = "PUB \(subject) \(payload.utf8.count)\r\n\(payload)\r\n"
        if !headers.isEmpty {
            let block = "NATS/1.0\r\n" + headers.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
            let size = block.utf8.count
            message = "HPUB \(subject) \(size) \(size + payload.utf8.count)\r\n\(block)\(payload)\r\n"
        }
        let text = "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true}\r\n\(message)PING\r\n"
        let port = port
        let taken = await LastingThread.shared.run { Self.exchange(text, port: port) }
        guard taken else { throw TestServer.Failure(description: "the server did not take a message on \(subject)") }
    }

    private static func exchange(_ text: String, port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = TestLink.loopback(port)
        let connected = withUnsafeBytes(of: &address) { bytes in
            connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t(bytes.count)) == 0
        }
        let bytes = Array(text.utf8)
        guard connected, send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            return false
        }
        var answer = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !answer.contains("PONG") {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            answer += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return !answer.contains("-ERR")
    }
}
