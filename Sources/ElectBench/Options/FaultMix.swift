import ArgumentParser
import Chaos

/// Which kinds of faults fall, and how often against each other: `kill=3,pause=1,partition`, `all`, `none`.
struct FaultMix: Hashable, Sendable {
    private var weights: [FaultKind: Int] = [:]
    /// Whether all kinds that the run can have fall as often as each other, but for those with a weight of their own.
    private var takesAll = false

    /// What a run has that says nothing else.
    static let standard = FaultMix(weights: [.kill: 1, .stop: 1])
    static let none = FaultMix(weights: [:])

    private init(weights: [FaultKind: Int]) {
        self.weights = weights
    }

    /// - Throws: `ValidationError`, which names what was given.
    init(_ text: String) throws {
        if text == "none" { return }
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            do {
                try add(word.filter { $0 != " " })
            } catch {
                throw ValidationError("--faults \(text): \(error.message)")
            }
        }
        guard takesAll || weights.values.contains(where: { $0 > 0 }) else {
            throw ValidationError("--faults \(text): no kind has a weight above zero; give none for no faults")
        }
    }

    private mutating func add(_ word: String) throws(ValidationError) {
        if word == "all" {
            takesAll = true
            return
        }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let kind = FaultKind(rawValue: parts[0]) else {
            if parts[0] == "none" || parts[0] == "all" {
                throw ValidationError("\(parts[0]) stands alone, without a weight")
            }
            throw Self.unknown(parts[0])
        }
        guard let weight = parts.count > 1 ? Int(parts[1]) : 1, (0...1000).contains(weight) else {
            throw ValidationError("a weight is a whole number from 0 to 1000, as in \(kind.rawValue)=3")
        }
        weights[kind] = weight
    }

    /// The same for every place where a kind is named.
    static func unknown(_ word: String) -> ValidationError {
        let names = FaultKind.allCases.map(\.rawValue)
        let list = "there are \(names.joined(separator: ", ")), all and none"
        return ValidationError(Nearest.missing("fault", word, among: names + ["all", "none"], list))
    }

    /// Every kind that falls, with its weight above zero.
    ///
    /// - Throws: ``Failure`` with exit code 64 where one can't be done in this setup.
    func weights(in setup: FaultSetup) throws -> [FaultKind: Int] {
        let all = takesAll ? Dictionary(uniqueKeysWithValues: setup.kinds.map { ($0, 1) }) : [:]
        let weights = all.merging(weights) { $1 }.filter { $0.value > 0 }
        for kind in FaultKind.allCases where weights[kind] != nil {
            if let missing = setup.missing(for: kind) { throw Failure.badArgument(missing) }
        }
        return weights
    }

    /// The text that is read back as these weights.
    static func text(_ weights: [FaultKind: Int]) -> String {
        let words = FaultKind.allCases.compactMap { kind in
            weights[kind].map { $0 == 1 ? kind.rawValue : "\(kind.rawValue)=\($0)" }
        }
        return words.isEmpty ? "none" : words.joined(separator: ",")
    }
}
