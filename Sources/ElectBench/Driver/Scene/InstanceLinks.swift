import Chaos

/// The links through which the instances reach the servers.
struct InstanceLinks {
    /// An owner's link to one server.
    private struct Entry {
        let owner: String
        let url: ServerURL
        let link: Link
    }

    private let entries: [Entry]

    /// - Throws: ``Failure``, where a server's URL can't be linked to.
    init(owners: [String], to urls: [String]) throws {
        var entries: [Entry] = []
        for (index, text) in urls.enumerated() {
            guard let url = ServerURL(text), url.scheme == "nats" else {
                throw Failure.badArgument(
                    "faults on links need servers at nats://host:port, without TLS: \(RunPlan.withoutSecret(text)) "
                        + "can't be linked to; leave the link faults out of --faults"
                )
            }
            for owner in owners {
                let link = Link(name: "\(owner)>\(index + 1)", owners: [owner], host: url.host, target: url.port)
                entries.append(Entry(owner: owner, url: url, link: link))
            }
        }
        self.entries = entries
    }

    var links: [Link] { entries.map(\.link) }

    /// Each owner's URLs, with commas.
    ///
    /// - Parameter ports: where the links listen, by their names.
    func urls(_ ports: [String: Int]) -> [String: String] {
        var urls: [String: String] = [:]
        for entry in entries {
            guard let port = ports[entry.link.name] else { continue }
            let url = entry.url.at(host: "127.0.0.1", port: port)
            urls[entry.owner] = urls[entry.owner].map { "\($0),\(url)" } ?? url
        }
        return urls
    }
}

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
