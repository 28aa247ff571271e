import ElectionCore

/// Processor time between each sample of a process and its next.
struct ProcessorUse {
    private struct Use {
        var milliseconds: Int64 = 0
        var covered = Duration.zero
    }

    private var last: [Holder: (at: Timestamp, cpuMs: Int64?)] = [:]
    private var uses: [Symbol: Use] = [:]

    mutating func add(_ row: HistoryRow, _ author: Holder) {
        let earlier = last.updateValue((row.time, row[integer: .cpuMs]), forKey: author)
        guard let earlier, let before = earlier.cpuMs, let after = row[integer: .cpuMs] else { return }
        uses[author.instance, default: Use()].milliseconds += after - before
        uses[author.instance, default: Use()].covered += row.time - earlier.at
    }

    func byKind(_ history: History) -> (percent: [SourceKind: Double], processes: [SourceKind: Int]) {
        var percent: [SourceKind: Double] = [:]
        var processes: [SourceKind: Int] = [:]
        let named = uses.map { (name: history.text($0.key), use: $0.value) }
        // Sorted: a sum of floating-point numbers depends on its order.
        for (name, use) in named.sorted(by: { $0.name < $1.name }) where use.covered > .zero {
            percent[SourceKind(name), default: 0] += 100 * (Duration.milliseconds(use.milliseconds) / use.covered)
            processes[SourceKind(name), default: 0] += 1
        }
        return (percent, processes)
    }
}
