import ElectionCore

/// The calm after the faults: somebody leads each role, those whom the settings name, and it stays so.
extension World {
    struct Survey: Equatable {
        let leaders: [Int]
        let terms: [UInt64]
        let moves: Int
    }

    mutating func calmDown() {
        isCalm = true
        stalledUntil = 0
        let limit = losesStore ? mix.longestTTL * 10 : mix.longestTTL * 9
        deadline = now + limit + settlingTime
        trace { _ in "world: calm" }
        for process in processes.indices where processes[process].isAlive {
            resume(process)
            processes[process].healsAt = now
        }
        for host in 0..<mix.instances {
            // The last incarnation goes on; what was replaced is gone.
            let lives = processes.indices.filter { processes[$0].host == host && processes[$0].isAlive }
            for process in lives where processes[process].incarnation != incarnations[host] { kill(process) }
        }
        let eligible = processes.indices.filter { processes[$0].isAlive && !processes[$0].isStopping }
        for process in eligible {
            for role in mix.roles.indices where process == eligible[0] || random.isTrue(0.7) {
                setHealthy(true, process, role)
            }
        }
        if eligible.isEmpty { begin(host: 0) }
        queue.add(.surveys, at: now + mix.longestTTL / 2)
    }

    /// What moves one by one takes: they begin when failovers are over, and wait for each other's callbacks.
    private var settlingTime: Int64 {
        guard mix.policies.contains(where: \.isRanked) else { return 0 }
        return 1_000_000_000 + mix.longestTTL * 10 + Int64(mix.roles.count * mix.instances)
            * (mix.longestTTL + 100_000_000)
    }

    /// Exactly one leads each role, the right one, and goes on leading it.
    mutating func survey() {
        let leaders = mix.roles.indices.map { role in processes.indices.filter { leads($0, role) } }
        let unique = leaders.allSatisfy { $0.count == 1 } ? leaders.flatMap(\.self) : nil
        let complaint = unique.flatMap { flaw(in: $0) }
        // In the same terms: a role that is moved back and forth may be found at the same place each time.
        let found = complaint == nil ? unique.map { Survey(leaders: $0, terms: lastTerms, moves: moves) } : nil
        if let found, settled.count >= 3, settled.allSatisfy({ $0 == found }) {
            isFinished = true
            return
        }
        settled = found.map { settled.last == $0 ? settled + [$0] : [$0] } ?? []
        if now > deadline {
            fail("\(now - mix.chaos) ns after the last fault: \(complaint ?? "leaders") \(leaders), \(moves) moves")
        }
        let pace = mix.policies.contains(where: \.isRanked) ? Int64(100_000_000) : 0
        queue.add(.surveys, at: now + max(mix.longestTTL / 4, pace))
    }

    /// What is not as the settings want it, where each role has this leader.
    private func flaw(in leaders: [Int]) -> String? {
        let living = processes.indices.filter { processes[$0].isAlive && !processes[$0].isStopping }
        for (role, leader) in leaders.enumerated() {
            let policy = mix.policies[processes[leader].host]
            let isOutranked = living.contains { other in
                let claims = mix.policies[processes[other].host]
                guard processes[other].roles[role].isHealthy, claims.priority > policy.priority else { return false }
                return claims.takeover == .force || (claims.takeover == .ask && policy.isRanked)
            }
            if isOutranked { return "role \(role) belongs to somebody of higher priority:" }
        }
        guard mix.policies.allSatisfy(\.balances) else { return nil }
        let healthy = living.filter { processes[$0].roles.allSatisfy(\.isHealthy) }
        guard healthy.count == living.count else { return nil }
        for equals in Dictionary(grouping: living, by: { mix.policies[processes[$0].host].priority }).values {
            let loads = equals.map { process in leaders.count { $0 == process } }
            if let most = loads.max(), let fewest = loads.min(), most - fewest > 1 { return "not balanced:" }
        }
        return nil
    }
}
