/// How one kind of fault is done and undone. A new kind is a new type of its own and a case of ``FaultKind``.
package protocol Fault: Sendable {
    /// Nil where this machine can do it; else what is missing, for a person to read.
    func unavailableReason() -> String?
    /// Does it.
    ///
    /// - Returns: the instants just before and just after the call that did it, and whether it hit anybody.
    func inject(into victim: any FaultTarget) async -> SignalDelivery
    /// Undoes it: after it has returned the victim is as it was before, or a new incarnation of it.
    func heal(_ victim: any FaultTarget) async throws(ChaosError)
}

/// An instance that faults are done to: what the driver keeps of it.
package protocol FaultTarget: Sendable {
    /// The incarnation that runs now; nil between two.
    var process: ChildProcess? { get }
    /// Starts a new incarnation, once the previous one is gone.
    func restart() async throws(ChaosError)
}

/// The victim dies without a word, and a new incarnation follows.
package struct KillFault: Fault {
    package init() {}
    package func unavailableReason() -> String? { nil }
    package func inject(into victim: any FaultTarget) async -> SignalDelivery { victim.deliver(.kill) }
    package func heal(_ victim: any FaultTarget) async throws(ChaosError) { try await victim.restart() }
}

/// The victim is asked to stop in order, and a new incarnation follows.
package struct StopFault: Fault {
    package init() {}
    package func unavailableReason() -> String? { nil }
    package func inject(into victim: any FaultTarget) async -> SignalDelivery { victim.deliver(.terminate) }
    package func heal(_ victim: any FaultTarget) async throws(ChaosError) { try await victim.restart() }
}

extension FaultTarget {
    fileprivate func deliver(_ signal: ChildSignal) -> SignalDelivery {
        process?.send(signal) ?? .toNobody()
    }
}
