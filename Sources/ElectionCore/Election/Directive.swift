/// What an ``ElectionMachine`` tells its shell to do, in this order.
package enum Directive: Hashable, Sendable {
    case write(StoreWrite)
    case read
    /// The role is vacant, as of the key's last revision that this machine knows: ``ElectionMachine/ranked(after:at:)`` is
    /// wanted, with the delay of this instance's rank.
    case rank(revision: UInt64)
    case promote(term: UInt64, token: String)
    /// Runs the demote callback; the machine wants ``ElectionMachine/demoteCallbackFinished(at:)`` afterwards.
    case demote(term: UInt64, DemotionReason)
    case report(ElectionEvent)
    /// The role is stopped: nothing of it is in flight any more.
    case finished
}
