/// What is still to come in virtual time, earliest first; among equals those with a rank, by their ranks, and then first come, first
/// served.
///
/// Events stay where they were put until they are taken out: most are large, and copying them costs more than the queue does.
final class EventQueue<Event> {
    private var heap = KeyHeap()
    private var events: UnsafeMutablePointer<Event>
    private var capacity = 1024
    /// How many of the places were ever used, and which of them are free.
    private var used = 0
    private var free: [Int] = []
    private var nextOrder = 0

    init() { events = .allocate(capacity: capacity) }

    deinit {
        while let key = heap.next() { (events + key.place).deinitialize(count: 1) }
        events.deallocate()
    }

    func add(_ event: consuming Event, at instant: Int64) {
        add(event, at: instant, order: nextOrder)
        nextOrder += 1
    }

    /// - Parameter rank: not negative.
    func add(_ event: consuming Event, at instant: Int64, rank: Int) { add(event, at: instant, order: .min + rank) }

    private func add(_ event: consuming Event, at instant: Int64, order: Int) {
        let place = free.popLast() ?? newPlace()
        (events + place).initialize(to: event)
        heap.add(KeyHeap.Key(at: instant, order: order, place: place))
    }

    private func newPlace() -> Int {
        if used == capacity {
            let larger = UnsafeMutablePointer<Event>.allocate(capacity: capacity * 2)
            larger.moveInitialize(from: events, count: capacity)
            events.deallocate()
            events = larger
            capacity *= 2
        }
        used += 1
        return used - 1
    }

    /// When the next event comes; nil: none is left.
    var nextInstant: Int64? { heap.first?.at }

    /// Takes out the next event; there must be one.
    func next() -> Event {
        guard let key = heap.next() else { preconditionFailure("nothing is left to come") }
        free.append(key.place)
        return (events + key.place).move()
    }
}

/// A binary heap that moves keys only: the simulation spends much of its time here, and tests are not optimised.
private struct KeyHeap {
    struct Key {
        let at: Int64
        let order: Int
        let place: Int

        func isBefore(_ other: Key) -> Bool { at < other.at || (at == other.at && order < other.order) }
    }

    private var keys: [Key] = []

    mutating func add(_ key: Key) {
        keys.append(key)
        var child = keys.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard key.isBefore(keys[parent]) else { break }
            keys[child] = keys[parent]
            child = parent
        }
        keys[child] = key
    }

    var first: Key? { keys.first }

    mutating func next() -> Key? {
        guard let first = keys.first else { return nil }
        let moved = keys.removeLast()
        if keys.isEmpty { return first }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child >= keys.count { break }
            if child + 1 < keys.count, keys[child + 1].isBefore(keys[child]) { child += 1 }
            guard keys[child].isBefore(moved) else { break }
            keys[parent] = keys[child]
            parent = child
        }
        keys[parent] = moved
        return first
    }
}
