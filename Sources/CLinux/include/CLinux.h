#pragma once

#include <malloc.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Asks the kernel to kill the calling process with SIGKILL when the thread that spawned it ends.
/// Returns 0, or -1 with errno set. prctl is variadic, which Swift cannot call.
static inline int clinux_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

/// Lets the calling thread's timers come late by up to this many nanoseconds, so that the kernel wakes several at once.
static inline void clinux_set_timer_slack(unsigned long nanoseconds) { prctl(PR_SET_TIMERSLACK, nanoseconds, 0, 0, 0); }

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

/// Signals the process behind a pidfd: never another one that got its pid later. Returns 0, or -1 with errno set.
/// syscall is variadic, and glibc before 2.36 has no wrapper.
static inline int clinux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0u);
}

/// The address of a port of the loopback. In C, since Swift takes the members of sockaddr_in to belong to a module of
/// swift-nio where that is loaded, too.
static inline struct sockaddr_in clinux_loopback(in_port_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline in_port_t clinux_port(struct sockaddr_in address) { return ntohs(address.sin_port); }

/// A file in memory without a name, closed in children. Returns its descriptor, or -1 with errno set. glibc declares
/// memfd_create for GNU sources alone.
static inline int clinux_memory_file(void) { return (int)syscall(SYS_memfd_create, "electbench", 1u /* MFD_CLOEXEC */); }
