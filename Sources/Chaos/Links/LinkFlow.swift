import ElectionCore
import NIOCore

/// Decides when the bytes of one direction of one connection pass: a queue, without I/O or clock.
struct LinkFlow {
    /// How the sender has ended: none → finished | gone; finished → gone.
    enum Ending: Int, Comparable {
        case none
        /// It will send no more, and still listens.
        case finished
        /// It closed, or was reset.
        case gone

        static func < (left: Ending, right: Ending) -> Bool { left.rawValue < right.rawValue }
    }

    /// What is to be done next.
    enum Step: Equatable {
        case pass(ByteBuffer)
        /// All bytes have passed, and now the receiver learns how the sender has ended.
        case end(Ending)
        case wait(until: NIODeadline)
        case nothing
    }

    private struct Piece {
        var bytes: ByteBuffer
        var due: NIODeadline
    }

    /// How much is taken from a sender ahead of the receiver, so that a latency alone doesn't limit what passes in a second.
    private static let delayedBytes = 4 << 20
    private static let limitedBytes = 64 << 10

    private(set) var condition = LinkCondition()
    /// Nothing passes, whatever the link's condition: the sender was cut off, and the receiver is not to know yet.
    var isSilenced = false
    private var pieces = CircularBuffer<Piece>()
    private var heldBytes = 0
    private var ending = Ending.none
    private var passedEnding = Ending.none
    private var endingDue = NIODeadline.uptimeNanoseconds(0)
    /// Pieces keep their order, whatever their jitter.
    private var lastDue = NIODeadline.uptimeNanoseconds(0)
    /// When a limited line will have carried what it was given.
    private var lineFree = NIODeadline.uptimeNanoseconds(0)
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// Whether a piece may pass as it comes, without being asked for here.
    var isIdle: Bool { pieces.isEmpty && ending == .none && !isSilenced && condition.isClear }

    /// Whether the sender is to be read from.
    var takesMore: Bool {
        if isSilenced || condition.isBlocked { return false }
        return heldBytes < (condition.bytesPerSecond == nil ? Self.delayedBytes : Self.limitedBytes)
    }

    mutating func change(to condition: LinkCondition, now: NIODeadline) {
        self.condition = condition
        lineFree = now
    }

    mutating func append(_ bytes: ByteBuffer, now: NIODeadline) {
        pieces.append(Piece(bytes: bytes, due: due(now)))
        heldBytes += bytes.readableBytes
    }

    mutating func end(_ ending: Ending, now: NIODeadline) {
        guard ending > self.ending else { return }
        self.ending = ending
        endingDue = due(now)
    }

    /// Forgets what has not passed.
    mutating func discard() {
        pieces.removeAll()
        heldBytes = 0
    }

    mutating func next(now: NIODeadline) -> Step {
        if isSilenced || condition.isBlocked { return .nothing }
        guard let piece = pieces.first else {
            guard ending > passedEnding else { return .nothing }
            if condition.isDelayed, endingDue > now { return .wait(until: endingDue) }
            passedEnding = ending
            return .end(ending)
        }
        // A latency that was taken away no longer counts.
        let due = condition.isDelayed ? piece.due : min(piece.due, now)
        guard let rate = condition.bytesPerSecond else {
            return due > now ? .wait(until: due) : .pass(take(piece.bytes.readableBytes))
        }
        // A hundredth of a second's worth at a time: the line is smooth, and its last byte comes when it should.
        let count = min(piece.bytes.readableBytes, max(1, rate / 100))
        let release = max(due, lineFree) + .nanoseconds(Int64(count) * 1_000_000_000 / Int64(rate))
        if release > now { return .wait(until: release) }
        lineFree = release
        return .pass(take(count))
    }

    private mutating func take(_ count: Int) -> ByteBuffer {
        heldBytes -= count
        // Whole in nearly all cases.
        if pieces[pieces.startIndex].bytes.readableBytes == count { return pieces.removeFirst().bytes }
        return pieces[pieces.startIndex].bytes.readSlice(length: count) ?? ByteBuffer()
    }

    private mutating func due(_ now: NIODeadline) -> NIODeadline {
        guard condition.isDelayed else { return now }
        let jitter = random.number(below: UInt64(condition.jitter.nanoseconds) + 1)
        lastDue = max(lastDue, now + condition.latency + .nanoseconds(Int64(jitter)))
        return lastDue
    }
}
