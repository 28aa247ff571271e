import Testing

@testable import ElectBench

@Suite("The progress line")
struct ProgressPrinterTests {
    @Test("names the phase and what is up")
    func phase() {
        var facts = LiveState.Facts()
        #expect(ProgressPrinter.text(facts, left: nil) == "servers · 0 instances up · 0 roles led")
        facts.phase = "warm_up"
        facts.ready = ["instance-1", "instance-2"]
        facts.leaders = ["role-1": "instance-1"]
        #expect(ProgressPrinter.text(facts, left: nil) == "warm up · 2 instances up · 1 roles led")
    }

    @Test("counts down while faults fall, never below zero, and not in other phases")
    func left() {
        var facts = LiveState.Facts()
        facts.phase = "faults"
        #expect(ProgressPrinter.text(facts, left: .milliseconds(12_900)).hasPrefix("faults 12 s left · "))
        #expect(ProgressPrinter.text(facts, left: .seconds(-3)).hasPrefix("faults 0 s left · "))
        #expect(ProgressPrinter.text(facts, left: nil).hasPrefix("faults · "))
        facts.phase = "settle"
        #expect(ProgressPrinter.text(facts, left: .seconds(-3)).hasPrefix("settle · "))
    }

    @Test("shows faults and failovers once there are some, by nearest rank")
    func failovers() {
        var facts = LiveState.Facts()
        facts.faults = 2
        #expect(ProgressPrinter.text(facts, left: nil).hasSuffix(" · 0 roles led · 2 faults"))
        facts.failovers = [.milliseconds(30)]
        #expect(ProgressPrinter.text(facts, left: nil).hasSuffix(" · 2 faults · failover p50 30 max 30 ms"))
        facts.failovers = (1...200).reversed().map { .milliseconds($0) }
        #expect(ProgressPrinter.text(facts, left: nil).hasSuffix(" · failover p50 100 p99 198 ms"))
    }
}
