/* The loop: the one thread that owns every socket, timer and signal of the daemon (libwebsockets on libev).
 *
 * Who owns what: the loop owns its mailbox and the library's context; a timer is part of the struct that it
 * is about. Everything here is called on the loop thread, but for what its comment calls "any thread".
 * Nothing that runs on the loop may block. gct_loop_new comes before any other thread is started: it sets the
 * signal mask that they inherit. One process has at most one loop at a time. */
#ifndef GUICHET_CORE_NET_LOOP_H
#define GUICHET_CORE_NET_LOOP_H

#include "base/error.h"
#include "base/mailbox.h"

struct gct_loop;

/* The signals that the loop watches; SIGPIPE is ignored. */
#define GCT_LOOP_SIGNAL_TABLE(X) X(TERM, SIGTERM) X(INT, SIGINT) X(HUP, SIGHUP)
#define GCT_LOOP_SIGNAL_AS_ENUM(name, number) GCT_LOOP_##name,
enum gct_loop_signal { GCT_LOOP_SIGNAL_TABLE(GCT_LOOP_SIGNAL_AS_ENUM) GCT_LOOP_SIGNAL_COUNT };
#undef GCT_LOOP_SIGNAL_AS_ENUM

struct gct_loop_options {
    size_t box_limit; /* requests that may wait in the mailbox; 0: 20000 */
    unsigned
        descriptors; /* file descriptors wanted for the process (as many as allowed are taken); 0: 16384 */
    /* Loop thread. NULL: SIGTERM and SIGINT stop the loop, SIGHUP does nothing. */
    void (*on_signal)(void *arg, enum gct_loop_signal signal);
    void *arg;
};

/* Fails with GCT_UNAVAILABLE and a sentence that names the Debian package when the library's libev plugin is
 * missing: on the library's own loop thousands of idle consoles would take the processor. */
GCT_NODISCARD enum gct_status gct_loop_new(const struct gct_loop_options *options, struct gct_loop **out,
                                           struct gct_error *err);

/* Runs until gct_loop_stop. Then gct_loop_free may be called, or gct_loop_run again. */
void gct_loop_run(struct gct_loop *loop);

/* Lets gct_loop_run return after the turn that it is in. Servers are stopped first (gct_server_stop). Any
 * thread. */
void gct_loop_stop(struct gct_loop *loop);

/* Only after gct_loop_run has returned and every server of the loop was freed. Posts that still wait are run.
 */
void gct_loop_free(struct gct_loop **loop);

/* The loop's mailbox: what other threads hand over runs on the loop thread. Any thread may post. */
struct gct_mailbox *gct_loop_box(struct gct_loop *loop);

/* File descriptors that the process may have open. */
unsigned gct_loop_descriptors(const struct gct_loop *loop);

/* One shot. Zeroed before its first use; its memory must stay until it has fired or was cancelled. */
struct gct_timer {
    void (*fire)(struct gct_timer *timer); /* set by the owner; may start the timer again or free it */
    struct gct_loop *loop;                 /* the loop's from here on */
    uint64_t watcher[8];
};

/* Fires once after delay_ms (0: in the next turn). A timer that runs is started anew. */
void gct_timer_start(struct gct_loop *loop, struct gct_timer *timer, int64_t delay_ms);

/* Nothing happens when it does not run. */
void gct_timer_cancel(struct gct_timer *timer);
int gct_timer_running(const struct gct_timer *timer);

/* A descriptor of somebody else (control socket, plugin link), watched by the loop. */
#define GCT_WATCH_READ 1u
#define GCT_WATCH_WRITE 2u

/* Zeroed before its first use; its memory must stay until it was stopped. Errors and hang-ups show as
 * readable. */
struct gct_watch {
    void (*ready)(struct gct_watch *watch,
                  unsigned events); /* set by the owner; may stop or free the watch */
    struct gct_loop *loop;          /* the loop's from here on */
    uint64_t watcher[8];
};

/* Watches fd (borrowed) for a set of GCT_WATCH_*; a watch that runs is changed. 0 stops it. */
void gct_watch_set(struct gct_loop *loop, struct gct_watch *watch, int fd, unsigned events);

#endif
