import ElectionCore
import Testing

@Suite("A bucket in memory")
struct MemoryBucketTests {
    private let role: Role
    private let other: Role
    private let record = StoreWrite.Value.record(LeadershipRecord(id: "a", token: "t"))

    init() throws {
        role = try Role("a")
        other = try Role("b")
    }

    @Test("an empty key takes a write that expects none")
    func firstWrite() {
        var bucket = MemoryBucket(ageLimit: nil)
        #expect(bucket.entry(role, at: .ms(0)) == .missing)
        #expect(bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0)) == .acknowledged(revision: 1))
        #expect(bucket.entry(role, at: .ms(0)) == .record(LeadershipRecord(id: "a", token: "t"), revision: 1))
    }

    @Test(
        "a write that expects another revision is rejected with the last, and changes nothing",
        arguments: [0, 1, 3, 99] as [UInt64]
    )
    func wrongExpectation(expected: UInt64) {
        var bucket = MemoryBucket(ageLimit: nil)
        _ = bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0))
        _ = bucket.write(role, .value(record), expectedRevision: 1, at: .ms(0))
        let before = bucket.entry(role, at: .ms(0))
        #expect(
            bucket.write(role, .value(.marker), expectedRevision: expected, at: .ms(0)) == .rejected(lastRevision: 2)
        )
        #expect(bucket.entry(role, at: .ms(0)) == before && bucket.lastRevision == 2)
    }

    @Test("revisions rise over all keys")
    func revisionsAreTheStreams() {
        var bucket = MemoryBucket(ageLimit: nil)
        #expect(bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0)) == .acknowledged(revision: 1))
        #expect(bucket.write(other, .value(record), expectedRevision: 0, at: .ms(0)) == .acknowledged(revision: 2))
        #expect(bucket.write(role, .value(record), expectedRevision: 1, at: .ms(0)) == .acknowledged(revision: 3))
        #expect(bucket.write(other, .value(record), expectedRevision: 3, at: .ms(0)) == .rejected(lastRevision: 2))
    }

    @Test("of many writes that expect the same, one wins")
    func oneWins() {
        var bucket = MemoryBucket(ageLimit: nil)
        let outcomes = (0..<10).map { _ in bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0)) }
        #expect(outcomes.filter { $0 == .acknowledged(revision: 1) }.count == 1)
        #expect(outcomes.filter { $0 == .rejected(lastRevision: 1) }.count == 9)
    }

    @Test("a delete marker has a revision, which the next write expects")
    func marker() {
        var bucket = MemoryBucket(ageLimit: nil)
        _ = bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0))
        #expect(bucket.write(role, .value(.marker), expectedRevision: 1, at: .ms(0)) == .acknowledged(revision: 2))
        #expect(bucket.entry(role, at: .ms(0)) == .marker(revision: 2))
        #expect(bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0)) == .rejected(lastRevision: 2))
        #expect(bucket.write(role, .value(record), expectedRevision: 2, at: .ms(0)) == .acknowledged(revision: 3))
    }

    @Test("a value that is not a record has a revision, too")
    func unreadable() {
        var bucket = MemoryBucket(ageLimit: nil)
        _ = bucket.write(role, .unreadable, expectedRevision: 0, at: .ms(0))
        #expect(bucket.entry(role, at: .ms(0)) == .unreadable(revision: 1))
    }

    @Test("a message is gone at the age limit, and revisions go on")
    func ageLimit() {
        var bucket = MemoryBucket(ttl: .milliseconds(1000))
        _ = bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0))
        #expect(bucket.write(role, .value(record), expectedRevision: 1, at: .ms(500)) == .acknowledged(revision: 2))
        #expect(bucket.entry(role, at: .ms(2499)).revision == 2)
        #expect(bucket.entry(role, at: .ms(2500)) == .missing)
        #expect(bucket.write(role, .value(record), expectedRevision: 2, at: .ms(2500)) == .rejected(lastRevision: 0))
        #expect(bucket.write(role, .value(record), expectedRevision: 0, at: .ms(2500)) == .acknowledged(revision: 3))
    }

    @Test("without an age limit a message stays")
    func noAgeLimit() {
        var bucket = MemoryBucket(ageLimit: nil)
        _ = bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0))
        #expect(bucket.entry(role, at: Timestamp(nanoseconds: .max)).revision == 1)
    }

    @Test("a bucket that is made again is empty, and counts on from where it is told")
    func reset() {
        var bucket = MemoryBucket(ageLimit: nil)
        _ = bucket.write(role, .value(record), expectedRevision: 0, at: .ms(0))
        bucket.reset(lastRevision: 40)
        #expect(bucket.entry(role, at: .ms(0)) == .missing)
        #expect(bucket.write(other, .value(record), expectedRevision: 0, at: .ms(0)) == .acknowledged(revision: 41))
    }
}
