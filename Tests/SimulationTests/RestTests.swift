import Chaos
import ElectionCore
import Measurement
import Simulation
import Testing

/// A run in which machines rest is the run in which none does.
@Suite("Where followers rest")
struct RestTests {
    /// One run's plan.
    struct Case: CustomTestStringConvertible, Sendable {
        var instances: Int
        var roles: Int
        var seed: UInt64
        var kinds: [FaultKind]
        var model = ClusterModel.local
        var servers = 1

        var testDescription: String {
            "\(instances) x \(roles), seed \(seed), \(kinds.map(\.rawValue).joined(separator: ","))"
        }
    }

    static let cases: [Case] =
        (1...4).map { Case(instances: 5, roles: 10, seed: $0, kinds: [.kill, .stop, .pause, .partition]) }
        + [
            Case(instances: 20, roles: 50, seed: 5, kinds: [.kill, .stop]),
            Case(instances: 20, roles: 50, seed: 6, kinds: [.kill, .stop, .pause, .partition]),
            // More roles than end their standby at once.
            Case(instances: 4, roles: 150, seed: 7, kinds: [.kill, .stop, .pause, .partition]),
            Case(instances: 5, roles: 10, seed: 9, kinds: [.serverKill, .serverPause, .kill, .stop]),
            Case(instances: 5, roles: 10, seed: 10, kinds: [.kill, .stop, .pause], model: slow),
        ] + (11...13).map { Case(instances: 5, roles: 10, seed: $0, kinds: links) }

    private static let links: [FaultKind] = [.delay, .slow, .halfOpen, .reset, .dropServerSide, .kill, .stop, .pause]

    /// A server that is busy all the time, and links on which much is under way.
    static let slow: ClusterModel = {
        var model = ClusterModel.local
        model.watch = .upTo(400_000_000)
        model.delivery = 10_000_000
        return model
    }()

    @Test(.timeLimit(.minutes(5)), arguments: cases)
    func `the history is the same, line by line`(of run: Case) throws {
        let resting = try Self.history(run, letsSleep: true)
        let awake = try Self.history(run, letsSleep: false)
        #expect(resting.lines.count > 1000)
        let difference = zip(resting.lines, awake.lines).first { $0 != $1 }
        #expect(difference == nil)
        #expect(resting.lines.count == awake.lines.count)
        #expect(resting.events < awake.events)
    }

    @Test func `the same seed has the same history`() throws {
        let run = Self.cases[5]
        #expect(try Self.history(run, letsSleep: true).lines == Self.history(run, letsSleep: true).lines)
    }

    private static func history(_ run: Case, letsSleep: Bool) throws -> (lines: [String], events: Int) {
        let plan = try plan(run)
        var lines: [String] = []
        let simulation = SimulatedRun(
            plan: plan,
            course: course(run, plan),
            scribe: HistoryScribe(plan: plan, start: 1_000_000_000) {
                lines.append(String(decoding: $0.line, as: UTF8.self))
            },
            letsSleep: letsSleep
        )
        simulation.carryOut()
        #expect(simulation.failure == nil)
        return (lines, simulation.eventCount)
    }

    private static func plan(_ run: Case) throws -> WorldPlan {
        let timing = try LeaseTiming(ttl: .seconds(3), heartbeat: .seconds(1))
        var random = SplitMix64(seed: run.seed)
        let hosts = try (1...run.instances).map { number in
            WorldPlan.Host(
                settings: ElectionSettings(
                    instance: try InstanceID("instance-\(number)"),
                    incarnation: 0,
                    timing: timing,
                    startsOnStandby: true
                ),
                clock: HostClock(drift: Int64(random.number(below: 200_001)) - 100_000)
            )
        }
        return WorldPlan(
            seed: run.seed,
            hosts: hosts,
            roles: try (1...run.roles).map { try Role("role-\($0)") },
            model: run.model,
            ageLimit: .seconds(6),
            servers: run.servers
        )
    }

    private static func course(_ run: Case, _ plan: WorldPlan) -> SimulatedRun.Course {
        let span = Duration.milliseconds(500)...Duration.seconds(6)
        let phase = FaultPhase(
            name: "faults",
            duration: .seconds(60),
            weights: Dictionary(uniqueKeysWithValues: run.kinds.map { ($0, 1) }),
            meanInterval: .seconds(2),
            downtime: span,
            faultDuration: span,
            latency: .milliseconds(10)...Duration.milliseconds(500),
            bandwidth: 1000...100_000
        )
        return SimulatedRun.Course(
            warmUp: 2_000_000_000,
            startTimeout: 60_000_000_000,
            settleTimeout: 20_000_000_000,
            stopTimeout: 8_000_000_000,
            schedule: FaultSchedule(
                seed: run.seed,
                instances: plan.hosts.map(\.settings.instance.name),
                servers: (1...run.servers).map { "server-\($0)" },
                phases: [phase]
            ),
            keepsStore: true,
            serverVersion: "simulated"
        )
    }
}
