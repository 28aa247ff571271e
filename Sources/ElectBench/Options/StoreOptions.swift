import ArgumentParser
import Glibc
import NATSStore

/// Where the store is and who we are to it; the variables are those of the `nats` command.
struct StoreOptions: ParsableArguments {
    @Option(help: "The server to use instead of one of our own; several URLs with commas. (NATS_URL)")
    var server: String?

    @Option(help: "The user to log in as. (NATS_USER)")
    var user: String?

    @Option(help: "The user's password; better given in the environment. (NATS_PASSWORD)")
    var password: String?

    @Option(help: "A token to log in with; better given in the environment. (NATS_TOKEN)")
    var token: String?

    @Option(help: "A credentials file. (NATS_CREDS)", completion: .file())
    var creds: String?

    @Option(help: "The certificate authorities to trust, as a PEM file. (NATS_CA)", completion: .file())
    var tlsCa: String?

    @Option(help: "Our certificate, as a PEM file. (NATS_CERT)", completion: .file())
    var tlsCert: String?

    @Option(help: "Our certificate's key, as a PEM file. (NATS_KEY)", completion: .file())
    var tlsKey: String?

    /// The variables that the driver sets for its instances, so that no secret stands in a command line.
    static let variables = (
        url: "NATS_URL", user: "NATS_USER", password: "NATS_PASSWORD", token: "NATS_TOKEN", creds: "NATS_CREDS",
        ca: "NATS_CA", cert: "NATS_CERT", key: "NATS_KEY"
    )

    var urls: [String]? {
        given(server, Self.variables.url).map { $0.split(separator: ",").map { $0.trimmingBlanks() } }
    }

    func connection(urls: [String], name: String) throws -> ConnectionSettings {
        ConnectionSettings(urls: urls, credentials: try credentials(), tls: try tls(), name: name)
    }

    /// What would be refused before a server is asked.
    ///
    /// - Throws: ``Failure`` with exit code 64.
    func validateConnection() throws {
        let settings = try connection(urls: urls ?? ["nats://127.0.0.1"], name: "")
        do throws(StoreError) {
            try settings.validate()
        } catch {
            throw Failure.of(error)
        }
    }

    /// What a child process needs to log in as we do.
    var environment: [String: String] {
        let names = Self.variables
        let pairs = [
            (names.user, user), (names.password, password), (names.token, token), (names.creds, creds),
            (names.ca, tlsCa), (names.cert, tlsCert), (names.key, tlsKey),
        ]
        return Dictionary(uniqueKeysWithValues: pairs.compactMap { name, value in value.map { (name, $0) } })
    }

    private func credentials() throws -> ConnectionSettings.Credentials {
        let names = Self.variables
        // Options come before variables, whatever kind they are of.
        let isGiven = creds != nil || token != nil || user != nil
        func given(_ option: String?, _ variable: String) -> String? {
            isGiven && variable != names.password ? option : self.given(option, variable)
        }
        if let file = given(creds, names.creds) {
            return .file(path: try readable(file, "--creds"))
        }
        if let token = given(token, names.token) { return .token(token) }
        guard let user = given(user, names.user) else { return .none }
        guard let password = given(password, names.password) else {
            throw Failure.badArgument("--user \(user) needs --password, or NATS_PASSWORD in the environment")
        }
        return .user(user, password: password)
    }

    private func tls() throws -> ConnectionSettings.TLS? {
        let names = Self.variables
        let ca = try given(tlsCa, names.ca).map { try readable($0, "--tls-ca") }
        let cert = try given(tlsCert, names.cert).map { try readable($0, "--tls-cert") }
        let key = try given(tlsKey, names.key).map { try readable($0, "--tls-key") }
        if ca == nil && cert == nil && key == nil { return nil }
        return ConnectionSettings.TLS(ca: ca, certificate: cert, key: key)
    }

    private func readable(_ file: String, _ option: String) throws -> String {
        guard access(file, R_OK) == 0 else {
            throw Failure.badArgument("\(option) \(file): there is no such readable file")
        }
        return file
    }

    private func given(_ option: String?, _ variable: String) -> String? {
        option ?? getenv(variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Substring {
    fileprivate func trimmingBlanks() -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
