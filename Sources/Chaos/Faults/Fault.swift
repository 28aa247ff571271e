/// How one kind of fault is done and undone. A new kind is a new type of its own and a case of ``FaultKind``.
package protocol Fault: Sendable {
    /// Nil where it can be done in this scene; else what is missing, for a person to read.
    func unavailableReason(in scene: any FaultScene) -> String?
    /// Does it, to all victims.
    func inject(_ fault: ScheduledFault, in scene: any FaultScene) async -> [Injection]
    /// Undoes it: after it has returned each victim is as it was before, or a new incarnation of it.
    func heal(_ fault: ScheduledFault, _ injections: [Injection], in scene: any FaultScene) async throws(ChaosError)
}

/// What was done to one victim.
package struct Injection: Hashable, Sendable {
    package let victim: String
    /// The life of an instance that was hit; nil for a server.
    package let incarnation: Int64?
    /// The instants just before and just after the call that did it, and whether it hit anybody.
    package let delivery: SignalDelivery

    package init(victim: String, incarnation: Int64?, delivery: SignalDelivery) {
        self.victim = victim
        self.incarnation = incarnation
        self.delivery = delivery
    }
}

/// What faults are done to: the run's instances, links and servers.
package protocol FaultScene: Sendable {
    /// Nil where there is none of that name.
    func instance(_ id: String) -> (any FaultTarget)?
    /// Nil where there is none of that name, or it is not ours.
    func server(_ name: String) -> (any FaultTarget)?
    /// The names of the servers that are ours, in order.
    var servers: [String] { get }
    /// Nil in a run without links.
    var links: (any LinkControl)? { get }
    /// The name of the server that leads the bucket's stream; nil where there is none at the moment.
    func streamLeader() async -> String?
}

/// A process that faults are done to, through all its lives: what the driver keeps of it.
package protocol FaultTarget: Sendable {
    /// The life that runs now; nil between two.
    var process: ChildProcess? { get }
    /// Which life of an instance it is; nil for a server.
    var incarnation: Int64? { get }
    /// Says that a signal is about to end this life: its end will be nobody's failure.
    func expectExit(of life: ChildProcess)
    /// Takes one ``expectExit(of:)`` back: its signal found nobody. Where no other is left and that life is over by now, it
    /// ended by itself.
    func retractExit(of life: ChildProcess)
    /// Starts a new life once the previous one is gone, which is ended by force where it does not end in time; of a server on
    /// the same store, and returns once it accepts connections.
    func restart() async throws(ChaosError)
}

/// What can be done to links, by the name of whose links they are: an instance's to all servers, or a server's to and from its peers.
package protocol LinkControl: Sendable {
    /// - Returns: the instants just before it was asked for and just after all links were changed.
    func impair(_ owner: String, _ impairment: LinkImpairment) async -> SignalDelivery
    /// Everything passes again, what was held back included; a connection whose other side is gone is closed.
    func heal(_ owner: String) async throws(ChaosError)
}
