import CLinux
import ElectionCore
import Glibc

/// What a nats-server counted since its start: messages and bytes that came in and went out, of clients and peers.
///
/// Its monitoring port tells them in `/varz`, at 0.3 ms of the server's time for each answer; see https://docs.nats.io/running-a-nats-service/nats_admin/monitoring.
package struct ServerTraffic: Hashable, Sendable {
    package var messagesIn: Int
    package var messagesOut: Int
    package var bytesIn: Int
    package var bytesOut: Int

    init(messagesIn: Int, messagesOut: Int, bytesIn: Int, bytesOut: Int) {
        self.messagesIn = messagesIn
        self.messagesOut = messagesOut
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
    }

    /// Nil where the text lacks one of them, or was cut off before its end.
    init?(varz text: String) {
        func count(_ key: String) -> Int? {
            guard let range = text.firstRange(of: "\"\(key)\":") else { return nil }
            return Int(text[range.upperBound...].drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber })
        }
        guard text.last(where: { !$0.isWhitespace }) == "}", let messagesIn = count("in_msgs"),
            let messagesOut = count("out_msgs"), let bytesIn = count("in_bytes"), let bytesOut = count("out_bytes")
        else { return nil }
        self.init(messagesIn: messagesIn, messagesOut: messagesOut, bytesIn: bytesIn, bytesOut: bytesOut)
    }

    /// Asks a server on the loopback.
    ///
    /// - Parameter patience: how long it may take; a server that stands still doesn't answer.
    /// - Returns: nil where no answer came in time.
    package static func ask(port: Int, patience: Duration = .milliseconds(250)) async -> ServerTraffic? {
        guard let request = MonitoringRequest(port: port) else { return nil }
        defer { request.close() }
        let deadline = Timestamp.now() + patience
        return await request.answer(until: deadline).flatMap(ServerTraffic.init(varz:))
    }
}

/// One request on a connection of its own that never blocks its thread.
private struct MonitoringRequest {
    private let handle: Int32

    /// Nil where nobody is there.
    init?(port: Int) {
        guard let number = UInt16(exactly: port) else { return nil }
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let handle = socket(AF_INET, Int32(kind), 0)
        guard handle >= 0 else { return nil }
        var address = clinux_loopback(number)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 || errno == EINPROGRESS else {
            Glibc.close(handle)
            return nil
        }
        self.handle = handle
    }

    func close() { Glibc.close(handle) }

    /// With HTTP 1.0 the server closes the connection after its answer.
    func answer(until deadline: Timestamp) async -> String? {
        let request = Array("GET /varz HTTP/1.0\r\n\r\n".utf8)
        var isSent = false
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while Timestamp.now() < deadline {
            if !isSent { isSent = send(handle, request, request.count, Int32(MSG_NOSIGNAL)) == request.count }
            let count = isSent ? recv(handle, &buffer, buffer.count, 0) : -1
            if count == 0 { return String(decoding: answer, as: UTF8.self) }
            if count > 0 {
                answer += buffer.prefix(count)
                continue
            }
            guard [EAGAIN, EINTR, ENOTCONN, EINPROGRESS].contains(errno) else { return nil }
            do { try await Task.sleep(for: .milliseconds(1)) } catch { return nil }
        }
        return nil
    }
}
