import ElectionCore

/// What a measure of the summary is, apart from any run: its unit, what its rows are told apart by, and how it may be aggregated.
package struct Measure: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Every value of it is kept.
        case sample
        /// A sample of what should never be: that there is none is a figure.
        case occurrences
        /// In an HDR histogram, within 0.1 % of each value.
        case latencies
        /// A number of things. It only rises while a run goes on, unless the measure ``settlesAtEnd``.
        case count
        /// One figure.
        case gauge
    }

    /// What tells the rows of a measure apart, or the values of a sample.
    package enum Tag: String, Hashable, Sendable, CaseIterable {
        case fault, cause, operation, over, life, after, process, percentile, direction, role
    }

    /// What more of makes a sample larger.
    package enum Source: Hashable, Sendable {
        /// Comes with time; in the plural.
        case events(String)
        /// As many as a run has, however long it lasts.
        case fixed(String)
    }

    package var name: String
    package var unit: String
    package var kind: Kind
    /// Decimals, as it is printed.
    package var digits: Int
    /// Decimals of a sample's values, where they are fewer.
    package var sampleDigits: Int
    /// What its rows are told apart by; nil where it has one row.
    package var scope: Tag?
    /// Values of the scope's tag besides the run's own.
    package var moreScopes: [String] = []
    /// Whether each value of the sample has a role.
    package var hasRoles = false
    package var source: Source = .events("values")
    /// Whether a sample's row has a figure of its own, such as a total.
    package var hasValue = false
    /// Whether the figure is a part of 1.
    package var isRate = false
    /// Whether a row of one figure also has the highest it ever was.
    package var hasMax = false
    /// Whether it has a row for all scopes together.
    package var hasTotal = false
    /// Whether the rows tell of the same thing, so that they can be put together.
    package var pools = true
    /// Whether each value of the sample only rises while a run goes on.
    package var valuesRise = false
    /// Whether that a scope has no row means zero.
    package var absentIsZero = false
    /// Whether it tells nothing where there is no entry of the ledger.
    package var needsLedger = false
    /// Whether what has not ended yet counts for it, so that it tells nothing before the end of the run.
    package var settlesAtEnd = false

    package init(_ name: String, _ unit: String, _ kind: Kind, digits: Int = 0, by scope: Tag? = nil) {
        self.name = name
        self.unit = unit
        self.kind = kind
        self.digits = digits
        sampleDigits = digits
        self.scope = scope
    }

    package static func named(_ name: String) -> Measure? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    package var tags: [Tag] { [scope, hasRoles ? .role : nil].compactMap(\.self) }

    /// The row's scope where the tag has this value.
    static func scope(_ tag: Tag, _ value: String) -> String { tag == .process ? value : "\(tag.rawValue)=\(value)" }

    /// How it may be aggregated, as a threshold has it; `p(N)` for every percentile.
    package var aggregations: [String] {
        switch kind {
        case .sample:
            ["avg", "min", "med", "max", "p(N)", "count"] + (hasValue ? ["value"] : []) + (isRate ? ["rate"] : [])
        case .occurrences: ["max", "count", "value"]
        case .latencies: ["med", "max", "p(N)", "count"]
        case .count: ["count", "rate", "value"]
        case .gauge: ["value"] + (hasMax ? ["max"] : [])
        }
    }
}

extension Measure.Tag {
    /// The values that it can have; nil where they are the run's own.
    package var values: [String]? {
        switch self {
        case .fault, .role: nil
        case .cause: DemotionReason.allCases.map(\.rawValue).filter(Handover.isOrderly)
        case .operation: StoreOperation.allCases.map(\.rawValue)
        case .over: ["time", "end"]
        case .life: ["early", "late"]
        case .after: Balance.Change.Kind.allCases.map(\.rawValue)
        case .process: SourceKind.allCases.map(\.rawValue)
        case .percentile: ["5", "95"]
        case .direction: ServerRates.Direction.allCases.map(\.rawValue)
        }
    }
}
