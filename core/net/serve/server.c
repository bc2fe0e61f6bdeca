#include "net/server.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "net/serve/inside.h"

#define SERVER_MAGIC 0x73657276u
/* Descriptors that connections leave to the store, the plugins, the sender and what is opened for a moment.
 */
#define SERVER_OTHER_DESCRIPTORS 512u
#define SERVER_TICK_MS 200
/* A connection that has been silent for so long is not about to send a request: it is closed when the server
 * stops. */
#define SERVER_STOP_SILENT_MS 500
/* What the library may write at once; more would be copied. */
#define SERVER_WRITE_BYTES ((size_t)1 << 20)
/* Memory that each open socket holds for what it receives. */
#define SERVER_RECEIVE_BYTES 1024u

/* Pings are our own (socket.c); the library's would keep a timer for each socket. */
static const lws_retry_bo_t no_pings = { .secs_since_valid_hangup = 0 };

int64_t server_now(void)
{
    return gct_clock_mono_ms();
}

/* ---- time ---- */

static void on_expired(struct gct_server *server, enum net_span_kind kind, struct net_deadline *deadline)
{
    struct net_connection *connection = GCT_STRUCT_OF(deadline, net_connection, wait);

    switch (kind) {
    case NET_SPAN_PING: socket_ping(GCT_STRUCT_OF(deadline, net_connection, ping)); return;
    case NET_SPAN_REQUEST: exchange_expire(connection); return;
    case NET_SPAN_IDLE:
    case NET_SPAN_LINGER: connection_kill(connection); return;
    default: server->counts.deadlines++; connection_kill(connection);
    }
}

/* How long a connection without a request has been waiting for one. */
static int64_t silent_ms(const struct net_connection *connection, int64_t now)
{
    const struct net_deadline *wait = &connection->wait;

    return wait->span == NULL ? 0 : now - (wait->due_ms - wait->span->length_ms);
}

static void lingering_kill(struct gct_server *server)
{
    struct net_connection *connection, *next;

    DL_FOREACH_SAFE (server->lingering, connection, next) {
        connection_kill(connection);
    }
}

static void stop_sweep(struct gct_server *server)
{
    struct net_connection *connection, *next;
    int64_t now = server_now();
    int late = now - server->stop_begin_ms >= server->limits.stop_ms;

    DL_FOREACH_SAFE (server->connections, connection, next) {
        int silent = connection->phase == NET_HEAD && silent_ms(connection, now) >= SERVER_STOP_SILENT_MS &&
                     !connection_input(connection) && connection_unread(connection) == 0;

        if (silent || late)
            connection_kill(connection);
    }
    if (late)
        lingering_kill(server);
}

static void on_tick(struct gct_timer *timer)
{
    struct gct_server *server = GCT_STRUCT_OF(timer, gct_server, tick);
    int64_t now = server_now();
    struct net_deadline *deadline;

    for (int kind = 0; kind < (int)NET_SPAN_COUNT; kind++) {
        while ((deadline = net_span_take(&server->spans[kind], now)) != NULL)
            on_expired(server, (enum net_span_kind)kind, deadline);
    }
    if (server->stopping)
        stop_sweep(server);
    if (server->connections != NULL || server->lingering != NULL || server->stopping)
        gct_timer_start(server->loop, timer, server->tick_ms);
}

void server_tick_start(struct gct_server *server)
{
    if (!gct_timer_running(&server->tick))
        gct_timer_start(server->loop, &server->tick, server->tick_ms);
}

static void on_turn(struct net_turn *turn)
{
    struct gct_server *server = GCT_STRUCT_OF(turn, gct_server, turn);

    exchange_turn(server);
    if (server->stopping && server->connections == NULL && server->lingering == NULL &&
        server->on_stopped != NULL) {
        void (*on_stopped)(void *arg) = server->on_stopped;

        server->on_stopped = NULL;
        server->stopping = 0;
        gct_timer_cancel(&server->tick);
        on_stopped(server->stopped_arg);
    }
}

/* ---- making ---- */

static void limits_fill(struct gct_server *server)
{
    struct gct_server_limits *limits = &server->limits;
    unsigned descriptors = gct_loop_descriptors(server->loop);
    unsigned most =
        descriptors > 2 * SERVER_OTHER_DESCRIPTORS ? descriptors - SERVER_OTHER_DESCRIPTORS : descriptors / 2;

    *limits = server->options.limits;
#define SERVER_LIMIT_FILL(name, standard, text)                                                              \
    if (limits->name == 0)                                                                                   \
        limits->name = (standard);
    GCT_SERVER_LIMIT_TABLE(SERVER_LIMIT_FILL)
#undef SERVER_LIMIT_FILL
    if (limits->connections > most)
        limits->connections = most;
    if (limits->reserve > limits->connections / 4)
        limits->reserve = limits->connections / 4;

#define SERVER_SPAN_FILL(name, limit) server->spans[NET_SPAN_##name].length_ms = limits->limit;
    NET_SPAN_TABLE(SERVER_SPAN_FILL)
#undef SERVER_SPAN_FILL
    server->tick_ms = SERVER_TICK_MS;
}

static enum gct_status vhost_new(struct gct_server *server, struct gct_error *err)
{
    const struct gct_server_options *options = &server->options;
    struct lws_context_creation_info info;
    enum gct_status status = GCT_OK;

    server->protocols[0] = (struct lws_protocols){ .name = "guichet",
                                                   .callback = connection_callback,
                                                   .rx_buffer_size = SERVER_RECEIVE_BYTES,
                                                   .tx_packet_size = SERVER_WRITE_BYTES,
                                                   .user = server };
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.vhost_name = "guichet";
    info.protocols = server->protocols;
    info.retry_and_idle_policy = &no_pings;
    info.keepalive_timeout = (int)(server->limits.keepalive_ms / 1000u) + 1;
    if (options->tls_certificate != NULL) {
        status = gct_server_tls_check(options->tls_certificate, options->tls_key, err);
        if (status != GCT_OK)
            return status;
        tls_fill(&info, options->tls_certificate, options->tls_key);
    }
    server->vhost = lws_create_vhost(loop_context(server->loop), &info);
    if (server->vhost == NULL)
        status = gct_error_set(err, GCT_UNAVAILABLE, "the HTTP server cannot be set up");
    return status;
}

enum gct_status gct_server_new(struct gct_loop *loop, const struct gct_server_options *options,
                               struct gct_server **out, struct gct_error *err)
{
    enum gct_status status;
    struct gct_server *server = gct_heap_new(sizeof *server);

    GCT_CHECK(options->handle != NULL);
    GCT_CHECK_EQ(options->tls_certificate == NULL, options->tls_key == NULL);
    server->magic = SERVER_MAGIC;
    server->loop = loop;
    server->options = *options;
    server->ready_end = &server->ready;
    server->scratch = gct_heap_new(LWS_PRE + NET_SCRATCH);
    server->turn.run = on_turn;
    server->tick.fire = on_tick;
    loop_turn_add(loop, &server->turn);
    limits_fill(server);
    head_tokens(server->header_tokens);
    status = vhost_new(server, err);
    if (status != GCT_OK)
        goto out;
    server->listeners = gct_heap_array(options->listen_count, sizeof *server->listeners);
    for (size_t i = 0; i < options->listen_count; i++) {
        status = listen_open(server, options->listen[i], &server->listeners[i], err);
        if (status != GCT_OK)
            goto out;
        server->listener_count++;
    }
    *out = server;
out:
    if (status != GCT_OK)
        gct_server_free(&server);
    return status;
}

unsigned gct_server_port(const struct gct_server *server, size_t index)
{
    GCT_CHECK(index < server->listener_count);
    return server->listeners[index].port;
}

const struct gct_server_counts *gct_server_counts(const struct gct_server *server)
{
    return &server->counts;
}

/* ---- ending ---- */

void gct_server_stop(struct gct_server *server, void (*on_stopped)(void *arg), void *arg)
{
    struct net_connection *connection;

    GCT_CHECK_OBJ(server, SERVER_MAGIC);
    GCT_CHECK(!server->stopping);
    server->stopping = 1;
    server->stop_begin_ms = server_now();
    server->on_stopped = on_stopped;
    server->stopped_arg = arg;
    listen_close(server);
    DL_FOREACH (server->connections, connection) {
        connection->last = 1;
        if (connection->socket != NULL)
            gct_socket_close(connection->socket, GCT_SOCKET_GOING_AWAY);
    }
    stop_sweep(server);
    server_tick_start(server);
    lws_cancel_service(loop_context(server->loop));
}

/* Ends what is still connected. The loop does not run, so it is run here until the library has let go. */
static void connections_end(struct gct_server *server)
{
    for (int i = 0; i < 1000 && (server->connections != NULL || server->lingering != NULL); i++) {
        struct net_connection *connection, *next;

        DL_FOREACH_SAFE (server->connections, connection, next) {
            connection_kill(connection);
        }
        lingering_kill(server);
        loop_flush(server->loop);
    }
    GCT_CHECK(server->connections == NULL && server->lingering == NULL);
}

void gct_server_free(struct gct_server **server_address)
{
    struct gct_server *server = *server_address;
    struct net_exchange *exchange, *next;

    *server_address = NULL;
    if (server == NULL)
        return;
    GCT_CHECK_OBJ(server, SERVER_MAGIC);
    server->on_stopped = NULL;
    listen_close(server);
    connections_end(server);
    gct_timer_cancel(&server->tick);
    loop_turn_remove(server->loop, &server->turn);
    DL_FOREACH_SAFE (server->exchanges, exchange, next) {
        DL_DELETE(server->exchanges, exchange);
        exchange->server = NULL;
    }
    exchange_spares_free(server);
    if (server->vhost != NULL)
        lws_vhost_destroy(server->vhost);
    free(server->listeners);
    free(server->scratch);
    server->magic = 0;
    free(server);
}
