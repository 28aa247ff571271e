import Foundation
import Measurement
import Testing

@testable import HTMLReport

struct TimelineJSONTests {
    private struct Content: Decodable {
        struct Lane: Decodable {
            var role: String
            var terms: [Int64]
            var gaps: [Int64]
            var bad: [Int64]
        }
        var length: Int64
        var instances: [String]
        var short: [String]
        var lanes: [Lane]
        var faults: [Int64]
        var names: [String]
    }

    private func content(_ story: Story) throws -> Content {
        let data = TimelineData(Tale.report(story).summary.analysis)
        return try JSONDecoder().decode(Content.self, from: Data(TimelineJSON.text(data).utf8))
    }

    @Test func `The script reads who led when, in microseconds`() throws {
        let content = try content(Tale.unsafe())
        #expect(content.length == 60_000_000)
        #expect(content.instances == ["a", "b", "c"])
        #expect(content.lanes.map(\.role) == ["r", "s"])
        let first = Array(content.lanes[0].terms.prefix(5))
        #expect(first == [1, 1, 2, 2_000_000, 4_500_100], "b led by term 2 until its kill had returned")
        #expect(Array(content.lanes[0].gaps.prefix(4)) == [0, 2_000_000, 4_500_100, 7_000_000])
        #expect(content.lanes[1].bad == [100_000, 400_000])
        #expect(Array(content.faults.prefix(2)) == [-500_000, 0])
        #expect(content.names[0].hasPrefix("0 kill on a"))
    }

    @Test(arguments: [
        (["instance-01", "instance-12"], ["01", "12"]), (["instance-10", "instance-12"], ["10", "12"]),
        (["a", "b"], ["a", "b"]), (["i", "i-2"], ["i", "-2"]), (["one"], ["one"]), ([], []),
    ])
    func `Instances are told apart by what differs`(names: [String], short: [String]) {
        #expect(InstanceNames.short(names) == short)
    }
}
