#pragma once

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

/// Asks the kernel to kill the calling process with SIGKILL when the thread that spawned it ends.
/// Returns 0, or -1 with errno set. prctl is variadic, which Swift cannot call.
static inline int clinux_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }
