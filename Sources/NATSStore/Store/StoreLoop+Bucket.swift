import ElectionCore
import Logging

/// Finding or making the bucket.
extension StoreLoop {
    /// Waits for JetStream, then takes the bucket as it is or makes it.
    ///
    /// - Returns: what is other than was asked for, a line each.
    /// - Throws: ``StoreError`` with code `noJetStream`, `bucketRefused`, `serverRefused` or `timeout`.
    func bind() throws(StoreError) -> [String] {
        let deadline = Timestamp.now() + settings.readyTimeout
        try waitForJetStream(until: deadline)
        var warnings = [String]()
        if bucket.replicas > 1 { try checkReplication("asking for \(bucket.replicas) replicas", &warnings) }
        while true {
            guard
                let found = try ask(
                    API.streamInfo(bucket.stream),
                    [],
                    until: deadline,
                    accepting: [
                        JetStreamError.streamNotFound
                    ]
                ).config
            else {
                // Whoever loses the race to make it finds it the next time round.
                let made = try ask(
                    API.makeStream(bucket.stream),
                    API.encode(StreamConfiguration(bucket)),
                    until: deadline,
                    accepting: [JetStreamError.streamNameInUse]
                )
                if made.error == nil { return warnings }
                continue
            }
            try judge(found, &warnings)
            return warnings
        }
    }

    /// - Throws: ``StoreError`` with code `serverRefused` or `timeout`.
    func deleteBucket() throws(StoreError) {
        _ = try ask(
            API.deleteStream(bucket.stream),
            [],
            until: .now() + settings.readyTimeout,
            accepting: [JetStreamError.streamNotFound]
        )
    }

    private func waitForJetStream(until deadline: Timestamp) throws(StoreError) {
        // At the start of a cluster its members may not know of each other's JetStream yet.
        let noResponders = min(deadline, .now() + .seconds(1))
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
        }
    }

    /// Asks until there is an answer that is no passing trouble.
    private func ask(
        _ subject: String,
        _ payload: [UInt8],
        until deadline: Timestamp,
        accepting: Set<UInt64>
    ) throws(StoreError) -> StreamAnswer {
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
                guard error.code == 503 else {
                    throw StoreError(.serverRefused, "bucket \(bucket.name): the server refused", cause: error.text)
                }
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
        }
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
        if found.replicas > 1, bucket.replicas == 1 {
            try checkReplication("bucket \(bucket.name) has \(found.replicas) replicas", &warnings)
        }
        func compare<T: Equatable>(_ name: String, _ found: T, _ wanted: T) {
            guard found != wanted else { return }
            warnings.append("bucket \(bucket.name) has \(name) \(found), not \(wanted); it is used as it is")
        }
        compare("storage", found.storage.rawValue, bucket.storage.rawValue)
        compare("replicas", found.replicas, bucket.replicas)
        compare("history", found.history, BucketSettings.history)
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
    }

    /// Between two tries of the connecting thread.
    private func pause() {
        _ = core.responses.takeAll(until: .now() + .milliseconds(50))
    }
}
