extension LeadershipRecord {
    /// Reads the very form that ``json`` writes; nil for any other, which a decoder then reads.
    ///
    /// Every follower hears every renewal of every role: with 100 instances of 500 roles and a heartbeat of 3 s that is 17,000
    /// records a second, and a decoder takes twenty times as long for each.
    package init?(canonical bytes: UnsafeBufferPointer<UInt8>) {
        var scan = Scan(bytes: bytes)
        guard scan.skip("{\"id\":"), let id = scan.text() else { return nil }
        var meta: Meta?
        if scan.skip(",\"meta\":{") {
            var client: Int64 = 0
            if scan.skip("\"client\":") {
                guard let number = scan.integerText(), number > 0, scan.skip(",") else { return nil }
                client = number
            }
            guard scan.skip("\"incarnation\":"), let incarnation = scan.integerText() else { return nil }
            var mark: Mark?
            if scan.skip(",\"mark\":") {
                guard let text = scan.text(), let known = Mark(text) else { return nil }
                mark = known
            }
            guard scan.skip(",\"sent\":"), let sent = scan.integerText(),
                scan.skip(",\"server\":"), let server = scan.text()
            else { return nil }
            var session: SessionRef?
            if scan.skip(",\"session\":") {
                guard let text = scan.text(), let known = SessionRef(text) else { return nil }
                session = known
            }
            guard scan.skip(",\"ttl_ns\":"), let ttl = scan.integerText(), scan.skip("}") else { return nil }
            meta = Meta(
                incarnation: incarnation,
                ttl: .nanoseconds(ttl),
                sent: Timestamp(nanoseconds: sent),
                connection: ConnectionID(server: server, client: UInt64(client)),
                mark: mark,
                session: session
            )
        }
        guard scan.skip(",\"priority\":"), let priority = scan.integer(), scan.skip(",\"token\":"),
            let token = scan.text(), scan.skip("}"), scan.isAtEnd
        else { return nil }
        self.init(id: id, token: token, priority: Int(priority), meta: meta)
    }
}

extension LeadershipRecord {
    /// The record in the form that ``init(canonical:)`` reads, which is an encoder's with sorted keys; nil where a text needs
    /// escapes.
    var canonicalJSON: [UInt8]? {
        var out = CanonicalJSON()
        out.add("{\"id\":")
        out.add(text: id)
        if let meta {
            out.add(",\"meta\":{")
            if meta.connection.client != 0 {
                out.add("\"client\":\"")
                out.add(number: meta.connection.client)
                out.add("\",")
            }
            out.add("\"incarnation\":\"")
            out.add(number: meta.incarnation)
            if let mark = meta.mark {
                out.add("\",\"mark\":")
                out.add(text: mark.text)
                out.add(",\"sent\":\"")
            } else {
                out.add("\",\"sent\":\"")
            }
            out.add(number: meta.sent.nanoseconds)
            out.add("\",\"server\":")
            out.add(text: meta.connection.server)
            if let session = meta.session {
                out.add(",\"session\":")
                out.add(text: session.text)
            }
            out.add(",\"ttl_ns\":\"")
            out.add(number: meta.ttl.nanoseconds)
            out.add("\"}")
        }
        out.add(",\"priority\":")
        out.add(number: priority)
        out.add(",\"token\":")
        out.add(text: token)
        out.add("}")
        return out.isPlain ? out.bytes : nil
    }
}

private struct Scan {
    let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    /// Goes on past the text if it stands here.
    mutating func skip(_ text: StaticString) -> Bool {
        let end = index + text.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != text.utf8Start[offset] { return false }
        index = end
        return true
    }

    /// A string of printable ASCII without escapes.
    mutating func text() -> String? {
        guard skip("\"") else { return nil }
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            guard (0x20..<0x7F).contains(bytes[index]), bytes[index] != UInt8(ascii: "\\") else { return nil }
            index += 1
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        return skip("\"") ? text : nil
    }

    mutating func integerText() -> Int64? {
        guard skip("\""), let value = integer(), skip("\"") else { return nil }
        return value
    }

    /// At most 18 digits, so that it cannot overflow.
    mutating func integer() -> Int64? {
        let isNegative = skip("-")
        let start = index
        var value: Int64 = 0
        while index < bytes.count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
            guard index - start < 18 else { return nil }
            value = value * 10 + Int64(digit)
            index += 1
        }
        let hasLeadingZero = index - start > 1 && bytes[start] == UInt8(ascii: "0")
        guard index > start, !hasLeadingZero else { return nil }
        return isNegative ? -value : value
    }
}
