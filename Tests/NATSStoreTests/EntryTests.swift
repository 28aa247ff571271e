import ElectionCore
import Testing

@testable import NATSStore

@Suite struct EntryTests {
    private func entry(_ answer: String) -> StoredEntry? {
        API.decode(MessageAnswer.self, Array(answer.utf8))?.entry
    }

    @Test func `a read tells what is under the key`() {
        // {"id":"a","token":"t"}
        #expect(
            entry(#"{"message":{"subject":"$KV.b.r","seq":3,"data":"eyJpZCI6ImEiLCJ0b2tlbiI6InQifQ=="}}"#)
                == .record(LeadershipRecord(id: "a", token: "t"), revision: 3)
        )
        #expect(entry(#"{"message":{"seq":3,"data":"eHl6"}}"#) == .unreadable(revision: 3))
        #expect(entry(#"{"message":{"seq":3}}"#) == .unreadable(revision: 3))
        // NATS/1.0 KV-Operation: DEL
        #expect(
            entry(#"{"message":{"seq":4,"hdrs":"TkFUUy8xLjANCktWLU9wZXJhdGlvbjogREVMDQoNCg=="}}"#)
                == .marker(revision: 4)
        )
        #expect(entry(#"{"error":{"code":404,"err_code":10037,"description":"no message found"}}"#) == .missing)
    }

    @Test(arguments: [
        #"{"error":{"code":404,"err_code":10059,"description":"stream not found"}}"#, "{}", "", "x",
    ])
    func `an answer that doesn't tell is no entry`(answer: String) {
        #expect(entry(answer) == nil)
    }

    @Test(arguments: [
        ("NATS/1.0\r\nKV-Operation: DEL\r\n\r\n", true), ("NATS/1.0\r\nKV-Operation:PURGE\r\n\r\n", true),
        ("NATS/1.0\r\nKV-Operation: PUT\r\n\r\n", false), ("NATS/1.0\r\nNats-Marker-Reason: MaxAge\r\n\r\n", true),
        ("NATS/1.0\r\nX: KV-Operation: DEL\r\n\r\n", false), ("", false), ("NATS/1.0\r\nKV-Operation:", false),
    ])
    func `headers tell a marker`(block: String, isMarker: Bool) {
        #expect(block.withBytes { Header.marksDeletion($0) } == isMarker)
    }
}
