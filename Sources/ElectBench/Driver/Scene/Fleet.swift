import Chaos
import ElectionCore
import Glibc
import Measurement
import SystemPackage

/// The run's instances: child processes of our own binary.
final class Fleet: Sendable {
    private let plan: RunPlan
    private let folder: RunFolder
    private let urls: @Sendable (String) -> String
    private let history: HistoryLog
    private let live: LiveState
    private let start: @Sendable (@escaping @Sendable () async -> Void) -> Void

    /// - Parameters:
    ///   - urls: where an instance finds the store, with commas.
    ///   - start: runs a job for as long as the run lasts.
    init(
        plan: RunPlan,
        folder: RunFolder,
        urls: @escaping @Sendable (String) -> String,
        history: HistoryLog,
        live: LiveState,
        start: @escaping @Sendable (@escaping @Sendable () async -> Void) -> Void
    ) {
        self.plan = plan
        self.folder = folder
        self.urls = urls
        self.history = history
        self.live = live
        self.start = start
    }

    /// The file that runs now, also where it was started by another name or has been replaced since.
    static let ownBinary = FilePath("/proc/self/exe")

    func slots() -> [InstanceSlot] { plan.instances.map { InstanceSlot(id: $0, fleet: self) } }

    func configuration(of id: String, incarnation: Int64, input: FileDescriptor?) -> ChildProcess.Configuration {
        ChildProcess.Configuration(
            executable: Self.ownBinary,
            arguments: [
                "instance", "--events", "--id", id, "--incarnation", "\(incarnation)", "--parent", "\(getpid())",
                "--role-count", "\(plan.roles.count)",
            ] + plan.arguments(of: id),
            // A URL may hold a password.
            environment: plan.store.environment.merging([StoreOptions.variables.url: urls(id)]) { $1 },
            input: input,
            errorLog: log(of: id)
        )
    }

    var stopTimeout: Duration { plan.stopTimeout }

    func warn(_ message: String) { history.record(.warning) { $0.message = message } }

    func supervise(_ job: @escaping @Sendable () async -> Void) { start(job) }

    func spawned(_ id: String, incarnation: Int64, pid: Int32) {
        live.spawned(id, incarnation: incarnation)
        history.record(.spawned) { entry in
            entry.instance = id
            entry.instanceIncarnation = incarnation
            entry.pid = pid
        }
    }

    func received(_ line: [UInt8]) {
        history.append(line)
        // Most lines are store operations and samples, and nothing here depends on them.
        switch HistoryEvent(inLine: line) {
        case .ready, .promoted, .demoted:
            if let entry = HistoryEntry(line: line) { live.note(entry) }
        default:
            break
        }
    }

    func exited(_ id: String, incarnation: Int64, status: String, wasExpected: Bool) {
        live.exited(id)
        history.record(.exited) { entry in
            entry.instance = id
            entry.instanceIncarnation = incarnation
            entry.status = status
        }
        if !wasExpected { endedByItself(id, status: status) }
    }

    func endedByItself(_ id: String, status: String) {
        let said = lastLine(of: log(of: id)).map { ": \($0)" } ?? ""
        live.end(.failed("\(id) ended by itself with \(status)\(said); its log is \(log(of: id))"))
    }

    private func log(of id: String) -> FilePath { folder.logs.appending("\(id).log") }

    private func lastLine(of file: FilePath) -> String? {
        let descriptor = open(file.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var tail = [UInt8](repeating: 0, count: 4096)
        let size = lseek(descriptor, 0, SEEK_END)
        let count = pread(descriptor, &tail, tail.count, max(0, size - tail.count))
        return String(decoding: tail.prefix(max(0, count)), as: UTF8.self).split(separator: "\n").last.map(String.init)
    }
}
