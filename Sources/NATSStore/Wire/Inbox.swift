/// The subjects on which this store is answered.
///
/// An answer's subject says all that is needed to know what it answers, so nothing is kept for a write that may never be
/// answered, and a late answer still finds its write.
struct Inbox: Hashable, Sendable {
    let base: String
    /// What all answers' subjects begin with.
    let answers: [UInt8]
    /// What the subjects begin with on which watches are delivered.
    let deliveries: [UInt8]

    init(base: String) {
        self.base = base
        answers = Array("\(base).a.".utf8)
        deliveries = Array("\(base).d.".utf8)
    }

    /// What the one subscription for answers listens on.
    var wildcard: String { "\(base).a.>" }
    /// Where a watch's messages go; not under ``wildcard``.
    func delivery(generation: UInt64, feed: Int) -> String { "\(base).d.\(generation).\(feed)" }
    func subject(_ answer: Answer) -> String { "\(base).a.\(answer.tokens)" }

    /// What a message on one of the inbox's subjects answers.
    enum Answer: Hashable, Sendable {
        case write(role: Int, id: UInt64)
        case read(role: Int)
        /// To a write, or a read, of an instance's session.
        case session(String, write: UInt64)
        case sessionRead(String)
        case consumer(generation: UInt64, feed: Int)
        /// To one of the requests with which a running store finds or makes its bucket.
        case bucket(UInt64)
        /// To the writing of the own presence.
        case announcement(UInt64)
        /// To the question whether a connection stands.
        case probe(UInt64)
        /// Somebody waits for it.
        case request(UInt64)

        fileprivate var tokens: String {
            switch self {
            case .write(let role, let id): "w\(id).\(role)"
            case .read(let role): "r\(role)"
            // An instance's id is made of a subject's tokens.
            case .session(let id, let write): "s\(write).\(id)"
            case .sessionRead(let id): "t0.\(id)"
            case .consumer(let generation, let feed): "c\(generation).\(feed)"
            case .bucket(let number): "b\(number)"
            case .announcement(let id): "p\(id)"
            case .probe(let number): "l\(number)"
            case .request(let number): "q\(number)"
            }
        }
    }

    func answer(_ subject: UnsafeRawBufferPointer) -> Answer? {
        let kind = base.utf8.count + 3
        guard subject.count > kind else { return nil }
        func second() -> Int? {
            guard let dot = subject.indices.dropFirst(kind + 1).first(where: { subject[$0] == UInt8(ascii: ".") })
            else {
                return nil
            }
            return subject.number(at: dot + 1).flatMap(Int.init(exactly:))
        }
        let number = subject.number(at: kind + 1)
        switch subject[kind] {
        case UInt8(ascii: "w"):
            guard let number, let role = second() else { return nil }
            return .write(role: role, id: number)
        case UInt8(ascii: "c"):
            guard let number, let feed = second() else { return nil }
            return .consumer(generation: number, feed: feed)
        case UInt8(ascii: "s"):
            guard let number, let id = rest(of: subject, after: kind + 1) else { return nil }
            return .session(id, write: number)
        case UInt8(ascii: "t"): return rest(of: subject, after: kind + 1).map { .sessionRead($0) }
        case UInt8(ascii: "r"): return number.flatMap(Int.init(exactly:)).map { .read(role: $0) }
        case UInt8(ascii: "q"): return number.map { .request($0) }
        case UInt8(ascii: "b"): return number.map { .bucket($0) }
        case UInt8(ascii: "p"): return number.map { .announcement($0) }
        case UInt8(ascii: "l"): return number.map { .probe($0) }
        default: return nil
        }
    }

    /// What follows the next dot.
    private func rest(of subject: UnsafeRawBufferPointer, after start: Int) -> String? {
        guard let dot = subject.indices.dropFirst(start).first(where: { subject[$0] == UInt8(ascii: ".") }) else {
            return nil
        }
        return String(decoding: subject[(dot + 1)...], as: UTF8.self)
    }
}
