import ElectionCore

/// What is done to the instances on purpose, and how it ends.
extension World {
    mutating func nextFault() {
        guard !isCalm, let fault = mix.faults.isEmpty ? nil : random.pick(mix.faults) else { return }
        queue.add(.fault, at: now + random.upTo(mix.faultInterval * 2))
        if losesStore && random.isTrue(0.3) { return loseStore() }
        if fault == .stall {
            stalledUntil = now + random.upTo(mix.longestTTL * 3 / 2)
            return trace { "server: stalls until \($0.stalledUntil)" }
        }
        if fault == .rumour { return spreadRumour() }
        let living = processes.indices.filter { processes[$0].isAlive }
        // Leaders are hit more often than others: theirs are the faults that matter.
        let leaders = living.filter { processes[$0].roles.contains { $0.belief != nil } }
        let aims = !leaders.isEmpty && random.isTrue(0.6) ? leaders : living
        guard !aims.isEmpty else { return }
        let process = random.pick(aims)
        switch fault {
        case .cut: cut(process, for: random.upTo(mix.longestTTL * 2))
        case .pause: pause(process, for: random.upTo(mix.longestTTL * 2))
        case .kill: replace(process)
        case .stop: stop(process)
        case .health: flipHealth(process)
        case .drop: drop(process)
        case .stall, .rumour: break
        }
    }

    /// The server is killed and begins anew with an empty store. The bucket is made at once, the worst case, and opened by the
    /// fastest clock.
    private mutating func loseStore() {
        let outage = random.upTo(mix.longestTTL / 2)
        opensAt = now + mix.longestTTL - mix.longestTTL * mix.drift / 1_000_000_000
        trace { "server: loses its store; the next one opens at \($0.opensAt)" }
        bucket.reset(lastRevision: bucket.lastRevision + 1000)
        past = []
        presences = []
        serverLife += 1
        watchers = [:]
        for process in processes.indices where processes[process].isAlive { cut(process, for: outage) }
    }

    /// Kills it, at once or only after its next incarnation has begun elsewhere, as when a lost node is replaced.
    private mutating func replace(_ process: Int) {
        let host = processes[process].host
        guard incarnations[host] < 4 else { return }
        queue.add(.begins(host: host), at: now + random.upTo(mix.longestTTL * 2))
        if random.isTrue(0.3) {
            queue.add(.dies(process), at: now + random.upTo(mix.longestTTL * 3))
            if random.isTrue(0.5) { cut(process, for: mix.longestTTL * 2) }
        } else {
            kill(process)
        }
    }

    mutating func kill(_ process: Int) {
        guard processes[process].isAlive else { return }
        trace { _ in "process: \(process) is killed" }
        for role in mix.roles.indices { endBelief(process, role) }
        processes[process].isAlive = false
        watchers[process] = nil
        if processes[process].isConnected { tellLoss(of: process) }
    }

    /// Somebody crashes, or is cut off, while a role goes from one to another.
    mutating func crossHandover(_ record: LeadershipRecord, from writer: Int) {
        guard !isCalm, !isLonely, let mark = record.meta?.mark, mark != .asks, random.isTrue(mix.crossChance) else {
            return
        }
        let leaders = processes.indices.filter { other in
            let isNamed = name(processes[other].host) == record.id
            return processes[other].isAlive && (isNamed || processes[other].roles.contains { $0.belief != nil })
        }
        let process = random.pick(leaders + [writer])
        guard processes[process].isAlive else { return }
        trace { _ in "world: \(process) is hit during a handover" }
        switch random.next() % 5 {
        case 0: replace(process)
        case 1: cut(process, for: random.upTo(mix.longestTTL * 2))
        case 2: pause(process, for: random.upTo(mix.longestTTL * 2))
        case 3: drop(process)
        default: stop(process)
        }
    }

    private mutating func stop(_ process: Int) {
        let host = processes[process].host
        guard incarnations[host] < 4, !processes[process].isStopping, !processes[process].isPaused else { return }
        trace { _ in "process: \(process) stops" }
        processes[process].isStopping = true
        queue.add(.begins(host: host), at: now + random.upTo(mix.longestTTL * 2))
        stopMembers(process)
        // What it leads first.
        let (led, followed) = (
            mix.roles.indices.filter { leads(process, $0) }, mix.roles.indices.filter { !leads(process, $0) }
        )
        for role in led + followed {
            input(process, role, at: localNow(process)) { machine, now in machine.retire(at: now) }
        }
    }

    private mutating func flipHealth(_ process: Int) {
        guard !processes[process].isPaused else { return }
        let role = Int(random.next() % UInt64(mix.roles.count))
        setHealthy(random.isTrue(0.5), process, role)
    }

    mutating func setHealthy(_ isHealthy: Bool, _ process: Int, _ role: Int) {
        processes[process].roles[role].isHealthy = isHealthy
        input(process, role, at: localNow(process)) { machine, now in machine.setHealthy(isHealthy, at: now) }
    }

    private mutating func pause(_ process: Int, for span: Int64) {
        guard !processes[process].isPaused else { return }
        trace { _ in "process: \(process) is paused for \(span)" }
        processes[process].isPaused = true
        queue.add(.resumes(process), at: now + span)
    }

    /// What waited is processed in any order, but for the watch's.
    mutating func resume(_ process: Int) {
        guard processes[process].isPaused else { return }
        trace { _ in "process: \(process) is resumed" }
        processes[process].isPaused = false
        let waiting = processes[process].mailbox
        processes[process].mailbox = []
        if processes[process].noticesOnResumption { noticeCut(process) }
        for (message, stamp) in waiting {
            var instant = now + random.upTo(50_000)
            if message.keepsOrder {
                instant = max(instant, processes[process].laneFreeAt)
                processes[process].laneFreeAt = instant
            }
            queue.add(.processes(message, process, stamp: stamp), at: instant)
        }
    }

    /// What one leaves undone, another would do in its place: sometimes one alone has to manage, with faults going on.
    mutating func thinOut() {
        isLonely = true
        let living = processes.indices.filter { processes[$0].isAlive }
        let left = living.last { processes[$0].roles.contains { $0.belief != nil } } ?? living.last
        for process in living where process != left { kill(process) }
    }
}
