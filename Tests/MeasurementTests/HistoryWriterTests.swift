import ElectionCore
import Foundation
import Measurement
import Synchronization
import Testing

/// Takes a number of bytes and then fails as a full disk does.
private final class FullDisk: Sendable {
    private let room: Mutex<Int>

    init(room: Int) {
        self.room = Mutex(room)
    }

    func makeRoom() { room.withLock { $0 = .max } }

    @Sendable func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        let room = room.withLock(\.self)
        guard room > 0 else {
            errno = ENOSPC
            return -1
        }
        let taken = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(room)))
        self.room.withLock { $0 -= taken }
        return taken
    }
}

@Suite struct HistoryWriterTests {
    private let entries = (1...3).map { HistoryEntry(.late, at: Timestamp(nanoseconds: $0), source: "driver") }

    private func open(_ path: String) -> Int32 {
        Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    }

    @Test func `What was appended can be read back`() throws {
        let folder = try TemporaryFolder()
        let descriptor = open(folder.path("h"))
        defer { close(descriptor) }
        var writer = HistoryWriter(descriptor: descriptor)
        try writer.append(entries[0])
        try writer.append(entries[1].line + entries[2].line)
        #expect(try Array(HistoryReader.read(folder.path("h")).entries) == entries)
    }

    @Test func `A full disk is a typed error`() throws {
        let descriptor = Foundation.open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var writer = HistoryWriter(descriptor: descriptor)
        var thrown: MeasurementError?
        do { try writer.append(entries[0]) } catch { thrown = error }
        #expect(thrown?.code == .unwritableFile)
        #expect(thrown?.isDiskFull == true)
    }

    @Test func `After a disk filled up in the middle of a line, the file ends with the last whole one`() throws {
        let folder = try TemporaryFolder()
        let descriptor = open(folder.path("h"))
        defer { close(descriptor) }
        let disk = FullDisk(room: entries[0].line.count + 10)
        var writer = HistoryWriter(descriptor: descriptor, write: disk.write)
        var isFull = false
        do { try writer.append(entries[0].line + entries[1].line) } catch { isFull = error.isDiskFull }
        #expect(isFull)
        #expect(try folder.read("h") == entries[0].line)

        disk.makeRoom()
        try writer.append(entries[2])
        #expect(try folder.read("h") == entries[0].line + entries[2].line)
    }

    @Test func `A torn line that cannot be taken back spoils no other`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let disk = FullDisk(room: 10)
        var writer = HistoryWriter(descriptor: ends[1], write: disk.write)
        var isFull = false
        do { try writer.append(entries[0]) } catch { isFull = error.isDiskFull }
        #expect(isFull)
        disk.makeRoom()
        try writer.append(entries[1])
        close(ends[1])
        let bytes = try FileHandle(fileDescriptor: ends[0], closeOnDealloc: true).readToEnd() ?? Data()
        let history = HistoryReader.parse(Array(bytes))
        #expect(Array(history.entries) == [entries[1]])
        #expect(history.unreadableLines == 1)
    }
}
