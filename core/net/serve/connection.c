/* The life of a connection, and the one function that the library calls. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utlist.h>

#include "base/heap.h"
#include "net/serve/inside.h"

/* ---- beginning ---- */

void connection_untime(struct net_connection *connection)
{
    lws_set_timeout(connection->wsi, NO_PENDING_TIMEOUT, 0);
}

/* Asked only of an address that has as many connections as one may have. */
static int is_shared(const struct gct_server *server, const struct net_peer *peer)
{
    struct gct_network address = { .bits = 128 };

    memcpy(address.bytes, &peer->address, sizeof address.bytes);
    return server->options.shared != NULL && server->options.shared(server->options.arg, &address);
}

/* Whether there is room: 0 no, 1 yes, 2 in the reserve. */
static int room_for(const struct gct_server *server, const struct net_peer *peer)
{
    if (peer->connections > server->limits.connections_per_address && !is_shared(server, peer))
        return 0;
    if (server->counts.connections >= server->limits.connections)
        return 0;
    return server->counts.connections >= server->limits.connections - server->limits.reserve ? 2 : 1;
}

void connection_open(struct gct_server *server, int fd, const struct sockaddr_storage *address)
{
    struct net_peer *peer = listen_peer(server, address);
    int room = room_for(server, peer);
    struct net_connection *connection;
    lws_adopt_desc_t adopt = { .vh = server->vhost,
                               .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL,
                               .fd = { .sockfd = fd } };

    if (!room) {
        listen_peer_drop(server, peer);
        server->counts.turned_away++;
        close(fd);
        return;
    }
    connection = gct_heap_new(sizeof *connection);
    connection->server = server;
    connection->peer = peer;
    connection->reserve = room == 2;
    connection->adopting = 1;
    adopt.opaque = connection;
    server->counts.accepted++;
    server->counts.connections++;
    DL_APPEND(server->connections, connection);
    connection->wsi = lws_adopt_descriptor_vhost_via_info(&adopt);
    connection->adopting = 0;
    if (connection->wsi == NULL || connection->destroyed) {
        DL_DELETE(server->connections, connection);
        server->counts.connections--;
        listen_peer_drop(server, peer);
        net_deadline_clear(&connection->wait);
        free(connection);
        return;
    }
    connection_untime(connection);
    connection_wait(connection, NET_SPAN_HEAD);
    server_tick_start(server);
}

/* ---- deadlines ---- */

void connection_wait(struct net_connection *connection, enum net_span_kind kind)
{
    net_deadline_set(&connection->wait, &connection->server->spans[kind], server_now());
}

/* ---- reading ---- */

void connection_mute(struct net_connection *connection, int mute)
{
    if (connection->muted == (unsigned)mute)
        return;
    connection->muted = mute != 0;
    lws_rx_flow_control(connection->wsi, !mute);
}

static void on_writable(struct gct_watch *watch, unsigned events)
{
    struct net_connection *connection = GCT_STRUCT_OF(watch, net_connection, watch);

    (void)events;
    gct_watch_set(connection->server->loop, watch, 0, 0);
    connection_mute(connection, 0);
}

void connection_await(struct net_connection *connection)
{
    connection_mute(connection, 1);
    connection->watch.ready = on_writable;
    gct_watch_set(connection->server->loop, &connection->watch, lws_get_socket_fd(connection->wsi),
                  GCT_WATCH_WRITE);
    lws_callback_on_writable(connection->wsi);
}

int connection_unread(const struct net_connection *connection)
{
    int bytes = 0;

    return ioctl(lws_get_socket_fd(connection->wsi), FIONREAD, &bytes) == 0 ? bytes : 0;
}

/* ---- ending ---- */

void connection_end(struct net_connection *connection)
{
    connection_mute(connection, 0);
    connection->phase = NET_ENDING;
    connection_wait(connection, NET_SPAN_CLOSE);
    if (lws_partial_buffered(connection->wsi) && connection_unread(connection) > 0) {
        /* Input that nobody reads would keep the loop awake until the rest was flushed. */
        connection_kill(connection);
        return;
    }
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

void connection_kill(struct net_connection *connection)
{
    connection->phase = NET_ENDING;
    net_deadline_clear(&connection->wait);
    gct_watch_set(connection->server->loop, &connection->watch, 0, 0);
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
    lws_cancel_service(lws_get_context(connection->wsi));
}

void connection_doom(struct net_connection *connection)
{
    connection->doomed = 1;
    if (connection->ready)
        return;
    connection->ready = 1;
    connection->ready_next = NULL;
    *connection->server->ready_end = connection;
    connection->server->ready_end = &connection->ready_next;
    lws_cancel_service(lws_get_context(connection->wsi));
}

static void ready_remove(struct net_connection *connection)
{
    struct gct_server *server = connection->server;

    for (struct net_connection **at = &server->ready; *at != NULL; at = &(*at)->ready_next) {
        if (*at != connection)
            continue;
        *at = connection->ready_next;
        if (server->ready_end == &connection->ready_next)
            server->ready_end = at;
        break;
    }
    connection->ready = 0;
}

static void on_destroy(struct net_connection *connection)
{
    struct gct_server *server = connection->server;

    if (connection->ready)
        ready_remove(connection);
    net_deadline_clear(&connection->wait);
    net_deadline_clear(&connection->ping);
    gct_watch_set(server->loop, &connection->watch, 0, 0);
    connection->phase = NET_ENDING;
    exchange_orphan(connection);
    socket_free(connection);
    gct_blob_drop(&connection->blob);
    connection->wsi = NULL;
    if (connection->adopting) {
        connection->destroyed = 1;
        return;
    }
    if (connection->peer == NULL) {
        linger_end(connection);
    } else {
        DL_DELETE(server->connections, connection);
        server->counts.connections--;
        listen_peer_drop(server, connection->peer);
    }
    free(connection);
}

/* ---- the library's calls ---- */

static int on_writeable(struct net_connection *connection)
{
    return connection->phase == NET_SENDING ? answer_continue(connection) : 0;
}

/* After a refusal, and while it lingers, a connection is only written to and destroyed: whatever else the
 * library has read of it, body or next request, is nobody's. */
static int is_deaf(const struct net_connection *connection)
{
    return connection->phase == NET_LINGERING || (connection->phase == NET_SENDING && connection->refused);
}

int connection_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    struct net_connection *connection;

    (void)user;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WSI_DESTROY: break;
    /* Rule 9: what is not HTTP is nobody's. */
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_RAW_CONNECTED: return -1;
    default: return 0;
    }
    connection = lws_get_opaque_user_data(wsi);
    if (connection == NULL || connection->destroyed)
        return 0;
    if (is_deaf(connection) && reason != LWS_CALLBACK_HTTP_WRITEABLE && reason != LWS_CALLBACK_WSI_DESTROY) {
        connection_untime(connection);
        return 0;
    }
    switch (reason) {
    case LWS_CALLBACK_HTTP: return exchange_begin(connection);
    case LWS_CALLBACK_HTTP_BODY: return exchange_body(connection, (struct gct_slice){ in, len });
    case LWS_CALLBACK_HTTP_BODY_COMPLETION: return exchange_complete(connection);
    case LWS_CALLBACK_HTTP_WRITEABLE: return on_writeable(connection);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return upgrade_decide(connection, in);
    case LWS_CALLBACK_WSI_DESTROY: on_destroy(connection); return 0;
    default: return socket_event(connection, reason, in, len);
    }
}
