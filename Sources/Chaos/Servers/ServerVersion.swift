/// A server's version, ordered as Semantic Versioning 2.0.0 says.
package struct ServerVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// One part of what follows the `-`: numbers come before words.
    private enum Identifier: Hashable, Comparable {
        case number(Int)
        case word(String)
    }

    package let major: Int
    package let minor: Int
    package let patch: Int
    /// Without the `-`; empty for a release.
    package let prerelease: String

    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
        prerelease = ""
    }

    /// Takes `2.9.10`, `v2.12.0-RC.1` and what `nats-server --version` prints, `nats-server: v2.9.10`.
    package init?(_ text: String) {
        var word = text.split(whereSeparator: \.isWhitespace).last ?? ""
        if word.hasPrefix("v") { word = word.dropFirst() }
        let version = word.prefix { $0 != "+" }
        let core = version.prefix { $0 != "-" }
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2],
            core.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
        else { return nil }
        self.major = major
        self.minor = minor
        self.patch = patch
        prerelease = String(version.dropFirst(core.count + 1))
    }

    package var description: String {
        "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-\(prerelease)")
    }

    package static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        let leftCore = (left.major, left.minor, left.patch)
        let rightCore = (right.major, right.minor, right.patch)
        if leftCore != rightCore { return leftCore < rightCore }
        // A release comes after all that led to it.
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        return left.identifiers.lexicographicallyPrecedes(right.identifiers)
    }

    private var identifiers: [Identifier] {
        prerelease.split(separator: ".").map { part in Int(part).map(Identifier.number) ?? .word(String(part)) }
    }
}
