extension CompareReport {
    /// The result for standard output.
    package func finalTable(_ style: TextStyle) -> String { TerminalRenderer.text(page, style: style) }

    package var markdown: [UInt8] {
        let runs = [("BASE", base), ("NEW", new)].flatMap { name, side in
            side.runs.map { "- \(name): run `\($0.run.runID)`, started \($0.run.startedAt)" }
        }
        return Array(MarkdownRenderer.text(page, origin: [runs.joined(separator: "\n")]).utf8)
    }

    package var page: Page {
        Page(
            title: "electbench \(new.runs[0].run.version) · compared with a baseline",
            subtitle: ["BASE \(Self.names(base))", "NEW \(Self.names(new))"],
            sections: [deciding, informing, howto].filter { $0.table != nil || !$0.remarks.isEmpty },
            verdict: verdict.rawValue.uppercased(),
            tone: tone,
            reasons: reasons
        )
    }

    private var tone: Page.Tone {
        switch verdict {
        case .unsafe, .worse: .bad
        case .tooFew: .doubtful
        case .better, .noDifference: .good
        }
    }

    private static func names(_ side: CompareSide) -> String {
        side.runs.map { run in
            "\(run.run.runID) (\(run.run.version)\(run.run.settings.model == nil ? "" : ", simulated"))"
        }.joined(separator: ", ")
    }

    private var deciding: Page.Section {
        let rows = gated
        return Page.Section(
            title: "Measures that decide",
            note: "shift of NEW, and from … to: where it may lie; it counts beyond what matters",
            table: Self.table(rows, isDeciding: true),
            remarks: rows.compactMap { shift in shift.missing.map { "\(shift.name): too few: \($0)" } }
                + rows.compactMap(\.blindness) + longer
        )
    }

    private var informing: Page.Section {
        Page.Section(
            title: "For information",
            note: "--tolerance MEASURE=10% lets one decide",
            table: Self.table(shifts.filter { !$0.isGated && ($0.shift ?? 0) != 0 }, isDeciding: false)
        )
    }

    private var howto: Page.Section {
        Page.Section(
            title: "Method",
            remarks: [
                "p50: \(Shift.Method.bootstrap.rawValue) by fault, \(Interval.draws) draws; figures of which a run has one: "
                    + "\(Shift.Method.welch.rawValue). Each interval at \(Numbers.fixed(level * 100, digits: 2)) %, so that all "
                    + "together give a false alarm in at most one of twenty comparisons."
            ] + remarks
        )
    }

    /// How long a run would have to be for what has too few events.
    private var longer: [String] {
        let wanted = gated.filter { $0.status == .tooFew && $0.figure != "value" }.compactMap { shift -> Double? in
            let events = min(shift.base.events ?? 0, shift.new.events ?? 0)
            guard events > 0, events < ShiftFinder.leastEvents else { return nil }
            return Double(ShiftFinder.leastEvents) / Double(events)
        }.max()
        guard let wanted else { return [] }
        let seconds = (Double(new.runs[0].run.settings.durationNs) / 1e9 * wanted).rounded(.up)
        return ["For all of them runs of about \(Numbers.fixed(seconds, digits: 0)) s are needed, or several a side"]
    }

    private static func table(_ shifts: [Shift], isDeciding: Bool) -> Page.Table? {
        guard !shifts.isEmpty else { return nil }
        func percent(_ shift: Shift, _ value: Double?) -> String {
            shift.part(value).map { Numbers.signed($0 * 100, digits: 1) } ?? ""
        }
        return Page.Table(
            columns: [
                .word("measure"), .word("of"), .word("figure"), .number("BASE"), .number("NEW"), .number("shift\n%"),
                .number("from\n%"), .number("to\n%"),
            ] + (isDeciding ? [.number("matters\n%"), .word("result")] : []),
            rows: shifts.map { shift in
                [
                    shift.measure, shift.scope, shift.figure, shift.text(shift.base.value), shift.text(shift.new.value),
                    percent(shift, shift.shift), percent(shift, shift.interval?.lower),
                    percent(shift, shift.interval?.upper),
                ]
                    + (isDeciding
                        ? [
                            shift.part(shift.limit).map { Numbers.fixed($0 * 100, digits: 0) } ?? "",
                            shift.status.rawValue,
                        ]
                        : [])
            }
        )
    }
}

extension Shift {
    /// Nil unless a shift that matters could have gone unseen.
    fileprivate var blindness: String? {
        guard status == .noDifference, let limit, let detectable, detectable > limit, let part = part(detectable) else {
            return nil
        }
        return "\(name): a shift under \(Numbers.fixed(part * 100, digits: 0)) % would not have been seen: "
            + "more faults see smaller ones"
    }
}
