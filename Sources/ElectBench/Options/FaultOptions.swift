import ArgumentParser
import Chaos
import ElectionCore

/// Which faults fall at random and what they are drawn from; the same for a run and for a phase of a scenario.
struct FaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The kinds of faults, with commas, each with a weight if you like, as kill=3,pause; all; or none. (default: kill,stop)",
            discussion: "There are \(FaultKind.allCases.map(\.rawValue).joined(separator: ", "))."
        ),
        completion: .list(FaultKind.allCases.map(\.rawValue) + ["all", "none"])
    )
    var faults: String?

    @Option(help: "The mean time between two faults. (default: 1500ms)", transform: Durations.parse)
    var faultInterval: Duration?

    @Option(
        help: "How long what a fault takes down stays down: a range that each is drawn from. (default: 500ms-3s)",
        transform: Durations.parseRange
    )
    var downtime: ClosedRange<Duration>?

    @Option(
        help:
            "How long a fault lasts that takes nothing down, as pause or partition. (default: a third of the ttl to twice the ttl)",
        transform: Durations.parseRange
    )
    var faultDuration: ClosedRange<Duration>?

    @Option(
        help: "What delay adds to a link: a range; half of what is drawn comes on top as jitter. (default: 20ms-500ms)",
        transform: Durations.parseRange
    )
    var linkDelay: ClosedRange<Duration>?

    @Option(
        help: "What slow leaves of a link, in bytes a second: a range, with k or M if you like. (default: 4k-64k)",
        transform: ByteRates.parseRange
    )
    var linkBandwidth: ClosedRange<Int>?

    func validate() throws {
        if let faults { _ = try FaultMix(faults) }
        if let faultInterval, faultInterval < .milliseconds(1) {
            throw ValidationError("--fault-interval: give at least 1ms")
        }
        if let faultDuration, faultDuration.lowerBound <= .zero {
            throw ValidationError("--fault-duration must be above zero")
        }
    }

    /// These, and where nothing is said what `other` says.
    func over(_ other: FaultOptions) -> FaultOptions {
        var merged = self
        merged.faults = faults ?? other.faults
        merged.faultInterval = faultInterval ?? other.faultInterval
        merged.downtime = downtime ?? other.downtime
        merged.faultDuration = faultDuration ?? other.faultDuration
        merged.linkDelay = linkDelay ?? other.linkDelay
        merged.linkBandwidth = linkBandwidth ?? other.linkBandwidth
        return merged
    }

    /// A phase with these faults, defaults filled in.
    ///
    /// - Parameters:
    ///   - otherwise: the faults where none are named.
    /// - Throws: ``Failure`` with exit code 64 where a kind can't be done in this setup.
    func phase(
        _ name: String,
        duration: Duration,
        otherwise: FaultMix,
        in setup: FaultSetup,
        ttl: Duration,
        steps: [FaultStep] = []
    ) throws -> FaultPhase {
        FaultPhase(
            name: name,
            duration: duration,
            weights: try (faults.map(FaultMix.init) ?? otherwise).weights(in: setup),
            meanInterval: faultInterval ?? .milliseconds(1500),
            downtime: downtime ?? .milliseconds(500)...(.seconds(3)),
            faultDuration: faultDuration ?? (ttl / 3)...(ttl * 2),
            latency: linkDelay ?? .milliseconds(20)...(.milliseconds(500)),
            bandwidth: linkBandwidth ?? 4096...65536,
            steps: steps
        )
    }
}
