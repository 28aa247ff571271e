/// The smallest shift of a measure that matters: the larger of the two where both are given.
package struct Tolerance: Hashable, Sendable {
    /// A part of the base's figure, such as 0.1.
    package var relative: Double?
    /// In the measure's unit.
    package var absolute: Double?

    init(relative: Double? = nil, absolute: Double? = nil) {
        self.relative = relative
        self.absolute = absolute
    }

    /// In the measure's unit, for a figure of the base.
    func limit(at base: Double) -> Double { max((relative ?? 0) * abs(base), absolute ?? 0) }

    /// `10 %`, `2 ms`, `10 %, at least 5 ms`.
    func text(unit: String) -> String {
        let part = relative.map { "\(Self.short($0 * 100)) %" }
        let amount = absolute.map { "\(Self.short($0)) \(unit)" }
        guard let part else { return amount ?? "0 \(unit)" }
        return amount.map { "\(part), at least \($0)" } ?? part
    }

    static func short(_ value: Double) -> String {
        value == value.rounded() ? Numbers.fixed(value, digits: 0) : "\(value)"
    }

    /// `10%` or `2`; nil for anything else.
    init?(_ text: some StringProtocol) {
        let isPart = text.hasSuffix("%")
        let number = isPart ? text.dropLast() : text[...]
        let isPlain = !number.isEmpty && number.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard isPlain, let value = Double(String(number)), value.isFinite else { return nil }
        self.init(relative: isPart ? value / 100 : nil, absolute: isPart ? nil : value)
    }
}

/// One `--tolerance` as it is typed: `10%`, `failover_ms=10%`, `gap_ms{cause=stopped}=2`.
package struct ToleranceRule: Hashable, Sendable {
    /// Nil: of every measure that decides.
    package let measure: String?
    /// Nil: in all scopes.
    package let scope: String?
    package let tolerance: Tolerance

    /// - Returns: nil where it can't be read.
    package init?(_ text: String) {
        guard let equals = text.lastIndex(of: "=") else {
            guard let tolerance = Tolerance(text), tolerance.relative != nil else { return nil }
            (measure, scope, self.tolerance) = (nil, nil, tolerance)
            return
        }
        guard let tolerance = Tolerance(text[text.index(after: equals)...]) else { return nil }
        self.tolerance = tolerance
        let name = text[..<equals]
        guard let brace = name.firstIndex(of: "{") else {
            guard !name.isEmpty, !name.contains("}") else { return nil }
            (measure, scope) = (String(name), nil)
            return
        }
        let tag = name[name.index(after: brace)...]
        guard brace > name.startIndex, tag.hasSuffix("}"), tag.count > 1 else { return nil }
        (measure, scope) = (String(name[..<brace]), String(tag.dropLast()))
    }
}

extension [ToleranceRule] {
    /// Whether somebody named the measure in this scope.
    func names(_ measure: String, scope: String) -> Bool {
        contains { $0.measure == measure && ($0.scope == nil || $0.scope == scope) }
    }

    /// The last that says most: of the scope, else of the measure, else of all; nil where none holds.
    func tolerance(of measure: String, scope: String) -> Tolerance? {
        let rules = [
            last { $0.measure == measure && $0.scope == scope }, last { $0.measure == measure && $0.scope == nil },
            last { $0.measure == nil },
        ]
        return rules.lazy.compactMap { $0 }.first?.tolerance
    }
}
