import Synchronization

/// Opens once; who waits goes on then.
final class Latch: Sendable {
    private enum State {
        case open
        case closed([CheckedContinuation<Void, Never>])
    }

    private let state: Mutex<State>

    init(isOpen: Bool = false) {
        state = Mutex(isOpen ? .open : .closed([]))
    }

    func open() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            defer { state = .open }
            if case .closed(let waiting) = state { return waiting }
            return []
        }
        waiting.forEach { $0.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard case .closed(let waiting) = state else { return true }
                state = .closed(waiting + [continuation])
                return false
            }
            if isOpen { continuation.resume() }
        }
    }
}
