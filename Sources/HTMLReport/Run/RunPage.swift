package import Measurement

/// The page of one run. Everything on it comes from the run's summary; a section's `id` is its title in lower case.
package struct RunPage: Sendable {
    let summary: Summary
    private let leadership: LeadershipSeries?
    private let resources: ResourceSeries?
    private let operations: OperationSeries?
    private let bars: [StageBar]

    package init(_ report: RunReport) {
        summary = report.summary
        leadership = LeadershipSeries(summary.analysis)
        resources = ResourceSeries(summary.analysis)
        operations = OperationSeries(summary.analysis)
        bars = StageBar.all(summary.analysis)
    }

    /// What gnuplot has to draw for ``page(_:)``.
    package var plots: [Plot] {
        [
            FailoverPlots.distribution(summary), FailoverPlots.stages(bars),
            leadership.flatMap(LeadershipPlots.instances),
            leadership.flatMap { LeadershipPlots.fairness($0, summary) },
        ].compactMap(\.self) + (resources.map(LoadPlots.resources) ?? [])
            + [LoadPlots.latencies(summary), operations.flatMap(LoadPlots.rates)].compactMap(\.self)
    }

    /// - Parameter drawings: of ``plots``; where one is missing its table stands alone.
    package func page(_ drawings: Gnuplot.Drawings) -> HTMLPage {
        let page = summary.page
        var sections: [HTMLSection] = []
        for section in page.sections {
            var made = HTMLSection(section)
            made.blocks += figures(of: made.id, drawings)
            sections.append(made)
            if made.id == "safety-and-availability" { sections.append(timeline) }
        }
        sections += [violations, settings]
        return HTMLPage(
            page,
            headline: headline,
            notices: drawings.notice.map { [$0] } ?? [],
            sections: sections
        )
    }

    private func figures(of section: String, _ drawings: Gnuplot.Drawings) -> [HTMLSection.Block] {
        func figure(_ plot: Plot?, _ caption: String, _ table: @autoclosure () -> Page.Table?) -> [HTMLSection.Block] {
            guard let plot else { return [] }
            return [.figure(HTMLFigure(plot, drawing: drawings.byPlot[plot.id], caption: caption, table: table()))]
        }
        switch section {
        case "failover":
            return figure(
                FailoverPlots.distribution(summary),
                "Each curve rises at each failover of its kind. A percentile is marked where the sample is large enough for it. "
                    + "Of a large sample at most \(Curve.mostSteps) steps are drawn.",
                FailoverPlots.distributionTable(summary)
            )
        case "stages":
            return figure(
                FailoverPlots.stages(bars),
                "A bar is one failover, a row of failovers.csv: the one at that percentile of its kind, so that its stages add up to it.",
                FailoverPlots.stageTable(bars)
            )
        case "distribution":
            guard let leadership else { return [] }
            let every = Self.every(leadership.buckets)
            let left = leadership.instances.count - LeadershipPlots.rows(leadership).count
            return figure(
                LeadershipPlots.instances(leadership),
                "Means over \(every). A row without colour led nothing."
                    + (left > 0 ? " The \(left) instances that led least are left out." : ""),
                LeadershipPlots.instanceTable(summary.analysis)
            )
                + figure(
                    LeadershipPlots.fairness(leadership, summary),
                    "Of means over \(every). The band is for as many roles as were led at the end.",
                    LeadershipPlots.fairnessTable(leadership)
                )
        case "cost":
            guard let resources else { return [] }
            let drawn = LoadPlots.resources(resources).map { plot in
                HTMLFigure(plot, drawing: drawings.byPlot[plot.id], caption: "")
            }
            let every = Self.every(resources.buckets)
            return [
                .note("All processes of a kind together, weighted by time over \(every). tasks.csv has every sample."),
                .figures(drawn, table: LoadPlots.resourceTable(resources), caption: "Use over time"),
            ]
        case "store-operations":
            var blocks = figure(
                LoadPlots.latencies(summary),
                "Percentiles come from HDR histograms, as in summary.csv.",
                LoadPlots.latencyTable(summary)
            )
            if let operations {
                blocks += figure(
                    LoadPlots.rates(operations),
                    "Counted over \(Self.every(operations.buckets)), when they ended.",
                    LoadPlots.rateTable(operations)
                )
            }
            return blocks
        default: return []
        }
    }

    /// `240 buckets of 5 s`.
    private static func every(_ buckets: TimeBuckets) -> String {
        let last = buckets[buckets.count - 1].length
        return "\(Numbers.count(buckets.count, "bucket")) of \(Numbers.short(buckets.width))"
            + (last == buckets.width ? "" : ", the last one of \(Numbers.fixed(last / .seconds(1), digits: 1)) s")
    }

    private var timeline: HTMLSection {
        HTMLSection(id: "timeline", title: "Timeline", blocks: [.timeline(TimelineData(summary.analysis))])
    }

    private var violations: HTMLSection {
        let all = summary.analysis.violations
        let told = ViolationReport.told(summary.analysis)
        var blocks: [HTMLSection.Block] = []
        if all.isEmpty { blocks.append(.paragraph("None: no promise was broken.")) }
        if !all.isEmpty {
            blocks.append(
                .note("Times are in ms from the violation's beginning; those of store and ledger, when they were read.")
            )
        }
        blocks += told.map { .details($0.headline, [.preformatted($0.lines.joined(separator: "\n"))]) }
        if all.count > told.count {
            blocks.append(.paragraph("And \(all.count - told.count) more: all of them stand in violations.csv."))
        }
        return HTMLSection(id: "violations", title: "Violations", blocks: blocks)
    }
}
