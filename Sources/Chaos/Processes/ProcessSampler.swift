import Glibc
import SystemPackage

/// Reads what a process costs from /proc: this one's or another's.
package struct ProcessSampler: Hashable, Sendable {
    private let folder: FilePath
    /// Nil for this process.
    private let pid: Int32?

    /// - Parameter pid: nil for this process.
    package init(pid: Int32? = nil) {
        self.pid = pid
        folder = Self.folder(of: pid)
    }

    /// - Returns: nil where the process is gone; a zombie counts as gone.
    package func sample() -> ProcessSample? {
        guard let status = ProcessStatus(folder: folder), !status.isGone, let cpuMs = cpuMs() else { return nil }
        return ProcessSample(
            threads: status.threads,
            residentKb: status.residentKb,
            privateKb: status.anonymousKb,
            cpuMs: cpuMs,
            descriptors: descriptors()
        )
    }

    /// Whether there is a process with this pid that still runs; a zombie, which nobody has reaped, does not.
    package static func isRunning(pid: Int32) -> Bool {
        ProcessStatus(folder: folder(of: pid)).map { !$0.isGone } ?? false
    }

    private static func folder(of pid: Int32?) -> FilePath {
        FilePath("/proc").appending(pid.map { "\($0)" } ?? "self")
    }

    /// From the process's clock: the ticks in `stat` are 10 ms wide.
    private func cpuMs() -> Int? {
        var clock = CLOCK_PROCESS_CPUTIME_ID
        if let pid, clock_getcpuclockid(pid, &clock) != 0 { return nil }
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return nil }
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    private func descriptors() -> Int? {
        // One of our own is the folder that is being read.
        SystemFile.names(in: folder.appending("fd")).map { $0.count - (isSelf ? 1 : 0) }
    }

    private var isSelf: Bool { pid == nil || pid == getpid() }
}

/// The fields of /proc/PID/status that are needed here.
struct ProcessStatus: Hashable, Sendable {
    var state: Character
    var threads: Int
    var residentKb: Int
    var anonymousKb: Int

    /// Dead, or a zombie that nobody has reaped.
    var isGone: Bool { state == "Z" || state == "X" || state == "x" }

    init?(folder: FilePath) {
        guard let text = SystemFile.text(folder.appending("status")) else { return nil }
        self.init(text)
    }

    init?(_ text: String) {
        guard let state = ProcText.value("State", in: text)?.first,
            let threads = ProcText.value("Threads", in: text).flatMap({ Int($0) })
        else { return nil }
        self.state = state
        self.threads = threads
        // A zombie has none any more.
        residentKb = ProcText.kilobytes("VmRSS", in: text) ?? 0
        anonymousKb = ProcText.kilobytes("RssAnon", in: text) ?? 0
    }
}

/// Text of lines as `RssAnon:     1234 kB`.
enum ProcText {
    static func kilobytes(_ name: String, in text: String) -> Int? { value(name, in: text).flatMap { Int($0) } }

    /// The first word of the field; nil where it is missing.
    static func value(_ name: String, in text: String) -> Substring? {
        // By bytes: hundreds of instances read one of these a second each.
        let field = "\(name):".utf8
        var rest = text.utf8[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            if line.starts(with: field) {
                let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
                return Substring(line.dropFirst(field.count).drop(while: isBlank).prefix { !isBlank($0) })
            }
            rest = rest[line.endIndex...].dropFirst()
        }
        return nil
    }
}
