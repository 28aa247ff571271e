/// Where the entries of each event lie, by time; those of one instant in the order of the file.
struct HistoryIndex: Sendable {
    /// By the event's place among all cases; after them those of events that this version doesn't know.
    private var byKind: [[UInt32]] = Array(repeating: [], count: HistoryEvent.allCases.count + 1)

    subscript(kind: HistoryEvent) -> [UInt32] { byKind[Self.places[kind] ?? Self.unknown] }
    var unknownEvents: Int { byKind[Self.unknown].count }
    var count: Int { byKind.reduce(0) { $0 + $1.count } }

    /// Every entry's address, by time.
    func all(_ store: HistoryStore) -> [UInt32] {
        byKind.joined().map { (store.t(at: $0), $0) }.sorted { $0 < $1 }.map(\.1)
    }

    /// The last entry's instant.
    func lastT(_ store: HistoryStore) -> Int64? { byKind.compactMap(\.last).map(store.t(at:)).max() }

    /// - Parameter addresses: by time, all above those that are there.
    mutating func add(_ addresses: [UInt32], of event: String, _ store: HistoryStore) {
        guard let first = addresses.first else { return }
        let place = HistoryEvent(rawValue: event).flatMap { Self.places[$0] } ?? Self.unknown
        let earliest = store.t(at: first)
        guard let last = byKind[place].last, store.t(at: last) > earliest else {
            byKind[place] += addresses
            return
        }
        let overlap = byKind[place].partitioningIndex { store.t(at: $0) > earliest }
        var old = byKind[place][overlap...].map { (t: store.t(at: $0), address: $0) }[...]
        byKind[place].removeSubrange(overlap...)
        for address in addresses {
            let t = store.t(at: address)
            while let next = old.first, next.t <= t {
                byKind[place].append(next.address)
                old.removeFirst()
            }
            byKind[place].append(address)
        }
        byKind[place] += old.map(\.address)
    }

    /// Gives back what the arrays have allocated for more entries.
    mutating func shrink() {
        for place in byKind.indices {
            let addresses = byKind[place]
            byKind[place] = Array(unsafeUninitializedCapacity: addresses.count) { buffer, count in
                count = buffer.initialize(fromContentsOf: addresses)
            }
        }
    }

    private static let unknown = HistoryEvent.allCases.count
    private static let places = Dictionary(
        uniqueKeysWithValues: HistoryEvent.allCases.enumerated().map { ($0.element, $0.offset) }
    )
}
