import ElectionCore
import Testing

@testable import NATSStore

@Suite struct BucketOpeningTests {
    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }

    private let made = StreamConfiguration(BucketSettings(name: "b", leaseTTL: .seconds(3)))

    @Test func `a bucket that is there is used as it is`() {
        var opening = BucketOpening(patience: .seconds(3))
        #expect(opening.step(.open, at: at(0)) == .use)
    }

    @Test func `a bucket that is made waits, then gets its sequence, then opens`() {
        var opening = BucketOpening(patience: .seconds(3))
        let fresh = BucketFound.unopened(start: 500, next: 1, as: made)
        #expect(opening.step(.nothing, at: at(0)) == .make)
        #expect(opening.step(fresh, at: at(10)) == .wait(until: at(3010), isNews: true))
        #expect(opening.step(fresh, at: at(3009)) == .wait(until: at(3010), isNews: false))
        #expect(opening.step(fresh, at: at(3010)) == .raise(to: 500))
        #expect(opening.step(.unopened(start: 500, next: 500, as: made), at: at(3011)) == .open(made))
        #expect(opening.step(.open, at: at(3012)) == .use)
    }

    @Test func `what another instance has done is not done again`() {
        var opening = BucketOpening(patience: .seconds(3))
        #expect(
            opening.step(.unopened(start: 500, next: 500, as: made), at: at(0)) == .wait(until: at(3000), isNews: true)
        )
        #expect(opening.step(.unopened(start: 500, next: 500, as: made), at: at(3000)) == .open(made))
        _ = opening.step(.unopened(start: 900, next: 1, as: made), at: at(4000))
        #expect(opening.step(.open, at: at(4001)) == .use)
    }

    @Test func `a bucket that is lost while it waits begins to wait anew`() {
        var opening = BucketOpening(patience: .seconds(3))
        _ = opening.step(.unopened(start: 500, next: 1, as: made), at: at(0))
        #expect(
            opening.step(.unopened(start: 2_000_500, next: 1, as: made), at: at(2999))
                == .wait(until: at(5999), isNews: true)
        )
    }

    @Test func `a bucket that was emptied is dropped once every lease has run out`() {
        var opening = BucketOpening(patience: .seconds(3))
        #expect(opening.step(.emptied(start: 500), at: at(0)) == .wait(until: at(3000), isNews: true))
        #expect(opening.step(.emptied(start: 500), at: at(2999)) == .wait(until: at(3000), isNews: false))
        #expect(opening.step(.emptied(start: 500), at: at(3000)) == .drop)
        #expect(opening.step(.nothing, at: at(3001)) == .make)
        // What follows is another bucket, with a wait of its own.
        #expect(
            opening.step(.unopened(start: 900, next: 1, as: made), at: at(3002))
                == .wait(until: at(6002), isNews: true)
        )
    }

    @Test func `a bucket that looks emptied while it is being opened is not dropped`() {
        var opening = BucketOpening(patience: .zero)
        #expect(opening.step(.emptied(start: 500), at: at(0)) == .wait(until: at(1000), isNews: true))
        #expect(opening.step(.open, at: at(20)) == .use)
        #expect(opening.step(.emptied(start: 500), at: at(30)) == .wait(until: at(1030), isNews: true))
        #expect(opening.step(.emptied(start: 500), at: at(1029)) == .wait(until: at(1030), isNews: false))
        #expect(opening.step(.emptied(start: 500), at: at(1030)) == .drop)
        // What was seen unopened for long looks emptied for the first time.
        _ = opening.step(.unopened(start: 900, next: 1, as: made), at: at(2000))
        #expect(opening.step(.emptied(start: 900), at: at(5000)) == .wait(until: at(6000), isNews: false))
        _ = opening.step(.unopened(start: 900, next: 900, as: made), at: at(5001))
        #expect(opening.step(.emptied(start: 900), at: at(5999)) == .wait(until: at(6999), isNews: false))
    }

    @Test func `where no lease can run a bucket opens at once`() {
        var opening = BucketOpening(patience: .zero)
        #expect(opening.step(.unopened(start: 500, next: 1, as: made), at: at(0)) == .raise(to: 500))
    }

    @Test func `what the server says of a stream tells what it is`() {
        let bucket = BucketSettings(name: "b", leaseTTL: .seconds(3))
        func found(_ subject: String, _ rest: String) -> BucketFound? {
            var configuration = made
            configuration.subjects = [subject]
            let text = #"{"config":\#(String(decoding: API.encode(configuration), as: UTF8.self)),\#(rest)}"#
            return API.decode(StreamAnswer.self, Array(text.utf8)).flatMap { BucketFound($0, bucket) }
        }
        let state = #""created":"2026-11-23T20:27:43.267762746Z","state":{"messages":0,"first_seq":0,"last_seq":0}"#
        #expect(found("$KV.b.>", state) == .emptied(start: 1_795_465_663_267_762))
        let kept = #""created":"2026-11-23T20:27:43.267762746Z","state":{"last_seq":1795465663267761}"#
        #expect(found("$KV.b.>", kept) == .open)
        let foreign =
            #"{"config":{"name":"KV_b","subjects":["$KV.b.>"],"storage":"file","num_replicas":1,"max_age":0,"#
            + #""max_msgs_per_subject":1,"retention":"limits","discard":"new"},"state":{"last_seq":7}}"#
        #expect(API.decode(StreamAnswer.self, Array(foreign.utf8)).flatMap { BucketFound($0, bucket) } == .open)
        #expect(found("electbench.opening.b", state) == .unopened(start: 1_795_465_663_267_762, next: 1, as: made))
        #expect(found("electbench.opening.b", #""state":{"last_seq":0}"#) == nil)
        #expect(found("electbench.opening.b", #""created":"0001-01-01T00:00:00Z","state":{"last_seq":0}"#) == nil)
        #expect(found("electbench.opening.b", #""created":"yesterday","state":{"last_seq":0}"#) == nil)
        let errors: [(UInt64, BucketFound?)] = [(10059, .nothing), (10008, nil)]
        for (code, meaning) in errors {
            let answer = API.decode(StreamAnswer.self, Array(#"{"error":{"code":404,"err_code":\#(code)}}"#.utf8))
            #expect(answer.flatMap { BucketFound($0, bucket) } == meaning)
        }
    }
}
