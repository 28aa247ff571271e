import ElectionCore
import Logging

/// What a driver asks of the servers, and writes that no election depends on.
extension StoreLoop {
    func overwrite(_ record: LeadershipRecord, key: String, bucket name: String) {
        guard core.isUp, let connection else { return }
        var named = bucket
        named.name = name
        guard let failure = connection.publish(named.keyPrefix + key, record.json, reply: nil) else { return }
        core.logger.debug("\(key) in bucket \(name): \(failure.text)")
    }

    func bucketLeader(timeout: Duration) -> BucketLeader? {
        let deadline = Timestamp.now() + timeout
        while Timestamp.now() < deadline {
            let answer = request(API.streamInfo(bucket.stream), [], timeout: deadline - .now())
            guard case .payload(let payload) = answer, let info = API.decode(StreamAnswer.self, payload) else {
                pause()
                continue
            }
            guard info.error == nil else { break }
            if let leader = info.cluster?.leader { return BucketLeader(server: leader) }
            // A server of a cluster that knows of no leader; one that stands alone says nothing of a cluster, or names itself.
            if info.cluster != nil { break }
            return BucketLeader(server: nil)
        }
        if settings.urls.count > 1 { switchServer() }
        return nil
    }

    func acknowledgedWrite(key: String, timeout: Duration) -> Duration? {
        let began = Timestamp.now()
        let answer = request(bucket.keyPrefix + key, Array("probe".utf8), timeout: timeout)
        let ended = Timestamp.now()
        guard case .payload(let payload) = answer,
            case .acknowledged(let revision)? = payload.withUnsafeBytes({ Acknowledgement($0) })?.outcome,
            revision >= core.floor
        else { return nil }
        return ended - began
    }
}
