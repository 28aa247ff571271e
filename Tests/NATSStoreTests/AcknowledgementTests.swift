import ElectionCore
import Testing

@testable import NATSStore

@Suite struct AcknowledgementTests {
    @Test(arguments: [
        (#"{"stream":"KV_leaders", "seq":12}"#, WriteOutcome.acknowledged(revision: 12)),
        (#"{"stream":"KV_leaders","domain":"hub","seq":18446744073709551615}"#, .acknowledged(revision: .max)),
        (
            #"{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 5"},"stream":"KV_b","seq":0}"#,
            .rejected(lastRevision: 5)
        ),
        (
            #"{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 0"},"stream":"KV_b","seq":0}"#,
            .rejected(lastRevision: 0)
        ),
        (
            #"{"error":{"code":400,"err_code":10164,"description":"wrong last sequence"},"stream":"KV_b","seq":0}"#,
            .rejected(lastRevision: nil)
        ),
        (
            #"{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"},"stream":"KV_b"}"#,
            .refused(reason: "maximum messages exceeded (10077)")
        ),
        (#"{"error":{"code":500}}"#, .refused(reason: "no description (500)")),
    ])
    func `an answer says what became of the write`(answer: String, outcome: WriteOutcome) {
        #expect(answer.withBytes { Acknowledgement($0) }?.outcome == outcome)
    }

    @Test(arguments: ["", "+ACK", "{}", #"{"seq":"x"}"#, #"{"seq":99999999999999999999}"#])
    func `anything else is no answer`(answer: String) {
        #expect(answer.withBytes { Acknowledgement($0) } == nil)
    }
}
