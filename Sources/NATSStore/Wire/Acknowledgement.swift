import ElectionCore

/// JetStream's error numbers that the store acts on.
enum JetStreamError {
    static let notEnabledForAccount: UInt64 = 10039
    static let notEnabled: UInt64 = 10076
    static let noMessage: UInt64 = 10037
    static let streamNotFound: UInt64 = 10059
    static let streamNameInUse: UInt64 = 10058
    static let noSuitablePeers: UInt64 = 10005
    static let purgeNotPermitted: UInt64 = 10110
    /// Also what comes, in a cluster, of making a stream that another is just making in another way: it counts as an update.
    static let streamInvalidConfiguration: UInt64 = 10052
    /// Also what comes, of one server, of making a stream that another is just making.
    static let streamSubjectOverlap: UInt64 = 10065
    /// What comes of a step of opening a bucket that another instance has done before.
    static let doneByOthers: Set<UInt64> = [streamNameInUse, streamNotFound, purgeNotPermitted]
    static let wrongLastSequence: UInt64 = 10071
    /// The same on a replicated stream while another write is in flight; without the number.
    static let wrongLastSequenceConstant: UInt64 = 10164
}

/// What JetStream answers to a write.
struct Acknowledgement: Hashable {
    let outcome: WriteOutcome

    /// Reads an answer's payload, such as `{"stream":"KV_leaders", "seq":12}`.
    ///
    /// - Returns: nil where it is no answer of JetStream's.
    init?(_ payload: UnsafeRawBufferPointer) {
        // A refusal may carry a `seq` of 0 too, so the error is looked for first.
        guard payload.end(of: "\"error\":") != nil else {
            guard let revision = payload.number(after: "\"seq\":") else { return nil }
            outcome = .acknowledged(revision: revision)
            return
        }
        switch payload.number(after: "\"err_code\":") {
        case JetStreamError.wrongLastSequence:
            outcome = .rejected(lastRevision: payload.number(after: "wrong last sequence: "))
        case JetStreamError.wrongLastSequenceConstant:
            outcome = .rejected(lastRevision: nil)
        default:
            outcome = .refused(reason: APIError.text(of: payload))
        }
    }
}
