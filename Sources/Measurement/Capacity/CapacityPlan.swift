import ElectionCore

/// What an election of some size will cost, by the model of a sweep, and how far that is beyond what was measured.
package struct CapacityPlan: Sendable {
    package struct Machine: Hashable, Sendable {
        package var cores: Int
        package var memoryKb: Int

        package init(cores: Int, memoryKb: Int) {
            self.cores = cores
            self.memoryKb = memoryKb
        }
    }

    package struct Prediction: Hashable, Sendable {
        package var quantity: CostQuantity
        package var value: Double
        package var low: Double
        package var high: Double
    }

    /// Something that runs out, and how much of it this election takes.
    package struct Limit: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable { case processor, memory, renewals }

        package var kind: Kind
        /// Above 1: it does not fit.
        package var share: Double
    }

    package let load: Load
    package let machine: Machine
    /// By quantity, those that have a model.
    package let predictions: [Prediction]
    /// The first to break comes first.
    package let limits: [Limit]
    /// The least ttl of ``ladder`` that fits; nil where none does.
    package let leastTTL: Duration?
    /// How many times the largest size that the model rests on, by what it is counted by; those above 1 are extrapolated.
    package let reach: [(name: String, factor: Double)]
    /// The ttls that the model rests on.
    package let measuredTTLs: ClosedRange<Duration>

    /// The ttls that one would choose from.
    package static let ladder: [Duration] = [
        .milliseconds(500), .seconds(1), .seconds(2), .seconds(3), .seconds(5), .seconds(10), .seconds(15),
        .seconds(20),
        .seconds(30), .seconds(60), .seconds(120), .seconds(300),
    ]

    /// Nil where the sweep has no model of the processor: too few of its cells are fine.
    package init?(_ costs: CapacityCosts, _ load: Load, on machine: Machine) {
        guard costs.fits[.processorInstances] != nil, costs.fits[.processorServers] != nil,
            let shortest = costs.ttls.first, let longest = costs.ttls.last
        else { return nil }
        self.load = load
        self.machine = machine
        measuredTTLs = shortest...longest
        predictions = CostQuantity.allCases.compactMap { quantity in
            costs.fits[quantity].map { fit in
                let (value, low, high) = fit.predict(load)
                return Prediction(quantity: quantity, value: value, low: low, high: high)
            }
        }
        limits = Self.limits(costs, load, machine)
        leastTTL = Self.ladder.first { ttl in
            var other = load
            other.heartbeat = .nanoseconds(Int64(Double(ttl.nanoseconds) * (load.heartbeat / load.ttl)))
            other.ttl = ttl
            return Self.limits(costs, other, machine).allSatisfy { $0.share <= 1 } && costs.renewals.fit(other)
        }
        reach = Self.reach(costs, load)
    }

    package var first: Limit { limits[0] }
    package var fits: Bool { first.share <= 1 }
    package var isExtrapolated: Bool { reach.contains { $0.factor > 1 } || !measuredTTLs.contains(load.ttl) }

    package func prediction(_ quantity: CostQuantity) -> Prediction? { predictions.first { $0.quantity == quantity } }

    /// Processor of instances and servers against the cores; private memory of both against the machine's; and processor
    /// against the least that the model gives for a cell beyond the knee, for there renewals came late.
    private static func limits(_ costs: CapacityCosts, _ load: Load, _ machine: Machine) -> [Limit] {
        func total(_ quantities: [CostQuantity], _ load: Load) -> Double {
            quantities.compactMap { costs.fits[$0]?.model.predict(load) }.reduce(0, +)
        }
        let processor: [CostQuantity] = [.processorInstances, .processorServers]
        let percent = total(processor, load)
        var limits = [Limit(kind: .processor, share: percent / Double(100 * machine.cores))]
        if costs.fits[.memoryInstances] != nil, costs.fits[.memoryServers] != nil {
            let kilobytes = total([.memoryInstances, .memoryServers], load)
            limits.append(Limit(kind: .memory, share: kilobytes / Double(machine.memoryKb)))
        }
        // What a shorter ttl could not bear says nothing of this one.
        if let knee = costs.late.filter({ $0.ttl >= load.ttl }).map({ total(processor, $0) }).min(), knee > 0 {
            limits.append(Limit(kind: .renewals, share: percent / knee))
        }
        return limits.sorted { $0.share > $1.share }
    }

    private static func reach(_ costs: CapacityCosts, _ load: Load) -> [(name: String, factor: Double)] {
        func factor(_ size: (Load) -> Double) -> Double {
            let largest = costs.points.map(size).max() ?? 0
            return largest > 0 ? size(load) / largest : .infinity
        }
        return [
            ("the instances", factor { Double($0.instances) }), ("the roles", factor { Double($0.roles) }),
            ("the renewals a second", factor(\.renewalsPerSecond)),
            ("the deliveries a second", factor(\.deliveriesPerSecond)),
        ]
    }
}

extension CapacityPlan {
    private struct Document: Encodable {
        struct Cost: Encodable {
            var quantity: String
            var value: Double
            var low: Double
            var high: Double
        }

        var instances: Int
        var roles: Int
        var ttlMs: Double
        var heartbeatMs: Double
        var cores: Int
        var memoryKb: Int
        var costs: [Cost]
        var shares: [String: Double]
        var breaksFirst: String
        var fits: Bool
        var leastTtlMs: Double?
        var timesMeasured: [String: Double]
        var measuredTtlMinMs: Double
        var measuredTtlMaxMs: Double
        var extrapolated: Bool

        enum CodingKeys: String, CodingKey {
            case instances, roles, cores, costs, shares, fits, extrapolated
            case ttlMs = "ttl_ms"
            case heartbeatMs = "heartbeat_ms"
            case memoryKb = "memory_kb"
            case breaksFirst = "breaks_first"
            case leastTtlMs = "least_ttl_ms"
            case timesMeasured = "times_measured"
            case measuredTtlMinMs = "measured_ttl_min_ms"
            case measuredTtlMaxMs = "measured_ttl_max_ms"
        }
    }

    /// For programs; the same figures as ``page``.
    package var json: [UInt8] {
        func ms(_ span: Duration) -> Double { span / .milliseconds(1) }
        let document = Document(
            instances: load.instances,
            roles: load.roles,
            ttlMs: ms(load.ttl),
            heartbeatMs: ms(load.heartbeat),
            cores: machine.cores,
            memoryKb: machine.memoryKb,
            costs: predictions.map {
                Document.Cost(quantity: $0.quantity.rawValue, value: $0.value, low: $0.low, high: $0.high)
            },
            shares: Dictionary(uniqueKeysWithValues: limits.map { ($0.kind.rawValue, $0.share) }),
            breaksFirst: first.kind.rawValue,
            fits: fits,
            leastTtlMs: leastTTL.map(ms),
            timesMeasured: Dictionary(
                uniqueKeysWithValues: reach.map { reach in
                    (String(reach.name.dropFirst("the ".count)).replacing(" ", with: "_"), reach.factor)
                }
            ),
            measuredTtlMinMs: ms(measuredTTLs.lowerBound),
            measuredTtlMaxMs: ms(measuredTTLs.upperBound),
            extrapolated: isExtrapolated
        )
        return document.jsonText
    }
}
