/// A promise that was broken in a world.
package struct BrokenPromise: Hashable, Sendable, CustomStringConvertible {
    package enum Promise: String, Hashable, Sendable {
        case twoLeaders = "two leaders"
        case revivedTerm = "an ended term came back"
        case fallingTerm = "a term fell"
        case unbackedTerm = "a leadership without a record of its own"
        case callbackOrder = "callbacks out of order"
        case earlyRelease = "given up before its callback returned"
        case unwantedPromotion = "promoted where it may not lead"
        case wrongRelease = "a release that the store doesn't know"
        case needlessDemotion = "given up though its record stands"
        case unsettled = "not led by the right ones in the end"
        case unending = "without end"
    }

    package let promise: Promise
    package let text: String
    /// True nanoseconds since the world began.
    package let at: Int64

    package var description: String { "\(promise.rawValue), at \(Double(at / 1000) / 1000) ms: \(text)" }
}
