import NIOCore

/// Carries the bytes of one direction of one connection. Belongs to its event loop.
final class LinkPump {
    private let source: LinkSide
    private let destination: LinkSide
    private let eventLoop: any EventLoop
    private var flow: LinkFlow
    /// Writing may call back at once, with room for more.
    private var isPumping = false
    private var wake: (at: NIODeadline, task: Scheduled<Void>)?

    init(from source: LinkSide, to destination: LinkSide, eventLoop: any EventLoop, seed: UInt64) {
        self.source = source
        self.destination = destination
        self.eventLoop = eventLoop
        flow = LinkFlow(seed: seed)
    }

    /// Whether the sender is to be read from.
    var takesMore: Bool { destination.takesBytes && flow.takesMore }

    func change(to condition: LinkCondition) {
        flow.change(to: condition, now: .now())
        pump()
    }

    /// Keeps the receiver from learning that the sender is cut off; what has not passed is lost.
    func silence() {
        flow.discard()
        flow.isSilenced = true
    }

    func unsilence() {
        flow.isSilenced = false
        pump()
    }

    func received(_ bytes: ByteBuffer) {
        if flow.isIdle, destination.takesBytes {
            destination.write(bytes)
        } else if !flow.isSilenced {
            flow.append(bytes, now: .now())
        }
    }

    /// The sender has no more at the moment.
    func receivedAll() {
        if flow.isIdle { destination.flush() } else { pump() }
    }

    func sourceEnded(_ ending: LinkFlow.Ending) {
        flow.end(ending, now: .now())
        pump()
    }

    /// There is nobody to carry to any more.
    func destinationGone() {
        flow.discard()
        wake?.task.cancel()
        wake = nil
    }

    /// Lets pass what may.
    func pump() {
        guard !isPumping else { return }
        isPumping = true
        while destination.takesBytes || destination.hasFinished {
            switch flow.next(now: .now()) {
            case .pass(let bytes):
                destination.write(bytes)
                // It may have room again at once.
                if !destination.takesBytes { destination.flush() }
                continue
            case .end(let ending):
                destination.end(ending)
            case .wait(let instant):
                wake(at: instant)
            case .nothing:
                break
            }
            break
        }
        destination.flush()
        isPumping = false
        source.readIfWanted()
    }

    private func wake(at instant: NIODeadline) {
        if let wake, wake.at <= instant { return }
        wake?.task.cancel()
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: instant) { [weak self] in
            guard let self else { return }
            wake = nil
            pump()
        }
        wake = (instant, task)
    }
}
