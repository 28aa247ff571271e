import CNATS
import ElectionCore
import Testing

@testable import NATSStore

@Suite struct SettingsTests {
    private func code(_ body: () throws(StoreError) -> Void) -> StoreError.Code? {
        do throws(StoreError) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: ["", "a.b", "a b", "a>", "*", "bücket", "a/b"])
    func `a bucket name that NATS refuses is refused`(name: String) {
        let bucket = BucketSettings(name: name, leaseTTL: .seconds(3))
        #expect(code { () throws(StoreError) in try bucket.validate() } == .invalidBucket)
    }

    @Test func `a bucket's limits follow from the lease`() {
        let bucket = BucketSettings(name: "B-1_x", leaseTTL: .seconds(3))
        #expect(code { () throws(StoreError) in try bucket.validate() } == nil)
        #expect(bucket.ageLimit == .seconds(6))
        let made = StreamConfiguration(bucket)
        for (configuration, purge, subject) in [
            (made, "", "electbench.opening.B-1_x"),
            (made.opened(bucket), #""deny_purge":true,"#, "$KV.B-1_x.>"),
        ] {
            #expect(
                String(decoding: API.encode(configuration), as: UTF8.self)
                    == #"{"allow_direct":true,"deny_delete":true,\#(purge)"description":"electbench: revisions begin at "#
                    + #"the creation time in microseconds","discard":"new","#
                    + #""duplicate_window":6000000000,"max_age":6000000000,"max_msgs_per_subject":8,"name":"KV_B-1_x","#
                    + #""num_replicas":1,"retention":"limits","storage":"file","subjects":["\#(subject)"]}"#
            )
        }
    }

    @Test func `a bucket may keep more, and for longer, than its leases need`() {
        var bucket = BucketSettings(leaseTTL: .seconds(3), history: 64, ageLimit: .seconds(600))
        #expect(code { () throws(StoreError) in try bucket.validate() } == nil)
        #expect(StreamConfiguration(bucket).history == 64)
        #expect(StreamConfiguration(bucket).ageLimit == .seconds(600))
        bucket.ageLimit = .seconds(2)
        #expect(code { () throws(StoreError) in try bucket.validate() } == .invalidBucket)
    }

    @Test func `a server that is left is tried last`() {
        let settings = ConnectionSettings(urls: ["nats://a:1", "b:2", "nats://user:secret@c:3", "nats://d:4"])
        #expect(settings.urls(avoiding: nil) == settings.urls)
        #expect(settings.urls(avoiding: "nats://c:3").last == "nats://user:secret@c:3")
        #expect(settings.urls(avoiding: "nats://b:2").last == "b:2")
        #expect(Set(settings.urls(avoiding: "nats://elsewhere:5")) == Set(settings.urls))
    }

    @Test func `limits that JetStream has no bucket for are refused`() {
        for bucket in [
            BucketSettings(replicas: 0, leaseTTL: .seconds(3)), BucketSettings(replicas: 6, leaseTTL: .seconds(3)),
            BucketSettings(leaseTTL: .milliseconds(49)), BucketSettings(leaseTTL: .seconds(3), history: 0),
            BucketSettings(leaseTTL: .seconds(3), history: 65),
        ] {
            #expect(code { () throws(StoreError) in try bucket.validate() } == .invalidBucket)
        }
    }

    @Test func `settings that no server could be reached with are refused`() {
        for settings in [
            ConnectionSettings(urls: []), ConnectionSettings(urls: [""]), ConnectionSettings(urls: ["ws://h:1"]),
            ConnectionSettings(tls: .init(certificate: "c")), ConnectionSettings(connectTimeout: .zero),
        ] {
            #expect(code { () throws(StoreError) in try settings.validate() } == .invalidSettings)
        }
        for settings in [ConnectionSettings(), ConnectionSettings(urls: ["host:4222", "tls://host:1", "host"])] {
            #expect(code { () throws(StoreError) in try settings.validate() } == nil)
        }
    }

    @Test func `secrets don't get into texts`() {
        let settings = ConnectionSettings(urls: ["nats://user:p@ss@host:4222", "token@other:1", "nats://plain:2"])
        #expect(settings.printableURLs == "nats://host:4222, other:1, nats://plain:2")
    }

    @Test func `a failure says what became of the message`() {
        let meaning: [(natsStatus, Failure.Publishing)] = [
            (NATS_INSUFFICIENT_BUFFER, .notSent), (NATS_CONNECTION_DISCONNECTED, .notSent), (NATS_DRAINING, .notSent),
            (NATS_MAX_PAYLOAD, .impossible), (NATS_NO_SERVER_SUPPORT, .impossible),
            // Bytes may have left: nobody may say that they didn't.
            (NATS_TIMEOUT, .unknown), (NATS_IO_ERROR, .unknown), (NATS_CONNECTION_CLOSED, .unknown),
            (NATS_ERR, .unknown),
        ]
        for (status, publishing) in meaning {
            #expect(Failure(status).publishing == publishing)
        }
    }

    @Test func `a failure to connect says why`() {
        let codes: [(natsStatus, StoreError.Code)] = [
            (NATS_NO_SERVER, .cannotConnect), (NATS_TIMEOUT, .cannotConnect), (NATS_IO_ERROR, .cannotConnect),
            (NATS_CONNECTION_AUTH_FAILED, .authorization), (NATS_SSL_ERROR, .tls),
            (NATS_SECURE_CONNECTION_WANTED, .tls),
            (NATS_INVALID_ARG, .invalidSettings),
        ]
        for (status, code) in codes {
            #expect(Failure(status).connecting(ConnectionSettings()).code == code)
        }
    }
}
