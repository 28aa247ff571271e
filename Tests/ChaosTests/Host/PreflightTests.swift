import Testing

@testable import Chaos

@Suite struct PreflightTests {
    @Test func `a few children fit into the limit of open files`() {
        #expect(Preflight.descriptors(children: 1) == nil)
    }

    @Test func `more files than the system can have are fatal`() {
        guard case .fatal(let line) = Preflight.descriptors(children: 1 << 40) else {
            Issue.record("not fatal")
            return
        }
        #expect(line.contains("open files"))
        #expect(line.contains("fewer instances"))
    }

    @Test func `memory is enough for as many instances as it holds`() {
        let kilobytes = 10 * Preflight.assumedResidentKb
        #expect(Preflight.judgeMemory(availableKb: kilobytes, instances: 10) == nil)
        #expect(
            Preflight.judgeMemory(availableKb: kilobytes, instances: 11)
                == .fatal(
                    "11 instances need about 220 MB (20 MB each assumed) and 200 MB are available: take fewer instances"
                )
        )
        #expect(Preflight.memory(instances: 1) == nil)
    }

    @Test func `a load above the cores is warned of`() {
        #expect(Preflight.judgeLoad(2, cores: 2) == nil)
        #expect(
            Preflight.judgeLoad(2.5, cores: 2)
                == .warning("the machine is busy: its load is 2.5 on 2 cores, so latencies will be too high")
        )
    }

    @Test func `timers are judged by their ninetieth percentile`() {
        let fine = [Duration](repeating: .microseconds(100), count: 45)
        let late = [Duration](repeating: .milliseconds(3), count: 5)
        #expect(Preflight.judgeTimers(fine + late) == nil)
        #expect(
            Preflight.judgeTimers(fine.dropLast() + late + late.prefix(1))
                == .warning("timers are late here: a tenth of all sleeps end 3000 µs too late or more")
        )
        #expect(Preflight.judgeTimers([]) == nil)
    }

    @Test func `all checks give one finding each at most`() {
        #expect(Preflight.findings(instances: 3, servers: 1).count <= 4)
    }
}
