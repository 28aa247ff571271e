import Chaos
import ElectionCore
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    private static func fault(_ kind: FaultKind, _ victims: String..., impairment: LinkImpairment? = nil)
        -> ScheduledFault
    {
        ScheduledFault(
            id: 1,
            kind: kind,
            victims: victims,
            offset: .zero,
            duration: .seconds(1),
            impairment: impairment ?? (kind.target == .link ? .blocked : nil)
        )
    }

    /// Runs a script as each of some processes, and `body` once all of them run.
    private static func with(
        _ script: String,
        _ shells: [Shell],
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> [ChildExit.Status] {
        guard let shell = shells.first else {
            try await body()
            return []
        }
        let rest = Array(shells.dropFirst())
        let inner = AsyncStream.makeStream(of: [ChildExit.Status].self)
        let exit = try await shell.run(until: "ready\n") { _ in
            inner.continuation.yield(try await with(script, rest, body))
        }
        for await statuses in inner.stream { return [exit.status] + statuses }
        return []
    }

    private static let patient = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done"

    @Test(arguments: [
        (FaultKind.kill, ChildExit.Status.signaled(9)), (.restartAll, .signaled(9)), (.stop, .exited(3)),
    ])
    func `all victims are hit at once, are expected to end, and start again`(
        kind: FaultKind,
        status: ChildExit.Status
    ) async throws {
        let shells = [Shell(Self.patient), Shell(Self.patient)]
        let (a, b) = (Target(shells[0].process, incarnation: 4), Target(shells[1].process, incarnation: 7))
        let scene = Scene(instances: ["a": a, "b": b])
        let statuses = try await Self.with(Self.patient, shells) {
            let injections = await kind.fault.inject(Self.fault(kind, "b", "a"), in: scene)
            #expect(injections.map(\.victim) == ["b", "a"])
            #expect(injections.map(\.incarnation) == [7, 4])
            #expect(injections.map(\.delivery.outcome) == [.sent, .sent])
            #expect([a.expected, b.expected] == [1, 1])
            try await kind.fault.heal(Self.fault(kind, "b", "a"), injections, in: scene)
        }
        #expect(statuses == [status, status])
        #expect([a.restarts, b.restarts] == [1, 1])
    }

    @Test(arguments: [
        (FaultKind.serverKill, ChildExit.Status.signaled(9)), (.quorumLoss, .signaled(9)), (.serverStop, .exited(3)),
        (.streamLeaderKill, .signaled(9)),
    ])
    func `a server that was hit starts again`(kind: FaultKind, status: ChildExit.Status) async throws {
        let shell = Shell(Self.patient)
        let target = Target(shell.process, incarnation: nil)
        let scene = Scene(ownServers: ["server-1": Target(), "server-2": target], leader: "server-2")
        let fault = kind == .streamLeaderKill ? Self.fault(kind) : Self.fault(kind, "server-2")
        let exit = try await shell.run(until: "ready\n") { _ in
            let injections = await kind.fault.inject(fault, in: scene)
            #expect(injections.map(\.victim) == ["server-2"])
            #expect(injections.map(\.delivery.outcome) == [.sent])
            try await kind.fault.heal(fault, injections, in: scene)
        }
        #expect(exit.status == status)
        #expect((target.expected, target.restarts) == (1, 1))
    }

    @Test func `where no server leads the stream nobody is hit`() async {
        let scene = Scene(ownServers: ["server-1": Target()])
        let kind = FaultKind.streamLeaderKill
        #expect(await kind.fault.inject(Self.fault(kind), in: scene).isEmpty)
    }

    @Test(arguments: FaultKind.allCases.filter { $0 != .streamLeaderKill })
    func `a victim that does not run is not hit, not expected to end, and not started`(kind: FaultKind) async throws {
        let target = Target()
        let links = Links()
        let scene = Scene(instances: ["a": target], ownServers: ["a": target], links: links)
        let fault = Self.fault(kind, "a", "nobody")
        let injections = await kind.fault.inject(fault, in: scene)
        #expect(injections.map(\.victim) == ["a", "nobody"])
        #expect(injections.map(\.delivery.outcome) == [.gone, .gone])
        try await kind.fault.heal(fault, injections, in: scene)
        #expect((target.expected, target.restarts) == (0, 0))
        #expect(links.done.isEmpty)
    }

    @Test(arguments: [FaultKind.kill, .stop, .restartAll, .serverKill, .serverStop, .quorumLoss])
    func `a signal that comes too late takes back what it made expected`(kind: FaultKind) async throws {
        let shell = Shell("exit 5")
        _ = try await shell.run()
        let target = Target(shell.process)
        let scene = Scene(instances: ["a": target], ownServers: ["a": target])
        let injections = await kind.fault.inject(Self.fault(kind, "a"), in: scene)
        #expect(injections.map(\.delivery.outcome) == [.gone])
        #expect(target.expected == 0)
    }

    @Test(arguments: [FaultKind.pause, .serverPause])
    func `a paused process stands still until it is healed, and is the same then`(kind: FaultKind) async throws {
        let shell = Shell("echo ready; while [ ! -e /dev/never ]; do sleep 0.01; done")
        let target = Target(shell.process)
        let scene = Scene(instances: ["a": target], ownServers: ["a": target])
        let exit = try await shell.run(until: "ready\n") { process in
            let fault = Self.fault(kind, "a")
            let injections = await kind.fault.inject(fault, in: scene)
            #expect(injections.map(\.delivery.outcome) == [.sent])
            #expect(await state(of: process, becomes: "T"))
            try await kind.fault.heal(fault, injections, in: scene)
            #expect(await state(of: process, becomes: "S"))
            process.send(.kill)
        }
        #expect(exit.status == .signaled(9))
        #expect((target.expected, target.restarts) == (0, 0))
    }

    @Test func `a process that is killed while it is paused needs no healing`() async throws {
        let shell = Shell("echo ready; exec sleep 1000")
        let scene = Scene(instances: ["a": Target(shell.process)])
        let fault = Self.fault(.pause, "a")
        let paused = AsyncStream.makeStream(of: [Injection].self)
        let exit = try await shell.run(until: "ready\n") { process in
            paused.continuation.yield(await FaultKind.pause.fault.inject(fault, in: scene))
            process.send(.kill)
        }
        #expect(exit.status == .signaled(9))
        for await injections in paused.stream {
            try await FaultKind.pause.fault.heal(fault, injections, in: scene)
            break
        }
    }

    @Test func `one that can't be started again is told, after all others have started`() async throws {
        let error = await #expect(throws: ChaosError.self) { try await NATSServer.version(of: FilePath("/bin/echo")) }
        let shells = [Shell(Self.patient), Shell(Self.patient)]
        let targets = [Target(shells[0].process, failure: error), Target(shells[1].process)]
        let scene = Scene(instances: ["a": targets[0], "b": targets[1]])
        let fault = Self.fault(.kill, "a", "b")
        _ = try await Self.with(Self.patient, shells) {
            let injections = await FaultKind.kill.fault.inject(fault, in: scene)
            await #expect(throws: ChaosError.self) {
                try await FaultKind.kill.fault.heal(fault, injections, in: scene)
            }
        }
        #expect(targets.map(\.restarts) == [1, 1])
    }

    @Test(arguments: FaultKind.allCases.filter { $0.target == .link } + [.serverPartition])
    func `links are impaired as the schedule says, and healed`(kind: FaultKind) async throws {
        let shells = [Shell(Self.patient), Shell(Self.patient)]
        let targets = ["a": Target(shells[0].process, incarnation: 2), "b": Target(shells[1].process, incarnation: 3)]
        let links = Links()
        let scene = Scene(instances: targets, ownServers: targets, links: links)
        let impairment: LinkImpairment? = kind == .serverPartition ? nil : .limited(bytesPerSecond: 5)
        let fault = Self.fault(kind, "a", "b", impairment: impairment)
        let text = impairment.map { "\($0)" } ?? "blocked"
        _ = try await Self.with(Self.patient, shells) {
            let injections = await kind.fault.inject(fault, in: scene)
            #expect(injections.map(\.victim) == ["a", "b"])
            #expect(injections.map(\.incarnation) == [2, 3])
            #expect(links.done == ["a: \(text)", "b: \(text)"])
            try await kind.fault.heal(fault, injections, in: scene)
            #expect(links.done == ["a: \(text)", "a: healed", "b: \(text)", "b: healed"])
            for shell in shells { shell.process.send(.kill) }
        }
    }

    @Test func `a kind says what it lacks`() {
        let servers = ["server-1": Target(), "server-2": Target(), "server-3": Target()]
        let nothing = Scene()
        let one = Scene(ownServers: ["server-1": Target()], links: Links())
        let all = Scene(ownServers: servers, links: Links())
        for kind in FaultKind.allCases {
            #expect(kind.fault.unavailableReason(in: all) == nil)
            let reason = kind.fault.unavailableReason(in: nothing)
            switch kind.target {
            case .instance: #expect(reason == nil)
            case .link: #expect(reason?.contains("links") == true)
            case .server: #expect(reason?.contains("--server names others") == true)
            }
            #expect(kind.fault.unavailableReason(in: one) == (kind.needsCluster ? "needs --servers 3" : nil))
        }
        let reason = FaultKind.serverPartition.fault.unavailableReason(in: Scene(ownServers: servers))
        #expect(reason?.contains("links") == true)
    }

    /// Waits until the kernel says so of a process: signals take a moment.
    private func state(of process: ChildProcess, becomes state: String) async -> Bool {
        while !Task.isCancelled {
            guard let pid = process.pid, let text = try? textOfFile(FilePath("/proc/\(pid)/stat")) else { return false }
            // After the name, which may hold anything but is in parentheses.
            if text.split(separator: ")").last?.split(separator: " ").first == Substring(state) { return true }
            await Task.yield()
        }
        return false
    }
}
