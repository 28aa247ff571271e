/// A nats-server's version, such as 2.9.21 or 2.12.0-preview.1.
struct ServerVersion: Hashable, Comparable, CustomStringConvertible {
    var major: Int
    var minor: Int
    var patch: Int

    /// The first whose replicated streams keep a compare-and-set's promise: on 2.9.10 with three replicas 180 of 200
    /// contested writes had several winners.
    static let soundReplication = ServerVersion(major: 2, minor: 9, patch: 21)
    /// The first whose replicated memory streams bear the high sequences of our buckets: before, a member that had fallen
    /// behind counted down from them to zero, and stood still for ever.
    static let soundMemoryReplication = ServerVersion(major: 2, minor: 10, patch: 12)

    init(major: Int, minor: Int, patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    init?(_ text: some StringProtocol) {
        let release = text.drop { $0 == "v" }.prefix { $0 != "-" && $0 != "+" }
        let parts = release.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2] else { return nil }
        self.init(major: major, minor: minor, patch: patch)
    }

    /// Reads the version out of the line that a server greets with, `INFO {…,"version":"2.9.21",…}`.
    init?(info line: some StringProtocol) {
        guard line.hasPrefix("INFO "), let key = line.firstRange(of: "\"version\":") else { return nil }
        let quoted = line[key.upperBound...].drop { $0 == " " }
        guard quoted.first == "\"" else { return nil }
        self.init(quoted.dropFirst().prefix { $0 != "\"" })
    }

    var description: String { "\(major).\(minor).\(patch)" }

    static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
