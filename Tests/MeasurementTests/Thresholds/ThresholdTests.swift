import ElectionCore
import Measurement
import Testing

@Suite struct ThresholdTests {
    private func problem(_ text: String) -> String? {
        do throws(ThresholdProblem) {
            _ = try Threshold(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `It is read as k6 reads it, with tags in braces`() throws {
        let threshold = try Threshold("  failover_ms{fault=kill, role:role-07} : p(99.9) <= 1.5e3 ")
        #expect(threshold.measure.name == "failover_ms")
        #expect(threshold.tags == [.fault: "kill", .role: "role-07"])
        #expect(threshold.aggregation == .percentile(millionths: 99_900_000))
        #expect(threshold.aggregation.name == "p(99.9)")
        #expect(threshold.comparison == .atMost)
        #expect(threshold.limit == 1500)
        #expect(threshold.text == "failover_ms{fault=kill, role:role-07} : p(99.9) <= 1.5e3")
    }

    @Test func `Every comparison of k6 holds where it should`() throws {
        let holding: [(String, [Double])] = [
            ("<", [1]), ("<=", [1, 2]), (">", [3]), (">=", [2, 3]), ("==", [2]), ("===", [2]), ("!=", [1, 3]),
        ]
        #expect(holding.count == Threshold.Comparison.allCases.count)
        for (sign, values) in holding {
            let threshold = try Threshold("violations:count\(sign)2")
            #expect([1, 2, 3].filter { threshold.comparison.holds($0, threshold.limit) } == values, "\(sign)")
        }
    }

    @Test(arguments: [
        ("failver_ms:p(99)<1", "no measure \"failver_ms\""),
        ("failover_ms", "write measure"), ("", "write measure"), (":p(99)<1", "write measure"),
        ("failover_ms{fault=kill:p(99)<1", "never closed"),
        ("failover_ms{}:p(99)<1", "stand tags"), ("failover_ms{fault}:p(99)<1", "stand tags"),
        ("failover_ms{colour=red}:p(99)<1", "failover_ms has fault, role"),
        ("failover_ms{fault=kill,fault=stop}:p(99)<1", "twice"),
        ("violations{fault=kill}:count<1", "violations has none"),
        ("gap_ms{cause=stop}:med<1", "there are unhealthy, stopped"),
        ("failover_ms:p99<1", "no aggregation \"p99\""), ("failover_ms:value<1", "avg, min, med, max, p(N), count"),
        ("failover_ms:p(100)<1", "between 0 and 100"), ("failover_ms:p(0)<1", "between 0 and 100"),
        ("failover_ms:p(x)<1", "between 0 and 100"), ("failover_ms:p(99", "compares nothing"),
        ("failover_ms:p(99)=1", "compares nothing"), ("failover_ms:p(99)<1s", "no plain number in ms"),
        ("failover_ms:p(99)<", "no plain number"), ("failover_ms:p(99)<0x10", "no plain number"),
        ("failover_ms:p(99)<nan", "no plain number"), ("failover_ms:p(99)<1,avg<2", "no plain number"),
        ("processor:value<1", "add one of {process=instances}, {process=servers}"),
        ("roles_led:avg<1", "add one of {over=time}, {over=end}"),
        ("availability{role=r}:value>0.9", "no value of one role"),
    ])
    func `What is wrong is said, with what there is`(_ text: String, _ words: String) throws {
        let line = try #require(problem(text), "\(text) was taken")
        #expect(line.contains(words), "\(line)")
        #expect(!line.contains("\n"))
    }

    @Test func `A fault kind or a role that the run lacks is refused with those that it has`() throws {
        let threshold = try Threshold("failover_ms{fault=pause}:avg<1")
        #expect(throws: ThresholdProblem.missing("fault", "pause", among: ["kill", "stop"], "this run has kill, stop"))
        {
            try threshold.check(faults: ["kill", "stop"], roles: [])
        }
        #expect(throws: ThresholdProblem.missing("role", "x", among: ["r", "s"], "this run has r, s")) {
            try Threshold("failover_ms{role=x}:avg<1").check(faults: [], roles: ["r", "s"])
        }
        try Threshold("store_out_ms{fault=several}:max<1").check(faults: ["kill"], roles: [])
        try Threshold("failover_ms{fault=kill,role=r}:avg<1").check(faults: ["kill"], roles: ["r"])
    }

    @Test func `What only rises never comes back under an upper limit, and may reach a lower one`() throws {
        func mayRecover(_ text: String, from value: Double) throws -> Bool {
            try Threshold(text).mayRecover(from: value)
        }
        #expect(try !mayRecover("false_failovers:count<1", from: 1))
        #expect(try mayRecover("faults_hit:count>=10", from: 3))
        #expect(try mayRecover("faults_hit:count==10", from: 3))
        #expect(try !mayRecover("faults_hit:count==10", from: 11))
        #expect(try !mayRecover("failover_ms:max<1500", from: 1600))
        #expect(try mayRecover("failover_ms:max>1500", from: 1400))
        #expect(try mayRecover("failover_ms:min<10", from: 11))
        #expect(try !mayRecover("failover_ms:min>10", from: 9))
        #expect(try !mayRecover("failover_ms:p(99)<1500", from: 1600))
        #expect(try !mayRecover("leaderless_ms:value<100", from: 101))
        #expect(try mayRecover("failovers_lost:count<1", from: 1))
    }
}
