import ArgumentParser
import ElectionCore

/// Which detectors and campaigns a run has, one combination after the other, and its instances' priorities.
struct ComparisonOptions: ParsableArguments {
    @Option(
        help: """
            How followers learn that a leader is gone: lease, connection, or both with a comma: each has a run of its own, and \
            they are compared. (default: lease)
            """,
        completion: .list(Detector.allCases.map(\.rawValue)),
        transform: { try Choices($0, of: "detector") }
    )
    var detector = Choices(Detector.lease)

    @Option(
        help: """
            Who tries first for a vacant role: race (each after a time of its own), ranked (all agree on an order), or both \
            with a comma. (default: race)
            """,
        completion: .list(CampaignKind.allCases.map(\.rawValue)),
        transform: { try Choices($0, of: "campaign") }
    )
    var campaign = Choices(CampaignKind.race)

    @Option(
        help: """
            The priorities of the first instances, in their order and with commas, as 20,10; all others have 0. They count in a \
            ranked campaign.
            """,
        transform: Self.parsePriorities
    )
    var priorities: [Int]?

    var combinations: [Combination] { Combination.all(detector, campaign) }

    private static func parsePriorities(_ text: String) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let priority = Int(word.filter { $0 != " " }) else {
                throw ValidationError("priorities are whole numbers with commas, as 20,10")
            }
            return priority
        }
    }
}
