import SystemPackage
import Testing

@testable import Chaos

@Suite struct ServerTextTests {
    @Test(arguments: [
        (#"{"nats":["nats://127.0.0.1:32817"]}"#, 32817),
        (#"{"nats":["nats://127.0.0.1:4222"],"cluster":["nats://127.0.0.1:6222"]}"# + "\n", 4222),
        (#"{"cluster":["nats://127.0.0.1:6222"],"nats":["nats://127.0.0.1:4222"]}"#, 4222),
    ])
    func `the client port is read from the ports file`(text: String, port: Int) {
        #expect(ServerEndpoint.clientPort(inPortsFile: text) == port)
    }

    @Test func `the monitoring port is read from the ports file, where there is one`() {
        let both = #"{"nats":["nats://127.0.0.1:40815"],"monitoring":["http://127.0.0.1:38001"]}"#
        #expect(ServerEndpoint.clientPort(inPortsFile: both) == 40815)
        #expect(ServerEndpoint.monitoringPort(inPortsFile: both) == 38001)
        #expect(ServerEndpoint.monitoringPort(inPortsFile: #"{"nats":["nats://127.0.0.1:40815"]}"#) == nil)
    }

    @Test func `the counters are read from the server's own words`() {
        let body = """
            {
              "in_msgs": 12,
              "out_msgs": 340,
              "in_bytes": 5600,
              "out_bytes": 78000,
              "slow_consumers": 0
            }
            """
        let traffic = ServerTraffic(messagesIn: 12, messagesOut: 340, bytesIn: 5600, bytesOut: 78000)
        #expect(ServerTraffic(varz: "HTTP/1.0 200 OK\r\n\r\n" + body) == traffic)
        #expect(ServerTraffic(varz: body.replacing("\"out_bytes\"", with: "\"other\"")) == nil)
        #expect(ServerTraffic(varz: String(body.prefix(40))) == nil, "an answer that was cut off")
    }

    @Test func `a ports file that is not written to its end has no port`() {
        let whole = #"{"nats":["nats://127.0.0.1:32817"]}"#
        for length in 0..<whole.count {
            #expect(ServerEndpoint.clientPort(inPortsFile: String(whole.prefix(length))) == nil)
        }
    }

    @Test func `the last errors of a log are its last fatal and error lines`() {
        let log = """
            [7] 2026/11/23 16:48:18.442086 [INF] Starting nats-server
            [7] 2026/11/23 16:48:18.447855 [ERR] one
            [7] 2026/11/23 16:48:18.447855 [ERR] two
            [7] 2026/11/23 16:48:18.447855 [INF] between
            [7] 2026/11/23 16:48:18.447855 [ERR] three
            [7] 2026/11/23 16:48:18.447855 [FTL] four

            """
        #expect(ServerLog.lastErrors(in: log) == ["two", "three", "four"])
    }

    @Test func `where a log has no errors its last lines stand for them`() {
        #expect(ServerLog.lastErrors(in: "a\nb\nc\nd\n") == ["b", "c", "d"])
        #expect(ServerLog.lastErrors(in: "").isEmpty)
    }

    @Test func `the configuration quotes names and listens on the loopback alone`() {
        let configuration = ServerConfiguration(
            name: "server-1",
            executable: "/usr/sbin/nats-server",
            temporaryFolder: #"/tmp/a "b"\c"#,
            log: "/tmp/log"
        )
        #expect(
            configuration.text == #"""
                server_name: "server-1"
                host: "127.0.0.1"
                port: -1
                http: "127.0.0.1:-1"
                ports_file_dir: "/tmp/a \"b\"\\c/server-1"
                jetstream {
                    store_dir: "/tmp/a \"b\"\\c/server-1/store"
                }

                """# + ServerConfiguration.accounts
        )
    }

    @Test func `a member of a cluster knows its routes and tells nobody where it is`() {
        var configuration = ServerConfiguration(
            name: "server-1",
            executable: "/usr/sbin/nats-server",
            port: 4222,
            temporaryFolder: "/tmp/run",
            log: "/tmp/log"
        )
        configuration.cluster = ClusterMembership(name: "electbench", port: 6222, routes: [7001, 7002])
        #expect(
            configuration.text == #"""
                server_name: "server-1"
                host: "127.0.0.1"
                port: 4222
                http: "127.0.0.1:-1"
                ports_file_dir: "/tmp/run/server-1"
                jetstream {
                    store_dir: "/tmp/run/server-1/store"
                }

                """# + ServerConfiguration.accounts + #"""
                    cluster {
                        name: "electbench"
                        listen: "127.0.0.1:6222"
                        advertise: "127.0.0.1:1"
                        no_advertise: true
                        routes: ["nats://127.0.0.1:7001", "nats://127.0.0.1:7002"]
                    }

                    """#
        )
    }

    @Test func `a launcher starts the server through our own binary`() {
        var configuration = ServerConfiguration(
            name: "server-1",
            executable: "/usr/sbin/nats-server",
            temporaryFolder: "/tmp/run",
            log: "/tmp/log"
        )
        let arguments = ["--config", "/tmp/run/server-1/nats-server.conf"]
        #expect(configuration.child.arguments == arguments)
        configuration.launcher = "/proc/self/exe"
        #expect(configuration.child.executable == "/proc/self/exe")
        #expect(configuration.child.arguments == ParentDeath.launch("/usr/sbin/nats-server", arguments: arguments))
    }
}
