import CLinux
import ElectionCore
import Glibc

/// A pidfd of our own: it names one process for ever, also after its pid has gone to another.
final class ProcessDescriptor: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Duplicates a pidfd that somebody else closes.
    ///
    /// - Throws: ``ChaosError`` with code `kernelTooOld` where there is none.
    static func make(duplicating descriptor: Int32) throws(ChaosError) -> ProcessDescriptor {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else {
            throw ChaosError(
                .kernelTooOld,
                cause: SystemError.last,
                context: "signals need pidfds, which came with Linux 5.3"
            )
        }
        return ProcessDescriptor(descriptor: copy)
    }

    func send(_ signal: ChildSignal) -> SignalDelivery {
        let number = signal.number
        let before = Timestamp.now()
        let result = clinux_pidfd_send_signal(descriptor, number)
        let failure = errno
        let after = Timestamp.now()
        let outcome: SignalDelivery.Outcome = result == 0 ? .sent : failure == ESRCH ? .gone : .refused(errno: failure)
        return SignalDelivery(before: before, after: after, outcome: outcome)
    }
}

extension ChildSignal {
    fileprivate var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .kill: SIGKILL
        case .terminate: SIGTERM
        case .suspend: SIGSTOP
        case .resume: SIGCONT
        }
    }
}
