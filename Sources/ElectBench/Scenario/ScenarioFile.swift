import Glibc
import SystemPackage

/// Where a scenario's text comes from.
enum ScenarioFile {
    /// The scenarios that every build has; their files stand in `scenarios/`.
    static let shipped: [(name: String, bytes: [UInt8])] = [
        ("rolling-deploy", PackageResources.rolling_deploy_yaml),
        ("zone-outage", PackageResources.zone_outage_yaml),
        ("flaky-network", PackageResources.flaky_network_yaml),
        ("store-upgrade", PackageResources.store_upgrade_yaml),
    ]

    /// The file of that path, else the shipped scenario of that name.
    ///
    /// - Throws: ``Failure`` with exit code 64 where there is neither.
    static func text(of name: String) throws -> String {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try read(FilePath(name))
        } catch {
            guard let found = shipped.first(where: { $0.name == name || $0.name + ".yaml" == name }) else {
                throw unreadable(name, error)
            }
            bytes = found.bytes
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure.badArgument("--scenario \(name): it is not text in UTF-8")
        }
        return text
    }

    private static func unreadable(_ name: String, _ error: Errno) -> Failure {
        let names = shipped.map(\.name)
        guard error == .noSuchFileOrDirectory else {
            return .badArgument("--scenario \(name) cannot be read: \(error)")
        }
        let list = "shipped are \(names.joined(separator: ", "))"
        return .badArgument("--scenario: " + Nearest.missing("file", name, among: names, list))
    }

    private static func read(_ path: FilePath) throws(Errno) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                while bytes.count < mostBytes {
                    let chunk = try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
                        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                    }
                    if chunk.isEmpty { return bytes }
                    bytes += chunk
                }
                throw Errno.fileTooLarge
            }
        } catch let error as Errno {
            throw error
        } catch {
            throw Errno.ioError
        }
    }

    /// Nobody writes as much by hand: it is some other file.
    private static let mostBytes = 1 << 20
}
