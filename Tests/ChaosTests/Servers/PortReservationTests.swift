import CLinux
import Chaos
import Glibc
import Testing

@Suite struct PortReservationTests {
    /// Binds a port, 0 for a free one; returns which it got.
    private func bound(_ port: Int, isShared: Bool, then body: (Int32) -> Void = { _ in }) -> Int? {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var shared: Int32 = isShared ? 1 : 0
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &shared, socklen_t(MemoryLayout<Int32>.size))
        var address = clinux_loopback(UInt16(port))
        let isBound = withUnsafeBytes(of: &address) { bytes in
            bind(handle, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t(bytes.count)) == 0
        }
        guard isBound else { return nil }
        body(handle)
        return port
    }

    @Test func `reserved ports are different ones`() throws {
        let reservations = try (0..<50).map { _ in try PortReservation() }
        #expect(Set(reservations.map(\.port)).count == 50)
    }

    @Test func `a server can listen at a reserved port, and nobody who needs one of his own`() throws {
        let reservation = try PortReservation()
        #expect(bound(reservation.port, isShared: false) == nil)
        let port = bound(reservation.port, isShared: true) { #expect(listen($0, 1) == 0) }
        #expect(port == reservation.port)
    }

    @Test func `ports are free again when their reservations end`() throws {
        let ports = try (0..<20).map { _ in try PortReservation().port }
        // One may be somebody else's by now, or be held by a process that another test has just forked.
        #expect(ports.contains { bound($0, isShared: false) == $0 })
    }
}
