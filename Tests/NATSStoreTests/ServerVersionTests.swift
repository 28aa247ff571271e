import Testing

@testable import NATSStore

@Suite struct ServerVersionTests {
    @Test func `a server's greeting tells its version`() {
        let line = #"INFO {"server_id":"N","server_name":"n","version":"2.9.21","proto":1,"go":"go1.20"}"#
        #expect(ServerVersion(info: line) == ServerVersion(major: 2, minor: 9, patch: 21))
        #expect(ServerVersion(info: #"INFO {"version": "2.12.0-preview.1"}"#)?.description == "2.12.0")
    }

    @Test(arguments: ["", "INFO {}", #"INFO {"version":"2.9"}"#, #"HTTP {"version":"2.9.21"}"#, #"INFO {"version":2}"#])
    func `other lines tell none`(line: String) {
        #expect(ServerVersion(info: line) == nil)
    }

    @Test func `versions are compared by their numbers`() throws {
        let order = ["2.8.4", "2.9.2", "2.9.10", "2.9.21", "2.10.0", "3.0.0"].compactMap { ServerVersion($0) }
        #expect(order.count == 6)
        #expect(order == order.sorted())
        #expect(try #require(ServerVersion("v2.9.20")) < .soundReplication)
    }

    @Test func `a URL's host and port are found`() throws {
        for (url, host, port) in [
            ("nats://127.0.0.1:4222", "127.0.0.1", "4222"), ("tls://a:b@host:1", "host", "1"),
            ("nats://[::1]:4222", "::1", "4222"), ("host:7/", "host", "7"),
        ] {
            let found = try #require(Greeting.hostAndPort(url))
            #expect(found == (host, port))
        }
        #expect(Greeting.hostAndPort("host") == nil)
    }
}
