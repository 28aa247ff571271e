import ElectionCore
import Measurement

/// The steps of a world as lines for a person: instants in ms of true time since its begin, tokens by their first
/// letters.
enum TraceText {
    static func line(_ text: String, at instant: Int64) -> String {
        "\(Numbers.fixed(Double(instant) / 1e6, digits: 3)) ms  \(text)"
    }

    static func text(_ directive: Directive) -> String {
        switch directive {
        case .write(let write): "sends \(text(write))"
        case .read: "asks for the entry"
        case .rank(let revision): "asks for its rank, vacant as of \(revision)"
        case .promote(let term, let token): "PROMOTE term \(term), token \(short(token))"
        case .demote(let term, let reason): "DEMOTE term \(term): \(reason.rawValue)"
        case .report(let event): text(event)
        case .finished: "is finished"
        }
    }

    static func text(_ action: Sessions.Action) -> String {
        switch action {
        case .write(let id, let write): "sends \(text(write)) on the key of \(id)"
        case .read(let id): "asks for the key of \(id)"
        case .stands(let session, let roles):
            "\(text(session.ref)) stands\(roles.map { ", for roles \($0)" } ?? "")"
        case .ended(let ref, let reason): "\(text(ref)) is over: \(reason.rawValue)"
        case .over(let ref, let roles): "\(text(ref)) is over, by which roles \(roles) were led"
        case .report(let event): text(event)
        }
    }

    static func text(_ write: StoreWrite) -> String {
        "#\(write.id), \(text(write.value)), if the last revision is \(write.expectedRevision)"
    }

    private static func text(_ value: StoreWrite.Value) -> String {
        switch value {
        case .marker: "a delete marker"
        case .record(let record): text(record)
        }
    }

    static func text(_ outcome: WriteOutcome) -> String {
        switch outcome {
        case .acknowledged(let revision): "accepted as \(revision)"
        case .rejected(let last): "rejected, the last revision is \(last.map { "\($0)" } ?? "not told")"
        case .refused(let reason): "refused: \(reason)"
        case .notSent: "not sent"
        }
    }

    private static func text(_ record: LeadershipRecord) -> String {
        let mark =
            switch record.meta?.mark {
            case .transfer(let giver): ", given by \(giver)"
            case .claim: ", a claim"
            case .asks: ", which asks for roles"
            case nil: ""
            }
        let session = record.meta?.session.map { ", resting on \(text($0))" } ?? ""
        let connection = record.meta.map { ", connection \($0.connection.client)" } ?? ""
        return "a record of \(record.id), token \(short(record.token))\(connection)\(mark)\(session)"
    }

    private static func text(_ session: SessionRef) -> String { "session \(session.number) of \(session.instance)" }

    private static func text(_ event: ElectionEvent) -> String {
        switch event {
        case .suspected(let revision, let reason, _): "takes the role for vacant as of \(revision): \(reason.rawValue)"
        case .operation(let operation, let outcome, _, let sent, let revision, let at):
            "\(operation.rawValue) is \(outcome.rawValue)\(revision.map { ", revision \($0)" } ?? ""), "
                + "sent \(Numbers.fixed(Double((at - sent).nanoseconds) / 1e6, digits: 3)) ms before"
        case .acquired(let term, _, _): "leads, term \(term)"
        case .promoted(let term, _): "its promote callback begins, term \(term)"
        case .demoted(let term, let reason, _): "leads no more, term \(term): \(reason.rawValue)"
        case .steppedDown(let term, let reason, _): "its demote callback has returned, term \(term): \(reason.rawValue)"
        case .released(let term, let revision, let successor, _):
            "has released term \(term) by revision \(revision)\(successor.map { " to \($0)" } ?? "")"
        }
    }

    private static func short(_ token: String) -> String { token.isEmpty ? "none" : String(token.prefix(8)) }
}
