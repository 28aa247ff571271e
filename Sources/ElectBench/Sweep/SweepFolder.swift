import Chaos
import Glibc
import Measurement
import SystemPackage

/// A sweep's folder, held by one sweep at a time.
struct SweepFolder: Sendable {
    let path: FilePath
    /// The lock on `sweep.json`; it ends with the process, however that ends.
    private let lock: Int32

    /// Makes the folder of a sweep and describes it there.
    ///
    /// - Throws: ``Failure``.
    static func make(_ description: SweepDescription, in output: FilePath) throws -> SweepFolder {
        let path = try ResultFolder.make(in: output, name: description.name, epochNs: Host.wallClockNs())
        do throws(MeasurementError) {
            try description.write(folder: path.string)
        } catch {
            throw Failure.of(error, path)
        }
        return try SweepFolder(path)
    }

    /// - Throws: ``Failure`` with exit code 64 where the sweep is another one, or goes on at this moment.
    static func resume(_ path: FilePath, _ description: SweepDescription) throws -> SweepFolder {
        let kept = try described(path)
        guard kept.version == description.version, kept.cores == description.cores,
            abs(Double(kept.memoryKb) - Double(description.memoryKb)) <= 0.01 * Double(kept.memoryKb)
        else {
            throw Failure.badArgument(
                "\(path) was begun with electbench \(kept.version) on \(kept.cores) cores and \(kept.memoryKb) kB: "
                    + "figures of two machines or versions make no model; begin a new sweep"
            )
        }
        guard kept.words == description.words else {
            throw Failure.badArgument("\(path): its settings can't be read back; begin a new sweep")
        }
        return try SweepFolder(path)
    }

    /// - Throws: ``Failure`` with exit code 64 where it is not a sweep's folder.
    static func described(_ path: FilePath) throws -> SweepDescription {
        do throws(MeasurementError) {
            return try SweepDescription.read(folder: path.string)
        } catch {
            throw Failure.badArgument("\(path) holds no sweep: \(error)")
        }
    }

    private init(_ path: FilePath) throws {
        self.path = path
        lock = open(path.appending(SweepDescription.file).string, O_RDONLY | O_CLOEXEC)
        guard lock >= 0 else { throw ResultFolder.unwritable(path) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure.badArgument("\(path): a sweep is at work there; wait until it ends")
        }
    }

    /// Makes room for a cell that has to be done again: what there is of it is kept under another name.
    ///
    /// - Throws: ``Failure`` with exit code 3 where that can't be done.
    func setAside(_ label: String) throws {
        let old = path.appending(label)
        guard access(old.string, F_OK) == 0 else { return }
        for number in 1..<1000 {
            let new = path.appending("\(label)-unfinished-\(number)")
            if access(new.string, F_OK) == 0 { continue }
            if rename(old.string, new.string) == 0 { return }
            break
        }
        throw Failure.notCarriedOut("\(old) cannot be set aside: \(String(cString: strerror(errno)))")
    }
}
