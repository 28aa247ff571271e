import ArgumentParser

/// Where the live page is served: `8080` for the loopback alone, `0.0.0.0:8080` for others too.
struct WebAddress: Hashable, Sendable {
    var host: String
    /// 0: any free one.
    var port: Int

    /// - Throws: `ValidationError`.
    init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let host = parts.dropLast().joined(separator: ":")
        guard let last = parts.last, let port = Int(last), (0...65535).contains(port), last.allSatisfy(\.isNumber),
            parts.count == 1 || !host.isEmpty
        else {
            throw ValidationError("give a port, as 8080, or a host and a port, as 0.0.0.0:8080 or [::1]:8080")
        }
        guard !host.contains(":") || host.hasPrefix("[") && host.hasSuffix("]") else {
            throw ValidationError("an IPv6 address stands in brackets, as [::1]:8080")
        }
        self.port = port
        self.host = parts.count == 1 ? "127.0.0.1" : host.filter { $0 != "[" && $0 != "]" }
    }

    /// What a browser on this machine opens.
    func url(port: Int) -> String {
        let isAny = host == "0.0.0.0" || host == "::"
        let name = isAny ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
        return "http://\(name):\(port)/"
    }
}
