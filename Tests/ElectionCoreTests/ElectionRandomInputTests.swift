import ElectionCore
import Simulation
import Testing

/// Any inputs in any order, also such as no store would give.
@Suite("Under random inputs")
struct ElectionRandomInputTests {
    private static let seeds = 0..<600 as Range<UInt64>

    @Test("a deadline never stays in the past after a tick: no busy loop")
    func ticksMakeProgress() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var bench = Self.bench(&random, seed: seed)
            bench.at(0, .start)
            var now: Int64 = 0
            for _ in 0..<60 {
                now += random.pick([0, 0, 1, 20, 100, 400, 1200])
                Self.give(Self.input(&random, bench), to: &bench, at: now, delay: random.pick([0, 0, 20]))
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
            var bench = Self.bench(&random, seed: seed)
            bench.at(0, .start)
            var now: Int64 = 0
            for _ in 0..<40 {
                now += random.pick([0, 1, 20, 100, 400, 1200])
                let input = Self.input(&random, bench)
                if input != .stop { Self.give(input, to: &bench, at: now, delay: random.pick([0, 0, 20])) }
            }
            if bench.callbackRuns { bench.at(now, .callbackFinished) }
            let settling: [Input] = [
                .healthy(true), .enlist, .disconnected, .connected, .observed(.marker(revision: 1000)), .synced, .tick,
            ]
            for input in settling { Self.give(input, to: &bench, at: now, delay: 0) }
            if bench.callbackRuns { Self.give(.callbackFinished, to: &bench, at: now, delay: 0) }
            #expect(bench.machine.nextDeadline != nil, "seed \(seed): \(bench.summary)")
        }
    }

    @Test("alone with a store that answers, it leads in the end")
    func electionSettles() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var bench = Self.bench(&random, seed: seed)
            let settling: [Input] = [.connected, .observed(.missing), .synced]
            for input in [.start] + settling { Self.give(input, to: &bench, at: 0, delay: 0) }
            let reconnects = random.isTrue(0.5)
            var now: Int64 = 0
            for _ in 0..<40 {
                now += random.pick([0, 1, 20, 100, 400])
                let input = Self.input(&random, bench)
                let touchesLink =
                    switch input {
                    case .connected, .connectedAs, .disconnected, .synced: true
                    default: false
                    }
                if input != .stop, reconnects || !touchesLink { Self.give(input, to: &bench, at: now, delay: 0) }
            }
            var store = LoneStore(lastRevision: 1000)
            let reconnection = reconnects ? [.disconnected] + settling : []
            for input in [.healthy(true), .enlist] + reconnection { store.serve(input, to: &bench, at: now) }
            if bench.callbackRuns { store.serve(.callbackFinished, to: &bench, at: now) }
            for _ in 0..<30 {
                guard !bench.machine.isLeader(at: .ms(now)), let next = bench.machine.nextDeadline else { break }
                now = max(now, milliseconds(next))
                store.serve(.tick, to: &bench, at: now)
                if bench.callbackRuns { store.serve(.callbackFinished, to: &bench, at: now) }
            }
            let leads = bench.machine.isLeader(at: .ms(now))
            #expect(leads, "seed \(seed): \(bench.summary)")
        }
    }

    @Test("promotions and demotions alternate")
    func callbacksAlternate() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var bench = Self.bench(&random, seed: seed)
            bench.at(0, .start)
            var now: Int64 = 0
            for _ in 0..<80 {
                now += random.pick([0, 1, 20, 100, 400])
                Self.give(Self.input(&random, bench), to: &bench, at: now, delay: random.pick([0, 0, 20]))
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
                case .write, .read, .rank, .report, .finished:
                    break
                }
            }
        }
    }

    // MARK: Inputs

    private static func bench(_ random: inout SplitMix64, seed: UInt64) -> Bench {
        Bench(validates: random.isTrue(0.3), spread: .milliseconds(random.upTo(30)), seed: seed) { settings in
            if random.isTrue(0.5) { settings.hearsLosses() }
            if random.isTrue(0.5) { settings.isRanked() }
            if random.isTrue(0.3) { settings.outranks() }
            settings.startsOnStandby = random.isTrue(0.1)
        }
    }

    /// Gives the input, and the answer to each rank that is asked for.
    private static func give(_ input: Input, to bench: inout Bench, at now: Int64, delay: Int64) {
        if bench.at(now, input).contains("rank ") { bench.at(now, .ranked(delay)) }
    }

    private static func input(_ random: inout SplitMix64, _ bench: Bench) -> Input {
        if bench.callbackRuns && random.isTrue(0.2) {
            return random.pick([.callbackFinished, .callbackFinishedFor(Bench.other)])
        }
        let near = (bench.lastWrite?.expectedRevision ?? 1) + UInt64(random.upTo(2))
        // A store takes a write above all that it expected.
        let landed = max(near, (bench.lastWrite?.expectedRevision ?? 1) + 1)
        let entry = random.pick([
            StoredEntry.missing, .marker(revision: near), Bench.foreign(near), Bench.ownLate(near),
            .unreadable(revision: near), Bench.foreign(near, mark: .claim), Bench.transferred(near),
            Bench.transferred(near, client: 3),
        ])
        let sent = Timestamp(nanoseconds: bench.now.nanoseconds - random.upTo(1_500_000_000))
        let standing = Standing(isLost: random.isTrue(0.2), precededBy: random.isTrue(0.7) ? sent : nil)
        return random.pick([
            .connected, .connectedAs(3), .disconnected, .synced, .synced, .observed(entry, standing),
            .observed(entry, standing), .observedWrite(landed), .read(entry), .readWrite(landed), .read(nil),
            .written(.acknowledged(revision: landed)), .written(.acknowledged(revision: landed)),
            .written(.rejected(lastRevision: near)), .written(.rejected(lastRevision: 0)),
            .written(.rejected(lastRevision: nil)), .written(.refused(reason: "no")), .written(.notSent), .tick,
            .healthy(true), .healthy(random.isTrue(0.5)), .lost(2), .lost(3), .give(.balanced), .ranked(0), .enlist,
            random.isTrue(0.1) ? .stop : .tick,
        ])
    }
}

/// A store that one machine has to itself, and which answers at once.
private struct LoneStore {
    var lastRevision: UInt64
    var entry = StoredEntry.missing

    /// Gives the input, and answers what comes of it.
    mutating func serve(_ input: Input, to bench: inout Bench, at now: Int64) {
        var next = bench.directives.count
        bench.at(now, input)
        while next < bench.directives.count {
            defer { next += 1 }
            switch bench.directives[next] {
            case .write(let write):
                guard write.expectedRevision == entry.revision else {
                    bench.at(now, .written(.rejected(lastRevision: entry.revision)))
                    continue
                }
                lastRevision += 1
                switch write.value {
                case .record(let record): entry = .record(record, revision: lastRevision)
                case .marker: entry = .marker(revision: lastRevision)
                }
                bench.at(now, .written(.acknowledged(revision: lastRevision)))
            case .read: bench.at(now, .read(entry))
            case .rank: bench.at(now, .ranked(0))
            case .promote, .demote, .report, .finished: break
            }
        }
    }
}
