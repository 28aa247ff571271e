/// Who is hit by a fault, or settles after one, and when.
struct FaultCalendar {
    private var spans: [[Range<Duration>]]

    init(count: Int) {
        spans = Array(repeating: [], count: count)
    }

    mutating func book(_ index: Int, _ span: Range<Duration>) { spans[index].append(span) }

    func isFree(_ index: Int, in span: Range<Duration>) -> Bool {
        !spans[index].contains { $0.overlaps(span) }
    }

    /// Whether at each instant of a span somebody else is free.
    func isSpared(besides index: Int, throughout span: Range<Duration>) -> Bool {
        // Of many, one is free all the time.
        if spans.indices.contains(where: { $0 != index && isFree($0, in: span) }) { return true }
        let others = spans.indices.filter { $0 != index }
        // Fewer are free only from an instant on at which somebody is hit.
        let hits = others.flatMap { spans[$0].map(\.lowerBound).filter(span.contains) }
        return ([span.lowerBound] + hits).allSatisfy { instant in
            others.contains { other in !spans[other].contains { $0.contains(instant) } }
        }
    }
}
