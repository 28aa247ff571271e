import ElectionCore
import Glibc

/// The line with which a server greets each client; libnats 3.4.1 reads the version in it, but doesn't tell.
enum Greeting {
    /// - Returns: nil where there is none to be had, as from a server that begins with TLS.
    static func version(url: String, timeout: Duration) -> ServerVersion? {
        line(url: url, timeout: timeout).flatMap { ServerVersion(info: $0) }
    }

    /// - Returns: nil where there is none to be had, as from a server that begins with TLS.
    static func serverID(url: String, timeout: Duration) -> String? {
        struct Info: Decodable { var server_id: String? }
        guard let line = line(url: url, timeout: timeout), line.hasPrefix("INFO ") else { return nil }
        return API.decode(Info.self, line.utf8.dropFirst(5))?.server_id
    }

    /// Connects once more, in plain TCP, and reads the line; blocks for at most `timeout` a step.
    private static func line(url: String, timeout: Duration) -> String? {
        guard let (host, port) = hostAndPort(url) else { return nil }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var next = list
        while let address = next?.pointee {
            if let line = line(from: address, timeout: timeout) { return line }
            next = address.ai_next
        }
        return nil
    }

    static func hostAndPort(_ url: String) -> (host: String, port: String)? {
        let plain = ConnectionSettings.redacted(url)
        let authority = plain.firstRange(of: "://").map { plain[$0.upperBound...] } ?? plain[...]
        guard let colon = authority.lastIndex(of: ":") else { return nil }
        let host = authority[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        let port = authority[authority.index(after: colon)...].prefix { $0.isNumber }
        return host.isEmpty || port.isEmpty ? nil : (String(host), String(port))
    }

    private static func line(from address: addrinfo, timeout: Duration) -> String? {
        let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let (seconds, attoseconds) = timeout.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else { return nil }
        var line = [UInt8]()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while line.count < 65536, !line.contains(UInt8(ascii: "\n")) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            line += buffer[..<count]
        }
        return String(decoding: line, as: UTF8.self)
    }
}
