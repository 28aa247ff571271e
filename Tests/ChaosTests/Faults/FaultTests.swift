import Chaos
import Synchronization
import Testing

private final class Target: FaultTarget {
    let process: ChildProcess?
    let restarts = Mutex(0)

    init(_ process: ChildProcess?) {
        self.process = process
    }

    func restart() async throws(ChaosError) { restarts.withLock { $0 += 1 } }
}

@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    @Test(arguments: FaultKind.allCases)
    func `every kind is available, and heals by a new incarnation`(kind: FaultKind) async throws {
        let target = Target(nil)
        #expect(kind.fault.unavailableReason() == nil)
        try await kind.fault.heal(target)
        #expect(target.restarts.withLock { $0 } == 1)
    }

    @Test(arguments: FaultKind.allCases)
    func `a victim that does not run is not hit`(kind: FaultKind) async {
        #expect(await kind.fault.inject(into: Target(nil)).outcome == .gone)
    }

    @Test(arguments: [(FaultKind.kill, ChildExit.Status.signaled(9)), (.stop, .exited(3))])
    func `a kill leaves no time for a last word and a stop does`(kind: FaultKind, status: ChildExit.Status) async throws
    {
        let child = Shell("trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done")
        let exit = try await child.run(until: "ready\n") { process in
            let delivery = await kind.fault.inject(into: Target(process))
            #expect(delivery.outcome == .sent)
        }
        #expect(exit.status == status)
    }
}
