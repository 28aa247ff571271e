import Chaos
import ElectionCore
import Glibc
import Logging
import Measurement
import NATSStore
import Synchronization
import SystemPackage
import UnixSignals

/// One run, from the first server to the last instance's end.
final class RunInProgress: Sendable {
    let plan: RunPlan
    let folder: RunFolder
    let history: HistoryLog
    let live: LiveState
    let printer: ProgressPrinter
    let temporary = Mutex<TemporaryFolder?>(nil)
    /// Whether a signal has come.
    private let signalled = Mutex(false)
    private let jobs = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)

    init(plan: RunPlan, folder: RunFolder, history: HistoryLog, live: LiveState, printer: ProgressPrinter) {
        self.plan = plan
        self.folder = folder
        self.history = history
        self.live = live
        self.printer = printer
    }

    func warn(_ message: String) {
        history.record(.warning) { $0.message = message }
        printer.log("warning: \(message)")
    }

    /// Writes `run.json`; offsets in the reports count from `started`.
    func describe(started: Timestamp, version: String?) throws {
        try folder.write(plan.description(of: folder.id, started: started, version: version))
    }

    /// - Parameters:
    ///   - server: the program to start; nil where the user gave servers.
    ///   - follow: goes on beside the run, and is cancelled at its end.
    func carryOut(
        _ server: ServerProgram?,
        _ signals: SignalWatch,
        follow: @escaping @Sendable () async -> Void
    ) async {
        signals.direct(to: { self.interrupt($0) })
        defer { signals.direct(to: nil) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.probeLateness() }
            group.addTask { await self.printer.run() }
            group.addTask { await follow() }
            group.addTask {
                await self.conduct(server)
                self.jobs.continuation.finish()
            }
            for await job in jobs.stream { group.addTask { await job() } }
            group.cancelAll()
        }
    }

    func supervise(_ job: @escaping @Sendable () async -> Void) { jobs.continuation.yield(job) }

    func enter(_ phase: String) {
        live.enter(phase)
        history.record(.phase) { $0.name = phase }
    }

    /// Ends the run in order, for what it fails for.
    func abort(_ failing: RunReport.Failing) {
        guard live.now.ending == nil else { return }
        history.record(.aborted) { entry in
            entry.reason = failing.reason
            entry.message = "aborted at \(failing.finding)"
        }
        live.end(.aborted)
        printer.log("aborted: \(failing.reason): \(failing.finding); ending the run in order")
    }

    // MARK: What goes on beside the phases

    /// The first one ends the run in order, the next one at once.
    private func interrupt(_ signal: UnixSignal) {
        let isFirst = signalled.withLock { signalled in
            defer { signalled = true }
            return !signalled
        }
        guard isFirst else {
            // The children die with us; what they wrote is on disk up to now.
            temporary.withLock(\.self)?.remove()
            StandardError.line("electbench: killed; \(folder.path) holds what was written until now")
            _exit(105)
        }
        if live.now.ending == nil {
            history.record(.interrupted) { $0.reason = "\(signal)" }
            live.end(.interrupted(signal: "\(signal)"))
        }
        supervise { [printer] in
            // Who answers this line doesn't come too early for it.
            _ = await Injector.sleep(until: .now() + SignalWatch.sameSignal)
            printer.log("\(signal): ending the run in order; once more kills it at once")
        }
    }

    private func probeLateness() async {
        let probe = LatenessProbe { [history] woke, lateness in
            history.record(.late, at: woke) { $0.lateNs = lateness.nanoseconds }
        }
        do throws(ChaosError) {
            try await probe.run()
        } catch {
            warn("the driver's lateness is not measured: \(error)")
        }
    }

    /// What the driver and the processes around the instances cost, once a second.
    func sampleProcesses(servers: [ServerSlot], links: LinkProxy?) async {
        let driver = ProcessSampler()
        var samplers: [String: (pid: Int32, ProcessSampler)] = [:]
        while await Injector.sleep(until: .now() + .seconds(1)) {
            record(driver.sample(), of: "driver", incarnation: 1)
            for slot in servers {
                guard let life = slot.life else { continue }
                let cost = sampler(of: slot.name, life.pid, &samplers).sample()
                let traffic = await slot.traffic(of: life.number)
                record(cost, traffic, of: slot.name, incarnation: life.number)
            }
            if let pid = links?.pid {
                record(sampler(of: "links", pid, &samplers).sample(), of: "links", incarnation: 1)
            }
        }
    }

    private func sampler(
        of source: String,
        _ pid: Int32,
        _ samplers: inout [String: (pid: Int32, ProcessSampler)]
    ) -> ProcessSampler {
        if let known = samplers[source], known.pid == pid { return known.1 }
        let sampler = ProcessSampler(pid: pid)
        samplers[source] = (pid, sampler)
        return sampler
    }

    /// - Parameter traffic: asked for just after the process was looked at; that took a millisecond or two.
    private func record(
        _ cost: Chaos.ProcessSample?,
        _ traffic: ServerTraffic? = nil,
        of source: String,
        incarnation: Int64
    ) {
        guard let cost else { return }
        var entry = HistoryEntry(.sample, at: .now(), source: source, incarnation: incarnation)
        entry.messagesIn = traffic?.messagesIn
        entry.messagesOut = traffic?.messagesOut
        entry.bytesIn = traffic?.bytesIn
        entry.bytesOut = traffic?.bytesOut
        entry.threads = cost.threads
        entry.residentKb = cost.residentKb
        entry.privateKb = cost.privateKb
        entry.cpuMs = cost.cpuMs
        entry.descriptors = cost.descriptors
        history.append(entry)
    }
}
