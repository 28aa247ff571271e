/// What the kinds have in common.
extension FaultScene {
    func target(_ name: String, of class: FaultKind.Target) -> (any FaultTarget)? {
        switch `class` {
        case .instance, .link: instance(name)
        case .server: server(name)
        }
    }

    // MARK: processes

    /// Sends a signal to all victims, as close together as can be.
    func send(_ signal: ChildSignal, to victims: [String], of class: FaultKind.Target) -> [Injection] {
        // Looked up beforehand: nothing stands between one signal and the next.
        let lives = victims.map { victim -> (victim: String, incarnation: Int64?, process: ChildProcess?) in
            let target = target(victim, of: `class`)
            return (victim, target?.incarnation, target?.process)
        }
        return lives.map { life in
            Injection(
                victim: life.victim,
                incarnation: life.incarnation,
                delivery: life.process?.send(signal) ?? .toNobody()
            )
        }
    }

    /// Sends a signal that ends them to all victims, as close together as can be.
    func end(_ victims: [String], of class: FaultKind.Target, by signal: ChildSignal) -> [Injection] {
        let targets = victims.map { target($0, of: `class`) }
        // Before the signals: a life may be over before the call that ends it has returned.
        let lives = targets.map { target -> (incarnation: Int64?, process: ChildProcess)? in
            guard let target, let process = target.process else { return nil }
            target.expectExit(of: process)
            return (target.incarnation, process)
        }
        let deliveries = lives.map { $0?.process.send(signal) ?? .toNobody() }
        for ((target, life), delivery) in zip(zip(targets, lives), deliveries) where delivery.outcome != .sent {
            if let life { target?.retractExit(of: life.process) }
        }
        return victims.indices.map { index in
            Injection(
                victim: victims[index],
                incarnation: lives[index]?.incarnation ?? targets[index]?.incarnation,
                delivery: deliveries[index]
            )
        }
    }

    /// Starts all that were hit again, side by side.
    ///
    /// - Throws: the first failure, after all others have started.
    func restart(_ injections: [Injection], of class: FaultKind.Target) async throws(ChaosError) {
        try await each(injections) { injection throws(ChaosError) in
            try await target(injection.victim, of: `class`)?.restart()
        }
    }

    // MARK: links

    /// Impairs the links of all victims that run, side by side.
    func impair(
        _ victims: [String],
        _ impairment: LinkImpairment,
        of class: FaultKind.Target
    ) async -> [Injection] {
        await withTaskGroup(of: (Int, Injection).self) { group in
            for (index, victim) in victims.enumerated() {
                group.addTask {
                    let target = target(victim, of: `class`)
                    let incarnation = target?.incarnation
                    let delivery = target?.process == nil ? nil : await links?.impair(victim, impairment)
                    return (
                        index, Injection(victim: victim, incarnation: incarnation, delivery: delivery ?? .toNobody())
                    )
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Heals the links of all that were hit, side by side.
    ///
    /// - Throws: the first failure, after all others are healed.
    func healLinks(_ injections: [Injection]) async throws(ChaosError) {
        try await each(injections) { injection throws(ChaosError) in
            try await links?.heal(injection.victim)
        }
    }

    private func each(
        _ injections: [Injection],
        _ body: @escaping @Sendable (Injection) async throws(ChaosError) -> Void
    ) async throws(ChaosError) {
        let failure = await withTaskGroup(of: ChaosError?.self) { group in
            for injection in injections where injection.delivery.outcome == .sent {
                group.addTask {
                    do throws(ChaosError) {
                        try await body(injection)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
        if let failure { throw failure }
    }
}
