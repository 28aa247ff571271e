import ElectionCore
import Synchronization
import Testing

@testable import ElectBench

@Suite("A sleep that others may cut short", .timeLimit(.minutes(1)))
struct LightSleepTests {
    private static let farAway = Timestamp.now() + .seconds(100_000)

    @Test("lasts until its instant")
    func whole() {
        let end = Timestamp.now() + .milliseconds(30)
        LightSleep().until(end)
        #expect(Timestamp.now() >= end)
    }

    @Test("ends when that is asked for, also before it begins, and once")
    func cutShort() {
        let sleep = LightSleep()
        sleep.ends(by: .now())
        sleep.until(Self.farAway)
        let end = Timestamp.now() + .milliseconds(30)
        sleep.until(end)
        #expect(Timestamp.now() >= end)
    }

    @Test("ends when another thread asks for it")
    func byAnother() {
        let sleep = LightSleep()
        let thread = WorkerThread { sleep.until(Self.farAway) }
        sleep.ends(by: .now())
        thread.join()
    }
}
