import ElectionCore
import Glibc
import SystemPackage

/// Looks, before a run, at whether this machine can bear it; each check has a finding or none.
package enum Preflight {
    package enum Finding: Hashable, Sendable {
        /// The run can't be carried out.
        case fatal(String)
        /// It can, but a reader of the figures has to know.
        case warning(String)
    }

    /// What an instance is assumed to take; the release binary takes 17 MB, of which 2 MB are its own.
    package static let assumedResidentKb = 20 * 1024

    /// All checks. Blocks the thread for the time of ``timers()``, so call it before anything else runs.
    package static func findings(instances: Int, servers: Int) -> [Finding] {
        [descriptors(children: instances + servers), memory(instances: instances), load(), timers()].compactMap(\.self)
    }

    /// Raises the soft limit of open files as far as it is needed and allowed.
    package static func descriptors(children: Int) -> Finding? {
        // A child costs three; the rest is for files, the connection and what the libraries keep.
        let needed = rlim_t(children * 4 + 128)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < needed else {
            return nil
        }
        if limit.rlim_max >= needed {
            limit.rlim_cur = needed
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { return nil }
        }
        return .fatal(
            "\(children) child processes need \(needed) open files and the limit is \(limit.rlim_max): "
                + "raise it (`ulimit -Hn \(needed)`) or take fewer instances"
        )
    }

    package static func memory(instances: Int) -> Finding? {
        guard let available = SystemFile.text("/proc/meminfo").flatMap({ ProcText.kilobytes(["MemAvailable"], in: $0) })
        else {
            return .warning("/proc/meminfo does not tell how much memory is available")
        }
        return judgeMemory(availableKb: available, instances: instances)
    }

    static func judgeMemory(availableKb: Int, instances: Int) -> Finding? {
        let neededKb = instances * assumedResidentKb
        guard availableKb < neededKb else { return nil }
        return .fatal(
            "\(instances) instances need about \(neededKb / 1024) MB (\(assumedResidentKb / 1024) MB each assumed) and "
                + "\(availableKb / 1024) MB are available: take fewer instances"
        )
    }

    package static func load() -> Finding? {
        let first = SystemFile.text("/proc/loadavg")?.split(separator: " ").first
        guard let load = first.flatMap({ Double($0) }) else { return nil }
        return judgeLoad(load, cores: max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1))
    }

    static func judgeLoad(_ load: Double, cores: Int) -> Finding? {
        guard load > Double(cores) else { return nil }
        return .warning("the machine is busy: its load is \(load) on \(cores) cores, so latencies will be too high")
    }

    /// Sleeps fifty times for a millisecond and looks at how late the sleeps end. Blocks the thread meanwhile.
    package static func timers() -> Finding? {
        judgeTimers(
            (0..<50).map { _ in
                let due = Timestamp.now() + .milliseconds(1)
                MonotonicSleep.until(due)
                return .now() - due
            }
        )
    }

    static func judgeTimers(_ lateness: [Duration]) -> Finding? {
        // Nearest rank.
        let rank = (lateness.count * 9 + 9) / 10
        guard rank > 0 else { return nil }
        let p90 = lateness.sorted()[rank - 1]
        guard p90 > .milliseconds(1) else { return nil }
        return .warning("timers are late here: a tenth of all sleeps end \(p90.nanoseconds / 1000) µs too late or more")
    }
}
