import Synchronization
import Testing

@testable import ElectionCore

@Suite("A queue with a thread of its own", .timeLimit(.minutes(1)))
struct MailboxTests {
    private final class Batches: Sendable {
        let all = Mutex<[[Int]]>([])
        let hasCome = AsyncStream.makeStream(of: Void.self)

        func add(_ batch: [Int]) {
            all.withLock { $0.append(batch) }
            hasCome.continuation.yield()
        }

        func untilNext() async { for await _ in hasCome.stream { return } }
    }

    @Test("takes what is in no hurry with what is")
    func hurry() async {
        let (mailbox, batches) = (Mailbox<Int>(patience: .seconds(10_000)), Batches())
        let end = mailbox.start { batches.add($0) }
        mailbox.post(1, isUrgent: false)
        mailbox.post(2, isUrgent: false)
        mailbox.post(3)
        await batches.untilNext()
        #expect(batches.all.withLock(\.self) == [[1, 2, 3]])
        end()
    }

    @Test("takes what is in no hurry by itself when its patience is over")
    func patience() async {
        let (mailbox, batches) = (Mailbox<Int>(patience: .milliseconds(20)), Batches())
        let end = mailbox.start { batches.add($0) }
        mailbox.post(1, isUrgent: false)
        await batches.untilNext()
        #expect(batches.all.withLock(\.self) == [[1]])
        end()
    }

    @Test("takes what is left at the end")
    func end() {
        let (mailbox, batches) = (Mailbox<Int>(patience: .seconds(10_000)), Batches())
        let end = mailbox.start { batches.add($0) }
        mailbox.post(1, isUrgent: false)
        end()
        #expect(batches.all.withLock(\.self) == [[1]])
    }
}
