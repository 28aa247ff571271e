import ElectionCore
import Testing

@testable import NATSStore

@Suite struct DisconnectEventTests {
    /// As nats-server 2.15.1 writes it.
    private func event(reason: String, name: String = "electbench") -> String {
        #"""
        {"type":"io.nats.server.advisory.v1.client_disconnect","id":"gWnt","timestamp":"2026-11-23T22:59:49.111604936Z",\#
        "server":{"name":"server-1","host":"127.0.0.1","id":"NDCE","ver":"2.15.1","feature_flags":{"js_ack_fc_v2":false},\#
        "jetstream":true,"flags":7,"seq":17,"time":"2026-11-23T22:59:49.111647903Z"},"client":{"start":\#
        "2026-11-23T22:59:48.612222638Z","host":"127.0.0.1","id":7,"acc":"electbench","user":"electbench","name":"\#(name)",\#
        "lang":"C","ver":"3.4.1","rtt":633000,"stop":"2026-11-23T22:59:49.111604936Z","kind":"Client","client_type":"nats"},\#
        "sent":{"msgs":0,"bytes":0},"received":{"msgs":0,"bytes":0},"reason":"\#(reason)"}
        """#
    }

    private func lost(_ text: String) -> ConnectionID? {
        text.withBytes { DisconnectEvent($0)?.lost }
    }

    @Test(arguments: ["Client Closed", "Read Error", "Write Error"])
    func `a process or a socket that is gone means a lost connection`(reason: String) {
        #expect(lost(event(reason: reason)) == ConnectionID(server: "NDCE", client: 7))
    }

    @Test(arguments: [
        "Stale Connection", "Slow Consumer (Pending Bytes)", "Slow Consumer (Write Deadline)", "Server Shutdown",
        "Kicked",
        "Authentication Expired", "Credentials Revoked", "Maximum Payload Exceeded", "Protocol Violation",
        "Parse Error",
        "Unknown State", "client closed", "",
    ])
    func `a client that may be alive is not lost`(reason: String) {
        #expect(lost(event(reason: reason)) == nil)
    }

    @Test func `what a client is called doesn't matter`() {
        let name = #"\"id\":99,\"reason\":\"Stale Connection\",\"server\":{\"id\":\"X\"}"#
        #expect(lost(event(reason: "Client Closed", name: name)) == ConnectionID(server: "NDCE", client: 7))
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"server":{"id":"N"},"reason":"Client Closed"}"#,
        #"{"server":{"id":"N"},"client":{},"reason":"Client Closed"}"#,
        #"{"server":{"name":"n"},"client":{"id":7},"reason":"Client Closed"}"#,
        #"{"server":{"id":"N"},"client":{"id":-7},"reason":"Client Closed"}"#,
        #"{"server":{"id":"N"},"client":{"id":7}}"#,
    ])
    func `what names no connection or no reason says nothing`(text: String) {
        #expect(lost(text) == nil)
    }
}
