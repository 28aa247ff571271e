import ElectionCore

/// Directives as short text, so that a table of transitions is readable. A machine's tokens are T1, T2, … in the order
/// in which it made them; times are whole milliseconds.
struct Rendering {
    private var tokens: [String] = []

    mutating func text(_ directives: [Directive]) -> String {
        directives.map { text($0) }.joined(separator: ", ")
    }

    private mutating func text(_ directive: Directive) -> String {
        switch directive {
        case .write(let write):
            switch write.value {
            case .record(let record):
                "\(verb(record)) #\(write.id) \(name(record.token)) if \(write.expectedRevision)"
            case .marker: "delete #\(write.id) if \(write.expectedRevision)"
            }
        case .read: "read"
        case .rank(let revision): "rank \(revision)"
        case .promote(let term, let token): "PROMOTE \(term) \(name(token))"
        case .demote(let term, let reason): "DEMOTE \(term) \(reason.rawValue)"
        case .report(let event): text(event)
        case .finished: "FINISHED"
        }
    }

    private func text(_ event: ElectionEvent) -> String {
        switch event {
        case .suspected(let revision, let reason, _):
            "~suspected \(revision) \(reason.rawValue)"
        case .operation(let operation, let outcome, _, _, let revision, _):
            "~\(operation.rawValue) \(outcome.rawValue)\(revision.map { " \($0)" } ?? "")"
        case .acquired(let term, _, _):
            "~acquired \(term)"
        case .promoted(let term, _):
            "~promoted \(term)"
        case .demoted(let term, let reason, let instant):
            "~demoted \(term) \(reason.rawValue) at \(milliseconds(instant))"
        case .steppedDown(let term, let reason, _):
            "~steppedDown \(term) \(reason.rawValue)"
        case .released(let term, let revision, let successor, _):
            "~released \(term) by \(revision)\(successor.map { " to \($0)" } ?? "")"
        }
    }

    private func verb(_ record: LeadershipRecord) -> String {
        switch record.meta?.mark {
        case .transfer: "give \(record.id)"
        case .claim: "claim"
        case .asks, nil: "put"
        }
    }

    private mutating func name(_ token: String) -> String {
        if !tokens.contains(token) { tokens.append(token) }
        return "T\((tokens.firstIndex(of: token) ?? 0) + 1)"
    }
}

func milliseconds(_ instant: Timestamp) -> Int64 {
    let (whole, rest) = instant.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    // Upwards, so that a rounded deadline has always come.
    return rest > 0 ? whole + 1 : whole
}

extension Timestamp {
    static func ms(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }
}
