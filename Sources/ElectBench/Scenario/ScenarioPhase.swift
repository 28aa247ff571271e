import ArgumentParser
import Chaos
import ElectionCore

/// A phase as its file has it: how long it lasts, what falls at random in it, and what comes at instants of its own.
struct ScenarioPhase: Sendable {
    let name: String
    let duration: Duration
    /// What it says of its own; the rest is the run's.
    let faults: FaultOptions
    let steps: [ScenarioStep]

    static let keys = ["name", "duration"] + OptionNames.all(of: FaultOptions.self).map(\.name) + ["steps"]

    /// - Throws: ``Failure`` with exit code 64.
    init(_ section: ScenarioSection, number: Int) throws {
        name = try section.text("name") ?? "phase-\(number)"
        guard let duration = try section.value("duration", Durations.parse) else {
            throw section.failure("phase \(name) has no duration")
        }
        guard duration > .zero else { throw section.failure(at: "duration", "it must be above zero") }
        self.duration = duration
        var words: [String] = []
        for (key, _) in OptionNames.all(of: FaultOptions.self) {
            guard let text = try section.joined(key) else { continue }
            do {
                _ = try FaultOptions.parse(["--\(key)=\(text)"])
            } catch {
                throw section.failure(at: key, FaultOptions.message(for: error))
            }
            words.append("--\(key)=\(text)")
        }
        faults = try FaultOptions.parse(words)
        steps = try (section.sections("steps", as: "a step", knows: ScenarioStep.keys) ?? [])
            .map { try ScenarioStep($0, within: duration) }
    }

    /// - Parameter run: what holds where the phase says nothing. Kinds that nobody names don't fall in it: a phase of steps, or
    ///   without anything, is meant.
    /// - Throws: ``Failure`` with exit code 64 where something of it can't be done in this setup.
    func resolved(over run: FaultOptions, in setup: FaultSetup, ttl: Duration) throws -> FaultPhase {
        try faults.over(run).phase(
            name,
            duration: duration,
            otherwise: .none,
            in: setup,
            ttl: ttl,
            steps: steps.map { try $0.resolved(in: setup) }
        )
    }
}
