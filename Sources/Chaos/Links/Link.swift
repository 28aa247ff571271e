/// A way to a server of its own for one instance, or one server, which can be impaired without touching others.
package struct Link: Hashable, Sendable, Codable {
    /// Unique within a proxy.
    package let name: String
    /// Whose it is, one or two: an impairment of an owner is one of all links that name it.
    package let owners: [String]
    /// Where the server is: a name or an address.
    package let host: String
    /// The server's port.
    package let target: Int

    package init(name: String, owners: [String], host: String = "127.0.0.1", target: Int) {
        self.name = name
        self.owners = owners
        self.host = host
        self.target = target
    }
}
