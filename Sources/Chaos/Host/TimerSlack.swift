import CLinux
import ElectionCore

/// How late the kernel may end a thread's sleeps.
package enum TimerSlack {
    /// Lets the calling thread's sleeps end late by up to this span: the kernel then wakes several threads at once, which costs
    /// less than waking each.
    package static func allow(_ span: Duration) { clinux_set_timer_slack(UInt(span.nanoseconds)) }
}
