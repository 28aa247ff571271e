import ElectionCore

/// A host's clock: it began anywhere, and runs a little fast or slow. Instants of a world are true nanoseconds.
package struct HostClock: Hashable, Sendable {
    package let offset: Int64
    /// How far its rate is from true, in parts per thousand million.
    package let drift: Int64

    package init(offset: Int64 = 0, drift: Int64 = 0) {
        self.offset = offset
        self.drift = drift
    }

    func local(_ instant: Int64) -> Timestamp {
        Timestamp(nanoseconds: offset + instant + Self.parts(drift, of: instant))
    }

    /// So many parts per thousand million of a span, of any length.
    static func parts(_ drift: Int64, of span: Int64) -> Int64 { scaled(span, by: drift, over: 1_000_000_000) }

    private static func scaled(_ span: Int64, by factor: Int64, over divisor: Int64) -> Int64 {
        divisor.dividingFullWidth(span.multipliedFullWidth(by: factor)).quotient
    }

    /// The first true instant at which this clock shows at least `local`.
    func instant(of local: Timestamp) -> Int64 {
        let shown = local.nanoseconds - offset
        if drift == 0 { return shown }
        var instant = shown - Self.scaled(shown, by: drift, over: 1_000_000_000 + drift)
        while self.local(instant) < local { instant += 1 }
        while self.local(instant - 1) >= local { instant -= 1 }
        return instant
    }
}
