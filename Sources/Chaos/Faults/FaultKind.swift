/// What can be done to an instance on purpose.
package enum FaultKind: String, Hashable, Sendable, CaseIterable {
    /// SIGKILL: it dies without a word.
    case kill
    /// SIGTERM: it is asked to stop in order.
    case stop

    /// What applies this kind and undoes it.
    package var fault: any Fault {
        switch self {
        case .kill: KillFault()
        case .stop: StopFault()
        }
    }
}
