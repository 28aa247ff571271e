import ElectionCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the driver asks of the link proxy: one JSON object a line.
struct LinkRequest: Codable, Hashable, Sendable {
    enum Action: Codable, Hashable, Sendable {
        case open([Link])
        case impair(owner: String, LinkImpairment)
        case heal(owner: String)
    }

    /// The answer has it, too.
    let id: Int
    let action: Action
}

/// What came of a request, once it is done on all connections concerned.
struct LinkAnswer: Codable, Hashable, Sendable {
    enum Outcome: Codable, Hashable, Sendable {
        /// The port that each link listens on, by its name.
        case opened([String: Int])
        case done
        /// No link has such an owner.
        case unknownOwner
        case failed(String)
    }

    let id: Int
    let outcome: Outcome
    /// On ``Timestamp``'s clock, which both processes share.
    let doneAtNanoseconds: Int64

    init(id: Int, _ outcome: Outcome) {
        self.id = id
        self.outcome = outcome
        doneAtNanoseconds = Timestamp.now().nanoseconds
    }
}

enum LinkMessage {
    static func line(_ message: some Encodable) throws -> [UInt8] {
        Array(try JSONEncoder().encode(message)) + [UInt8(ascii: "\n")]
    }

    static func parse<Message: Decodable>(_ line: [UInt8], as type: Message.Type) throws -> Message {
        try JSONDecoder().decode(type, from: Data(line))
    }
}
