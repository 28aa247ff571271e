/// The parts of a server's URL, `nats://user:password@host:4222`.
struct ServerURL: Hashable {
    let scheme: String
    /// With its `@`; empty where there is none.
    let login: String
    let host: String
    let port: Int

    init?(_ text: String) {
        let (scheme, rest) =
            text.firstRange(of: "://").map { (String(text[..<$0.lowerBound]), text[$0.upperBound...]) }
            ?? ("nats", text[...])
        let afterLogin = rest.lastIndex(of: "@").map { rest.index(after: $0) } ?? rest.startIndex
        let address = rest[afterLogin...].prefix { $0 != "/" }
        let colon = address.lastIndex(of: ":").flatMap { address[$0...].contains("]") ? nil : $0 }
        guard let port = colon.map({ Int(address[address.index(after: $0)...]) }) ?? 4222, (1...65535).contains(port)
        else {
            return nil
        }
        let host = address[..<(colon ?? address.endIndex)].filter { $0 != "[" && $0 != "]" }
        guard !host.isEmpty else { return nil }
        self.scheme = scheme
        self.login = String(rest[..<afterLogin])
        self.host = String(host)
        self.port = port
    }

    func at(host: String, port: Int) -> String { "\(scheme)://\(login)\(host):\(port)" }
}
