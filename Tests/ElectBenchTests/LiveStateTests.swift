import ElectionCore
import Measurement
import Testing

@testable import ElectBench

@Suite("What the driver knows of a run", .timeLimit(.minutes(1)))
struct LiveStateTests {
    private let live = LiveState()

    private func note(
        _ event: HistoryEvent,
        _ instance: String,
        _ incarnation: Int64 = 1,
        role: String? = nil,
        term: UInt64 = 1,
        at time: Int64 = 0
    ) {
        var entry = HistoryEntry(event, at: Timestamp(nanoseconds: time), source: instance, incarnation: incarnation)
        entry.role = role
        entry.term = term
        live.note(entry)
    }

    @Test("follows who is ready and who leads what")
    func leads() {
        live.spawned("i", incarnation: 1)
        live.spawned("j", incarnation: 1)
        note(.ready, "i")
        #expect(live.now.ready == ["i"])
        note(.promoted, "i", role: "a")
        note(.promoted, "j", role: "b")
        #expect(live.now.leaders == ["a": "i", "b": "j"])
        note(.demoted, "i", role: "a")
        #expect(live.now.leaders == ["b": "j"])
    }

    @Test("keeps the new leader when the old one's demotion is told late")
    func lateDemotion() {
        live.spawned("i", incarnation: 1)
        live.spawned("j", incarnation: 1)
        note(.promoted, "i", role: "a")
        note(.promoted, "j", role: "a", term: 2)
        note(.demoted, "i", role: "a")
        #expect(live.now.leaders == ["a": "j"])
    }

    @Test("keeps the last leader when all that one before it said is told late")
    func lateTerm() {
        live.spawned("i", incarnation: 1)
        live.spawned("j", incarnation: 1)
        note(.promoted, "j", role: "a", term: 2)
        note(.promoted, "i", role: "a", term: 1)
        #expect(live.now.leaders == ["a": "j"])
        note(.demoted, "i", role: "a", term: 1)
        #expect(live.now.leaders == ["a": "j"])
        note(.promoted, "j", role: "a", term: 3)
        note(.demoted, "j", role: "a", term: 2)
        #expect(live.now.leaders == ["a": "j"])
        note(.demoted, "j", role: "a", term: 3)
        #expect(live.now.leaders.isEmpty)
    }

    @Test("forgets a dead instance, and what its last words say after it")
    func death() {
        live.spawned("i", incarnation: 1)
        note(.ready, "i")
        note(.promoted, "i", role: "a")
        live.exited("i")
        #expect(live.now.running.isEmpty)
        #expect(live.now.ready.isEmpty)
        #expect(live.now.leaders.isEmpty)
        note(.promoted, "i", role: "b")
        #expect(live.now.leaders.isEmpty)
        live.spawned("i", incarnation: 2)
        note(.promoted, "i", 1, role: "b")
        note(.ready, "i", 1)
        #expect(live.now.leaders.isEmpty)
        #expect(live.now.ready.isEmpty)
        note(.promoted, "i", 2, role: "b")
        #expect(live.now.leaders == ["b": "i"])
    }

    @Test("measures a failover from the first fault that took the role to its next promotion")
    func failovers() {
        for instance in ["i", "j"] { live.spawned(instance, incarnation: 1) }
        note(.promoted, "i", role: "a")
        note(.promoted, "j", role: "b")
        live.faultApplied(to: ["i"], at: Timestamp(nanoseconds: 1000))
        #expect(live.now.faults == 1)
        #expect(Set(live.now.orphaned.keys) == ["a"])
        live.faultApplied(to: ["i"], at: Timestamp(nanoseconds: 2000))
        live.exited("i")
        note(.promoted, "j", role: "a", term: 2, at: 5000)
        #expect(live.now.failovers == [.nanoseconds(4000)])
        #expect(live.now.orphaned.isEmpty)
        note(.promoted, "j", role: "b", term: 2, at: 6000)
        #expect(live.now.failovers.count == 1)
    }

    @Test("counts the faults whose victims are not back")
    func unhealed() {
        let first = live.faultBegins()
        let second = live.faultBegins()
        #expect(live.now.unhealed == 2)
        first()
        second()
        #expect(live.now.unhealed == 0)
    }

    @Test("ends for the first reason that it is given")
    func ending() {
        #expect(live.now.ending == nil)
        live.end(.interrupted(signal: "SIGINT"))
        live.end(.failed("later"))
        #expect(live.now.ending == .interrupted(signal: "SIGINT"))
    }

    @Test("is waited for until it holds")
    func waits() async {
        let live = live
        live.enter("roles")
        async let held = live.wait(upTo: .seconds(50)) { $0.phase == "warm_up" }
        live.enter("warm_up")
        #expect(await held)
        #expect(await live.wait(upTo: .zero) { $0.phase == "warm_up" })
        #expect(await !live.wait(upTo: .zero) { $0.phase == "faults" })
    }

    @Test("is waited for no longer once the run is ending")
    func waitEnds() async {
        let live = live
        async let held = live.wait(upTo: .seconds(50)) { _ in false }
        live.end(.failed("the disk is full"))
        #expect(await !held)
    }
}
