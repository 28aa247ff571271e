import ElectionCore
import Logging

/// Writes, reads and watches of the roles' keys.
extension StoreLoop {
    func write(_ write: StoreWrite, role: Role) {
        guard let index = roleIndices[role] else {
            core.logger.error("a write for \(role), which this store does not run")
            return
        }
        // Asking libnats might block behind a try to reconnect.
        guard core.isUp, let connection else {
            return core.written(role: index, id: write.id, .notSent, now: .now())
        }
        let subject = bucket.keyPrefix + role.name
        let reply = core.inbox.subject(.write(role: index, id: write.id))
        let expected = String(write.expectedRevision)
        core.asked(now: .now())
        let failure =
            switch (write.value, bucket.comparesRevisions) {
            case (.record(let record), true):
                connection.publish(subject, record.json, reply: reply, headers: [Header.expectedRevision: expected])
            case (.record(let record), false):
                connection.publish(subject, record.json, reply: reply)
            case (.marker, false):
                connection.publish(subject, [], reply: reply, headers: [Header.operation: "DEL"])
            case (.marker, true):
                connection.publish(
                    subject,
                    [],
                    reply: reply,
                    headers: [Header.expectedRevision: expected, Header.operation: "DEL"]
                )
            }
        guard let failure else { return }
        switch failure.publishing {
        case .notSent: core.written(role: index, id: write.id, .notSent, now: .now())
        case .impossible: core.written(role: index, id: write.id, .refused(reason: failure.text), now: .now())
        case .unknown: core.logger.warning("a write for \(role) is of unknown outcome: \(failure.text)")
        }
    }

    func read(_ role: Role) {
        guard let index = roleIndices[role] else {
            core.logger.error("a read for \(role), which this store does not run")
            return
        }
        // Not a direct get: a replica that lags may answer that.
        struct Request: Encodable { var last_by_subj: String }
        let request = API.encode(Request(last_by_subj: bucket.keyPrefix + role.name))
        let reply = core.inbox.subject(.read(role: index))
        core.asked(now: .now())
        guard core.isUp, let connection,
            connection.publish(API.message(bucket.stream), request, reply: reply) == nil
        else {
            return core.read(role: index, nil, now: .now())
        }
    }

    /// Subscribes and asks for the consumers of a watch; the answers come by themselves, so a slow server holds nobody up.
    func open(_ generation: UInt64) {
        guard let connection else { return }
        var opened = [Subscription]()
        for (feed, filter) in filters.enumerated() {
            let subject = core.inbox.delivery(generation: generation, feed: feed)
            let context = SubscriptionContext(core: core, purpose: .watch(generation: generation, feed: feed))
            guard let subscription = try? connection.subscribe(subject, context: context) else { break }
            opened.append(subscription)
            let request = ConsumerRequest(
                stream_name: bucket.stream,
                config: .init(
                    deliver_subject: subject,
                    filter_subject: bucket.keyPrefix + filter,
                    idle_heartbeat: heartbeat.nanoseconds,
                    deliver_policy: replaysHistory ? "all" : "last_per_subject"
                )
            )
            publish(
                API.makeConsumer(bucket.stream),
                API.encode(request),
                reply: .consumer(generation: generation, feed: feed)
            )
        }
        feeds[generation] = opened
    }

    private var filters: [String] {
        switch mode {
        case .bucket: [">"]
        case .role: roles.map(\.name)
        }
    }
}
