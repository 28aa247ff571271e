import ElectionCore
import Subprocess
import Synchronization
import SystemPackage

/// One life of a child process: spawned by ``run(onStart:onLine:)``, signalled from any task through ``send(_:)``.
///
/// It has a process group of its own, so that Ctrl-C at a terminal reaches the driver alone. It costs three descriptors (its
/// output and two pidfds) and a few suspended tasks, no thread.
package final class ChildProcess: Sendable {
    /// idle → starting → running → gone; idle | starting → cancelled → gone.
    private enum Phase {
        case idle
        case starting
        /// Cancelled before there was anything to kill.
        case cancelled
        case running(pid: Int32, ProcessDescriptor)
        case gone(pid: Int32?)
    }

    package let configuration: Configuration
    private let phase = Mutex(Phase.idle)

    package init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// The process's id from its start on, also after its end; nil before.
    package var pid: Int32? {
        phase.withLock { phase in
            switch phase {
            case .idle, .starting, .cancelled: nil
            case .running(let pid, _): pid
            case .gone(let pid): pid
            }
        }
    }

    /// Sends a signal; a process that is not there is a value of the result.
    @discardableResult
    package func send(_ signal: ChildSignal) -> SignalDelivery {
        let descriptor = phase.withLock { phase in
            if case .running(_, let descriptor) = phase { descriptor } else { nil as ProcessDescriptor? }
        }
        return descriptor?.send(signal) ?? .toNobody()
    }

    /// Spawns the process and waits until it is gone and all that it wrote was delivered. To be called once.
    ///
    /// Cancelling the task kills the process and still delivers what it wrote; its status is then `signal 9`.
    ///
    /// - Parameters:
    ///   - onStart: gets the pid, before any line.
    ///   - onLine: gets each line of its standard output, in order, with its newline. What follows the last newline is in the
    ///     result. Must return soon: meanwhile the child's output waits in the pipe.
    /// - Throws: ``ChaosError`` with code `spawnFailed`, `executableNotFound`, `fileFailed`, `kernelTooOld`, `alreadyRun`, or
    ///   `cancelled` where it was never spawned.
    package func run(
        onStart: @escaping @Sendable (_ pid: Int32) -> Void = { _ in },
        onLine: @escaping @Sendable (_ line: [UInt8]) -> Void
    ) async throws(ChaosError) -> ChildExit {
        try begin()
        guard !Task.isCancelled else { throw neverSpawned }
        // Unstructured, but awaited below: in a cancelled task the output sequence ends at once, with output still in the pipe.
        let life = Task<Result<ChildExit, ChaosError>, Never> {
            do throws(ChaosError) {
                return .success(try await live(onStart: onStart, onLine: onLine))
            } catch {
                return .failure(error)
            }
        }
        let result = await withTaskCancellationHandler {
            await life.value
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    private func begin() throws(ChaosError) {
        let mayRun = phase.withLock { phase in
            guard case .idle = phase else { return false }
            phase = .starting
            return true
        }
        guard mayRun else {
            throw ChaosError(.alreadyRun, context: "\(configuration.executable) was already run by this handle")
        }
    }

    private func cancel() {
        let descriptor = phase.withLock { phase -> ProcessDescriptor? in
            switch phase {
            case .idle, .starting:
                phase = .cancelled
                return nil
            case .running(_, let descriptor):
                return descriptor
            case .cancelled, .gone:
                return nil
            }
        }
        _ = descriptor?.send(.kill)
    }

    private func live(
        onStart: @Sendable (Int32) -> Void,
        onLine: @Sendable ([UInt8]) -> Void
    ) async throws(ChaosError) -> ChildExit {
        defer {
            phase.withLock { phase in
                if case .running(let pid, _) = phase { phase = .gone(pid: pid) } else { phase = .gone(pid: nil) }
            }
        }
        guard !isCancelled else { throw neverSpawned }
        let (input, error) = try configuration.openStandardStreams()
        do {
            let result = try await Subprocess.run(
                .path(configuration.executable),
                arguments: Arguments(configuration.arguments),
                environment: .inherit.updating(configuration.environmentUpdates),
                platformOptions: .ownProcessGroup,
                input: .fileDescriptor(input, closeAfterSpawningProcess: configuration.input == nil),
                output: .sequence,
                error: .fileDescriptor(error, closeAfterSpawningProcess: true)
            ) { execution in
                try await self.read(execution, onStart: onStart, onLine: onLine)
            }
            return ChildExit(
                status: ChildExit.Status(result.terminationStatus),
                at: .now(),
                fragment: result.closureResult
            )
        } catch let failure as ChaosError {
            throw failure
        } catch {
            let isMissing = (error as? SubprocessError)?.code == .executableNotFound
            throw ChaosError(
                isMissing ? .executableNotFound : .spawnFailed,
                cause: error,
                context: "cannot run \(configuration.executable)"
            )
        }
    }

    /// - Returns: what came after the last newline.
    private func read(
        _ execution: Execution<FileDescriptorInput, SequenceOutput, FileDescriptorOutput>,
        onStart: @Sendable (Int32) -> Void,
        onLine: @Sendable ([UInt8]) -> Void
    ) async throws -> [UInt8] {
        let pid = execution.processIdentifier.value
        let descriptor = try ProcessDescriptor.make(duplicating: execution.processIdentifier.processDescriptor)
        let isCancelled = phase.withLock { phase in
            defer { phase = .running(pid: pid, descriptor) }
            if case .cancelled = phase { return true } else { return false }
        }
        if isCancelled { _ = descriptor.send(.kill) }
        onStart(pid)
        var splitter = LineSplitter()
        for try await buffer in execution.standardOutput {
            buffer.withUnsafeBytes { splitter.append($0, deliver: onLine) }
        }
        return splitter.fragment
    }

    private var isCancelled: Bool {
        phase.withLock { if case .cancelled = $0 { true } else { false } }
    }

    private var neverSpawned: ChaosError {
        ChaosError(.cancelled, context: "\(configuration.executable) was not started: the run was cancelled")
    }
}

extension PlatformOptions {
    fileprivate static var ownProcessGroup: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        return options
    }
}

extension ChildExit.Status {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signaled(signal)
        }
    }
}
