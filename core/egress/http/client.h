/* HTTPS requests to platforms, many at a time, on one thread: libcurl behind six functions.
 *
 * Every certificate is verified, TLS is 1.2 or later, redirects are never followed, proxies of the
 * environment are not used. http:// is taken for loopback addresses alone (tests, simulated platforms), and
 * then the address that is connected to is checked, not only the name. HTTP/1.1 alone: on one connection a
 * request at a time, so that it can be told whether a request was written whole.
 *
 * Nothing is sent twice in silence: libcurl would send a request again when a kept connection ends without an
 * answer; here it may only do so with requests that are GCT_HTTP_REPEATABLE or were not written whole.
 *
 * The client does not know plugins, accounts or messages. It belongs to the thread that made it;
 * client_wake is for any thread. */
#ifndef GUICHET_CORE_EGRESS_HTTP_CLIENT_H
#define GUICHET_CORE_EGRESS_HTTP_CLIENT_H

#include <guichet/http.h>

#include "base/arena.h"
#include "base/error.h"

#define CLIENT_ANSWER_BYTES ((size_t)256u << 10)
#define CLIENT_ANSWER_HEADERS 64u

enum client_end {
    CLIENT_ANSWERED,  /* a whole answer, or its first CLIENT_ANSWER_BYTES */
    CLIENT_NOT_TAKEN, /* the request did not get out whole: nobody can have carried it out */
    CLIENT_UNCLEAR    /* it went out whole, and the answer did not come or was cut */
};

struct client_options {
    const char *ca_file; /* PEM; NULL: the system's */
    int64_t connect_ms;  /* address, connection and TLS together */
    int64_t total_ms;
};

struct client;
struct client_transfer;

/* Owned by the caller and untouched by them between client_send and done(). */
struct client_call {
    struct gct_arena *arena; /* for the answer */
    /* From client_turn or client_cancel, on the client's thread. */
    void (*done)(struct client_call *call);

    enum client_end end;
    struct gct_http_response response; /* when ANSWERED; its account is for the caller to fill in */
    char reason[200];                  /* otherwise: why, for people; no secrets */

    struct client_transfer *transfer; /* the client's */
};

GCT_NODISCARD enum gct_status client_new(const struct client_options *options, struct client **out,
                                         struct gct_error *err);
/* Nothing may be on its way. */
void client_free(struct client **client);

/* base: "https://graph.example.com", without '/' at its end. request: places filled; it and what it points to
 * is copied and may be wiped at once. On any status but GCT_OK nothing was begun and done() is not called:
 * GCT_INVALID for what must not be sent. */
GCT_NODISCARD enum gct_status client_send(struct client *client, struct client_call *call,
                                          struct gct_slice base, const struct gct_http_request *request,
                                          struct gct_error *err);

/* Ends a request now, as what it is: NOT_TAKEN or UNCLEAR. */
void client_cancel(struct client *client, struct client_call *call);

/* Moves everything that can move, and calls done() of what ended. */
void client_turn(struct client *client);
/* Sleeps until a socket has news, client_wake was called, or timeout_ms has passed. */
void client_sleep(struct client *client, int64_t timeout_ms);
/* Any thread. */
void client_wake(struct client *client);

size_t client_count(const struct client *client);

#endif
