import CLinux
import Glibc

/// A free port of the loopback that nobody else gets for as long as this lives, also while its server is down.
///
/// The port is bound, but nobody listens there. A server may bind it nevertheless, for both allow the address to be shared;
/// neither the kernel's choice of a free port nor that of a connection's own port falls on it. So a client that tries to reach a
/// dead server never ends up connected with itself.
package final class PortReservation: Sendable {
    package let port: Int
    private let handle: Int32

    /// - Throws: ``ChaosError`` with code `portTaken`.
    package init() throws(ChaosError) {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = clinux_loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let handle = handle
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(handle, address, size) == 0 && getsockname(handle, address, &size) == 0
        }
        port = Int(clinux_port(address))
        // Only now: a port that is shared from the start might be one that somebody has already.
        var yes: Int32 = 1
        guard isBound, setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0
        else {
            let cause = SystemError.last
            if handle >= 0 { close(handle) }
            throw ChaosError(.portTaken, cause: cause, context: "there is no free port on 127.0.0.1")
        }
    }

    deinit { close(handle) }
}
