import ElectionCore
import Glibc
import Measurement
import Synchronization
import SystemPackage

/// The run's history on disk: what instances, observer and driver say, in the order in which it comes.
///
/// A thread of its own writes, so that a slow disk delays nobody who is measured.
final class HistoryLog: Sendable {
    private let lines = Mailbox<[UInt8]>(lingering: .milliseconds(2))
    private let descriptor: Int32
    private let failure = Mutex<String?>(nil)

    /// - Throws: ``Failure`` with exit code 64 where the file can't be made.
    init(_ path: FilePath) throws {
        descriptor = open(path.string, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure.badArgument("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Starts the thread; the returned function writes what is left and closes the file.
    ///
    /// - Parameter onFailure: called once, where the history cannot be written any more.
    func start(onFailure: @escaping @Sendable (String) -> Void) -> @Sendable () -> Void {
        let writer = Mutex(HistoryWriter(descriptor: descriptor))
        let end = lines.start { [self] batch in
            if failure.withLock({ $0 != nil }) { return }
            let bytes = batch.count == 1 ? batch[0] : Array(batch.joined())
            do throws(MeasurementError) {
                try writer.withLock { (writer: inout sending HistoryWriter) throws(MeasurementError) in
                    try writer.append(bytes)
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
                onFailure("\(error)")
            }
        }
        return { [descriptor] in
            end()
            close(descriptor)
        }
    }

    /// A line that a child process wrote, as it is.
    func append(_ line: [UInt8]) { lines.post(line) }
    func append(_ entry: HistoryEntry) { lines.post(entry.line) }

    func record(_ event: HistoryEvent, at time: Timestamp = .now(), _ fill: (inout HistoryEntry) -> Void = { _ in }) {
        var entry = HistoryEntry(event, at: time, source: "driver")
        fill(&entry)
        append(entry)
    }
}
