/* The control socket: guichetctl's way into the running gateway.
 *
 * One thread takes one client at a time, reads one request (ten seconds at most), runs its command here,
 * never on the loop, and answers. Only root and the gateway's own user get that far. The commands work on the
 * context, which is the caller's and must outlive the control. */
#ifndef GUICHET_CORE_DAEMON_CONTROL_CONTROL_H
#define GUICHET_CORE_DAEMON_CONTROL_CONTROL_H

#include "daemon/control/command.h"

struct gct_control;

/* Listens at path (a former process's socket is replaced) and starts the thread. The caller holds the lock of
 * the run folder. */
GCT_NODISCARD enum gct_status gct_control_start(const struct gct_command_context *context, const char *path,
                                                struct gct_control **out, struct gct_error *err);

/* No new command begins; ended is called on the control's thread, once, when the one that runs is answered.
 * Does not wait: a command may be waiting for the caller. Any thread; gct_control_stop must follow. */
void gct_control_end(struct gct_control *control, void (*ended)(void *arg), void *arg);

/* Ends the thread after the command that it is in, removes the socket. Waits; not where a command could be
 * waiting for the caller. *control becomes NULL; NULL is fine. */
void gct_control_stop(struct gct_control **control);

#endif
