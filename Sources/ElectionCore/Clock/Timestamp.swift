#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An instant on the one clock that all processes of a host share and that also counts while the machine sleeps.
///
/// It counts nanoseconds of `CLOCK_BOOTTIME` (`ContinuousClock`), never of the wall clock, which steps.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func now() -> Timestamp {
        #if os(Linux)
        // What ContinuousClock reads, without its arithmetic in attoseconds: it is asked several times for each message.
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        #else
        let clock = ContinuousClock()
        return Timestamp(nanoseconds: clock.systemEpoch.duration(to: clock.now).nanoseconds)
        #endif
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The furthest instant there is where the sum lies beyond it: a span may come from somebody else's record.
    public static func + (instant: Timestamp, span: Duration) -> Timestamp {
        let (sum, isBeyond) = instant.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return Timestamp(nanoseconds: isBeyond ? (span < .zero ? .min : .max) : sum)
    }

    public static func - (instant: Timestamp, span: Duration) -> Timestamp {
        Timestamp(nanoseconds: instant.nanoseconds - span.nanoseconds)
    }

    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }

    public static func += (instant: inout Timestamp, span: Duration) { instant = instant + span }
}

extension Duration {
    /// The whole span in nanoseconds, rounded towards zero.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
