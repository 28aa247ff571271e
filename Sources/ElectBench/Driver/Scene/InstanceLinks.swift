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
