/// One life of an instance.
package struct Incarnation: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var instance: String
    package var number: Int64

    package init(_ instance: String, _ number: Int64) {
        self.instance = instance
        self.number = number
    }

    /// Whoever wrote the entry.
    init(sourceOf entry: HistoryEntry) {
        self.init(entry.source, entry.incarnation ?? 0)
    }

    /// Whom the driver's or the observer's entry is about; nil where it names nobody.
    init?(subjectOf entry: HistoryEntry) {
        guard let instance = entry.instance else { return nil }
        self.init(instance, entry.instanceIncarnation ?? 0)
    }

    package var description: String { "\(instance) #\(number)" }

    package static func < (left: Incarnation, right: Incarnation) -> Bool {
        (left.instance, left.number) < (right.instance, right.number)
    }
}
