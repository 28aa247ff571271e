import ElectionCore
import Testing

@Suite("Writes of an election")
struct ElectionWriteTests {
    @Test(
        "an acquisition expects what the key holds",
        arguments: [
            (StoredEntry.missing, 0), (.marker(revision: 9), 9), (Bench.ownLate(4), 4),
        ] as [(StoredEntry, UInt64)]
    )
    func acquisitionExpectsTheKey(entry: StoredEntry, expected: UInt64) {
        var bench = Bench.started()
        bench.at(0, .connected)
        bench.at(0, .observed(entry))
        bench.at(0, .synced)
        #expect(bench.lastWrite?.expectedRevision == expected)
    }

    @Test("nothing is written before the role is settled after a connection")
    func nothingIsWrittenBeforeSync() {
        var bench = Bench.started()
        bench.at(0, .connected)
        #expect(bench.at(0, .observed(.missing)) == "~suspected 0 missing")
        #expect(bench.at(500, .tick) == "")
        #expect(bench.at(600, .synced) == "put #1 T1 if 0")
    }

    @Test("a record carries who wrote it, with what ttl, when and where")
    func recordCarriesMeta() throws {
        let record = try #require(Bench.acquiring().lastRecord)
        #expect(record.id == "a")
        let connection = ConnectionID(server: "s", client: 1)
        #expect(record.meta == .init(incarnation: 1, ttl: .milliseconds(1000), sent: .ms(0), connection: connection))
    }

    @Test("each term has a fresh token, a version 4 UUID")
    func tokensAreFresh() throws {
        var bench = Bench.acquiring()
        let first = try #require(bench.lastRecord?.token)
        bench.at(10, .written(.rejected(lastRevision: 0)))
        let second = try #require(bench.lastRecord?.token)
        #expect(first != second)
        let form = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
        #expect(first.wholeMatch(of: form) != nil)
    }

    @Test("a write without an answer is settled by reading, and nothing is written before")
    func unknownWriteIsSettledByReading() {
        var bench = Bench.renewing()
        #expect(bench.at(500, .tick) == "~renew unknown, read")
        #expect(bench.at(740, .tick) == "")
        #expect(bench.at(745, .read(TransitionTable.own(6))) == "~renew error, put #3 T1 if 6")
    }

    @Test(
        "the own token with the own sent in the store counts as the acknowledgement",
        arguments: [
            Input.observedWrite(7), .readWrite(7),
        ]
    )
    func ownRecordIsTheAcknowledgement(input: Input) {
        var bench = Bench.renewing()
        bench.at(500, .tick)
        #expect(bench.at(510, input).hasPrefix("~renew ok 7"))
        #expect(bench.machine.leaseEnd == .ms(1240))
        #expect(bench.at(520, .written(.acknowledged(revision: 7), toAnother: true)) == "")
    }

    @Test("a rejected renewal is settled by reading: the own record is not a lost race")
    func rejectedRenewalIsRead() {
        var bench = Bench.renewing()
        bench.at(500, .tick)
        let unlanded = bench.lastRecord
        bench.at(510, .read(TransitionTable.own(6)))
        // The first renewal lands after all, and so the second is rejected.
        #expect(bench.at(520, .written(.rejected(lastRevision: 7))) == "read")
        #expect(bench.machine.isLeader(at: .ms(520)))
        #expect(bench.at(530, .read(unlanded.map { .record($0, revision: 7) })) == "~renew error")
        #expect(bench.machine.leaseEnd == .ms(1240))
        #expect(bench.at(614, .tick) == "put #4 T1 if 7")
    }

    @Test("a rejected renewal of a role that somebody else leads demotes at once")
    func rejectedRenewalDemotes() {
        var bench = Bench.renewing()
        bench.at(260, .written(.rejected(lastRevision: nil)))
        #expect(
            bench.at(270, .read(Bench.foreign(7))) == "~renew lost, ~demoted 6 superseded at 270, DEMOTE 6 superseded"
        )
    }

    @Test("a rejected release is settled by reading, too")
    func rejectedReleaseIsRead() {
        var bench = Bench.renewing()
        let renewal = bench.lastRecord
        bench.at(300, .stop)
        bench.at(500, .tick)
        bench.at(510, .callbackFinished)
        #expect(bench.at(520, .read(TransitionTable.own(6))) == "~renew error, delete #3 if 6")
        // The renewal that seemed lost came first.
        #expect(bench.at(530, .written(.rejected(lastRevision: 7))) == "read")
        #expect(bench.at(540, .read(renewal.map { .record($0, revision: 7) })) == "~release error, delete #4 if 7")
        #expect(bench.at(550, .written(.acknowledged(revision: 8))).hasSuffix("FINISHED"))
    }

    @Test("a record that was aged out is written anew at once, expecting none")
    func agedOutRecordIsRetried() {
        var bench = Bench.following()
        bench.at(1010, .tick)
        #expect(bench.at(1020, .written(.rejected(lastRevision: 0))) == "~acquire lost, put #2 T2 if 0")
    }

    @Test("a lost race waits for the watch, then reads")
    func lostRaceWaits() {
        var bench = Bench.acquiring()
        #expect(bench.at(10, .written(.rejected(lastRevision: 6))) == "~acquire lost")
        #expect(bench.at(59, .tick) == "")
        #expect(bench.at(60, .tick) == "read")
        bench.at(70, .read(Bench.foreign(6)))
        #expect(bench.summary == "follower @1070")
    }

    @Test("a lone instance settles its last renewal and leads again")
    func unknownRenewalIsSettledAfterDemotion() {
        var bench = Bench.renewing()
        bench.at(500, .tick)
        bench.at(990, .tick)
        bench.at(1000, .callbackFinished)
        #expect(bench.at(1240, .tick) == "read")
        #expect(bench.at(1250, .read(TransitionTable.own(6))).hasSuffix("put #3 T2 if 6"))
    }
}
