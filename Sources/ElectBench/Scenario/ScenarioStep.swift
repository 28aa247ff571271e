import ArgumentParser
import Chaos
import ElectionCore

/// A step as its file has it: one fault at an instant of its own.
struct ScenarioStep: Sendable {
    static let keys = [
        "at", "fault", "instances", "servers", "server", "duration", "interval", "direction", "side", "latency",
        "jitter",
        "bandwidth",
    ]

    private let section: ScenarioSection
    private let at: Duration
    private let phaseDuration: Duration
    private let kind: FaultKind
    private let duration: Duration
    private let interval: Duration
    private let impairment: LinkImpairment?
    /// The key that names the victims, and what it says.
    private let victims: (key: String, names: [String])?

    /// - Throws: ``Failure`` with exit code 64.
    init(_ section: ScenarioSection, within phaseDuration: Duration) throws {
        self.section = section
        self.phaseDuration = phaseDuration
        guard let kind = try section.value("fault", Self.kind) else { throw section.failure("a step names its fault") }
        guard let at = try section.value("at", Durations.parse) else {
            throw section.failure("a step says at which instant of its phase it comes, as at: 10s")
        }
        guard let duration = try section.value("duration", Durations.parse) else {
            throw section.failure("a step says for how long, as duration: 2s")
        }
        self.kind = kind
        self.at = at
        self.duration = duration
        interval = try section.value("interval", Durations.parse) ?? .zero
        impairment = try Self.impairment(of: kind, section)
        victims = try Self.victims(of: kind, section)
    }

    private static func kind(_ text: String) throws -> FaultKind {
        guard let kind = FaultKind(rawValue: text) else { throw FaultMix.unknown(text) }
        return kind
    }

    // MARK: links

    /// Nil leaves it to the seed, as with faults that fall at random.
    private static func impairment(of kind: FaultKind, _ section: ScenarioSection) throws -> LinkImpairment? {
        let own: [String] =
            switch kind {
            case .halfOpen: ["direction"]
            case .reset: ["side"]
            case .delay: ["latency", "jitter"]
            case .slow: ["bandwidth"]
            default: []
            }
        for key in ["direction", "side", "latency", "jitter", "bandwidth"] where section.has(key) && !own.contains(key)
        {
            throw section.failure(at: key, "\(kind.rawValue) has none")
        }
        switch kind {
        case .halfOpen: return try section.value("direction", choice(of:)).map { .blockedOneWay($0) }
        case .reset: return try section.value("side", choice(of:)).map { .reset($0) }
        case .delay:
            let latency = try section.value("latency", Durations.parse)
            let jitter = try section.value("jitter", Durations.parse)
            guard let latency else {
                if jitter != nil { throw section.failure(at: "jitter", "it needs a latency that it comes on top of") }
                return nil
            }
            return .delayed(latency: latency, jitter: jitter ?? latency / 2)
        case .slow: return try section.value("bandwidth", ByteRates.parse).map { .limited(bytesPerSecond: $0) }
        default: return nil
        }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(of text: String) throws -> Choice
    where Choice.RawValue == String {
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue)
            throw ValidationError("it is one of \(names.joined(separator: ", "))")
        }
        return choice
    }

    // MARK: victims

    private static func victims(of kind: FaultKind, _ section: ScenarioSection) throws -> (String, [String])? {
        let given = ["instances", "servers", "server"].filter(section.has)
        let fitting = kind.target == .server ? ["servers", "server"] : ["instances"]
        for key in given where !fitting.contains(key) {
            throw section.failure(at: key, "\(kind.rawValue) is done to \(fitting[0])")
        }
        if given.count > 1 { throw section.failure(at: given[1], "servers are named there already") }
        guard let key = given.first, let names = try section.texts(key) else { return nil }
        if kind == .streamLeaderKill { throw section.failure(at: key, "which server leads the stream shows only then") }
        if kind == .restartAll, names != ["all"] {
            throw section.failure(at: key, "restart-all is done to all instances")
        }
        return (key, names)
    }

    /// - Throws: ``Failure`` with exit code 64 where it can't be done in this setup, or reaches beyond its phase.
    func resolved(in setup: FaultSetup) throws -> FaultStep {
        if let missing = setup.missing(for: kind) { throw section.failure(at: "fault", missing) }
        let victims = try victims(among: kind.target == .server ? setup.servers : setup.instances)
        let count = victims.count(of: kind.target == .server ? setup.servers.count : setup.instances.count)
        let last = at + interval * (count - 1)
        guard last < phaseDuration else {
            throw section.failure(
                at: interval > .zero ? "interval" : "at",
                "it would last until \(Durations.text(last)), and the phase ends at \(Durations.text(phaseDuration))"
            )
        }
        return FaultStep(
            at: at,
            kind: kind,
            victims: victims,
            duration: duration,
            interval: interval,
            impairment: impairment
        )
    }

    private func victims(among names: [String]) throws -> FaultStep.Victims {
        guard let (key, given) = victims else {
            if names.count == 1 || [.restartAll, .quorumLoss, .streamLeaderKill].contains(kind) { return .all }
            let key = kind.target == .server ? "servers" : "instances"
            throw section.failure(
                "\(kind.rawValue) is done to whom? Say \(key): all, or \(key): [1, 2], or \(key): 33%"
            )
        }
        if given == ["all"] { return .all }
        if given.count == 1, given[0].hasSuffix("%") {
            guard let percent = Int(given[0].dropLast()), (1...100).contains(percent) else {
                throw section.failure(at: key, "\(given[0]): a share is 1% to 100%")
            }
            return .share(percent: percent)
        }
        var chosen: [String] = []
        for name in try given.flatMap({ try self.names(of: $0, key, among: names) }) where !chosen.contains(name) {
            chosen.append(name)
        }
        return .names(chosen)
    }

    /// A name, a number, or a range of numbers such as `2-12`.
    private func names(of text: String, _ key: String, among names: [String]) throws -> [String] {
        if names.contains(text) { return [text] }
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        if (1...2).contains(numbers.count), let first = numbers[0], let last = numbers[numbers.count - 1],
            first <= last,
            names.indices.contains(first - 1), names.indices.contains(last - 1)
        {
            return Array(names[(first - 1)..<last])
        }
        let what = kind.target == .server ? "server" : "instance"
        let list = "there are 1 to \(names.count), all, or a share as 33%"
        throw section.failure(at: key, Nearest.missing(what, text, among: names, list))
    }
}

extension FaultStep.Victims {
    fileprivate func count(of all: Int) -> Int {
        switch self {
        case .all: all
        case .names(let names): names.count
        case .share(let percent): (all * percent + 99) / 100
        }
    }
}
