import ElectionCore

/// The events around a violation, in order: what a person reads to see how it came about.
struct Account: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        var at: Timestamp
        var source: String
        var text: String
        /// Renewals and the like: left out first where there is too much to tell.
        var isRoutine: Bool
    }

    static let mostLines = 36

    var violation: Violation
    var lines: [Line]
    /// How many more there are.
    var omitted: Int
}

/// Collects what accounts are made of in one pass over the history.
struct AccountWriter {
    private let ttl: Duration
    private var ofRoles: [String: [Account.Line]] = [:]
    private var ofInstances: [String: [Account.Line]] = [:]
    /// The store's and its servers'.
    private var ofStore: [Account.Line] = []

    private struct Told: Hashable {
        var kind: HistoryEvent
        var role: Symbol
        var revision: UInt64?
    }

    /// - Parameter violations: those that an account is asked of.
    init(_ history: History, of violations: [Violation], ttl: Duration) {
        self.ttl = ttl
        let roles = Dictionary(grouping: violations, by: \.role)
            .mapValues { Self.merged($0.map { Self.span(of: $0, ttl: ttl) }) }
        let instances = Set(violations.flatMap(\.parties).map(\.holder.instance))
        for entry in Self.entries(history, of: roles) {
            guard let kind = entry.kind, let line = AccountLine.line(entry, kind) else { continue }
            if let role = entry.role {
                ofRoles[role, default: []].append(line)
            } else if kind == .believed {
                for (role, term) in entry.terms ?? [:] where roles[role] != nil {
                    var answer = line
                    answer.text = "isLeader answered true, term \(term)"
                    ofRoles[role, default: []].append(answer)
                }
            } else if isOfStore(entry, kind) {
                ofStore.append(line)
            } else if instances.contains(entry.instance ?? entry.source) {
                ofInstances[entry.instance ?? entry.source, default: []].append(line)
            }
        }
    }

    /// By time, the entries that tell of a role within its spans, or of none within any.
    private static func entries(_ history: History, of roles: [String: [Span]]) -> HistoryEntries {
        let anybodys = merged(roles.values.flatMap(\.self))
        var spansOfRoles: [Symbol: [Span]] = [:]
        for (role, spans) in roles {
            if let symbol = history.symbol(role) { spansOfRoles[symbol] = spans }
        }
        func holds(_ spans: [Span], _ instant: Timestamp) -> Bool {
            let next = spans.partitioningIndex { $0.start > instant }
            return next > 0 && instant <= spans[next - 1].end
        }
        var found: [(t: Int64, address: UInt32)] = []
        for kind in HistoryEvent.allCases {
            var seen: Set<Told> = []
            history.scan(kind) { row in
                var spans = anybodys
                if let role = row.role {
                    guard let own = spansOfRoles[role] else { return }
                    spans = own
                    // What was told already is told again after a reconnection.
                    let isOfStore = kind == .revision || kind == .ledger
                    let told = Told(kind: kind, role: role, revision: row.revision)
                    if isOfStore, !seen.insert(told).inserted { return }
                }
                if holds(spans, row.time) { found.append((row.t, row.address)) }
            }
        }
        return history.entries(at: found.sorted { $0 < $1 }.map(\.address))
    }

    /// By time, without what two have in common.
    private static func merged(_ spans: [Span]) -> [Span] {
        var merged: [Span] = []
        for span in spans.sorted(by: { $0.start < $1.start }) {
            if let last = merged.last, span.start <= last.end {
                merged[merged.count - 1].end = max(last.end, span.end)
            } else {
                merged.append(span)
            }
        }
        return merged
    }

    private func isOfStore(_ entry: HistoryEntry, _ kind: HistoryEvent) -> Bool {
        switch kind {
        case .storeLost, .storeReady, .serverReady, .serverExited: true
        case .fault, .faultApplied, .faultEnded: entry.target == FaultRecord.Target.server.rawValue
        default: false
        }
    }

    /// From two leases before the violation, which holds the last write that the first leader's lease stood on, to half a lease
    /// after it.
    private static func span(of violation: Violation, ttl: Duration) -> Span {
        Span(violation.span.start - ttl * 2, max(violation.span.end, violation.span.start) + ttl / 2)
    }

    func account(of violation: Violation) -> Account {
        let span = Self.span(of: violation, ttl: ttl)
        let parties = violation.parties.map(\.holder)
        let names = Set(parties.map(\.description))
        let isOfLedger = violation.rule == .fencePassed || violation.rule == .fenceRefused
        let ofRole = Self.within(ofRoles[violation.role, default: []], span).filter { line in
            if line.source == "ledger" { return isOfLedger }
            // Of instances that have no part in it only the turns count.
            return line.source == "store" || names.contains(line.source) || !line.isRoutine
        }
        let told = Self.withoutRepeats(ofRole)
        let others = Set(parties.map(\.instance)).sorted().flatMap { Self.within(ofInstances[$0, default: []], span) }
        let lines = told + others + Self.within(ofStore, span)
        let chosen = Self.choose(lines, around: violation.span.start)
        return Account(violation: violation, lines: chosen, omitted: lines.count - chosen.count)
    }

    /// Of many equal lines of one source in a row the first and the last.
    private static func withoutRepeats(_ lines: [Account.Line]) -> [Account.Line] {
        var kept: [Account.Line] = []
        var runs: [String: (text: String, last: Int?)] = [:]
        for line in lines {
            if let run = runs[line.source], run.text == line.text, let last = run.last {
                kept[last].at = line.at
            } else {
                let isSecond = runs[line.source]?.text == line.text
                kept.append(line)
                runs[line.source] = (line.text, isSecond ? kept.count - 1 : nil)
            }
        }
        return kept
    }

    private static func within(_ lines: [Account.Line], _ span: Span) -> ArraySlice<Account.Line> {
        let start = lines.partitioningIndex { $0.at >= span.start }
        return lines[start..<lines.partitioningIndex { $0.at > span.end }]
    }

    /// Turns before routine, the nearest before the farther; then in order of time.
    private static func choose(_ lines: [Account.Line], around instant: Timestamp) -> [Account.Line] {
        func distance(_ line: Account.Line) -> Int64 { abs((line.at - instant).nanoseconds) }
        let kept = lines.indices
            .sorted { left, right in
                (lines[left].isRoutine ? 1 : 0, distance(lines[left]), left)
                    < (lines[right].isRoutine ? 1 : 0, distance(lines[right]), right)
            }
            .prefix(Account.mostLines)
        return kept.sorted { (lines[$0].at.nanoseconds, $0) < (lines[$1].at.nanoseconds, $1) }.map { lines[$0] }
    }
}
