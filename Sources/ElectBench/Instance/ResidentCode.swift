import Chaos
import Glibc
import SystemPackage

/// The pages of program code that the process has mapped.
///
/// A process that dies gives up its memory before its connections: the kernel takes longer over it the more pages it has
/// mapped, and only then do the servers hear of it. Of the pages that starting up has touched few are needed again.
enum ResidentCode {
    /// Unmaps the code; what runs is mapped again as it runs.
    static func release() {
        guard let maps = SystemFile.text(FilePath("/proc/self/maps")) else { return }
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // Code of a file has no changes that could be lost.
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let bounds = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard bounds.count == 2, let start = UnsafeMutableRawPointer(bitPattern: bounds[0]) else { continue }
            madvise(start, Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
    }
}
