/* WebSockets, server side (the live feed).
 *
 * The handshake is decided before 101 by gct_server_options.accept, from the request's head alone and at
 * once: what sessions it needs is kept in memory. An open socket lives until on_closed was called, exactly
 * once; after that it must not be touched. Text messages only, at most 64 KiB each, at most 100 a minute; no
 * compression. Every 20 s a ping; without any byte from the peer for 45 s the socket is closed. One that
 * reads too slowly is closed with 1013. Loop thread. */
#ifndef GUICHET_CORE_NET_SOCKET_H
#define GUICHET_CORE_NET_SOCKET_H

#include "model/problem.h"
#include "net/blob.h"
#include "net/request.h"

struct gct_socket;

/* Close codes that we send (RFC 6455 section 7.4 and the private range). */
#define GCT_SOCKET_CODE_TABLE(X)                                                                             \
    X(NORMAL, 1000)                                                                                          \
    X(GOING_AWAY, 1001)                                                                                      \
    X(PROTOCOL, 1002)                                                                                        \
    X(UNSUPPORTED, 1003)                                                                                     \
    X(NOT_UTF8, 1007)                                                                                        \
    X(POLICY, 1008)                                                                                          \
    X(TOO_BIG, 1009)                                                                                         \
    X(INTERNAL, 1011)                                                                                        \
    X(TRY_LATER, 1013)                                                                                       \
    X(SESSION_ENDED, 4401)                                                                                   \
    X(RIGHTS_CHANGED, 4403)
#define GCT_SOCKET_CODE_AS_ENUM(name, code) GCT_SOCKET_##name = code,
enum gct_socket_code { GCT_SOCKET_CODE_TABLE(GCT_SOCKET_CODE_AS_ENUM) };
#undef GCT_SOCKET_CODE_AS_ENUM

struct gct_socket_handler {
    /* The handshake is done; the first frame may be sent from here. user is what accept gave. */
    void (*on_open)(struct gct_socket *socket);
    /* A complete, valid UTF-8 message, borrowed for the call. May be NULL: then any message is a policy
     * violation. */
    void (*on_text)(struct gct_socket *socket, struct gct_slice text);
    /* The last call for this socket, whoever closed it. */
    void (*on_closed)(struct gct_socket *socket);
};

/* What accept decides. */
struct gct_socket_verdict {
    unsigned status;                          /* 0: accepted; else the status of the refusal, 400 to 599 */
    enum gct_problem problem;                 /* of the refusal; NONE: none fits, and the status says all */
    const char *detail;                       /* one sentence */
    const struct gct_socket_handler *handler; /* when accepted; static */
    void *user; /* when accepted; may own something: on_closed comes in any case */
};

void *gct_socket_user(const struct gct_socket *socket);

/* Sends blob as one text frame: at once where the peer keeps up, else from a bounded queue. Takes a hold of
 * its own on blob. A socket whose queue is full is closed with 1013, later and not from within this call;
 * what is sent to a closing socket is dropped. */
void gct_socket_send(struct gct_socket *socket, struct gct_blob *blob);

/* Starts the closing handshake; on_closed follows in a later turn. The second call does nothing. */
void gct_socket_close(struct gct_socket *socket, enum gct_socket_code code);

/* Bytes that wait in the queue, for metrics. */
size_t gct_socket_backlog(const struct gct_socket *socket);

#endif
