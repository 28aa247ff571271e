import Glibc

/// Three servers that form one store.
public struct TestCluster: Sendable {
    public let servers: [TestServer]

    /// All members' URLs.
    public var urls: [String] { servers.map(\.url) }

    /// Runs `body` with a cluster; its members accept clients, but may still be electing.
    public static func with<T>(_ binary: String, _ body: (TestCluster) async throws -> T) async throws -> T {
        let ports = try (0..<3).map { _ in try freePort() }
        let routes = ports.map { "nats://127.0.0.1:\($0)" }.joined(separator: ", ")
        func options(_ index: Int) -> TestServer.Options {
            TestServer.Options(
                configuration: """
                    server_name: member\(index)
                    cluster { name: test, listen: "127.0.0.1:\(ports[index])", routes: [\(routes)] }
                    """
            )
        }
        return try await TestServer.with(binary, options(0)) { first in
            try await TestServer.with(binary, options(1)) { second in
                try await TestServer.with(binary, options(2)) { third in
                    try await body(TestCluster(servers: [first, second, third]))
                }
            }
        }
    }

    /// A port that nobody listens on at the moment.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = TestLink.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutableBytes(of: &address) { bytes in
            let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
        }
        guard bound else { throw TestServer.Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
