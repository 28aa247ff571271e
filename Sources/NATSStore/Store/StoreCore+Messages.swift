import ElectionCore
import Logging

/// What the messages on the store's subscriptions say.
extension StoreCore {
    func questioned(reply: String) {
        commands.post(.answerClaim(reply: reply))
    }

    /// A server says that a connection has ended.
    func disconnectReported(_ payload: UnsafeRawBufferPointer, now: Timestamp) {
        guard let event = DisconnectEvent(payload), let connection = event.lost else { return }
        lost(connection, now: now)
    }

    /// Takes a message on the thread that reads it, if it is one of those that come often or are urgent.
    ///
    /// - Parameter generation: that of the watch that is read there; 0 if there is none.
    /// - Returns: whether it was one of a watch that is whole; nil where it was not taken.
    func take(_ message: borrowing ReceivedMessage, generation: UInt64, now: Timestamp) -> Bool? {
        let subject = message.subject
        if generation != 0, subject.begins(with: keyPrefix) || subject.begins(with: inbox.deliveries) {
            return watched(message, generation: generation, feed: 0, now: now)
        }
        if subject.begins(with: inbox.answers) {
            answered(message, now: now)
            return false
        }
        guard subject.begins(with: DisconnectEvent.subjectBytes) else { return nil }
        disconnectReported(message.payload, now: now)
        return false
    }

    func answered(_ message: borrowing ReceivedMessage, now: Timestamp) {
        attention.answered()
        guard let answer = inbox.answer(message.subject) else {
            logger.warning("a message on an unknown subject of the inbox")
            return
        }
        let payload = message.payload
        let noResponders = payload.isEmpty && message.isNoResponders
        switch answer {
        case .request(let number):
            responses.post((number, noResponders ? .noResponders : .payload(Array(payload))))
        case .bucket(let number):
            bucketAnswered(noResponders ? nil : API.decode(StreamAnswer.self, payload), number: number, now: now)
        case .consumer(let generation, let feed):
            consumerAnswered(payload, noResponders: noResponders, generation: generation, feed: feed, now: now)
        case .write(let role, let id):
            let (outcome, isDoubtful) = outcome(of: payload, noResponders: noResponders)
            if let outcome { written(role: role, id: id, outcome, now: now) }
            if isDoubtful { decide { $0.doubted(now: now) } }
        case .announcement(let id):
            let (outcome, isDoubtful) = outcome(of: payload, noResponders: noResponders)
            if let outcome { announced(id: id, outcome, now: now) }
            if isDoubtful { decide { $0.doubted(now: now) } }
        case .session(let id, let write):
            let (outcome, isDoubtful) = outcome(of: payload, noResponders: noResponders)
            if let outcome { sessionWritten(id, write: write, outcome, now: now) }
            if isDoubtful { decide { $0.doubted(now: now) } }
        case .sessionRead(let id):
            let answer = noResponders ? nil : API.decode(MessageAnswer.self, payload)
            sessionRead(id, answer?.entry, now: now)
            if noResponders || answer?.error?.errorCode == JetStreamError.streamNotFound {
                decide { $0.doubted(now: now) }
            }
        case .probe(let number):
            if noResponders { commands.post(.unanswered(probe: number, at: now)) }
        case .read(let role):
            let answer = noResponders ? nil : API.decode(MessageAnswer.self, payload)
            read(role: role, answer?.entry, now: now)
            if noResponders || answer?.error?.errorCode == JetStreamError.streamNotFound {
                decide { $0.doubted(now: now) }
            }
        }
    }

    /// What the answer to a write says, and whether it says that the bucket is not what it was.
    ///
    /// - Returns: no outcome where the message is no answer of JetStream's.
    private func outcome(
        of payload: UnsafeRawBufferPointer,
        noResponders: Bool
    ) -> (WriteOutcome?, isDoubtful: Bool) {
        guard !noResponders else { return (.refused(reason: "no responders: the bucket is gone"), true) }
        guard let acknowledgement = Acknowledgement(payload) else {
            logger.error("not an acknowledgement: \(String(decoding: payload, as: UTF8.self))")
            return (nil, false)
        }
        if case .acknowledged(let revision) = acknowledgement.outcome, revision < floor {
            // Nobody may lead by it: the bucket has forgotten leases, and is going to be dropped.
            return (.refused(reason: "the bucket was emptied"), true)
        }
        return (acknowledgement.outcome, false)
    }

    private func bucketAnswered(_ answer: StreamAnswer?, number: UInt64, now: Timestamp) {
        let found = answer.flatMap { BucketFound($0, bucket) }
        // One that somebody else has made or opened is as good.
        let isDone = answer.map { $0.error.map { JetStreamError.doneByOthers.contains($0.errorCode ?? 0) } ?? true }
        if isDone == false, found == nil, let error = answer?.error {
            logger.warning("bucket \(bucket.name): \(error.text)")
        }
        if found == .open, let answer { setFloor(of: answer) }
        decide { machine in
            machine.bucketFound(found, number: number, now: now)
                + machine.bucketAnswered(isDone ?? false, number: number, now: now)
        }
    }

    private func consumerAnswered(
        _ payload: UnsafeRawBufferPointer,
        noResponders: Bool,
        generation: UInt64,
        feed: Int,
        now: Timestamp
    ) {
        guard !noResponders, let answer = API.decode(ConsumerAnswer.self, payload) else {
            return decide { $0.consumerFailed(generation: generation, feed: feed, now: now) }
        }
        if let error = answer.error {
            logger.warning("no watch on the bucket: \(error.text)")
            return decide { $0.consumerFailed(generation: generation, feed: feed, now: now) }
        }
        decide {
            $0.consumerMade(generation: generation, feed: feed, snapshotEnd: answer.snapshotEnd, now: now)
        }
    }

    /// - Returns: whether it was one of a watch that is whole.
    func watched(_ message: borrowing ReceivedMessage, generation: UInt64, feed: Int, now: Timestamp) -> Bool {
        guard let reply = message.reply else {
            // A status: an idle heartbeat says how far the consumer is.
            guard let last = message.header(Header.lastConsumerSequence).flatMap({ UInt64($0) }) else { return false }
            decide { $0.heartbeat(generation: generation, feed: feed, lastSequence: last, now: now) }
            return false
        }
        guard let delivery = DeliverySubject(reply) else {
            logger.error("not a delivery of JetStream's: \(String(decoding: reply, as: UTF8.self))")
            return false
        }
        let subject = message.subject
        let payload = message.payload
        let key = UnsafeRawBufferPointer(
            rebasing: subject.count > keyPrefix.count ? subject[keyPrefix.count...] : subject[..<0]
        )
        let empty: StoredEntry? =
            if !payload.isEmpty {
                nil
            } else if message.isMarker {
                .marker(revision: delivery.streamSequence)
            } else {
                .unreadable(revision: delivery.streamSequence)
            }
        let read: (inout RecordReader) -> StoredEntry = {
            empty ?? $0.entry(value: payload, revision: delivery.streamSequence)
        }
        let sequence = delivery.consumerSequence
        let hasPassed = pass(key, read, now: now) {
            $0.passes(generation: generation, feed: feed, sequence: sequence, now: now)
        }
        if hasPassed { return true }
        change { state in
            let named = state.key(key)
            var other = RecordReader()
            let entry =
                switch named {
                case .role(let role): read(&state.readers[role])
                case .session(let id): state.readSession(key, of: id, read)
                case .presence, .other: read(&other)
                }
            Self.decide(&state, commands: commands) {
                $0.received(
                    generation: generation,
                    feed: feed,
                    sequence: sequence,
                    pending: delivery.pending,
                    key: named,
                    entry,
                    now: now
                )
            }
        }
        return false
    }
}

extension ReceivedMessage {
    /// Whether an empty message says that its key was deleted.
    var isMarker: Bool {
        if let operation = header(Header.operation) { return Header.marksDeletion(operation: operation) }
        return header(Header.markerReason) != nil
    }
}

extension StoreCore.State {
    /// A session that is over has no renewals any more.
    mutating func readSession(
        _ key: UnsafeRawBufferPointer,
        of id: String,
        _ read: (inout RecordReader) -> StoredEntry
    ) -> StoredEntry {
        let entry = sessions.read(key, of: id, read)
        if case .marker = entry { sessions.forget(key) }
        return entry
    }

    fileprivate func key(_ bytes: UnsafeRawBufferPointer) -> WatchMachine.Key {
        if let role = keys[bytes] { return .role(role) }
        let name = String(decoding: bytes, as: UTF8.self)
        if name.hasPrefix(SessionKey.prefix) { return .session(String(name.dropFirst(SessionKey.prefix.count))) }
        guard name.hasPrefix(Presence.keyPrefix) else { return .other }
        return .presence(String(name.dropFirst(Presence.keyPrefix.count)))
    }
}
