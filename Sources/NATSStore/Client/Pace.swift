import ElectionCore

/// How often the messages of a watch are taken: each as it comes, and where they come close together, some at a time.
///
/// Each time that a message wakes the thread that reads costs more than some messages do. Where hundreds of renewals a second
/// arrive, none of which is urgent, the thread takes the first of those that come within its patience only when that is over, and
/// with it all that has come since. One that comes after a pause is taken at once.
struct Pace {
    /// Messages out of one read follow each other faster than this; between two reads lie at least two calls of the system.
    static let betweenReads = Duration.microseconds(20)

    /// The least time between two times that the thread begins to take messages.
    let patience: Duration
    private var beganAt = Timestamp(nanoseconds: 0)
    private var endedAt = Timestamp(nanoseconds: 0)
    private var isRoutine = false

    init(patience: Duration) {
        self.patience = patience
    }

    /// - Returns: until when the thread leaves the message, and what comes after it; nil where it takes it at once.
    func rest(before now: Timestamp) -> Timestamp? {
        guard patience > .zero, isRoutine, isNewRead(now), now < beganAt + patience else { return nil }
        return beganAt + patience
    }

    mutating func begins(at now: Timestamp) {
        if isNewRead(now) { beganAt = now }
    }

    /// - Parameter isRoutine: whether the message was one of a watch that is whole.
    mutating func ended(isRoutine: Bool, at now: Timestamp) {
        endedAt = now
        self.isRoutine = isRoutine
    }

    private func isNewRead(_ now: Timestamp) -> Bool { now - endedAt > Self.betweenReads }
}
