import Chaos
import ElectionCore
import Measurement

/// What is done to a world on purpose, and how it ends.
extension World {
    func inject(_ fault: WorldFault) {
        guard !isCalm, !isEnding else { return }
        switch fault.victim {
        case .store: injectIntoStore(fault.action)
        case .host(let host):
            guard let life = hosts[host].life, life.isAlive else { return }
            var draws = SplitMix64.stream(plan.seed, UInt64(fault.at), host)
            inject(fault.action, into: life, &draws)
        case .drawn(let number, let leads):
            var draws = SplitMix64(seed: number)
            let living = living
            // Leaders are hit more often than others: theirs are the faults that matter.
            let leaders = leads ? living.filter { life in life.roles.contains { promises.believes(life, $0) } } : []
            guard !living.isEmpty else { return }
            inject(fault.action, into: draws.pick(leaders.isEmpty ? living : leaders), &draws)
        }
    }

    private func inject(_ action: WorldFault.Action, into life: SimulatedInstance, _ draws: inout SplitMix64) {
        say("fault: \(action) on \(life.name)")
        switch action {
        case .kill(let down, let withHost):
            queue.add(.begin(host: life.host.index), at: now + down)
            kill(life, closes: !withHost)
        case .replace(let next, let end):
            queue.add(.begin(host: life.host.index), at: now + next)
            queue.add(.die(life: life.number), at: now + end)
        case .stop(let down):
            guard !life.isStopping, !life.isPaused else { return }
            queue.add(.begin(host: life.host.index), at: now + down)
            stop(life)
        case .pause(let span):
            guard !life.isPaused else { return }
            pause(life)
            queue.add(.resume(life: life.number), at: now + span)
        case .health(let isHealthy, let role):
            guard !life.isPaused else { return }
            life.setHealthy(isHealthy, role % life.roles.count)
        case .cut(let span): cut(life, for: span)
        case .drop: reset(life)
        case .impair(let impairment, let span): impair(life, impairment, for: span)
        case .rumour: spreadRumour(&draws)
        case .stall, .leaderless, .restart: injectIntoStore(action)
        }
    }

    private func injectIntoStore(_ action: WorldFault.Action) {
        let server = store.leader
        switch action {
        case .stall(let span): stall(server, for: span)
        case .leaderless(let span):
            store.leaderlessUntil = now + span
            say("server: no leader for \(span)")
        case .restart(let down, let keepsStore): take(server, down: down, keepsStore: keepsStore)
        case .rumour:
            var draws = SplitMix64.stream(plan.seed, UInt64(now))
            spreadRumour(&draws)
        case .kill, .replace, .stop, .pause, .health, .cut, .drop, .impair:
            preconditionFailure("\(action) is done to instances")
        }
    }

    // MARK: processes

    /// It dies without a word. Its kernel closes its connection, unless it is gone, too.
    func kill(_ life: SimulatedInstance, closes: Bool = true) {
        guard life.isAlive else { return }
        say("\(life.name) is killed")
        end(life, tells: closes && life.isConnected)
    }

    /// Its roles are released: the process ends in order.
    func finish(_ life: SimulatedInstance) {
        life.withdraw()
        life.withdrawSession()
        history?.record(.stopped, of: life, at: now) { _ in }
        end(life, tells: life.isConnected)
    }

    private func end(_ life: SimulatedInstance, tells: Bool) {
        promises.vanished(life, at: now)
        forgetWatch(of: life)
        if tells { tellLoss(of: life) }
        life.vanish()
        director?.hasEnded(life, in: self)
    }

    /// SIGTERM; who doesn't come to an end in order leaves its records to run out.
    func stop(_ life: SimulatedInstance) {
        history?.record(.stopping, of: life, at: now) { $0.reason = "SIGTERM" }
        queue.add(.die(life: life.number), at: now + life.settings.timing.ttl.nanoseconds)
        life.stopInOrder()
    }

    /// Somebody crashes, or is cut off, while a role goes from one to another.
    func crossHandover(_ record: LeadershipRecord, from writer: SimulatedInstance) {
        guard !isCalm, plan.conditions.cross > 0, let mark = record.meta?.mark, mark != .asks else { return }
        var draws = SplitMix64.stream(plan.seed, UInt64(now), writer.number)
        guard draws.isTrue(plan.conditions.cross) else { return }
        let concerned = living.filter { life in
            life.host.name == record.id || life.roles.contains { promises.believes(life, $0) }
        }
        let life = draws.pick(concerned + [writer])
        guard life.isAlive else { return }
        let span = draws.upTo(plan.longestTTL * 2)
        switch draws.next() % 5 {
        case 0: inject(.kill(down: span), into: life, &draws)
        case 1: inject(.cut(span), into: life, &draws)
        case 2: inject(.pause(span), into: life, &draws)
        case 3: inject(.drop, into: life, &draws)
        default: inject(.stop(down: span), into: life, &draws)
        }
    }

    func pause(_ life: SimulatedInstance) {
        life.rouse()
        life.isPaused = true
    }

    // MARK: links

    /// Nothing passes; what is under way may be lost, or land.
    func cut(_ life: SimulatedInstance, for span: Int64) {
        life.host.link.healsAt = max(life.host.link.healsAt, now + span)
        guard !life.isCut else { return }
        life.isCut = true
        life.host.link.isLossy = true
        stopWatch(of: life)
        queue.add(
            .silence(life: life.number, connection: life.connection),
            at: now + min(life.host.random.upTo(plan.longestTTL / 2), plan.model.silence.draw(&life.host.random))
        )
    }

    func impair(_ life: SimulatedInstance, _ impairment: LinkImpairment, for span: Int64) {
        let host = life.host
        if isSteady {
            life.rouse()
            if host.link.isPlain { life.watchArrival = max(life.watchArrival, deliveries.lastArrival(at: life)) }
        }
        host.link.impairment += 1
        switch impairment {
        case .blocked: block(life, toServer: true, fromServer: true)
        case .blockedOneWay(.toServer): block(life, toServer: true, fromServer: false)
        case .blockedOneWay(.fromServer): block(life, toServer: false, fromServer: true)
        case .delayed(let latency, let jitter):
            host.link.latency = latency.nanoseconds
            host.link.jitter = jitter.nanoseconds
        case .limited(let rate): host.link.rate = SimulatedHost.Rate(bytesPerSecond: Int64(rate), endsAt: now + span)
        case .reset(.both): reset(life)
        case .reset(.instance):
            // The server hears nothing until the link is healed. Who stands still would see it only later.
            guard life.isConnected, !life.isPaused else { break }
            host.link.unseenClosings.append(life.connection)
            life.isCut = true
            loseQuietly(life)
        case .reset(.server), .droppedAtServer: dropAtServer(life)
        }
        queue.add(.heal(life: life.number, impairment: host.link.impairment), at: now + span)
    }

    private func block(_ life: SimulatedInstance, toServer: Bool, fromServer: Bool) {
        if toServer { life.host.link.toServer = .blocked }
        if fromServer { life.host.link.fromServer = .blocked }
        queue.add(
            .silence(life: life.number, connection: life.connection),
            at: now + plan.model.silence.draw(&life.host.random)
        )
    }

    /// The process is told, the server isn't.
    private func loseQuietly(_ life: SimulatedInstance) {
        stopWatch(of: life)
        life.isConnected = false
        life.process(.disconnected, stamp: nil)
        dialLater(life)
    }

    /// The server closes the connection and tells others; the process goes on believing in it until nothing comes any more.
    private func dropAtServer(_ life: SimulatedInstance) {
        guard life.isConnected, !life.isCut else { return }
        stopWatch(of: life)
        life.isCut = true
        tell(life.connection, except: life)
        queue.add(
            .silence(life: life.number, connection: life.connection),
            at: now + plan.model.silence.draw(&life.host.random)
        )
    }

    /// Everything passes again, what was held back included.
    func heal(_ life: SimulatedInstance, impairment: Int) {
        let host = life.host
        guard host.link.impairment == impairment else { return }
        let held = host.link
        host.link = SimulatedHost.Link()
        host.link.impairment = impairment
        say("the link of \(host.name) is healed")
        for connection in held.unseenClosings { tell(connection, except: life) }
        for (request, sender, connection) in held.heldRequests {
            let arrival = now + plan.model.request.draw(&host.random)
            queue.add(.request(request, life: sender, connection: connection), at: arrival)
        }
        for (message, number) in held.heldMessages where lives[number].isAlive {
            let addressee = lives[number]
            addressee.watchArrival = max(addressee.watchArrival, now + plan.model.answer.draw(&host.random))
            queue.add(.message(message, life: number), at: addressee.watchArrival)
        }
        if held.isPlain { return }
        for other in [life, host.life ?? life] {
            other.watchFloor = (deliveries.last, max(other.watchFloor.instant, other.watchArrival))
        }
    }
}
