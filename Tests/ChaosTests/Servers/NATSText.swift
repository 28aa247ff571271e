import CLinux
import Glibc

/// One question to a server, in NATS's own text protocol.
enum NATSText {
    /// - Returns: what the server has sent by the time it has answered; empty where it takes no connection.
    static func request(_ subject: String, _ payload: String, port: Int) -> String {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(handle) }
        var address = clinux_loopback(UInt16(port))
        let isConnected = withUnsafeBytes(of: &address) { bytes in
            connect(handle, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t(bytes.count)) == 0
        }
        let question =
            "CONNECT {\"verbose\":false}\r\nSUB answer 1\r\nPUB \(subject) answer \(payload.utf8.count)\r\n\(payload)\r\n"
        let bytes = Array(question.utf8)
        guard isConnected, send(handle, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return "" }
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(handle, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            // The line that announces the answer, the answer, and its end.
            if let answer = text.firstRange(of: "MSG answer 1 "),
                text[answer.upperBound...].split(separator: "\r\n").count > 1
            {
                return text
            }
        }
    }
}
