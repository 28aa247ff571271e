#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A mutex with a condition on it, for the threads that must not depend on the cooperative pool.
package final class Monitor: @unchecked Sendable {
    // Unchecked: the pointers never change, and what they point to is made for threads.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    package func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Wakes the thread that waits. To be called inside ``locked(_:)``.
    package func signal() { pthread_cond_signal(changed) }

    /// Waits for ``signal()``, or for the instant; may also return without either. To be called inside ``locked(_:)``.
    package func wait(until instant: Timestamp? = nil) {
        guard let instant else {
            pthread_cond_wait(changed, mutex)
            return
        }
        // The condition's clock stands still while the machine sleeps, so the span is counted anew each time.
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let nanoseconds = Int64(until.tv_nsec) + max(0, (instant - .now()).nanoseconds)
        until.tv_sec += Int(nanoseconds / 1_000_000_000)
        until.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_cond_timedwait(changed, mutex, &until)
    }
}

/// A thread of the operating system that runs one function; to be joined or detached.
package struct WorkerThread: Sendable {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private let thread: pthread_t

    package init(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Work(body)).toOpaque()
        let failure = pthread_create(&thread, nil, WorkerThread.main, context)
        precondition(failure == 0, "the system gives no thread: error \(failure)")
        self.thread = thread
    }

    /// Nobody waits for it.
    package func detach() { pthread_detach(thread) }

    /// Waits until the function has returned.
    package func join() { pthread_join(thread, nil) }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
    }
}
