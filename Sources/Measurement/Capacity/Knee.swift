import ElectionCore

/// Where, along instances and roles, a ttl stops being kept.
package struct Knee: Hashable, Sendable {
    package struct Point: Hashable, Sendable {
        package var instances: Int
        package var roles: Int
        package var health: CapacityHealth

        package init(_ instances: Int, _ roles: Int, _ health: CapacityHealth) {
            self.instances = instances
            self.roles = roles
            self.health = health
        }

        var size: String { "\(instances) × \(roles)" }

        func isWithin(_ other: Point) -> Bool { instances <= other.instances && roles <= other.roles }
    }

    package var ttl: Duration
    /// The largest cells up to which, in both directions, all that was measured is fine.
    package var fine: [Point]
    /// The smallest cells that are not.
    package var beyond: [Point]
    /// How many cells are not measured yet.
    package var open: Int

    package init(ttl: Duration, _ points: [Point]) {
        self.ttl = ttl
        let bad = points.filter(\.health.isBeyond)
        let good = points.filter { point in point.health.state == .fine && !bad.contains { $0.isWithin(point) } }
        fine = good.filter { point in !good.contains { $0 != point && point.isWithin($0) } }
        beyond = bad.filter { point in !bad.contains { $0 != point && $0.isWithin(point) } }
        open = points.count { $0.health.state != .fine && !$0.health.isBeyond }
    }

    /// In words: `ttl 3 s: fine up to 20 × 200; at 50 × 200 renewals' p99 is …`.
    package var text: String {
        var parts: [String] = []
        if fine.isEmpty {
            parts.append(beyond.isEmpty ? "nothing is measured" : "no measured size is fine")
        } else {
            let sizes = fine.map(\.size).joined(separator: " and ")
            parts.append("fine up to \(sizes)" + (beyond.isEmpty && open == 0 ? ", the largest measured" : ""))
        }
        parts += beyond.map { "at \($0.size) \($0.health.state.rawValue): \($0.health.reason)" }
        if open > 0 { parts.append("\(Numbers.count(open, "cell")) not measured") }
        return "ttl \(Numbers.short(ttl)): " + parts.joined(separator: "; ")
    }
}
