/* The server: listening addresses, TLS, the door (net/door.h) and what is called behind it.
 *
 * HTTP/1.1 and WebSocket alone. Everything is called on the loop thread. The server belongs to a loop and is
 * freed before it. */
#ifndef GUICHET_CORE_NET_SERVER_H
#define GUICHET_CORE_NET_SERVER_H

#include "base/network.h"
#include "model/problem.h"
#include "net/exchange.h"
#include "net/loop.h"
#include "net/socket.h"

struct gct_server;

/* name, default, what it bounds. A 0 in the options takes the default. */
#define GCT_SERVER_LIMIT_TABLE(X)                                                                            \
    X(head_ms, 4000, "from the first byte of a connection or request to the end of its headers")             \
    X(request_ms, 30000, "from the headers to the answer; body and handler together")                        \
    X(send_ms, 60000, "from the answer to its last byte in the kernel's hands")                              \
    X(keepalive_ms, 10000, "an idle connection between two requests")                                        \
    X(body_bytes, 1048576, "a request body, where admission does not say less")                              \
    X(connections, 10000, "connections in all")                                                              \
    X(reserve, 500, "of these, kept for requests that admission calls vital")                                \
    X(connections_per_address, 512, "connections from one address")                                          \
    X(socket_message_bytes, 65536, "one WebSocket message of a peer")                                        \
    X(socket_messages, 100, "messages of a peer in one minute")                                              \
    X(socket_queue_bytes, 1048576, "bytes that wait for one peer")                                           \
    X(socket_queue_frames, 1000, "frames that wait for one peer")                                            \
    X(socket_ping_ms, 20000, "between two pings")                                                            \
    X(socket_dead_ms, 45000, "without a byte of the peer")                                                   \
    X(linger_ms, 2000, "from the last word of a refusal or socket to the end, while the peer still sends")   \
    X(stop_ms, 5000, "from gct_server_stop to the end of the last connection")

struct gct_server_limits {
#define GCT_SERVER_LIMIT_AS_FIELD(name, standard, text) uint32_t name;
    GCT_SERVER_LIMIT_TABLE(GCT_SERVER_LIMIT_AS_FIELD)
#undef GCT_SERVER_LIMIT_AS_FIELD
};

/* Room for a list of methods, all of them and a NUL. */
#define GCT_ALLOW_TEXT 64

/* What admission decides before a body is read. */
struct gct_admission {
    uint32_t body_bytes; /* largest body of this route; preset with the server's limit; more is 413 */
    unsigned status; /* 0: go on; else refuse now (404, 405, 413, 415, 503 …) and close the connection */
    enum gct_problem problem; /* NONE: none fits, and the status says all */
    const char *detail;       /* one sentence; static */
    const char *allow;        /* value of Allow, for 405; static; may be NULL */
    int vital;                /* health and console: served also from the reserve */
};

struct gct_server_options {
    const char *const *listen; /* "127.0.0.1:8080", "[::1]:8080"; port 0: the kernel chooses */
    size_t listen_count;
    const char *tls_certificate; /* PEM files, both or neither: TLS 1.2 and 1.3 on all addresses */
    const char *tls_key;
    /* Browsers come by HTTPS, here or at a proxy: refusals tell them to stay with it, as handlers do. */
    int secure;
    struct gct_server_limits limits;

    /* Whether many people come from that address (a proxy): connections_per_address is not for it. May be
     * NULL. */
    int (*shared)(void *arg, const struct gct_network *address);
    /* Decides by the head of a request, before its body: route known, method allowed, limit. May be NULL. */
    void (*admit)(void *arg, const struct gct_request *request, struct gct_admission *admission);
    /* The value of Allow for a path, when the method is one that no path has; "" where there is no path, and
     * the answer is 404. Of the path nothing was checked yet. NULL: all methods of the server. */
    void (*methods)(void *arg, struct gct_slice path, char allow[GCT_ALLOW_TEXT]);
    /* Owns the exchange until it answers. */
    void (*handle)(void *arg, struct gct_exchange *exchange);
    /* Decides on a WebSocket handshake by its head: path, Origin, session, role. NULL refuses all with 404.
     */
    void (*accept)(void *arg, const struct gct_request *request, struct gct_socket_verdict *verdict);
    void *arg;
};

/* Numbers for /metrics; all but the gauges only grow. */
#define GCT_SERVER_COUNT_TABLE(X)                                                                            \
    X(connections, "open connections")                                                                       \
    X(sockets, "open WebSockets")                                                                            \
    X(exchanges, "requests without an answer")                                                               \
    X(accepted, "connections taken")                                                                         \
    X(turned_away, "connections refused for a full house")                                                   \
    X(requests, "requests handled")                                                                          \
    X(refused, "requests refused at the door")                                                               \
    X(deadlines, "requests past their deadline")                                                             \
    X(slow_sockets, "WebSockets closed for reading too slowly")

struct gct_server_counts {
#define GCT_SERVER_COUNT_AS_FIELD(name, text) uint64_t name;
    GCT_SERVER_COUNT_TABLE(GCT_SERVER_COUNT_AS_FIELD)
#undef GCT_SERVER_COUNT_AS_FIELD
};

/* Whether a server can be told to listen on that: an address and a port. Any thread. */
int gct_server_address_ok(const char *text);

/* Whether the PEM files are a certificate and its key, as a server needs them; a sentence if not. Any thread;
 * blocks. */
GCT_NODISCARD enum gct_status gct_server_tls_check(const char *certificate, const char *key,
                                                   struct gct_error *err);

/* Binds and listens; connections are served once the loop runs. Fails with a sentence (address in use,
 * unreadable key …). */
GCT_NODISCARD enum gct_status gct_server_new(struct gct_loop *loop, const struct gct_server_options *options,
                                             struct gct_server **out, struct gct_error *err);

/* The port of the listening address number index. */
unsigned gct_server_port(const struct gct_server *server, size_t index);

const struct gct_server_counts *gct_server_counts(const struct gct_server *server);

/* Stops in order: takes no connections from now on, lets exchanges in flight be answered, closes sockets with
 * 1001, then calls on_stopped once, after stop_ms at the latest. */
void gct_server_stop(struct gct_server *server, void (*on_stopped)(void *arg), void *arg);

/* After on_stopped, or when the loop does not run. Exchanges that were not answered yet stay valid: they
 * answer into the void. *server becomes NULL. */
void gct_server_free(struct gct_server **server);

#endif
