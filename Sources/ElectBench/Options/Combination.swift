public import ArgumentParser
public import ElectionCore

/// How a run's elections are held: what tells that a leader is gone, and who tries first.
struct Combination: Hashable, Sendable {
    var detector: Detector
    var campaign: CampaignKind

    /// `connection-ranked`, as a folder's name and in a table.
    var label: String { "\(detector.rawValue)-\(campaign.rawValue)" }

    /// As words of a command line.
    var arguments: [String] { Self.arguments(of: [self]) }

    /// The words for each detector of them with each campaign.
    static func arguments(of combinations: [Combination]) -> [String] {
        func names(_ name: (Combination) -> String) -> String {
            combinations.map(name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }.joined(separator: ",")
        }
        return ["--detector", names(\.detector.rawValue), "--campaign", names(\.campaign.rawValue)]
    }

    /// Each detector with each campaign, in the order in which they are named.
    static func all(_ detectors: Choices<Detector>, _ campaigns: Choices<CampaignKind>) -> [Combination] {
        detectors.all.flatMap { detector in campaigns.all.map { Combination(detector: detector, campaign: $0) } }
    }
}

/// A campaign's name, without its time.
enum CampaignKind: String, Hashable, Sendable, CaseIterable, ExpressibleByArgument {
    case race, ranked

    /// - Parameter span: the spread of a race, the step of a ranked campaign.
    func campaign(over span: Duration) -> Campaign {
        switch self {
        case .race: .race(spread: span)
        case .ranked: .ranked(step: span)
        }
    }
}

extension Detector: ExpressibleByArgument {}
extension Takeover: ExpressibleByArgument {}
