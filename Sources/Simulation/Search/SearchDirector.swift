import ElectionCore

/// Runs a drawn world: through its faults, then in a calm in which somebody has to lead each role, those whom the settings name,
/// and to stay.
final class SearchDirector: Director {
    private enum Timer: Int {
        case thinsOut, calmsDown, surveys
    }

    private struct Survey: Equatable {
        let leaders: [Int]
        let terms: [UInt64]
        let moves: Int
    }

    private let draw: WorldDraw
    /// When somebody has to lead each role, once it is calm.
    private var deadline: Int64 = .max
    private var isLonely = false
    /// Who led at the last surveys, as long as they agree.
    private var settled: [Survey] = []

    init(_ draw: WorldDraw) {
        self.draw = draw
    }

    func begin(_ world: World) {
        if let instant = draw.thinsOutAt { world.queue.add(.timer(Timer.thinsOut.rawValue), at: instant) }
        world.queue.add(.timer(Timer.calmsDown.rawValue), at: draw.chaos)
    }

    func timer(_ purpose: Int, in world: World) {
        switch Timer(rawValue: purpose) {
        case .thinsOut?: thinOut(world)
        case .calmsDown?: calmDown(world)
        case .surveys?: survey(world)
        case nil: preconditionFailure("a timer for nothing: \(purpose)")
        }
    }

    func mayBegin(_ host: Int, in world: World) -> Bool {
        if isLonely && world.lives.contains(where: { $0.isAlive && !$0.isStopping }) { return false }
        if world.isCalm { for life in world.living where life.host.index == host { world.kill(life) } }
        return true
    }

    func mayDie(_ life: SimulatedInstance, in world: World) -> Bool { !isLonely || life.isStopping }

    /// What one leaves undone, another would do in its place: sometimes one alone has to manage, with faults going on.
    private func thinOut(_ world: World) {
        isLonely = true
        let living = world.living
        let left = living.last { life in life.roles.contains { world.promises.believes(life, $0) } } ?? living.last
        for life in living where life !== left { world.kill(life) }
    }

    private func calmDown(_ world: World) {
        world.say("calm")
        world.isCalm = true
        world.endOutages()
        deadline = world.now + world.plan.longestTTL * (draw.losesStore ? 10 : 9) + settlingTime(world.plan)
        for life in world.living {
            world.resume(life)
            world.heal(life, impairment: life.host.link.impairment)
        }
        for host in world.hosts {
            // The last incarnation goes on; what was replaced is gone.
            let lives = world.living.filter { $0.host === host }
            for life in lives where life.incarnation != host.incarnation { world.kill(life) }
        }
        let eligible = world.living.filter { !$0.isStopping }
        for life in eligible {
            for role in life.roles where life === eligible[0] || world.random.isTrue(0.7) {
                life.setHealthy(true, role)
            }
        }
        if eligible.isEmpty { world.begin(world.hosts[0]) }
        world.queue.add(.timer(Timer.surveys.rawValue), at: world.now + world.plan.longestTTL / 2)
    }

    /// What moves one by one takes: they begin when failovers are over, and wait for each other's callbacks.
    private func settlingTime(_ plan: WorldPlan) -> Int64 {
        guard draw.policies.contains(where: \.isRanked) else { return 0 }
        let longest = plan.longestTTL
        return 1_000_000_000 + longest * 10 + Int64(plan.roles.count * plan.hosts.count) * (longest + 100_000_000)
    }

    /// Exactly one leads each role, the right one, and goes on leading it.
    private func survey(_ world: World) {
        let living = world.living
        let leaders = world.plan.roles.indices.map { role in living.filter { $0.leads(role) } }
        let unique = leaders.allSatisfy { $0.count == 1 } ? leaders.flatMap(\.self) : nil
        let complaint = unique.flatMap { flaw(in: $0, living) }
        // In the same terms: a role that is moved back and forth may be found at the same place each time.
        let found =
            complaint == nil
            ? unique.map {
                Survey(leaders: $0.map(\.number), terms: world.promises.lastTerms, moves: world.promises.moves)
            } : nil
        if let found, settled.count >= 3, settled.allSatisfy({ $0 == found }) { return world.end() }
        settled = found.map { settled.last == $0 ? settled + [$0] : [$0] } ?? []
        if world.now > deadline {
            let names = leaders.map { $0.map(\.number) }
            world.promises.fail(
                .unsettled,
                "\((world.now - draw.chaos) / 1_000_000_000) s after the last fault: \(complaint ?? "leaders") \(names), \(world.promises.moves) moves",
                at: world.now
            )
        }
        let pace = draw.policies.contains(where: \.isRanked) ? Int64(100_000_000) : 0
        world.queue.add(.timer(Timer.surveys.rawValue), at: world.now + max(world.plan.longestTTL / 4, pace))
    }

    /// What is not as the settings want it, where each role has this leader.
    private func flaw(in leaders: [SimulatedInstance], _ all: [SimulatedInstance]) -> String? {
        let living = all.filter { !$0.isStopping }
        for (role, leader) in leaders.enumerated() {
            let policy = draw.policies[leader.host.index]
            let isOutranked = living.contains { other in
                let claims = draw.policies[other.host.index]
                guard other.isHealthy(role), claims.priority > policy.priority else { return false }
                return claims.takeover == .force || (claims.takeover == .ask && policy.isRanked)
            }
            if isOutranked { return "role \(role) belongs to somebody of higher priority:" }
        }
        guard draw.policies.allSatisfy(\.balances), living.allSatisfy({ life in life.roles.allSatisfy(life.isHealthy) })
        else {
            return nil
        }
        for equals in Dictionary(grouping: living, by: { draw.policies[$0.host.index].priority }).values {
            let loads = equals.map { life in leaders.count { $0 === life } }
            if let most = loads.max(), let fewest = loads.min(), most - fewest > 1 { return "not balanced:" }
        }
        return nil
    }
}

extension World {
    func endOutages() {
        store.leaderlessUntil = 0
        for index in store.servers.indices {
            store.servers[index].downUntil = min(store.servers[index].downUntil, now)
            store.servers[index].stalledUntil = 0
            store.servers[index].cutUntil = 0
        }
    }
}

extension WorldDraw {
    /// Runs the world to its end, or to the first broken promise.
    package func run(isTraced: Bool = false) -> World {
        let director = SearchDirector(self)
        let world = World(plan: plan, isTraced: isTraced)
        world.director = director
        director.begin(world)
        withExtendedLifetime(director) { world.run(atMost: eventLimit) }
        return world
    }

    /// Far more than a world of its size takes.
    private var eventLimit: Int {
        let beats = Double(chaos + plan.longestTTL * 200) / Double(plan.shortestTTL) * 5
        return 100_000 + Int(beats) * plan.roles.count * (plan.hosts.count + 4) * 10
    }
}
