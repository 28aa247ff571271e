import ElectionCore

/// A schedule in the making.
struct ScheduleDraft {
    /// What a fault keeps others away from.
    private enum Claim {
        /// These instances.
        case instances([Int])
        /// All servers, whomever of them it hits.
        case servers
    }

    private let instances: [String]
    private let servers: [String]
    private let phases: [(phase: FaultPhase, start: Duration, seed: UInt64, stepSeed: UInt64)]
    let duration: Duration
    private var calendar: FaultCalendar
    private var serverCalendar = FaultCalendar(count: 1)
    private var faults: [ScheduledFault] = []
    private(set) var dropped = 0

    init(seed: UInt64, instances: [String], servers: [String], phases: [FaultPhase]) {
        self.instances = instances
        self.servers = servers
        var seeds = SplitMix64(seed: seed)
        var start = Duration.zero
        self.phases = phases.map { phase in
            defer { start += phase.duration }
            return (phase, start, seeds.next(), seeds.next())
        }
        duration = start
        calendar = FaultCalendar(count: instances.count)
    }

    /// In the order of time, numbered from 1; of one instant, in the order in which they were added.
    var numbered: [ScheduledFault] {
        let order = faults.indices.sorted { (faults[$0].offset, $0) < (faults[$1].offset, $1) }
        return order.enumerated().map { number, index in
            let fault = faults[index]
            return ScheduledFault(
                id: number + 1,
                kind: fault.kind,
                victims: fault.victims,
                offset: fault.offset,
                duration: fault.duration,
                impairment: fault.impairment
            )
        }
    }

    // MARK: steps

    /// To be called first: random faults keep away from steps.
    mutating func addSteps() {
        for (phase, start, _, seed) in phases {
            var draws = FaultDraws(seed: seed, phase: phase)
            for step in phase.steps {
                let victims = victims(of: step, &draws)
                let groups = step.interval == .zero || victims.isEmpty ? [victims] : victims.map { [$0] }
                for (index, group) in groups.enumerated() {
                    let impairment = step.impairment ?? draws.impairment(of: step.kind)
                    let offset = start + step.at + step.interval * index
                    guard offset < duration else {
                        dropped += 1
                        continue
                    }
                    add(step.kind, group, at: offset, for: step.duration, impairment, claiming: claim(step.kind, group))
                }
            }
        }
    }

    private func victims(of step: FaultStep, _ draws: inout FaultDraws) -> [String] {
        let candidates = step.kind.target == .server ? servers : instances
        switch (step.kind, step.victims) {
        case (.streamLeaderKill, _): return []
        case (.quorumLoss, .all): return draws.majority(of: servers)
        case (_, .all): return candidates
        case (_, .names(let names)): return names
        case (_, .share(let percent)): return Array(candidates.prefix((candidates.count * percent + 99) / 100))
        }
    }

    private func claim(_ kind: FaultKind, _ victims: [String]) -> Claim {
        kind.target == .server ? .servers : .instances(victims.compactMap(instances.firstIndex))
    }

    // MARK: random faults

    mutating func addRandomFaults() {
        for (phase, start, seed, _) in phases where phase.weights.values.contains(where: { $0 > 0 }) {
            var draws = FaultDraws(seed: seed, phase: phase)
            var offset = start
            while true {
                offset += draws.interval()
                guard offset < start + phase.duration else { break }
                addRandomFault(at: offset, &draws)
            }
        }
    }

    private mutating func addRandomFault(at offset: Duration, _ draws: inout FaultDraws) {
        let kind = draws.kind()
        let length = draws.duration(of: kind)
        let impairment = draws.impairment(of: kind)
        let claim: Claim? =
            switch kind.target {
            case .server: serversAreFree(for: kind, at: offset, length) ? .servers : nil
            case .instance where kind == .restartAll: herd(at: offset, length).map { .instances($0) }
            case .instance, .link: draws.one(of: free(at: offset, length)).map { .instances([$0]) }
            }
        guard let claim else {
            dropped += 1
            return
        }
        let victims: [String] =
            switch claim {
            case .instances(let indices): indices.map { instances[$0] }
            case .servers: draws.victims(of: kind, servers)
            }
        add(kind, victims, at: offset, for: length, impairment, claiming: claim)
    }

    private var all: [Int] { Array(instances.indices) }

    private func serversAreFree(for kind: FaultKind, at offset: Duration, _ length: Duration) -> Bool {
        servers.count >= (kind.needsCluster ? 3 : 1) && serverCalendar.isFree(0, in: serverSpan(offset, length))
    }

    /// All that no other fault has, where these are most: in a dense schedule never all are free at once.
    private func herd(at offset: Duration, _ length: Duration) -> [Int]? {
        let free = all.filter { calendar.isFree($0, in: span(offset, length)) }
        return !free.isEmpty && free.count * 3 >= all.count * 2 ? free : nil
    }

    /// Who may be hit, so that somebody else always stays free.
    private func free(at offset: Duration, _ length: Duration) -> [Int] {
        let span = span(offset, length)
        return all.filter { calendar.isFree($0, in: span) && calendar.isSpared(besides: $0, throughout: span) }
    }

    private func serverSpan(_ offset: Duration, _ length: Duration) -> Range<Duration> {
        offset..<(offset + length + FaultSchedule.serverSettleMargin(servers: servers.count))
    }

    private func span(_ offset: Duration, _ length: Duration) -> Range<Duration> {
        offset..<(offset + length + FaultSchedule.settleMargin)
    }

    private mutating func add(
        _ kind: FaultKind,
        _ victims: [String],
        at offset: Duration,
        for length: Duration,
        _ impairment: LinkImpairment?,
        claiming claim: Claim
    ) {
        switch claim {
        case .instances(let indices): for index in indices { calendar.book(index, span(offset, length)) }
        case .servers: serverCalendar.book(0, serverSpan(offset, length))
        }
        faults.append(
            ScheduledFault(
                id: 0,
                kind: kind,
                victims: victims,
                offset: offset,
                duration: length,
                impairment: impairment
            )
        )
    }
}
