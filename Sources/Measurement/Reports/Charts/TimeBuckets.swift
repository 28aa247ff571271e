package import ElectionCore

/// A span cut into pieces of equal length; the last one is up to half a length longer or shorter.
package struct TimeBuckets: Hashable, Sendable {
    static let most = 240

    package let span: Span
    package let width: Duration
    package let count: Int

    /// - Returns: nil for an empty span.
    package init?(_ span: Span, atLeast least: Duration = .seconds(2)) {
        guard span.length > .zero else { return nil }
        self.span = span
        // 1, 2 or 5 times a power of ten: a width that can be said in one word.
        var width = Duration.milliseconds(100)
        var step = 0
        while width < least || span.length > width * Self.most {
            width = step % 3 == 1 ? width / 2 * 5 : width * 2
            step += 1
        }
        self.width = width
        count = Int(max(1, Numbers.rounded(span.length.nanoseconds, to: width.nanoseconds)))
    }

    /// Nil outside of the span.
    package func index(of instant: Timestamp) -> Int? {
        guard span.start <= instant, instant <= span.end else { return nil }
        return min(count - 1, Int((instant - span.start).nanoseconds / width.nanoseconds))
    }

    package subscript(index: Int) -> Span {
        let start = span.start + width * index
        return Span(start, index == count - 1 ? span.end : start + width)
    }

    /// The buckets that a part of `piece` lies in, and how much of it.
    func parts(of piece: Span) -> [(index: Int, length: Duration)] {
        guard let inner = span.intersection(piece), let first = index(of: inner.start), let last = index(of: inner.end)
        else { return [] }
        return (first...last).compactMap { index in
            self[index].intersection(inner).map { (index, $0.length) }
        }
    }

    /// Seconds from the span's start to the bucket's.
    package func seconds(_ index: Int) -> Double { (self[index].start - span.start) / .seconds(1) }
}
