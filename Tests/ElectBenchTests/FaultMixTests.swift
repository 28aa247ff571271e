import ArgumentParser
import Chaos
import Testing

@testable import ElectBench

@Suite("The mix of faults")
struct FaultMixTests {
    private static let alone = setup(instances: 5, servers: 1)
    private static let cluster = setup(instances: 5, servers: 3)
    private static let foreign = setup(instances: 5, servers: 0)

    private static func setup(instances: Int, servers: Int) -> FaultSetup {
        FaultSetup(
            instances: (0..<instances).map { "instance-\($0 + 1)" },
            servers: (0..<servers).map { "server-\($0 + 1)" },
            replicas: servers
        )
    }

    @Test(
        "is kinds with commas, each with a weight or 1",
        arguments: [
            ("kill", [.kill: 1]), ("kill,stop", [.kill: 1, .stop: 1]), ("none", [:]),
            ("kill=3,pause=1,partition", [.kill: 3, .pause: 1, .partition: 1]), ("kill=0,stop", [.stop: 1]),
            ("kill,kill=2", [.kill: 2]), ("half-open=1000", [.halfOpen: 1000]),
        ] as [(String, [FaultKind: Int])]
    )
    func weights(text: String, expected: [FaultKind: Int]) throws {
        let weights = try FaultMix(text).weights(in: Self.alone)
        #expect(weights == expected)
        #expect(try FaultMix(FaultMix.text(weights)).weights(in: Self.alone) == expected)
    }

    @Test("takes with all every kind that the run can have")
    func all() throws {
        let kinds = { (setup: FaultSetup) in Set(try FaultMix("all").weights(in: setup).keys) }
        #expect(try kinds(Self.cluster) == Set(FaultKind.allCases))
        #expect(try kinds(Self.alone) == Set(FaultKind.allCases.filter { !$0.needsCluster }))
        #expect(try kinds(Self.foreign) == Set(FaultKind.allCases.filter { $0.target != .server }))
        #expect(try kinds(Self.setup(instances: 1, servers: 1)) == [.serverKill, .serverStop, .serverPause])
    }

    @Test("lets single kinds of all have another weight, or none")
    func allBut() throws {
        let weights = try FaultMix("all,kill=5,pause=0").weights(in: Self.foreign)
        #expect(weights[.kill] == 5)
        #expect(weights[.stop] == 1)
        #expect(weights[.pause] == nil)
    }

    @Test(
        "refuses what it can't read",
        arguments: [
            ("explode", "--faults explode: there is no fault \"explode\"; there are kill, stop, pause"),
            ("kil", "there is no fault \"kil\"; did you mean kill? There are kill, stop"),
            ("serverkill", "did you mean server-kill?"), ("kill,", "there is no fault \"\""),
            ("kill=x", "a weight is a whole number from 0 to 1000, as in kill=3"), ("kill=-1", "a weight is"),
            ("kill=1001", "a weight is"), ("kill=", "a weight is"), ("kill=1=2", "a weight is"),
            ("kill=0", "no kind has a weight above zero; give none"), ("none,kill", "none stands alone"),
            ("", "there is no fault \"\""),
        ]
    )
    func refuses(text: String, words: String) {
        let error = #expect(throws: ValidationError.self) { try FaultMix(text) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test(
        "refuses what the run can't do, and says what to do",
        arguments: [
            ("server-kill", foreign, "server-kill faults need servers of our own: leave out --server and NATS_URL"),
            ("quorum-loss", foreign, "quorum-loss faults need servers of our own"),
            ("kill,quorum-loss", alone, "quorum-loss faults need three servers: give --servers 3"),
            ("stream-leader-kill", alone, "--servers 3"), ("server-partition", alone, "--servers 3"),
            ("partition", setup(instances: 1, servers: 1), "at least two instances: one always lives; give more"),
            ("kill", setup(instances: 1, servers: 3), "--faults none"),
        ]
    )
    func unavailable(text: String, setup: FaultSetup, words: String) {
        let failure = #expect(throws: Failure.self) { try FaultMix(text).weights(in: setup) }
        #expect(failure?.line.contains(words) == true, "\(failure?.line ?? "")")
        #expect(failure?.exitCode == .validationFailure)
    }
}
