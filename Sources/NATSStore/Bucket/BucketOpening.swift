import ElectionCore

/// What stands at a bucket's place on the server.
enum BucketFound: Hashable, Sendable {
    case nothing
    /// A bucket that somebody has made and nobody can write to yet.
    ///
    /// - Parameters:
    ///   - start: the sequence that it begins with once it is open: its creation time in microseconds since 1970.
    ///   - next: the sequence that its next message would get now.
    ///   - as: what its maker wanted it to be like, who may have other settings than who opens it.
    case unopened(start: UInt64, next: UInt64, as: StreamConfiguration)
    /// One that is in use, made by us or by others.
    case open
    /// One of ours that is open and has lost what was in it, so that it counts from 1 again: a cluster remembers the streams of
    /// a server whose store is gone, and makes them anew, with the settings that they had last.
    case emptied(start: UInt64)
}

extension BucketFound {
    /// Reads an answer to `STREAM.INFO`; nil where it doesn't tell.
    init?(_ answer: StreamAnswer, _ bucket: BucketSettings) {
        if let error = answer.error {
            guard error.errorCode == JetStreamError.streamNotFound else { return nil }
            self = .nothing
        } else if let configuration = answer.config {
            let isOpen = configuration.subjects?.contains(bucket.openingSubject) != true
            if isOpen && !configuration.isOurs {
                self = .open
                return
            }
            guard let start = answer.created.flatMap(CreationTime.microseconds), let last = answer.state?.last_seq
            else { return nil }
            if isOpen {
                self = last + 1 < start ? .emptied(start: start) : .open
            } else {
                self = .unopened(start: start, next: last + 1, as: configuration)
            }
        } else {
            return nil
        }
    }
}

/// Says how a bucket gets into use, step by step, each a consequence of what was found just now: so any instance goes on
/// where another one, perhaps dead by now, has stopped, and doing a step twice does no harm.
///
/// A store that was lost took leases with it that still run, and a new one would count its revisions, which are the terms,
/// from 1 again. So a new bucket
/// - takes no record at first: it has another subject than its keys',
/// - opens only when a lease's ttl has passed since this instance first saw it: every lease of an earlier bucket is over,
/// - begins with a revision that is its creation time in microseconds: above all of an earlier one, for nobody writes a
///   million revisions a second, and a compare-and-set that still expects one of those can't match.
///
/// One that was emptied while it was open can't be raised any more; it is dropped after the same wait, and made anew.
///
/// Assumed: the servers' wall clock doesn't go back by more than the time between the making of two buckets.
struct BucketOpening {
    enum Step: Hashable, Sendable {
        case make
        /// Nothing before the given instant; `isNews`: the first time that this bucket was seen.
        case wait(until: Timestamp, isNews: Bool)
        /// Let the next message have this sequence.
        case raise(to: UInt64)
        /// Give a bucket of these settings the subjects of its keys.
        case open(StreamConfiguration)
        /// Delete it.
        case drop
        case use
    }

    /// How long a bucket has to look emptied before it is dropped: far longer than it takes to open one.
    private static let doubt = Duration.seconds(1)

    private let patience: Duration
    private var first: (start: UInt64, seen: Timestamp)?
    /// Since when it looks emptied.
    private var emptied: (start: UInt64, seen: Timestamp)?

    /// - Parameter patience: how long a bucket stays unopened after it was first seen.
    init(patience: Duration) {
        self.patience = patience
    }

    mutating func step(_ found: BucketFound, at now: Timestamp) -> Step {
        if case .emptied = found {} else { emptied = nil }
        switch found {
        case .nothing: return .make
        case .open:
            first = nil
            return .use
        case .unopened(let start, let next, let configuration):
            let (seen, isNews) = Self.firstSeen(start, &first, at: now)
            if now < seen + patience { return .wait(until: seen + patience, isNews: isNews) }
            return next < start ? .raise(to: start) : .open(configuration)
        case .emptied(let start):
            // One answer alone may have the settings of a bucket that somebody is just opening, and its state of before.
            let (seen, isNews) = Self.firstSeen(start, &first, at: now)
            let until = max(seen + patience, Self.firstSeen(start, &emptied, at: now).seen + Self.doubt)
            return now < until ? .wait(until: until, isNews: isNews) : .drop
        }
    }

    /// When the bucket was seen first; another one than before is younger, and waits for its own time.
    private static func firstSeen(
        _ start: UInt64,
        _ known: inout (start: UInt64, seen: Timestamp)?,
        at now: Timestamp
    ) -> (seen: Timestamp, isNews: Bool) {
        if let known, known.start == start { return (known.seen, false) }
        known = (start, now)
        return (now, true)
    }
}
