import ElectionCore
import Logging

/// Finding or making the bucket.
extension StoreLoop {
    /// Waits for JetStream, then takes the bucket as it is, or makes it and waits until it opens.
    ///
    /// - Returns: what is other than was asked for, a line each.
    /// - Throws: ``StoreError`` with code `noJetStream`, `bucketRefused`, `serverRefused` or `timeout`.
    func bind() throws(StoreError) -> [String] {
        var deadline = Timestamp.now() + settings.readyTimeout
        try waitForJetStream(until: deadline)
        var warnings = [String]()
        if bucket.replicas > 1 { try checkReplication("asking for \(bucket.replicas) replicas", &warnings) }
        var opening = BucketOpening(patience: bucket.assumesNoLeases ? .zero : openingPatience)
        // Passing, where others are just making it in another way.
        var refusal: (error: APIError, until: Timestamp)?
        while true {
            let answer = try ask(.inspect, until: deadline)
            guard let found = BucketFound(answer, bucket) else {
                // While a stream is being made, nats-server 2.9 tells of it without its creation time.
                guard deadline <= .now() else {
                    pause()
                    continue
                }
                throw StoreError(.serverRefused, "bucket \(bucket.name): the server's answer does not tell what it is")
            }
            if let refusal, found == .nothing, refusal.until <= .now() { throw refused(refusal.error) }
            switch opening.step(found, at: .now()) {
            case .make:
                guard let error = try ask(.make, until: deadline).error else { continue }
                // A cluster that has just started doesn't know of its servers' disks yet.
                let limit = error.errorCode == JetStreamError.noSuitablePeers ? deadline : .now() + .seconds(1)
                refusal = refusal ?? (error, limit)
                pause()
            case .drop: _ = try ask(.drop, until: deadline)
            case .raise(let start): _ = try ask(.raise(to: start), until: deadline)
            case .open(let configuration): _ = try ask(.open(configuration), until: deadline)
            case .wait(let end, let isNews):
                if isNews { logOpening(in: end - .now()) }
                deadline = max(deadline, end + settings.readyTimeout)
                _ = core.responses.takeAll(until: min(end, .now() + WatchMachine.lookInterval))
            case .use:
                if let configuration = answer.config { try judge(configuration, &warnings) }
                core.setFloor(of: answer)
                return warnings
            }
        }
    }

    /// How long a new bucket stays unopened: a lease's ttl, and a little by lot, so that of all instances that wait one
    /// opens it and the others find it open.
    var openingPatience: Duration { bucket.leaseTTL + .milliseconds(Int64.random(in: 0...100)) }

    func logOpening(in span: Duration) {
        let seconds = Double(span.nanoseconds / 1_000_000) / 1000
        core.logger.notice(
            "bucket \(bucket.name) is new: it opens in \(seconds) s, when leases of an earlier one have run out"
        )
    }

    func message(for request: WatchMachine.BucketRequest) -> (subject: String, payload: [UInt8]) {
        let stream = bucket.stream
        return switch request {
        case .inspect: (API.streamInfo(stream), [])
        case .make: (API.makeStream(stream), API.encode(StreamConfiguration(bucket)))
        case .raise(let start): (API.purgeStream(stream), API.encode(PurgeRequest(seq: start)))
        case .drop: (API.deleteStream(stream), [])
        case .open(let found): (API.updateStream(stream), API.encode(found.opened(bucket)))
        }
    }

    /// - Throws: ``StoreError`` with code `serverRefused` or `timeout`.
    func deleteBucket() throws(StoreError) {
        let until = Timestamp.now() + settings.readyTimeout
        _ = try ask(API.deleteStream(bucket.stream), [], until: until, accepting: [JetStreamError.streamNotFound])
    }

    private func waitForJetStream(until deadline: Timestamp) throws(StoreError) {
        // At the start of a cluster its members may not know of each other's JetStream yet.
        let noResponders = min(deadline, .now() + .seconds(1))
        var trust = ServerTrust()
        while true {
            switch request(API.info, [], timeout: .milliseconds(500)) {
            case .payload(let payload):
                let answer = API.decode(StreamAnswer.self, payload)
                switch answer?.error?.errorCode {
                case JetStreamError.notEnabled, JetStreamError.notEnabledForAccount:
                    throw StoreError(
                        .noJetStream,
                        "JetStream is not enabled at \(settings.printableURLs) for this account: start nats-server with -js",
                        cause: answer?.error?.text
                    )
                case nil: return
                default: break
                }
            case .noResponders where Timestamp.now() >= noResponders:
                throw StoreError(
                    .noJetStream,
                    "JetStream is not enabled at \(settings.printableURLs): start nats-server with -js"
                )
            case .noResponders, nil: break
            }
            guard Timestamp.now() < deadline else {
                throw StoreError(
                    .timeout,
                    "JetStream at \(settings.printableURLs) was not ready within \(settings.readyTimeout): is a majority of the servers up?"
                )
            }
            pause()
            doubt(&trust)
        }
    }

    /// Asks until there is an answer that is no passing trouble.
    private func ask(
        _ request: WatchMachine.BucketRequest,
        until deadline: Timestamp
    ) throws(StoreError) -> StreamAnswer {
        let (subject, payload) = message(for: request)
        let accepting: Set<UInt64> =
            switch request {
            case .inspect: [JetStreamError.streamNotFound]
            case .make:
                [
                    JetStreamError.streamNameInUse, JetStreamError.streamInvalidConfiguration,
                    JetStreamError.streamSubjectOverlap, JetStreamError.noSuitablePeers,
                ]
            case .raise, .open, .drop: JetStreamError.doneByOthers
            }
        return try ask(subject, payload, until: deadline, accepting: accepting)
    }

    private func ask(
        _ subject: String,
        _ payload: [UInt8],
        until deadline: Timestamp,
        accepting: Set<UInt64>
    ) throws(StoreError) -> StreamAnswer {
        var trust = ServerTrust()
        while true {
            var cause: String?
            if case .payload(let bytes) = request(subject, payload, timeout: .seconds(2)) {
                guard let answer = API.decode(StreamAnswer.self, bytes) else {
                    throw StoreError(
                        .serverRefused,
                        "the answer to \(subject) is not one of JetStream's",
                        cause: String(decoding: bytes, as: UTF8.self)
                    )
                }
                guard let error = answer.error, !accepting.contains(error.errorCode ?? 0) else { return answer }
                // 503: a cluster without a leader yet, or with too few members known.
                guard error.code == 503 else { throw refused(error) }
                cause = error.text
            }
            guard Timestamp.now() < deadline else {
                throw StoreError(
                    .timeout,
                    "bucket \(bucket.name): no answer within \(settings.readyTimeout): is a majority of the servers up?",
                    cause: cause
                )
            }
            pause()
            doubt(&trust)
        }
    }

    private func refused(_ error: APIError) -> StoreError {
        StoreError(.serverRefused, "bucket \(bucket.name): the server refused", cause: error.text)
    }

    /// Until when a server that gives no useful answer is asked before another one is.
    private struct ServerTrust {
        var until = Timestamp.now() + StoreLoop.switchLimit
    }

    private func doubt(_ trust: inout ServerTrust) {
        guard settings.urls.count > 1, Timestamp.now() >= trust.until else { return }
        switchServer()
        trust = ServerTrust()
    }

    /// - Throws: ``StoreError`` with code `bucketRefused`.
    private func judge(_ found: StreamConfiguration, _ warnings: inout [String]) throws(StoreError) {
        guard found.subjects?.contains(bucket.keyPrefix + ">") == true else {
            throw StoreError(
                .bucketRefused,
                "the stream \(bucket.stream) is no key-value bucket: give another bucket name"
            )
        }
        guard found.ageLimitNanoseconds == 0 || found.ageLimit >= bucket.leaseTTL else {
            throw StoreError(
                .bucketRefused,
                "bucket \(bucket.name) ages records out after \(found.ageLimit), before their lease of \(bucket.leaseTTL) "
                    + "ends: delete it, or give another name or a shorter ttl"
            )
        }
        guard bucket.ageLimit > .zero || found.ageLimitNanoseconds == 0 else {
            throw StoreError(
                .bucketRefused,
                "bucket \(bucket.name) ages records out after \(found.ageLimit), and with a lease of the instance no role's record is "
                    + "renewed: delete it, or give another name or a lease of each role"
            )
        }
        if found.replicas > 1, bucket.replicas == 1 {
            try checkReplication("bucket \(bucket.name) has \(found.replicas) replicas", &warnings)
        }
        func compare<T: Equatable>(_ name: String, _ found: T, _ wanted: T) {
            guard found != wanted else { return }
            warnings.append("bucket \(bucket.name) has \(name) \(found), not \(wanted); it is used as it is")
        }
        compare("storage", found.storage.rawValue, bucket.storage.rawValue)
        compare("replicas", found.replicas, bucket.replicas)
        compare("history", found.history, bucket.history)
        compare("age limit", found.ageLimit, bucket.ageLimit)
    }

    private func checkReplication(_ what: String, _ warnings: inout [String]) throws(StoreError) {
        guard let version = serverVersion() else {
            warnings.append("\(what), and the server's version is unknown: below 2.9.21 a role may have two leaders")
            return
        }
        guard version >= .soundReplication else {
            throw StoreError(
                .bucketRefused,
                "\(what), but nats-server \(version) lets several compare-and-sets win on replicated streams: "
                    + "use \(ServerVersion.soundReplication) or newer, or one replica"
            )
        }
        guard bucket.storage == .file || version >= .soundMemoryReplication else {
            throw StoreError(
                .bucketRefused,
                "\(what) in memory, but nats-server \(version) may stand still with them: "
                    + "use \(ServerVersion.soundMemoryReplication) or newer, file storage, or one replica"
            )
        }
    }

    /// Between two tries of the connecting thread.
    func pause() {
        _ = core.responses.takeAll(until: .now() + .milliseconds(50))
    }
}
