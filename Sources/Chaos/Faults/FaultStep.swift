/// One fault, or one a victim, that a scenario asks for at an instant of its own.
package struct FaultStep: Hashable, Sendable {
    package enum Victims: Hashable, Sendable {
        /// All instances or, for what is done to servers, all servers; for a lost quorum a majority of them.
        case all
        /// Instances, or servers, by name.
        case names([String])
        /// The first so many per cent in order, rounded up: a zone.
        case share(percent: Int)
    }

    /// From the start of its phase.
    package let at: Duration
    package let kind: FaultKind
    package let victims: Victims
    package let duration: Duration
    /// Zero: all victims at once, as one fault. Else each is a fault of its own, so far after the one before.
    package let interval: Duration
    /// What is done to links; nil draws it as the phase's own faults do.
    package let impairment: LinkImpairment?

    package init(
        at: Duration,
        kind: FaultKind,
        victims: Victims = .all,
        duration: Duration,
        interval: Duration = .zero,
        impairment: LinkImpairment? = nil
    ) {
        self.at = at
        self.kind = kind
        self.victims = victims
        self.duration = duration
        self.interval = interval
        self.impairment = impairment
    }
}
