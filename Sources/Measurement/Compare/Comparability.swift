#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What makes two runs incomparable: they did something else, or did it somewhere else.
package enum Comparability {
    /// Settings that may differ: they say what is looked for or which build it is, not what is done.
    private static let free: Set = ["min_faults", "bucket", "sabotage", "thresholds"]
    /// What a simulated run has otherwise than the real one that it stands for.
    private static let simulated: Set = ["server", "model", "drift_ppm", "ledger_interval_ns"]

    /// The same for a run that is yet to be carried out: nobody has asked a user's server yet which version it has.
    static func differences(_ base: CompareSide, _ run: RunDescription) -> [String] {
        var run = run
        if run.serverVersions.isEmpty { run.serverVersions = base.runs[0].run.serverVersions }
        return differences(base.runs.map(\.run) + [run])
    }

    /// A line a difference, such as `ttl: 3 s and 1 s`, `kernel: 6.1.0 and 6.8.0`; none where they can be compared.
    package static func differences(_ base: CompareSide, _ new: CompareSide) -> [String] {
        differences((base.runs + new.runs).map(\.run))
    }

    private static func differences(_ runs: [RunDescription]) -> [String] {
        var lines: [String] = []
        for other in runs.dropFirst() {
            for line in differences(runs[0], other) where !lines.contains(line) { lines.append(line) }
        }
        return lines
    }

    package static func differences(_ one: RunDescription, _ other: RunDescription) -> [String] {
        differences(one.settings, other.settings)
            + [
                ("cores", String(one.cores), String(other.cores)),
                // Of one machine the kernel keeps now some pages more, now some less for itself.
                isNear(one.memoryKb, other.memoryKb) ? nil : ("memory", memory(one), memory(other)),
                ("kernel", one.kernel, other.kernel),
                ("server version", versions(one), versions(other)),
            ].compactMap { $0 }.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) and \($0.2)" }
    }

    package static func differences(_ one: RunSettings, _ other: RunSettings) -> [String] {
        let left = (one.model == nil) == (other.model == nil) ? free : free.union(simulated)
        let (one, other) = (fields(one), fields(other))
        return Set(one.keys).union(other.keys).subtracting(left).sorted().compactMap { key in
            one[key] == other[key] ? nil : line(key, one[key], other[key])
        }
    }

    private static func line(_ key: String, _ one: SettingValue?, _ other: SettingValue?) -> String {
        if case .list(let one) = one, case .list(let other) = other, one.count != other.count {
            return "\(key): \(one.count) and \(other.count)"
        }
        let isSpan = key.hasSuffix("_ns")
        func text(_ value: SettingValue?) -> String { value.map { $0.text(isSpan: isSpan) } ?? "none" }
        return "\(isSpan ? String(key.dropLast(3)) : key): \(text(one)) and \(text(other))"
    }

    private static func isNear(_ one: Int, _ other: Int) -> Bool {
        abs(Double(one) - Double(other)) <= 0.01 * Double(max(one, other))
    }
    private static func memory(_ run: RunDescription) -> String { "\(Numbers.grouped(run.memoryKb)) kB" }
    private static func versions(_ run: RunDescription) -> String {
        run.serverVersions.isEmpty ? "unknown" : run.serverVersions.joined(separator: ", ")
    }

    /// By their keys in `run.json`, so that a new setting is compared without anybody's thinking of it.
    private static func fields(_ settings: RunSettings) -> [String: SettingValue] {
        guard let data = try? JSONEncoder().encode(settings),
            let fields = try? JSONDecoder().decode([String: SettingValue].self, from: data)
        else { preconditionFailure("settings cannot be encoded: \(settings)") }
        return fields
    }
}

/// A setting as `run.json` has it.
private enum SettingValue: Hashable, Decodable {
    case flag(Bool)
    case number(Double)
    case word(String)
    case list([SettingValue])
    case group([String: SettingValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .word(value)
        } else if let value = try? container.decode([SettingValue].self) {
            self = .list(value)
        } else {
            self = .group(try container.decode([String: SettingValue].self))
        }
    }

    /// - Parameter isSpan: a number is in nanoseconds.
    func text(isSpan: Bool = false) -> String {
        switch self {
        case .flag(let value): return String(value)
        case .number(let value):
            return isSpan
                ? Int64(exactly: value).map { Numbers.short(.nanoseconds($0)) } ?? Tolerance.short(value)
                : Tolerance.short(value)
        case .word(let value): return value
        case .list(let values): return values.map { $0.text() }.joined(separator: ",")
        case .group(let values):
            return values.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value.text(isSpan: $0.key.hasSuffix("_ns")))" }.joined(separator: ",")
        }
    }
}
