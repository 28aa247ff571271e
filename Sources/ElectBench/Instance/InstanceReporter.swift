import ElectionCore
import Glibc
import Measurement
import NATSStore

/// Where an instance says what happens to it; every call returns at once.
protocol InstanceReporter: Sendable {
    func warn(_ message: String)
    func linkChanged(_ change: LinkChange)
    /// The election is about to hear what the store shows of the role.
    func learns(_ role: Role)
    /// - Parameter role: nil: it is of the own session.
    func happened(_ role: Role?, _ event: ElectionEvent)
    func promoted(_ leadership: Leadership)
    func demoted(_ role: Role, _ reason: DemotionReason)
    func ready()
    func stopping(_ signal: String)
    func stopped()
    /// Watches the answers from outside, until the returned function is called.
    func observe(_ beliefs: Beliefs) -> @Sendable () -> Void
    /// Until its task is cancelled.
    func showStatus(of manager: RoleManager) async
    /// Writes what is left.
    func end()
}

/// History lines for a driver.
struct EventReporter: InstanceReporter {
    private let recorder: EventRecorder
    private let sampler: BeliefSampler
    private let ttl: Duration
    private let endRecorder: @Sendable () -> Void

    init(_ settings: InstanceProgram.Settings) {
        recorder = EventRecorder(source: settings.election.instance.name, incarnation: settings.election.incarnation)
        sampler = BeliefSampler(recorder: recorder, roles: settings.roles, settings: settings.election)
        ttl = settings.election.timing.ttl
        endRecorder = recorder.start()
        recorder.record(.started) { $0.pid = getpid() }
    }

    func warn(_ message: String) { recorder.record(.warning) { $0.message = message } }

    func linkChanged(_ change: LinkChange) {
        switch change {
        case .connected(let connection): recorder.record(.connected) { $0.server = connection.server }
        case .disconnected: recorder.record(.disconnected)
        case .synced: recorder.record(.synced)
        }
    }

    func learns(_ role: Role) { sampler.learns(role) }

    func happened(_ role: Role?, _ event: ElectionEvent) {
        if let role { sampler.note(role, event) } else { sampler.noteSession(event) }
        recorder.record(event.entry(role: role, source: recorder.source, incarnation: recorder.incarnation, ttl: ttl))
    }

    /// The election itself has reported the callbacks' begin and end.
    func promoted(_ leadership: Leadership) {}
    func demoted(_ role: Role, _ reason: DemotionReason) {}
    func ready() { recorder.record(.ready) }
    func stopping(_ signal: String) { recorder.record(.stopping) { $0.reason = signal } }
    func stopped() { recorder.record(.stopped) }
    func observe(_ beliefs: Beliefs) -> @Sendable () -> Void { sampler.start(beliefs) }
    func showStatus(of manager: RoleManager) async {}
    func end() { endRecorder() }
}

/// Lines for a person at a terminal.
struct ConsoleReporter: InstanceReporter {
    let settings: InstanceProgram.Settings

    init(_ settings: InstanceProgram.Settings) {
        self.settings = settings
    }

    private var name: String { settings.election.instance.name }

    func warn(_ message: String) { StandardError.line("warning: \(message)") }

    func linkChanged(_ change: LinkChange) {
        switch change {
        case .connected(let connection): StandardError.line("\(name): connected to server \(connection.server)")
        // The store's log has said it.
        case .disconnected: break
        case .synced: break
        }
    }

    func learns(_ role: Role) {}
    func happened(_ role: Role?, _ event: ElectionEvent) {}

    func promoted(_ leadership: Leadership) {
        StandardOutput.line("\(leadership.role): promoted, term \(leadership.term)")
    }

    func demoted(_ role: Role, _ reason: DemotionReason) {
        StandardOutput.line("\(role): demoted, \(reason.rawValue)")
    }

    func ready() {
        StandardOutput.line("\(name) takes part in \(settings.roles.count) roles of bucket \(settings.bucket.name)")
    }

    func stopping(_ signal: String) { StandardError.line("\(name): \(signal), releasing its roles") }
    func stopped() { StandardOutput.line("\(name) has released its roles") }
    func observe(_ beliefs: Beliefs) -> @Sendable () -> Void { {} }
    func end() {}

    func showStatus(of manager: RoleManager) async {
        while (try? await Task.sleep(for: settings.statusInterval)) != nil {
            for status in manager.status { StandardOutput.line(Self.line(status)) }
        }
    }

    static func line(_ status: RoleStatus) -> String {
        if status.isLeader { return "✓ \(status.role): LEADER" }
        return "○ \(status.role): FOLLOWER (Leader: \(status.leader ?? "none"))"
    }
}
