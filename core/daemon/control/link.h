/* Both ends of the control socket: a Unix stream socket in the gateway's run folder.
 *
 * Descriptors belong to the caller. Everything here may block up to the time that is given; not for the loop.
 * The path may be longer than the 107 bytes of a socket address. */
#ifndef GUICHET_CORE_DAEMON_CONTROL_LINK_H
#define GUICHET_CORE_DAEMON_CONTROL_LINK_H

#include "daemon/control/frame.h"

/* Listens at path, mode 0600; a socket that a former process left there is replaced, anything else is refused
 * (GCT_DENIED), as is a folder that is not the user's own or that others may enter. */
GCT_NODISCARD enum gct_status gct_link_listen(const char *path, int *fd, struct gct_error *err);

/* GCT_NOT_FOUND: nobody listens there. GCT_DENIED: not for this user. */
GCT_NODISCARD enum gct_status gct_link_connect(const char *path, int *fd, struct gct_error *err);

/* A moment after which, and a descriptor that ends the waiting as soon as it is readable (-1: none). */
struct gct_link_wait {
    int64_t until_mono_ms; /* -1: for ever */
    int stop_fd;
};

/* Reads one frame. GCT_TIMEOUT, GCT_UNAVAILABLE (the other side left, or the waiting was ended), and what
 * gct_frame_take refuses. */
GCT_NODISCARD enum gct_status gct_link_receive(int fd, const struct gct_link_wait *wait,
                                               struct gct_frame *frame, struct gct_error *err);

/* Sends body as one frame. */
GCT_NODISCARD enum gct_status gct_link_send(int fd, const struct gct_link_wait *wait, struct gct_slice body,
                                            struct gct_error *err);

/* A client's whole exchange: sends request, waits for the answer as long as the other side lives. */
GCT_NODISCARD enum gct_status gct_link_ask(const char *path, struct gct_slice request,
                                           struct gct_frame *answer, struct gct_error *err);

#endif
