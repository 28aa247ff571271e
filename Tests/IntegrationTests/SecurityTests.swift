import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    @Suite struct Security {
        @Test(arguments: TestServer.binaries)
        func `user and password are needed and taken`(server: String) async throws {
            let options = TestServer.Options(configuration: "authorization { user: a, password: b }")
            try await TestServer.with(server, options) { server in
                let store = try await NATSStore.connect(to: server.url, credentials: .user("a", password: "b"))
                await store.close()
                let inURL = try await NATSStore.connect(to: "nats://a:b@127.0.0.1:\(server.port)")
                await inURL.close()
                for credentials in [.none, .user("a", password: "x"), .token("b")] as [ConnectionSettings.Credentials] {
                    let error = await failure {
                        try await NATSStore.connect(to: server.url, credentials: credentials)
                    }
                    #expect(error?.code == .authorization)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a token is needed and taken`(server: String) async throws {
            let options = TestServer.Options(configuration: "authorization { token: secret }")
            try await TestServer.with(server, options) { server in
                let store = try await NATSStore.connect(to: server.url, credentials: .token("secret"))
                await store.close()
                let error = await failure { try await NATSStore.connect(to: server.url, credentials: .token("x")) }
                #expect(error?.code == .authorization)
            }
        }

        @Test(arguments: TestServer.binaries)
        func `an account without JetStream is named as such`(server: String) async throws {
            let options = TestServer.Options(configuration: "accounts { A { users: [{ user: a, password: b }] } }")
            try await TestServer.with(server, options) { server in
                let error = await failure {
                    try await NATSStore.connect(to: server.url, credentials: .user("a", password: "b"))
                }
                #expect(error?.code == .noJetStream)
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a credentials file is taken by a server with an operator`(server: String) async throws {
            try await TestServer.with(server, .init(configuration: TestOperator.configuration)) { server in
                let path = "\(server.directory)/user.creds"
                try TestServer.write(TestOperator.credentials, to: path)
                let store = try await NATSStore.connect(to: server.url, credentials: .file(path: path))
                await store.close()
                let error = await failure { try await NATSStore.connect(to: server.url) }
                #expect(error?.code == .authorization)
            }
        }

        @Test func `a credentials file that is not there is named`() async {
            let error = await failure {
                try await NATSStore.connect(to: "nats://127.0.0.1:1", credentials: .file(path: "/nowhere/x.creds"))
            }
            #expect(error?.code == .invalidSettings)
            #expect(error?.context.contains("/nowhere/x.creds") == true)
        }

        @Test(arguments: TestServer.binaries)
        func `TLS with a CA of one's own`(server: String) async throws {
            let files = try await Certificates.make()
            let options = TestServer.Options(
                configuration: """
                    tls { cert_file: "\(files.path)/server.pem", key_file: "\(files.path)/server.key",
                          ca_file: "\(files.path)/ca.pem", verify: true }
                    """
            )
            try await TestServer.with(server, options) { server in
                let url = "tls://localhost:\(server.port)"
                let known = ConnectionSettings.TLS(
                    ca: "\(files.path)/ca.pem",
                    certificate: "\(files.path)/client.pem",
                    key: "\(files.path)/client.key"
                )
                let store = try await NATSStore.connect(to: url, tls: known)
                #expect(await store.serverVersion() != nil)
                await store.close()
                let stranger = await failure {
                    try await NATSStore.connect(to: url, tls: .init(ca: "\(files.path)/server.pem"))
                }
                #expect(stranger != nil)
                let untrusted = await failure { try await NATSStore.connect(to: url) }
                #expect(untrusted?.code == .tls)
                let absent = await failure { try await NATSStore.connect(to: url, tls: .init(ca: "/nowhere/ca.pem")) }
                #expect(absent?.code == .tls)
            }
            await files.remove()
        }
    }
}

/// A CA, a server's and a client's certificate, made for one test.
struct Certificates {
    let path: String

    static func make() async throws -> Certificates {
        let path = "/tmp/electbench-tls-\(UInt64.random(in: 0...UInt64.max))"
        let script = """
            set -e; mkdir \(path); cd \(path)
            new() { openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout $1.key "${@:2}" 2>/dev/null; }
            new ca -x509 -days 2 -out ca.pem
            for name in server client; do
              new $name -out $name.csr
              printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > ext
              openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext \
                -out $name.pem 2>/dev/null
            done
            """
        guard await runProgram(["bash", "-c", script]) == 0 else {
            throw TestServer.Failure(description: "openssl made no certificates")
        }
        return Certificates(path: path)
    }

    func remove() async {
        _ = await runProgram(["rm", "-rf", path])
    }
}
