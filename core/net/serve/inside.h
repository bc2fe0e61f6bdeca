/* What the files of this folder share: the server, its connections, their exchanges and sockets. Loop thread.
 *
 * A connection begins when its descriptor was accepted and ends in LWS_CALLBACK_WSI_DESTROY; the library
 * calls nothing for it after that. Handlers never run inside one of the library's callbacks for their own
 * connection: a request whose body is complete waits on the server's ready list for the end of the turn. */
#ifndef GUICHET_CORE_NET_SERVE_INSIDE_H
#define GUICHET_CORE_NET_SERVE_INSIDE_H

#include <netinet/in.h>

#include <libwebsockets.h>

/* The standard one falls through its cases without a word, which clang does not take. */

#include "base/buffer.h"
#include "base/hash.h"
#include "net/door.h"
#include "net/inside.h"
#include "net/serve/deadline.h"
#include "net/server.h"

/* What an answer is put together in; a larger body is sent from a blob, piece by piece. */
#define NET_SCRATCH ((size_t)64 << 10)
#define NET_PIECE ((size_t)64 << 10)
/* Pieces written in one go before others have their turn. */
#define NET_PIECES 4
#define NET_SPARE_EXCHANGES 256u
#define NET_LINGERING_MOST 256u

/* The state byte of rule 6. */
enum net_phase {
    NET_HEAD,      /* no request yet, or its headers are coming */
    NET_READING,   /* its body is coming */
    NET_PENDING,   /* it waits for its turn or for its answer */
    NET_SENDING,   /* its answer is on the way */
    NET_SOCKET,    /* a WebSocket */
    NET_LINGERING, /* all is said; what still comes is thrown away until the peer has ended */
    NET_ENDING     /* nothing is served any more */
};

#define NET_SPAN_TABLE(X)                                                                                    \
    X(HEAD, head_ms)                                                                                         \
    X(IDLE, keepalive_ms)                                                                                    \
    X(REQUEST, request_ms)                                                                                   \
    X(SEND, send_ms)                                                                                         \
    X(DEAD, socket_dead_ms)                                                                                  \
    X(PING, socket_ping_ms)                                                                                  \
    X(LINGER, linger_ms)                                                                                     \
    X(CLOSE, stop_ms)
#define NET_SPAN_AS_ENUM(name, limit) NET_SPAN_##name,
enum net_span_kind { NET_SPAN_TABLE(NET_SPAN_AS_ENUM) NET_SPAN_COUNT };
#undef NET_SPAN_AS_ENUM

#define NET_ONE(name) +1u
enum { HEAD_NAMES = 0 GCT_REQUEST_HEADER_TABLE(NET_ONE) };
#undef NET_ONE

/* One peer address with the number of its connections. */
struct net_peer {
    struct in6_addr address; /* IPv4 as ::ffff:a.b.c.d */
    uint32_t connections;
    UT_hash_handle hh;
};

struct net_exchange {
    struct gct_exchange exchange;
    struct gct_server *server;         /* NULL: the server was freed */
    struct net_connection *connection; /* NULL: the peer has gone */
    struct gct_buffer body;
    int handed; /* to the handler, who now must answer */
    struct net_exchange *prev, *next;
};

struct net_connection {
    struct lws *wsi;
    struct gct_server *server;
    struct net_connection *prev, *next; /* of all, or of those that linger */
    struct net_connection *ready_next;  /* of those whose request is complete */
    struct net_deadline wait;           /* the one deadline of the phase */
    struct net_deadline ping;
    struct gct_watch watch;        /* while an answer waits for the peer; LINGERING */
    struct net_peer *peer;         /* NULL: LINGERING, and after it */
    struct net_exchange *exchange; /* READING, PENDING */
    struct gct_blob *blob;         /* SENDING: what is left of the body */
    struct gct_slice left;
    struct gct_socket *socket; /* SOCKET */
    enum net_phase phase;
    size_t left_to_drain;  /* LINGERING: bytes that are thrown away at most */
    unsigned adopting : 1; /* inside lws_adopt_descriptor_vhost_via_info */
    unsigned destroyed : 1;
    unsigned ready : 1;
    unsigned doomed : 1;  /* to be ended in the next turn */
    unsigned last : 1;    /* ends after the answer */
    unsigned refused : 1; /* the answer is a refusal: it is the last, and lingers */
    unsigned head_only : 1;
    unsigned bodyless : 1;
    unsigned muted : 1;   /* nothing is read until the answer is out */
    unsigned reserve : 1; /* came when the house was full */
};

struct net_listener {
    struct gct_watch watch;
    struct gct_server *server;
    int fd;
    unsigned port;
};

struct gct_server {
    uint32_t magic;
    struct gct_loop *loop;
    struct lws_vhost *vhost;
    struct gct_server_options options;
    struct gct_server_limits limits;
    struct gct_server_counts counts;
    struct net_listener *listeners;
    size_t listener_count;
    struct gct_timer relisten; /* after the descriptors ran out */
    struct gct_timer tick;
    struct net_turn turn;
    struct net_span spans[NET_SPAN_COUNT];
    struct net_connection *connections;
    struct net_connection *ready, **ready_end;
    struct net_peer *peers;
    struct net_exchange *exchanges; /* handed out */
    struct net_exchange *spare;
    unsigned spare_count;
    struct net_connection *lingering;
    unsigned lingering_count;
    void (*on_stopped)(void *arg);
    void *stopped_arg;
    int64_t stop_begin_ms;
    int64_t tick_ms;
    int stopping;
    int64_t full_logged_ms;
    int header_tokens[HEAD_NAMES];
    time_t date_second;
    char date[40];
    struct lws_protocols protocols[2];
    unsigned char *scratch; /* LWS_PRE + NET_SCRATCH */
};

/* ---- connection.c ---- */

int connection_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
/* A new one for a descriptor that was just accepted; takes the descriptor. */
void connection_open(struct gct_server *server, int fd, const struct sockaddr_storage *address);
/* Sets the deadline of the connection's phase. */
void connection_wait(struct net_connection *connection, enum net_span_kind kind);
/* Ends it in this turn or the next: what is already written is still sent. Not from within its own callbacks.
 */
void connection_end(struct net_connection *connection);
/* Ends it now-ish without another byte. Anywhere. */
void connection_kill(struct net_connection *connection);
/* Ends it at the end of the turn, as connection_kill does. Anywhere. */
void connection_doom(struct net_connection *connection);
/* Stops or resumes reading. */
void connection_mute(struct net_connection *connection, int mute);
/* Reads nothing and goes on with HTTP_WRITEABLE as soon as the peer has taken something. The library gives a
 * muted connection no chance to write either, so the loop watches in its place. */
void connection_await(struct net_connection *connection);
/* Bytes that arrived and were not read yet. */
int connection_unread(const struct net_connection *connection);
/* Whether the library holds input of a request that is not complete: also what was pipelined (rule 6). */
int connection_input(struct net_connection *connection);
/* The library's own timer is not needed where a deadline of ours runs. */
void connection_untime(struct net_connection *connection);

/* ---- head.c ---- */

/* The library's numbers for the headers of GCT_REQUEST_HEADER_TABLE, looked up once. */
void head_tokens(int tokens[HEAD_NAMES]);
/* Fills request from the parsed head; DOOR_PASS or why not. */
enum door_refusal head_read(struct net_connection *connection, struct gct_request *request,
                            struct door_facts *facts);

/* ---- exchange.c ---- */

int exchange_begin(struct net_connection *connection);
int exchange_body(struct net_connection *connection, struct gct_slice piece);
int exchange_complete(struct net_connection *connection);
/* The peer has gone: tells the handler. */
void exchange_orphan(struct net_connection *connection);
void exchange_expire(struct net_connection *connection);
/* Runs the handlers of what is complete. */
void exchange_turn(struct gct_server *server);
void exchange_release(struct net_exchange *exchange);
struct net_exchange *exchange_new(struct net_connection *connection);
void exchange_spares_free(struct gct_server *server);

/* ---- answer.c ---- */

struct net_answer {
    unsigned status;
    const struct gct_header *headers;
    size_t header_count;
    struct gct_blob *blob; /* borrowed; NULL: body is copied */
    struct gct_slice body;
};

/* Writes an answer; -1: the connection must end now. */
int answer_send(struct net_connection *connection, const struct net_answer *answer);
/* Goes on with an answer that did not fit; -1 as above. */
int answer_continue(struct net_connection *connection);
/* "100 Continue": the body may come. */
int answer_continue_100(struct net_connection *connection);
struct net_refusal {
    unsigned status;
    enum gct_problem problem;
    const char *detail; /* a sentence that needs no escaping in JSON */
    const char *allow;  /* NULL: none */
    uint32_t max;       /* of TOO_LARGE: bytes */
};

/* A refusal as a problem document; always the last word. 0: the connection lingers, or will once the refusal
 * is written; -1: it must end now, as above. */
GCT_NODISCARD int answer_refuse(struct net_connection *connection, const struct net_refusal *refusal);
GCT_NODISCARD int answer_refuse_door(struct net_connection *connection, enum door_refusal refusal);
/* The same by a request's head, whose exchange it releases: a 405 says what its path allows. */
GCT_NODISCARD int answer_refuse_head(struct net_connection *connection, enum door_refusal refusal);

/* ---- upgrade.c, socket.c ---- */

/* Decides on a handshake: 0 or -1, as the library wants it. upgrade is the library's copy of the header. */
int upgrade_decide(struct net_connection *connection, char *upgrade);
int socket_event(struct net_connection *connection, enum lws_callback_reasons reason, void *in, size_t len);
void socket_new(struct net_connection *connection, const struct gct_socket_verdict *verdict);
/* After the connection has ended, or all is said: the last call of the handler. */
void socket_free(struct net_connection *connection);
void socket_ping(struct net_connection *connection);

/* ---- listen.c ---- */

GCT_NODISCARD enum gct_status listen_open(struct gct_server *server, const char *address,
                                          struct net_listener *listener, struct gct_error *err);
/* Takes what still waits to be accepted, then closes. */
void listen_close(struct gct_server *server);
struct net_peer *listen_peer(struct gct_server *server, const struct sockaddr_storage *address);
void listen_peer_drop(struct gct_server *server, struct net_peer *peer);

/* ---- linger.c ---- */

/* Whether one more may linger. */
int linger_room(const struct gct_server *server);
/* After the last word, when all is written: closes our side, throws away what still comes, and kills the
 * connection when the peer has ended, its time is up or enough came. -1: there is no room, it must end now.
 * Frees the connection's socket. */
GCT_NODISCARD int linger_begin(struct net_connection *connection);
/* The connection is gone. */
void linger_end(struct net_connection *connection);

/* ---- tls.c ---- */

void tls_fill(struct lws_context_creation_info *info, const char *certificate, const char *key);

/* ---- server.c ---- */

void server_tick_start(struct gct_server *server);
int64_t server_now(void);

#endif
