import ElectionCore
import Synchronization

/// Managers over one bucket in memory, and a log of what their callbacks and events said.
struct ManagerBench: Sendable {
    let roles: [Role]
    let log = ManagerLog()
    private let server = MemoryServer()
    private let timing: LeaseTiming

    /// - Parameter ttl: by default long enough that a busy machine doesn't cost anybody the lease.
    init(roles: [String], ttl: Duration = .seconds(300)) throws {
        self.roles = try roles.map { try Role($0) }
        timing = try LeaseTiming(ttl: ttl, heartbeat: .milliseconds(20))
    }

    func manager(
        _ id: String,
        startsOnStandby: Bool = false,
        health: HealthCheck? = nil,
        stopTimeout: Duration? = nil,
        _ adjust: (inout ElectionSettings) -> Void = { _ in },
        onPromote: @escaping @Sendable (Leadership) async -> Void = { _ in }
    ) throws -> RoleManager {
        var settings = ElectionSettings(
            instance: try InstanceID(id),
            incarnation: 1,
            timing: timing,
            startsOnStandby: startsOnStandby
        )
        adjust(&settings)
        let store = InMemoryStore(server: server)
        let manager = RoleManager(settings: settings, store: store, stopTimeout: stopTimeout) { [log] role, event in
            log.note(role, event)
        }
        for role in roles {
            let callbacks = RoleCallbacks(
                onPromote: { [log] leadership in
                    log.add { $0.promoted.append("\(id) \(role)") }
                    await onPromote(leadership)
                },
                onDemote: { [log] reason in log.add { $0.demoted.append("\(id) \(role) \(reason.rawValue)") } }
            )
            try manager.add(role, callbacks: callbacks, health: health)
        }
        return manager
    }

    /// Runs a manager until it has stopped, and `body` beside it.
    func running(_ manager: RoleManager, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await manager.run() }
            group.addTask { try await body() }
            try await group.waitForAll()
        }
    }
}

final class ManagerLog: Sendable {
    struct Entries: Sendable {
        /// `<instance> <role>`, in the order of the callbacks.
        var promoted: [String] = []
        /// `<instance> <role> <reason>`.
        var demoted: [String] = []
        var released: [String] = []
        /// `<role> by <revision> to <successor>`, of those that were given to somebody.
        var given: [String] = []
        /// The reasons for which each role was taken for vacant.
        var vacancies: [String: [VacancyReason]] = [:]
        var terms: [String: [UInt64]] = [:]
        var renewals: [String: Int] = [:]
        /// What ``renewals`` was when a role was last given to somebody.
        var renewalsWhenGiven: [String: Int] = [:]

        func renewalsSinceGiven(_ role: Role) -> Int {
            renewals[role.name, default: 0] - renewalsWhenGiven[role.name, default: 0]
        }

        /// How many roles an instance leads.
        func led(by instance: String) -> Int {
            let its = { (line: String) in line.hasPrefix("\(instance) ") }
            return promoted.count(where: its) - demoted.count(where: its)
        }
    }

    private struct State {
        var entries = Entries()
        var waiting: [(holds: @Sendable (Entries) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var entries: Entries { state.withLock(\.entries) }

    func note(_ role: Role, _ event: ElectionEvent) {
        switch event {
        case .acquired(let term, _, _): add { $0.terms[role.name, default: []].append(term) }
        case .released(_, let revision, let successor, _):
            add { entries in
                entries.released.append(role.name)
                guard let successor else { return }
                entries.given.append("\(role) by \(revision) to \(successor)")
                entries.renewalsWhenGiven = entries.renewals
            }
        case .suspected(_, let reason, _): add { $0.vacancies[role.name, default: []].append(reason) }
        case .operation(.renew, .ok, _, _, _, _): add { $0.renewals[role.name, default: 0] += 1 }
        case .operation, .promoted, .demoted, .steppedDown: break
        }
    }

    func add(_ change: @Sendable (inout Entries) -> Void) {
        let ready = state.withLock { state in
            change(&state.entries)
            let entries = state.entries
            let pivot = state.waiting.partition { $0.holds(entries) }
            defer { state.waiting.removeSubrange(pivot...) }
            return state.waiting[pivot...].map(\.continuation)
        }
        for continuation in ready { continuation.resume() }
    }

    /// Until it holds, or the test's time is up.
    func wait(until holds: @escaping @Sendable (Entries) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let already = state.withLock { state in
                    if Task.isCancelled || holds(state.entries) { return true }
                    state.waiting.append((holds, continuation))
                    return false
                }
                if already { continuation.resume() }
            }
        } onCancel: {
            // Who else waits is of the same test.
            let all = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for (_, continuation) in all { continuation.resume() }
        }
    }
}
