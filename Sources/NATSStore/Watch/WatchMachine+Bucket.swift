import ElectionCore

/// Finding, making and opening the bucket before it is watched.
extension WatchMachine {
    /// How often a bucket that waits is looked at, for another instance may open it earlier.
    static let lookInterval = Duration.milliseconds(250)
    /// How often the bucket is asked for while nobody answers; a cluster that elects takes hundreds of milliseconds.
    static let repeatInterval = Duration.milliseconds(100)

    /// The answer to ``BucketRequest/inspect``; nil where the server could not tell.
    mutating func bucketFound(_ found: BucketFound?, number: UInt64, now: Timestamp) -> [Effect] {
        guard case .asking(.inspect, number, _, let failures) = state else { return [] }
        guard let found else { return pause(failures: failures, atMost: Self.repeatInterval, now: now) }
        silence?.answered()
        switch opening.step(found, at: now) {
        case .make: return ask(.make, failures: failures, now: now)
        case .raise(let start): return ask(.raise(to: start), failures: failures, now: now)
        case .open(let configuration): return ask(.open(configuration), failures: failures, now: now)
        case .drop: return ask(.drop, failures: failures, now: now)
        case .use: return open(failures: failures, now: now)
        case .wait(let end, let isNews):
            state = .waiting(until: min(end, now + Self.lookInterval), failures: 0)
            return isNews ? [.opensLater(end - now)] : []
        }
    }

    /// The answer to another ``BucketRequest``: what came of it is looked at, whoever did it.
    ///
    /// - Parameter isDone: false where the server could not or would not.
    mutating func bucketAnswered(_ isDone: Bool, number: UInt64, now: Timestamp) -> [Effect] {
        guard case .asking(let request, number, _, let failures) = state, request != .inspect else { return [] }
        guard isDone else { return pause(failures: failures, now: now) }
        silence?.answered()
        // What doesn't last is not done over and over without a pause.
        guard failures <= 1 else { return pause(failures: failures, now: now) }
        return ask(.inspect, failures: failures + 1, now: now)
    }

    mutating func ask(_ request: BucketRequest, failures: Int, now: Timestamp) -> [Effect] {
        lastRequest += 1
        silence?.asked(now: now)
        let limit = request == .inspect ? Self.repeatInterval : patience(failures)
        state = .asking(request, number: lastRequest, until: now + limit, failures: failures)
        return [.ask(request, number: lastRequest)]
    }

    private mutating func pause(
        failures: Int,
        atMost limit: Duration = .seconds(1),
        now: Timestamp
    ) -> [Effect] {
        state = .waiting(until: now + min(Self.pause(failures), limit), failures: failures + 1)
        return []
    }
}
