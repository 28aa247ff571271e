import ElectionCore

/// What a phase leaves to chance.
struct FaultDraws {
    private var generator: SplitMix64
    private let phase: FaultPhase
    private let kinds: [(kind: FaultKind, weight: UInt64)]

    init(seed: UInt64, phase: FaultPhase) {
        generator = SplitMix64(seed: seed)
        self.phase = phase
        // A dictionary has another order in every process.
        kinds = FaultKind.allCases.map { ($0, UInt64(phase.weights[$0] ?? 0)) }
    }

    mutating func interval() -> Duration {
        .nanoseconds(Int64(generator.exponentialNanoseconds(mean: UInt64(phase.meanInterval.nanoseconds))))
    }

    /// By weight.
    mutating func kind() -> FaultKind {
        var rest = generator.number(below: kinds.reduce(0) { $0 + $1.weight })
        for (kind, weight) in kinds {
            if rest < weight { return kind }
            rest -= weight
        }
        preconditionFailure("no kind has a weight in \(phase.name)")
    }

    mutating func duration(of kind: FaultKind) -> Duration {
        duration(in: kind.takesDown ? phase.downtime : phase.faultDuration)
    }

    /// Nil for what is not done to a link.
    mutating func impairment(of kind: FaultKind) -> LinkImpairment? {
        switch kind {
        case .partition:
            return .blocked
        case .halfOpen:
            return one(of: LinkImpairment.Direction.allCases).map { .blockedOneWay($0) }
        case .reset:
            return one(of: LinkImpairment.ResetSide.allCases).map { .reset($0) }
        case .delay:
            let latency = duration(in: phase.latency)
            return .delayed(latency: latency, jitter: .nanoseconds(latency.nanoseconds / 2))
        case .slow:
            return .limited(bytesPerSecond: rate(in: phase.bandwidth))
        case .dropServerSide:
            return .droppedAtServer
        case .kill, .stop, .pause, .restartAll, .serverKill, .serverStop, .serverPause, .streamLeaderKill,
            .serverPartition, .quorumLoss:
            return nil
        }
    }

    /// The servers that a kind hits: one, a majority, or nobody in advance.
    mutating func victims(of kind: FaultKind, _ servers: [String]) -> [String] {
        switch kind {
        case .streamLeaderKill: []
        case .quorumLoss: majority(of: servers)
        default: one(of: servers).map { [$0] } ?? []
        }
    }

    /// In the order of the servers.
    mutating func majority(of servers: [String]) -> [String] {
        var left = servers
        while left.count > servers.count / 2 + 1 { left.remove(at: index(below: left.count)) }
        return left
    }

    /// Nil where there is none.
    mutating func one<Element>(of elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[index(below: elements.count)]
    }

    private mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let width = (range.upperBound - range.lowerBound).nanoseconds
        return range.lowerBound + .nanoseconds(Int64(generator.number(below: UInt64(width) + 1)))
    }

    /// With a density that falls as 1/x, so that each doubling is as likely as the next. Draws a doubling, then within it, and
    /// rejects what is too many: a logarithm's last bit would differ between machines.
    private mutating func rate(in range: ClosedRange<Int>) -> Int {
        let (least, most) = (UInt64(range.lowerBound), UInt64(range.upperBound))
        var doublings = 1
        while least << (doublings - 1) <= most / 2 { doublings += 1 }
        while true {
            let floor = least << UInt64(index(below: doublings))
            let rate = floor + generator.number(below: floor)
            if rate <= most, generator.number(below: rate) < floor { return Int(rate) }
        }
    }

    private mutating func index(below count: Int) -> Int { Int(generator.number(below: UInt64(count))) }
}
