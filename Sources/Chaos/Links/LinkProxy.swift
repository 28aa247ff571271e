import ElectionCore
import Glibc
import Synchronization
package import SystemPackage

/// The process that all links go through, as the driver has it.
package final class LinkProxy: LinkControl {
    private enum Phase {
        case open(lastID: Int, waiting: [Int: CheckedContinuation<LinkAnswer?, Never>])
        /// The process is gone: there are no answers any more.
        case ended
    }

    private let process: ChildProcess
    private let requests: RequestPipe
    private let phase = Mutex(Phase.open(lastID: 0, waiting: [:]))

    /// - Parameters:
    ///   - executable: our own binary.
    ///   - errorLog: the file that its standard error is appended to; nil for none.
    /// - Throws: ``ChaosError`` with code `fileFailed`.
    package init(executable: FilePath = "/proc/self/exe", errorLog: FilePath? = nil) throws(ChaosError) {
        requests = try RequestPipe()
        process = ChildProcess(
            ChildProcess.Configuration(
                executable: executable,
                arguments: [LinkProxyProgram.subcommand, "--parent", "\(getpid())"],
                input: requests.readEnd,
                errorLog: errorLog
            )
        )
    }

    /// The process's id from its start on, for a ``ProcessSampler``; nil before.
    package var pid: Int32? { process.pid }

    /// Runs the process until the task is cancelled. To be called once; what was asked before is done when it runs.
    ///
    /// - Throws: ``ChaosError`` with code `linksFailed` where it ended by itself, or a code of
    ///   ``ChildProcess/run(onStart:onLine:)``.
    package func run(onStart: @escaping @Sendable (_ pid: Int32) -> Void = { _ in }) async throws(ChaosError) {
        defer { end() }
        let exit = try await process.run(onStart: onStart) { self.received($0) }
        guard Task.isCancelled else {
            throw ChaosError(.linksFailed, context: "the links' process ended by itself with \(exit.status)")
        }
    }

    /// Opens links, to be used from now on.
    ///
    /// - Returns: the port of 127.0.0.1 that each listens on, by its name.
    /// - Throws: ``ChaosError`` with code `linksFailed`.
    package func open(_ links: [Link]) async throws(ChaosError) -> [String: Int] {
        switch await ask(.open(links))?.outcome {
        case .opened(let ports): return ports
        case .failed(let reason): throw ChaosError(.linksFailed, context: reason)
        case .done, .unknownOwner, nil: throw goneError
        }
    }

    package func impair(_ owner: String, _ impairment: LinkImpairment) async -> SignalDelivery {
        let before = Timestamp.now()
        guard let answer = await ask(.impair(owner: owner, impairment)), case .done = answer.outcome else {
            return .toNobody()
        }
        let after = Timestamp(nanoseconds: answer.doneAtNanoseconds)
        return SignalDelivery(before: before, after: after, outcome: .sent)
    }

    package func heal(_ owner: String) async throws(ChaosError) {
        switch await ask(.heal(owner: owner))?.outcome {
        case .done: return
        case .unknownOwner: throw ChaosError(.linksFailed, context: "\(owner) has no links")
        case .opened, .failed, nil: throw goneError
        }
    }

    private var goneError: ChaosError {
        ChaosError(.linksFailed, context: "the links' process is gone")
    }

    /// - Returns: nil where the process is gone.
    private func ask(_ action: LinkRequest.Action) async -> LinkAnswer? {
        await withCheckedContinuation { continuation in
            let id = phase.withLock { phase -> Int? in
                guard case .open(let lastID, var waiting) = phase else { return nil }
                waiting[lastID + 1] = continuation
                phase = .open(lastID: lastID + 1, waiting: waiting)
                return lastID + 1
            }
            guard let id else { return continuation.resume(returning: nil) }
            if !requests.write(LinkRequest(id: id, action: action)) { take(id)?.resume(returning: nil) }
        }
    }

    private func received(_ line: [UInt8]) {
        guard let answer = try? LinkMessage.parse(line, as: LinkAnswer.self) else { return }
        take(answer.id)?.resume(returning: answer)
    }

    private func take(_ id: Int) -> CheckedContinuation<LinkAnswer?, Never>? {
        phase.withLock { phase in
            guard case .open(let lastID, var waiting) = phase else { return nil }
            defer { phase = .open(lastID: lastID, waiting: waiting) }
            return waiting.removeValue(forKey: id)
        }
    }

    private func end() {
        let left = phase.withLock { phase in
            defer { phase = .ended }
            if case .open(_, let waiting) = phase { return Array(waiting.values) } else { return [] }
        }
        for continuation in left { continuation.resume(returning: nil) }
    }
}
