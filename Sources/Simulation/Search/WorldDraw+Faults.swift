import Chaos
import ElectionCore

/// The faults of a drawn world.
extension WorldDraw {
    /// What a world may have much of, or nothing.
    private enum Kind: CaseIterable {
        case cut, pause, kill, replace, stop, health, drop, impairment, rumour, stall, leaderless, restart
    }

    static func faults(
        in chaos: Int64,
        longest: Int64,
        roles: Int,
        losesStore: Bool,
        isLong: Bool,
        _ random: inout SplitMix64
    ) -> [WorldFault] {
        let kinds = Kind.allCases.filter { _ in random.isTrue(0.4) }
        guard !kinds.isEmpty || losesStore else { return [] }
        let mean =
            isLong ? chaos / random.pick([4, 10, 30, 80]) : longest * random.from(1...12) / 4
        var faults: [WorldFault] = []
        var instant = random.upTo(mean * 2)
        while instant < chaos {
            if losesStore, kinds.isEmpty || random.isTrue(0.3) {
                let down = random.upTo(longest / 2)
                faults.append(WorldFault(at: instant, .restart(down: down, keepsStore: false), .store))
            } else {
                faults.append(fault(random.pick(kinds), at: instant, longest: longest, roles: roles, &random))
            }
            instant += 1 + random.upTo(mean * 2)
        }
        return faults
    }

    private static func fault(
        _ kind: Kind,
        at instant: Int64,
        longest: Int64,
        roles: Int,
        _ random: inout SplitMix64
    ) -> WorldFault {
        let victim = WorldFault.Victim.drawn(random.next(), leads: random.isTrue(0.6))
        let span = random.upTo(longest * 2)
        switch kind {
        case .cut: return WorldFault(at: instant, .cut(span), victim)
        case .pause: return WorldFault(at: instant, .pause(span), victim)
        case .kill: return WorldFault(at: instant, .kill(down: span, withHost: random.isTrue(0.3)), victim)
        case .replace:
            return WorldFault(at: instant, .replace(next: span, end: random.upTo(longest * 3)), victim)
        case .stop: return WorldFault(at: instant, .stop(down: span), victim)
        case .health:
            let role = Int(random.next() % UInt64(roles))
            return WorldFault(at: instant, .health(random.isTrue(0.5), role: role), victim)
        case .drop: return WorldFault(at: instant, .drop, victim)
        case .impairment: return WorldFault(at: instant, .impair(impairment(longest, &random), span), victim)
        case .rumour: return WorldFault(at: instant, .rumour, .store)
        case .stall: return WorldFault(at: instant, .stall(random.upTo(longest * 3 / 2)), .store)
        case .leaderless: return WorldFault(at: instant, .leaderless(random.upTo(longest * 3 / 2)), .store)
        case .restart:
            return WorldFault(at: instant, .restart(down: random.upTo(longest / 2), keepsStore: true), .store)
        }
    }

    /// Not those that only the server sees, or only the instance, which the detector `connection` does not survive.
    private static func impairment(_ longest: Int64, _ random: inout SplitMix64) -> LinkImpairment {
        switch random.next() % 6 {
        case 0: return .blocked
        case 1: return .blockedOneWay(.toServer)
        case 2: return .blockedOneWay(.fromServer)
        case 3: return .limited(bytesPerSecond: Int(random.pick([1000, 10_000, 100_000])))
        case 4: return .reset(.instance)
        default:
            let latency = random.upTo(longest / 2)
            return .delayed(latency: .nanoseconds(latency), jitter: .nanoseconds(latency / 2))
        }
    }
}
