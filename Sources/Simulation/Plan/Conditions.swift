/// What goes wrong at any time in a world, besides its faults: chances from 0 to 1, spans in nanoseconds.
package struct Conditions: Hashable, Sendable {
    /// The chance that a request, or an answer, is lost.
    package var loss: Double = 0
    /// The chance that a message travels for up to ``tail`` instead of its usual time.
    package var tailChance: Double = 0
    package var tail: Int64 = 0
    /// The chance that an answer comes twice.
    package var duplicate: Double = 0
    /// The chance that a rejection doesn't say the key's last revision, as on a replicated stream.
    package var numberless: Double = 0
    /// The chance that a message's instant is taken by one thread, and the message processed up to ``lag`` later by another.
    package var lagChance: Double = 0
    package var lag: Int64 = 0
    /// How long callbacks run, at most.
    package var callbackTime: Int64 = 0
    /// The chance that a watch begins at a replica that lags behind.
    package var replicaLag: Double = 0
    /// The chance that who gives, claims or gets a role is hit while that is under way.
    package var cross: Double = 0
    /// The chance that one of the others is never told of a lost connection.
    package var deaf: Double = 0
    /// The chance that what is told of a lost connection is told up to ``tail`` later, or twice.
    package var lateNotice: Double = 0

    package init() {}
}
