import ElectionCore

/// What the store's thread is asked to do.
enum StoreCommand: Sendable {
    typealias Reply = CheckedContinuation<Result<Void, StoreError>, Never>

    case write(StoreWrite, Role)
    case read(Role)
    /// On the key of an instance's session.
    case writeSession(StoreWrite, String)
    case readSession(String)
    /// Write the own presence; nil: withdraw it.
    case announce(LeadershipRecord?, id: UInt64)
    case probe(ConnectionID, of: String, incarnation: Int64)
    case unanswered(probe: UInt64, at: Timestamp)
    /// The part of a watch's decision that is C calls.
    case watch([WatchMachine.Effect])
    case reconnected(connection: UInt64)
    case closed(connection: UInt64)
    case answerClaim(reply: String)
    case start(roles: [Role], deliver: @Sendable (StoreEvent) -> Void, ended: CheckedContinuation<Void, Never>)
    case claim(InstanceID, incarnation: Int64, Reply)
    case deleteBucket(Reply)
    case version(CheckedContinuation<String?, Never>)
    case overwrite(LeadershipRecord, key: String, bucket: String)
    case bucketLeader(timeout: Duration, CheckedContinuation<BucketLeader?, Never>)
    case acknowledgedWrite(key: String, timeout: Duration, CheckedContinuation<Duration?, Never>)
    case stop(CheckedContinuation<Void, Never>?)

    /// Answers whoever waits, where the command is not going to be carried out.
    func abandon() {
        switch self {
        case .write, .read, .writeSession, .readSession, .announce, .probe, .unanswered, .watch, .reconnected, .closed,
            .answerClaim, .overwrite:
            break
        case .start(_, _, let ended): ended.resume()
        case .claim(_, _, let reply), .deleteBucket(let reply): reply.resume(returning: .failure(.storeClosed))
        case .version(let reply): reply.resume(returning: nil)
        case .bucketLeader(_, let reply): reply.resume(returning: nil)
        case .acknowledgedWrite(_, _, let reply): reply.resume(returning: nil)
        case .stop(let ended): ended?.resume()
        }
    }
}
