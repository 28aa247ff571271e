import Foundation
import Simulation
import Testing

@Suite("How long something takes")
struct LatencyTests {
    @Test(
        "is read from rising quantiles, and from nothing else",
        arguments: [
            ("[5]", true), ("[0, 3, 3]", true), ("[]", false), ("[-5, 3]", false), ("[3, 2]", false), ("7", false),
        ]
    )
    func reading(quantiles: String, isOne: Bool) {
        let data = Data(#"{"quantiles": \#(quantiles)}"#.utf8)
        #expect(((try? JSONDecoder().decode(Latency.self, from: data)) != nil) == isOne)
    }
}
