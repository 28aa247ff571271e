import Testing

@testable import ElectBench
@testable import ElectionCore

@Suite("An instance's status line")
struct ConsoleReporterTests {
    @Test("says whether it leads, else who does, as far as it knows")
    func lines() throws {
        let role = try Role("database-writer")
        func line(_ isLeader: Bool, _ leader: String?) -> String {
            ConsoleReporter.line(
                RoleStatus(role: role, isLeader: isLeader, term: isLeader ? 3 : nil, leader: leader, state: "any")
            )
        }
        #expect(line(true, "instance-1") == "✓ database-writer: LEADER")
        #expect(line(false, "instance-2") == "○ database-writer: FOLLOWER (Leader: instance-2)")
        #expect(line(false, nil) == "○ database-writer: FOLLOWER (Leader: none)")
    }
}
