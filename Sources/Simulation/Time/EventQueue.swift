/// What is still to come in virtual time, earliest first; among equals those with a rank, by their ranks, and then first come, first
/// served.
struct EventQueue<Event> {
    private var heap = KeyHeap()
    /// The events of the heap's keys; nil where a place is free.
    private var events: [Event?] = []
    private var free: [Int] = []
    private var nextOrder = 0

    mutating func add(_ event: Event, at instant: Int64) {
        add(event, at: instant, order: nextOrder)
        nextOrder += 1
    }

    /// - Parameter rank: not negative.
    mutating func add(_ event: Event, at instant: Int64, rank: Int) { add(event, at: instant, order: .min + rank) }

    private mutating func add(_ event: Event, at instant: Int64, order: Int) {
        let place: Int
        if let reused = free.popLast() {
            place = reused
            events[place] = event
        } else {
            place = events.count
            events.append(event)
        }
        heap.add(KeyHeap.Key(at: instant, order: order, place: place))
    }

    mutating func next() -> (at: Int64, event: Event)? {
        guard let key = heap.next(), let event = events[key.place] else { return nil }
        events[key.place] = nil
        free.append(key.place)
        return (key.at, event)
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
