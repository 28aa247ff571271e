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
        if case .record(let record) = write.value, !mayGoOut(record, over: connection) {
            return core.written(role: index, id: write.id, .notSent, now: .now())
        }
        let expected = bucket.comparesRevisions ? write.expectedRevision : nil
        let failure = put(
            write.value,
            key: role.name,
            expecting: expected,
            reply: .write(role: index, id: write.id),
            connection
        )
        guard let failure else { return }
        switch failure.publishing {
        case .notSent: core.written(role: index, id: write.id, .notSent, now: .now())
        case .impossible: core.written(role: index, id: write.id, .refused(reason: failure.text), now: .now())
        case .unknown: core.logger.warning("a write for \(role) is of unknown outcome: \(failure.text)")
        }
    }

    /// On the key of an instance's session.
    func write(_ write: StoreWrite, session id: String) {
        guard core.isUp, let connection else {
            return core.sessionWritten(id, write: write.id, .notSent, now: .now())
        }
        if case .record(let record) = write.value, !mayGoOut(record, over: connection) {
            return core.sessionWritten(id, write: write.id, .notSent, now: .now())
        }
        let failure = put(
            write.value,
            key: SessionKey.prefix + id,
            expecting: write.expectedRevision,
            reply: .session(id, write: write.id),
            connection
        )
        guard let failure else { return }
        switch failure.publishing {
        case .notSent: core.sessionWritten(id, write: write.id, .notSent, now: .now())
        case .impossible: core.sessionWritten(id, write: write.id, .refused(reason: failure.text), now: .now())
        case .unknown: core.logger.warning("a write for session \(id) is of unknown outcome: \(failure.text)")
        }
    }

    func readSession(_ id: String) {
        let isAsked = ask(for: SessionKey.prefix + id, reply: .sessionRead(id))
        if !isAsked { core.sessionRead(id, nil, now: .now()) }
    }

    /// Writes the own presence, or withdraws what was written last.
    func announce(_ presence: LeadershipRecord?, id: UInt64) {
        guard let key = presence?.id ?? announcedID, core.isUp, let connection,
            presence.map({ mayGoOut($0, over: connection) }) ?? true
        else { return core.announced(id: id, .notSent, now: .now()) }
        announcedID = key
        let failure = put(
            presence.map { .record($0) } ?? .marker,
            key: Presence.keyPrefix + key,
            expecting: nil,
            reply: .announcement(id),
            connection
        )
        guard let failure else { return }
        switch failure.publishing {
        case .notSent: core.announced(id: id, .notSent, now: .now())
        case .impossible: core.announced(id: id, .refused(reason: failure.text), now: .now())
        case .unknown: core.logger.warning("whether the own presence was written is unknown: \(failure.text)")
        }
    }

    /// Whether a record names the connection that stands at this moment.
    ///
    /// Who hears that the connection is lost that a record names takes the role. So none may go out over a later one: its
    /// writer would count on a lease that nobody else does. A transfer names somebody else's.
    private func mayGoOut(_ record: LeadershipRecord, over connection: Connection) -> Bool {
        guard let meta = record.meta, meta.connection.client != 0 else { return true }
        if case .transfer? = meta.mark { return true }
        return connection.id == meta.connection
    }

    private func put(
        _ value: StoreWrite.Value,
        key: String,
        expecting revision: UInt64?,
        reply: Inbox.Answer,
        _ connection: Connection
    ) -> Failure? {
        core.asked(now: .now())
        var headers = [(String, String)]()
        if let revision { headers.append((Header.expectedRevision, String(revision))) }
        var payload: [UInt8] = []
        switch value {
        case .record(let record): payload = record.json
        case .marker: headers.append((Header.operation, "DEL"))
        }
        return connection.publish(
            bucket.keyPrefix + key,
            payload,
            reply: core.inbox.subject(reply),
            headers: headers
        )
    }

    func read(_ role: Role) {
        guard let index = roleIndices[role] else {
            core.logger.error("a read for \(role), which this store does not run")
            return
        }
        if !ask(for: role.name, reply: .read(role: index)) { core.read(role: index, nil, now: .now()) }
    }

    /// - Returns: whether the question went out.
    private func ask(for key: String, reply: Inbox.Answer) -> Bool {
        // Not a direct get: a replica that lags may answer that.
        struct Request: Encodable { var last_by_subj: String }
        let request = API.encode(Request(last_by_subj: bucket.keyPrefix + key))
        core.asked(now: .now())
        guard core.isUp, let connection else { return false }
        return connection.publish(API.message(bucket.stream), request, reply: core.inbox.subject(reply)) == nil
    }

    /// Subscribes and asks for the consumers of a watch; the answers come by themselves, so a slow server holds nobody up.
    func open(_ generation: UInt64) {
        guard let connection else { return }
        var opened = [Subscription]()
        connection.read(generation: mode == .bucket ? generation : nil)
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

    var filters: [String] {
        switch mode {
        case .bucket: [">"]
        case .role: roles.map(\.name) + ["\(Presence.keyPrefix)>", "\(SessionKey.prefix)>"]
        }
    }
}
