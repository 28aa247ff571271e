import ElectionCore
import Measurement
import Testing

@Suite struct CatalogueTests {
    /// A story of all that the other one lacks: a handover, an outage, a stale entry of the ledger, links.
    private static var disturbed: Story {
        var story = Story()
        story.lead("r", "a", term: 5, from: .seconds(-1))
        story.renew("r", "a", firstRevision: 6, from: .seconds(7), until: .seconds(8))
        story.fault(1, "delay", "a", target: .link, at: .seconds(9))
        story.demote("r", "a", term: 5, at: .seconds(10), .stopped, steppedDown: .milliseconds(10_010))
        story.lead("r", "b", term: 8, from: .milliseconds(10_100))
        story.heal(1, "delay", "a", at: .seconds(12))
        story.renew("r", "b", firstRevision: 9, from: .seconds(11), until: .seconds(60))
        story.append("r", "b", term: 8, number: 1, sent: .seconds(11), at: .seconds(11))
        story.append("r", "a", term: 7, number: 2, sent: .milliseconds(9_900), at: .seconds(12))
        story.fault(2, "server-kill", "server-1", nil, target: .server, at: .seconds(20))
        story.outage(.milliseconds(20_001), .milliseconds(20_500))
        story.add(.phase, at: .seconds(-8)) { $0.name = "warm_up" }
        for second in [-5, -3, -1, 1, 3] {
            story.add(.sample, at: .seconds(second), source: "server-1", incarnation: 1) {
                $0.messagesIn = 100 * (second + 10)
                $0.messagesOut = $0.messagesIn
                $0.bytesIn = $0.messagesIn
                $0.bytesOut = $0.messagesIn
                $0.cpuMs = second + 10
            }
        }
        story.add(.linkCost, at: .seconds(-5)) {
            $0.count = 200
            $0.directNs = 150_000
            $0.linkedNs = 250_000
        }
        return story
    }

    private static let summaries = [
        Summary(disturbed.analysis(faults: ["delay", "server-kill"])),
        RunReport(Story.run(roles: ["r", "s"], faults: ["kill"]), RunReportTests.story().history).summary,
    ]

    @Test func `Every row of a summary is one of a measure that it lists, with its unit and its tags`() throws {
        for row in Self.summaries.flatMap(\.statistics) where !Measure.words.contains(row.measure) {
            let measure = try #require(Measure.named(row.measure), "\(row.measure) is not listed")
            #expect(row.unit == measure.unit, "\(row.measure)")
            guard !row.scope.isEmpty, row.scope != "roles" else {
                #expect(measure.scope == nil || measure.hasTotal, "\(row.measure) has a row without a scope")
                continue
            }
            let tag = try #require(measure.scope, "\(row.measure) has the scope \(row.scope)")
            let value = row.scope.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
            #expect(row.scope == (tag == .process ? value : "\(tag.rawValue)=\(value)"))
            if let values = tag.values { #expect(values.contains(value), "\(row.measure) \(row.scope)") }
        }
    }

    @Test func `Every measure that it lists is one of a summary, once`() {
        let seen = Set(Self.summaries.flatMap(\.statistics).map(\.measure))
        #expect(Measure.all.map(\.name).filter { !seen.contains($0) } == [])
        #expect(Set(Measure.all.map(\.name)).count == Measure.all.count)
    }

    @Test func `A sample's roles are known where it says so`() throws {
        for row in Self.summaries.flatMap(\.statistics) where !row.sample.isEmpty {
            let measure = try #require(Measure.named(row.measure))
            #expect(measure.hasRoles == row.sample.allSatisfy { $0.origin.role != nil }, "\(row.measure)")
            #expect([.sample, .occurrences].contains(measure.kind), "\(row.measure)")
        }
    }

    @Test(arguments: Measure.all)
    func `Each aggregation of each measure can be asked for, and no other`(_ measure: Measure) throws {
        let tags = measure.scope.flatMap { tag in tag.values?.first.map { "{\(tag.rawValue)=\($0)}" } } ?? ""
        for name in ["avg", "min", "med", "max", "count", "rate", "value"] {
            // A sample's figure is one of a scope.
            let scope =
                tags.isEmpty && measure.scope != nil && name == "value" && measure.kind == .sample
                ? "{fault=kill}" : tags
            let text = "\(measure.name)\(scope):\(name)<1"
            let isTaken = (try? Threshold(text)) != nil
            #expect(isTaken == measure.aggregations.contains(name), "\(text)")
        }
        let hasPercentiles = (try? Threshold("\(measure.name)\(tags):p(99.9)<1")) != nil
        #expect(hasPercentiles == measure.aggregations.contains("p(N)"))
    }
}
