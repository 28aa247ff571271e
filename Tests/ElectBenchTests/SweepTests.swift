import ArgumentParser
import Chaos
import ElectionCore
import Measurement
import NATSStore
import SystemPackage
import Testing

@testable import ElectBench

@Suite struct SweepTests {
    private func grid(_ words: String...) throws -> SweepGrid {
        try #require(try ElectBench.command(["sweep"] + words) as? SweepCommand).grid()
    }

    /// What is said where it is refused; nil where it isn't.
    private func refusal(_ words: String...) -> String? {
        Typed.refusal { _ = try (try ElectBench.command(["sweep"] + words) as? SweepCommand)?.grid() }
    }

    @Test func `a cell is a run of its size, with the sweep's own defaults`() throws {
        let grid = try grid("--instances", "5,10", "--roles", "7", "--ttl", "3s,10s", "--seed", "9")
        #expect(grid.plans.map(\.label) == ["i5-r7-ttl3s", "i10-r7-ttl3s", "i5-r7-ttl10s", "i10-r7-ttl10s"])
        #expect(grid.plans.map(\.instances.count) == [5, 10, 5, 10])
        #expect(
            grid.plans.allSatisfy { $0.roles.count == 7 && $0.seed == 9 && $0.kinds == [.kill] && $0.minFaults == 0 }
        )
        #expect(grid.plans.map(\.timing.heartbeat) == grid.description.cells.map(\.load.heartbeat))
        #expect(grid.plans[0].duration == .seconds(20))
        #expect(grid.plans[0].warmUp == .seconds(20))
        #expect(grid.plans[0].name == "sweep")
    }

    @Test func `a sweep that says nothing has a grid within half an hour`() throws {
        let grid = try grid()
        #expect(grid.plans.count == 18)
        let seconds = grid.plans.map { ($0.warmUp + $0.duration + $0.timing.ttl + .seconds(10)) / .seconds(1) }.reduce(
            0,
            +
        )
        #expect(seconds < 1800)
    }

    @Test func `all options of a run are a cell's, and what is typed counts more than the defaults`() throws {
        let grid = try grid(
            "--instances",
            "4",
            "--roles",
            "3",
            "--ttl",
            "1s",
            "--heartbeat",
            "200ms",
            "--faults",
            "stop,kill=2",
            "--storage",
            "memory",
            "--duration=5s",
            "--warm-up",
            "4s",
            "--detector",
            "connection",
            "--min-faults",
            "2"
        )
        let plan = grid.plans[0]
        #expect(Set(plan.kinds) == [.stop, .kill])
        #expect(plan.timing.heartbeat == .milliseconds(200))
        #expect(plan.election.storage == .memory)
        #expect(plan.duration == .seconds(5))
        #expect(plan.warmUp == .seconds(4))
        #expect(plan.combination.detector == .connection)
        #expect(plan.minFaults == 2)
    }

    @Test func `its words make the same sweep again, the seed that was drawn included, and hold no secret`() throws {
        let first = try grid(
            "--instances",
            "2,3",
            "--roles",
            "4",
            "--ttl",
            "1s",
            "--quiet",
            "--password",
            "hush",
            "--user",
            "ann",
            "--output",
            "/x",
            "--server",
            "nats://localhost:4222",
            "--token=hidden"
        )
        let words = first.description.words
        for secret in ["hush", "hidden", "/x", "--quiet"] {
            #expect(!words.joined(separator: " ").contains(secret), "\(secret) in \(words)")
        }
        let plain = try grid("--instances", "2,3", "--roles", "4", "--ttl", "1s", "--storage", "memory")
        let again = try #require(try ElectBench.command(["sweep"] + plain.description.words) as? SweepCommand).grid()
        #expect(again.description == plain.description)
        #expect(again.plans.map(\.schedule.text) == plain.plans.map(\.schedule.text))
    }

    @Test func `a bucket that stays serves one ttl`() throws {
        let words = ["--instances", "2", "--roles", "4", "--server", "nats://127.0.0.1:1", "--bucket", "b"]
        func buckets(_ ttl: String) throws -> [String] {
            try #require(try ElectBench.command(["sweep"] + words + ["--ttl", ttl]) as? SweepCommand).grid().plans
                .map(\.election.bucket)
        }
        #expect(try buckets("1s,2s") == ["b-ttl1s", "b-ttl2s"])
        #expect(try buckets("2s") == ["b"])
    }

    @Test func `what can't be swept is refused`() {
        #expect(refusal("--instances", "5,x")?.contains("5,10,20") == true)
        #expect(refusal("--instances", "5,5")?.contains("5 is named twice") == true)
        #expect(refusal("--roles", "")?.contains("5,10,20") == true)
        #expect(refusal("--ttl", "3")?.contains("needs a unit") == true)
        #expect(refusal("--instances", "2000")?.contains("--instances 2000") == true)
        #expect(refusal("--ttl", "1s", "--heartbeat", "500ms")?.contains("three heartbeats") == true)
        #expect(refusal("--wat", "1")?.contains("--wat") == true)
        #expect(refusal("--faults", "kil")?.contains("did you mean kill") == true)
        #expect(refusal("--scenario", "zone-outage")?.contains("--scenario") == true)
        #expect(refusal("--server", "nats://bob:pass@localhost")?.contains("leave the password out") == true)
        #expect(refusal("--print-schedule")?.contains("--print-schedule") == true)
        #expect(refusal("--detector", "lease,connection")?.contains("sweep once for each") == true)
        #expect(refusal("--resume", "/nonexistent")?.contains("/nonexistent holds no sweep") == true)
        #expect(refusal("--resume", "/x", "--roles", "5")?.contains("--roles: --resume goes on") == true)
    }
}
