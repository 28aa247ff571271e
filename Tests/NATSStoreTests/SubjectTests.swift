import Testing

@testable import NATSStore

@Suite struct SubjectTests {
    @Test func `a delivery's numbers are read from either form of its reply subject`() {
        let short = "$JS.ACK.KV_leaders.XyZ.1.42.7.1700000000000000000.3"
        let long = "$JS.ACK.hub.A1B2.KV_leaders.XyZ.1.42.7.1700000000000000000.3.rnd"
        for subject in [short, long, "$JS.ACK._.A1B2.KV_leaders.XyZ.1.42.7.1700000000000000000.3"] {
            let delivery = subject.withBytes { DeliverySubject($0) }
            #expect(delivery?.streamSequence == 42)
            #expect(delivery?.consumerSequence == 7)
            #expect(delivery?.pending == 3)
        }
    }

    @Test(arguments: ["", "_INBOX.x", "$JS.ACK.a.b.1.2.3.4", "$JS.ACK.a.b.1.x.3.4.5", "$JS.FC.a.b.1.2.3.4.5"])
    func `other subjects are no deliveries`(subject: String) {
        #expect(subject.withBytes { DeliverySubject($0) } == nil)
    }

    @Test(arguments: [
        Inbox.Answer.write(role: 199, id: .max), .write(role: 0, id: 0), .read(role: 7),
        .consumer(generation: 12, feed: 3), .bucket(9), .announcement(4), .probe(3), .request(5),
    ])
    func `an answer is known by its subject`(answer: Inbox.Answer) {
        let inbox = Inbox(base: "_INBOX.abc")
        #expect(inbox.subject(answer).withBytes { inbox.answer($0) } == answer)
    }

    @Test(arguments: [
        "_INBOX.abc", "_INBOX.abc.a.", "_INBOX.abc.a.w", "_INBOX.abc.a.w1", "_INBOX.abc.a.wx.1", "_INBOX.abc.a.z",
    ])
    func `other subjects answer nothing`(subject: String) {
        #expect(subject.withBytes { Inbox(base: "_INBOX.abc").answer($0) } == nil)
    }

    @Test func `a watch's messages are not answers`() {
        let inbox = Inbox(base: "_INBOX.abc")
        #expect(!inbox.delivery(generation: 1, feed: 2).hasPrefix("_INBOX.abc.a."))
    }
}
