import ElectionCore
import Testing

@testable import Measurement

@Suite struct KneeTests {
    private let late = CapacityHealth(.late, "renewals' p99 is 1.2 s")
    private let fine = CapacityHealth(.fine)

    @Test func `all that is fine has no knee`() {
        let knee = Knee(
            ttl: .seconds(3),
            [.init(5, 10, fine), .init(5, 50, fine), .init(20, 10, fine), .init(20, 50, fine)]
        )
        #expect(knee.text == "ttl 3 s: fine up to 20 × 50, the largest measured")
    }

    @Test func `the smallest cells beyond are named, and the largest before`() {
        let knee = Knee(
            ttl: .seconds(3),
            [
                .init(20, 50, fine), .init(20, 200, fine), .init(50, 50, fine), .init(50, 200, late),
                .init(100, 200, CapacityHealth(.unsettled, "3 of 200 roles have no leader")),
            ]
        )
        #expect(knee.text == "ttl 3 s: fine up to 20 × 200 and 50 × 50; at 50 × 200 late: renewals' p99 is 1.2 s")
    }

    @Test func `a fine cell above one that is not tells nothing`() {
        let knee = Knee(
            ttl: .milliseconds(1500),
            [.init(5, 10, fine), .init(5, 50, CapacityHealth(.disturbed, "1 false failover")), .init(20, 50, fine)]
        )
        #expect(knee.text == "ttl 1.5 s: fine up to 5 × 10; at 5 × 50 disturbed: 1 false failover")
    }

    @Test func `what is not measured is said`() {
        let open = CapacityHealth(.notBegun)
        #expect(
            Knee(ttl: .seconds(3), [.init(5, 10, open)]).text == "ttl 3 s: nothing is measured; 1 cell not measured"
        )
        let some = Knee(
            ttl: .seconds(3),
            [.init(5, 10, fine), .init(5, 50, CapacityHealth(.unfinished)), .init(9, 9, open)]
        )
        #expect(some.text == "ttl 3 s: fine up to 5 × 10; 2 cells not measured")
        #expect(Knee(ttl: .seconds(3), [.init(5, 10, late)]).fine.isEmpty)
    }

    @Test func `a renewal may take what its lease leaves it, and p99 half of that`() throws {
        let allowance = try #require(Grid.load(5, 10).allowance)
        #expect(allowance == .milliseconds(1970))
        func judged(_ p99: Int?, _ longest: Int?) -> String? {
            CapacityHealth.lateness(
                p99: p99.map { .milliseconds($0) },
                longest: longest.map { .milliseconds($0) },
                allowance
            )
        }
        #expect(judged(985, 1970) == nil)
        #expect(judged(986, 1970) == "renewals' p99 is 986 ms, over half of the 1.97 s that a lease allows")
        #expect(judged(3, 1971) == "a renewal took 1.971 s and its lease allows 1.97 s")
        #expect(judged(nil, nil) == nil)
    }
}
