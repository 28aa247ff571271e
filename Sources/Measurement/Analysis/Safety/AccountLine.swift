import ElectionCore

/// An event of the history in words.
enum AccountLine {
    /// Nil where it tells nothing of who led.
    static func line(_ entry: HistoryEntry, _ kind: HistoryEvent) -> Account.Line? {
        guard let text = text(entry, kind) else { return nil }
        let source =
            switch kind {
            case .revision, .storeLost, .storeReady: "store"
            case .ledger: "ledger"
            case .fault, .faultApplied, .faultEnded: "fault"
            case .exited, .serverReady, .serverExited: entry.instance ?? entry.source
            default: entry.incarnation == nil ? entry.source : Incarnation(sourceOf: entry).description
            }
        return Account.Line(at: entry.time, source: source, text: text, isRoutine: isRoutine(entry, kind))
    }

    private static func isRoutine(_ entry: HistoryEntry, _ kind: HistoryEvent) -> Bool {
        switch kind {
        case .believed, .revision, .suspected, .ledger, .faultApplied: true
        case .operation:
            entry.role == nil || !turns.contains(entry.operation ?? "") || entry.outcome != OperationOutcome.ok.rawValue
        default: false
        }
    }

    /// The operations by which a role changes hands.
    private static let turns = [StoreOperation.acquire, .transfer, .claim].map(\.rawValue)

    private static func text(_ entry: HistoryEntry, _ kind: HistoryEvent) -> String? {
        let term = entry.term.map { "term \($0)" } ?? "a term"
        switch kind {
        case .revision: return revision(entry)
        case .operation: return operation(entry)
        case .acquired: return "isLeader turns true, \(term)\(sent(entry))"
        case .promoted: return "its promote callback starts, \(term)"
        case .demoted: return "isLeader turns false, \(term): \(entry.reason ?? "no reason given")"
        case .believed: return "isLeader answered true"
        case .released:
            let what = entry.instance.map { "transfer to \($0)" } ?? "release"
            return "its \(what) was acknowledged, \(term)"
        case .suspected: return "takes the role for vacant: \(entry.reason ?? "")"
        case .ledger:
            let writer = Incarnation(subjectOf: entry)?.description ?? "nobody"
            return "entry \(entry.revision ?? 0) of \(writer), \(term)\(sent(entry))"
        case .connected: return "connected to \(entry.server ?? "a server")"
        case .disconnected: return "connection lost"
        case .synced: return "every role settled after the connection"
        case .exited: return "the process is gone: \(entry.status ?? "")"
        case .fault: return "\(fault(entry)) begins\(entry.detail.map { " (\($0))" } ?? "")"
        case .faultApplied: return "\(fault(entry)) is applied"
        case .faultEnded: return "\(fault(entry)) is over"
        case .storeLost: return "stops answering"
        case .storeReady: return "answers again\(entry.server.map { ", led by \($0)" } ?? "")"
        case .serverReady: return "runs"
        case .serverExited: return "is gone"
        default: return nil
        }
    }

    private static func fault(_ entry: HistoryEntry) -> String {
        "\(entry.faultId ?? 0) \(entry.fault ?? "") on \(entry.instance ?? "nobody")"
    }

    /// How long before the event its write was sent.
    private static func sent(_ entry: HistoryEntry) -> String {
        entry.sentNs.map { ", sent \(Numbers.milliseconds(.nanoseconds(entry.t - $0), digits: 6)) ms before" } ?? ""
    }

    private static func revision(_ entry: HistoryEntry) -> String {
        let number = "revision \(entry.revision ?? 0)"
        guard entry.value == "record", let holder = Incarnation(subjectOf: entry) else {
            return "\(number): \(entry.value ?? "")"
        }
        switch entry.mark.flatMap(StoreRecord.Mark.init) {
        case .transfer: return "\(number): the role is given to \(holder)\(sent(entry))"
        case .claim: return "\(number): claim of \(holder), which does not lead yet\(sent(entry))"
        case nil: return "\(number): record of \(holder)\(sent(entry))"
        }
    }

    private static func operation(_ entry: HistoryEntry) -> String? {
        let isOk = entry.outcome == OperationOutcome.ok.rawValue
        if isOk, entry.operation == StoreOperation.validate.rawValue { return nil }
        let revision = entry.revision.map { ", revision \($0)" } ?? ""
        let whose = entry.role == nil ? "its session's " : ""
        return "\(whose)\(entry.operation ?? "operation") is \(entry.outcome ?? "")\(revision)\(sent(entry))"
    }
}
