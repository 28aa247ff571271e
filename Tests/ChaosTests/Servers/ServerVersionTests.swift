import Chaos
import Testing

@Suite struct ServerVersionTests {
    @Test(arguments: [
        ("2.9.10", "2.9.10"), ("v2.15.1", "2.15.1"), ("nats-server: v2.9.10\n", "2.9.10"),
        ("2.12.0-RC.1", "2.12.0-RC.1"), ("2.12.0-beta.2+build.7", "2.12.0-beta.2"), ("2.12.0+build-7", "2.12.0"),
    ])
    func `versions are read`(text: String, version: String) {
        #expect(ServerVersion(text)?.description == version)
    }

    @Test(arguments: ["", "v", "2.9", "2.9.10.1", "2.9.x", "-1.2.3", "2..1", "nats-server: "])
    func `what is no version is nil`(text: String) {
        #expect(ServerVersion(text) == nil)
    }

    @Test func `versions are ordered as semantic versioning says`() throws {
        let inOrder = try [
            "1.10.0", "2.9.9", "2.9.10", "2.9.21", "2.10.0-1", "2.10.0-alpha", "2.10.0-alpha.1", "2.10.0-beta.2",
            "2.10.0-beta.11", "2.10.0", "2.10.1", "10.0.0",
        ].map { try #require(ServerVersion($0)) }
        for (index, version) in inOrder.enumerated() {
            #expect(inOrder[..<index].allSatisfy { $0 < version })
            #expect(inOrder[index...].allSatisfy { !($0 < version) })
        }
    }

    @Test func `the least version for replicas compares`() throws {
        #expect(try #require(ServerVersion("2.9.10")) < ServerVersion(2, 9, 21))
        #expect(try #require(ServerVersion("2.15.1")) >= ServerVersion(2, 9, 21))
    }
}
