import ElectionCore
import Testing

/// Any inputs in any order, also such as no store would give.
@Suite("Under random inputs")
struct ElectionRandomInputTests {
    private static let seeds = 0..<400 as Range<UInt64>

    @Test("a deadline never stays in the past after a tick: no busy loop")
    func ticksMakeProgress() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var bench = Bench(validates: random.isTrue(0.3), spread: .milliseconds(Int64(random.upTo(30))), seed: seed)
            bench.at(0, .start)
            var now: Int64 = 0
            for _ in 0..<60 {
                now += random.pick([0, 0, 1, 20, 100, 400, 1200])
                bench.at(now, Self.input(&random, bench))
                bench.at(now, .tick)
                guard let next = bench.machine.nextDeadline else { continue }
                #expect(next > .ms(now), "seed \(seed) at \(now): \(bench.summary)")
            }
        }
    }

    @Test("who is connected, settled and willing always has something to wait for or an answer due")
    func nobodyIsStuck() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var bench = Bench(seed: seed)
            bench.at(0, .start)
            var now: Int64 = 0
            for _ in 0..<40 {
                now += random.pick([0, 1, 20, 100, 400, 1200])
                let input = Self.input(&random, bench)
                if input != .stop { bench.at(now, input) }
            }
            if bench.callbackRuns { bench.at(now, .callbackFinished) }
            bench.at(now, .healthy(true))
            bench.at(now, .disconnected)
            bench.at(now, .connected)
            bench.at(now, .observed(.marker(revision: 1000)))
            bench.at(now, .synced)
            bench.at(now, .tick)
            if bench.callbackRuns { bench.at(now, .callbackFinished) }
            #expect(bench.machine.nextDeadline != nil, "seed \(seed): \(bench.summary)")
        }
    }

    @Test("promotions and demotions alternate, and terms rise")
    func callbacksAlternate() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var bench = Bench(seed: seed)
            bench.at(0, .start)
            var now: Int64 = 0
            for _ in 0..<80 {
                now += random.pick([0, 1, 20, 100, 400])
                bench.at(now, Self.input(&random, bench))
            }
            var led: UInt64?
            for directive in bench.directives {
                switch directive {
                case .promote(let term, _):
                    #expect(led == nil, "seed \(seed)")
                    led = term
                case .demote(let term, _):
                    #expect(led == term, "seed \(seed)")
                    led = nil
                case .write, .read, .report, .finished:
                    break
                }
            }
        }
    }

    private static func input(_ random: inout SplitMix64, _ bench: Bench) -> Input {
        if bench.callbackRuns && random.isTrue(0.2) { return .callbackFinished }
        let near = (bench.lastWrite?.expectedRevision ?? 1) + UInt64(random.upTo(2))
        let entry = random.pick([
            StoredEntry.missing, .marker(revision: near), Bench.foreign(near), Bench.ownLate(near),
            .unreadable(revision: near),
        ])
        return random.pick([
            .connected, .disconnected, .synced, .synced, .observed(entry), .observedWrite(near), .read(entry),
            .readWrite(near), .read(nil), .written(.acknowledged(revision: near)),
            .written(.acknowledged(revision: near)),
            .written(.rejected(lastRevision: near)), .written(.rejected(lastRevision: 0)),
            .written(.rejected(lastRevision: nil)), .written(.refused(reason: "no")), .written(.notSent), .tick,
            .healthy(true), .healthy(random.isTrue(0.5)), random.isTrue(0.1) ? .stop : .tick,
        ])
    }
}
