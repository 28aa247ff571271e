import Testing

@testable import Measurement

@Suite struct ToleranceTests {
    @Test(
        "are read as they are typed",
        arguments: [
            ("10%", nil, nil, Tolerance(relative: 0.1)), ("2.5%", nil, nil, Tolerance(relative: 0.025)),
            ("failover_ms=15%", "failover_ms", nil, Tolerance(relative: 0.15)),
            ("gap_ms=2", "gap_ms", nil, Tolerance(absolute: 2)),
            ("gap_ms{cause=stopped}=0.5", "gap_ms", "cause=stopped", Tolerance(absolute: 0.5)),
            ("failover_ms{fault=kill}=0%", "failover_ms", "fault=kill", Tolerance(relative: 0)),
        ] as [(String, String?, String?, Tolerance)]
    )
    func read(text: String, measure: String?, scope: String?, tolerance: Tolerance) throws {
        let rule = try #require(ToleranceRule(text))
        #expect((rule.measure, rule.scope) == (measure, scope))
        #expect(rule.tolerance == tolerance)
    }

    @Test(
        "are refused where they say nothing",
        arguments: [
            "", "10", "%", "=10%", "failover_ms", "failover_ms=", "failover_ms=-1", "failover_ms=1e3", "gap_ms=nan",
            "gap_ms=inf%", "gap_ms{=2", "gap_ms{}=2", "{fault=kill}=2", "gap_ms{fault=kill=2", "gap_ms=10 %",
            "gap_ms=2ms",
        ]
    )
    func refused(text: String) { #expect(ToleranceRule(text) == nil) }

    @Test func `The rule that says most holds, of two alike the last`() {
        let rules = ["10%", "gap_ms=1", "gap_ms{cause=stopped}=2", "gap_ms=3"].compactMap { ToleranceRule($0) }
        #expect(rules.tolerance(of: "gap_ms", scope: "cause=stopped") == Tolerance(absolute: 2))
        #expect(rules.tolerance(of: "gap_ms", scope: "cause=balanced") == Tolerance(absolute: 3))
        #expect(rules.tolerance(of: "failover_ms", scope: "") == Tolerance(relative: 0.1))
        #expect([ToleranceRule]().tolerance(of: "failover_ms", scope: "") == nil)
        #expect(rules.names("gap_ms", scope: "cause=balanced"))
        #expect(!rules.names("failover_ms", scope: ""))
    }

    @Test func `The larger of the two is what matters`() {
        #expect(Tolerance(relative: 0.1, absolute: 5).limit(at: 20) == 5)
        #expect(Tolerance(relative: 0.1, absolute: 5).limit(at: 800) == 80)
        #expect(Tolerance(relative: 0.1).limit(at: 0) == 0)
    }

    @Test func `A measure that is not compared is named`() {
        let rules = ["failover_ms=10%", "faillover_ms=10%"].compactMap { ToleranceRule($0) }
        #expect(CompareReport.unknown(rules) == "faillover_ms")
        #expect(CompareReport.unknown([rules[0]]) == nil)
    }
}
