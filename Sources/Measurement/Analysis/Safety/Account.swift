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
        var role: String
        var revision: UInt64?
    }

    init(_ history: History, of violations: [Violation], ttl: Duration) {
        self.ttl = ttl
        let roles = Set(violations.map(\.role))
        let instances = Set(violations.flatMap(\.parties).map(\.holder.instance))
        var seen: Set<Told> = []
        for entry in history.entries {
            guard let kind = entry.kind, let line = AccountLine.line(entry, kind) else { continue }
            if let role = entry.role {
                guard roles.contains(role) else { continue }
                // What was told already is told again after a reconnection.
                let isOfStore = kind == .revision || kind == .ledger
                if isOfStore, !seen.insert(Told(kind: kind, role: role, revision: entry.revision)).inserted { continue }
                ofRoles[role, default: []].append(line)
            } else if kind == .believed {
                for (role, term) in entry.terms ?? [:] where roles.contains(role) {
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

    private func isOfStore(_ entry: HistoryEntry, _ kind: HistoryEvent) -> Bool {
        switch kind {
        case .storeLost, .storeReady, .serverReady, .serverExited: true
        case .fault, .faultApplied, .faultEnded: entry.target == FaultRecord.Target.server.rawValue
        default: false
        }
    }

    /// From two leases before the violation, which holds the last write that the first leader's lease stood on, to half a lease
    /// after it.
    func account(of violation: Violation) -> Account {
        let span = Span(violation.span.start - ttl * 2, max(violation.span.end, violation.span.start) + ttl / 2)
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
