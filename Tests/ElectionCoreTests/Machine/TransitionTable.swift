import ElectionCore
import Testing

/// One state of a machine and what each input does in it.
///
/// `rows` lists inputs, a colon, and in the next line what comes of them: the new state, its next deadline in
/// milliseconds, then the directives. Inputs with the same result share a row.
struct TransitionTable: Sendable, CustomTestStringConvertible {
    let state: String
    /// When the inputs come, in milliseconds.
    let instant: Int64
    /// What the key holds, as the machine knows it.
    let entry: StoredEntry
    let build: @Sendable () -> Bench
    let rows: String

    var testDescription: String { state }

    /// What is true of this state and may be given to it.
    struct Case {
        let name: String
        let result: String
    }

    /// The own record of term 6, as ``Bench/leading(validates:)`` acquired it, under this revision.
    static func own(_ revision: UInt64) -> StoredEntry {
        guard let record = Bench.leading().lastRecord else { preconditionFailure("a leader without a record") }
        return .record(record, revision: revision)
    }

    /// The golden text, input by input.
    var expected: [String: String] {
        var expected: [String: String] = [:]
        var names: [String] = []
        for line in rows.split(separator: "\n") {
            if line.hasPrefix("  ") {
                let result = String(line.drop { $0 == " " })
                for name in names { expected[name] = result }
                names = []
            } else {
                names += line.split(whereSeparator: { $0 == ";" || $0 == ":" }).map { String($0.drop { $0 == " " }) }
            }
        }
        return expected
    }

    var actual: [Case] {
        let start = build()
        var cases = inputs(start).map { name, input in
            var bench = start
            let directives = bench.at(instant, input)
            return Case(name: name, result: line(bench, directives))
        }
        for (name, deadline) in [("first deadline", 0), ("second deadline", 1)] {
            var bench = start
            var directives = ""
            for _ in 0...deadline {
                guard let next = bench.machine.nextDeadline else { return cases }
                directives = bench.at(milliseconds(next), .tick)
            }
            cases.append(Case(name: name, result: line(bench, directives)))
        }
        return cases
    }

    private func line(_ bench: Bench, _ directives: String) -> String {
        directives.isEmpty ? bench.summary : "\(bench.summary): \(directives)"
    }

    private func inputs(_ bench: Bench) -> [(String, Input)] {
        let last = entry.revision
        let next = last + 1
        let entries: [(String, StoredEntry)] = [
            ("same", entry), ("missing", .missing), ("marker", .marker(revision: next)),
            ("own late", Bench.ownLate(next)),
            ("foreign", Bench.foreign(next)), ("foreign lower", Bench.foreign(max(1, last) - 1)),
            ("unreadable", .unreadable(revision: next)),
        ]
        var inputs: [(String, Input)] = [
            ("connected", .connected), ("disconnected", .disconnected), ("synced", .synced),
        ]
        inputs += entries.map { ("sees \($0)", .observed($1)) }
        inputs += [("sees own write", .observedWrite(next))]
        inputs += entries.map { ("reads \($0)", .read($1)) }
        inputs += [("reads own write", .readWrite(next)), ("reads nothing", .read(nil))]
        inputs += [
            ("acknowledged", .written(.acknowledged(revision: next))),
            ("another acknowledged", .written(.acknowledged(revision: next), toAnother: true)),
            ("rejected", .written(.rejected(lastRevision: next))),
            ("rejected 0", .written(.rejected(lastRevision: 0))),
            ("rejected ?", .written(.rejected(lastRevision: nil))),
            ("refused", .written(.refused(reason: "no"))), ("not sent", .written(.notSent)),
            ("tick", .tick), ("unhealthy", .healthy(false)), ("healthy", .healthy(true)), ("stop", .stop),
        ]
        inputs += [
            ("sees claim", .observed(Bench.foreign(next, mark: .claim, priority: 1))),
            ("sees transfer", .observed(Bench.transferred(next), Standing(precededBy: .ms(instant)))),
            ("sees lost", .observed(Bench.foreign(next), Standing(isLost: true))),
            ("loses b", .lost(2)), ("ranked", .ranked(0)), ("gives", .give(.balanced)), ("enlisted", .enlist),
        ]
        if bench.callbackRuns { inputs.append(("callback finished", .callbackFinished)) }
        return inputs
    }

    /// The table in its golden form, for the eyes of who writes one.
    var text: String {
        var results: [String] = []
        var names: [String: [String]] = [:]
        for one in actual {
            if names[one.result] == nil { results.append(one.result) }
            names[one.result, default: []].append(one.name)
        }
        return results.map { "\(wrapped(names[$0] ?? [])):\n  \($0)" }.joined(separator: "\n")
    }
}

private func wrapped(_ names: [String]) -> String {
    var text = ""
    var column = 0
    for name in names {
        if column + name.count > 95 {
            text += ";\n"
            column = 0
        } else if column > 0 {
            text += "; "
        }
        text += name
        column += name.count + 2
    }
    return text
}

extension Bench {
    var callbackRuns: Bool {
        var runs = false
        for directive in directives {
            switch directive {
            case .demote: runs = true
            case .report(.steppedDown): runs = false
            case .report, .write, .read, .rank, .promote, .finished: break
            }
        }
        return runs
    }
}
