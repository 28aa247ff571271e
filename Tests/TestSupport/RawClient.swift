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

    /// Publishes, and returns once it was answered.
    public func request(_ subject: String, _ payload: String) async throws {
        let inbox = "_INBOX.raw.\(UInt64.random(in: 0 ... .max))"
        let text =
            "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB \(inbox) 1\r\n"
            + "PUB \(subject) \(inbox) \(payload.utf8.count)\r\n\(payload)\r\n"
        let port = port
        let answered = await LastingThread.shared.run { Self.exchange(text, port: port, until: "MSG \(inbox)") }
        guard answered else { throw TestServer.Failure(description: "the server did not answer on \(subject)") }
    }

    /// Makes a key-value bucket that anybody may write to at once, like one that has been in use for long.
    public func makeBucket(_ name: String = "leaders") async throws {
        let settings = """
            {"name":"KV_\(name)","subjects":["$KV.\(name).>"],"storage":"file","num_replicas":1,"max_msgs_per_subject":8,\
            "allow_rollup_hdrs":true,"deny_delete":true,"allow_direct":true,"retention":"limits","discard":"new"}
            """
        try await request("$JS.API.STREAM.CREATE.KV_\(name)", settings)
    }

    private static func exchange(_ text: String, port: Int, until end: String = "PONG") -> Bool {
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
        while !answer.contains(end) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            answer += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return !answer.contains("-ERR")
    }
}
