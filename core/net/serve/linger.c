/* A refusal may be written while the peer still sends its body. Were the connection simply closed, the kernel
 * would answer those bytes with a reset and the peer might never read the refusal (RFC 9112, 9.6). So the
 * connection lives on for a moment: nothing more is written, the library reads nothing, and what still comes
 * is thrown away here.
 *
 * The connection keeps its one descriptor all the time. A copy under another number would not do: the
 * kernel's set of watched files holds a file by the number under which it was added, until the last copy is
 * closed, and would go on reporting a number that is somebody else's by then. */
#include <errno.h>
#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <utlist.h>

#include "net/serve/inside.h"

#define LINGER_BYTES ((size_t)16 << 20)

static void on_ready(struct gct_watch *watch, unsigned events)
{
    struct net_connection *connection = GCT_STRUCT_OF(watch, net_connection, watch);
    char waste[16384];
    ssize_t got = recv(lws_get_socket_fd(connection->wsi), waste, sizeof waste, MSG_DONTWAIT);

    (void)events;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0 || (size_t)got >= connection->left_to_drain) {
        connection_kill(connection);
        return;
    }
    connection->left_to_drain -= (size_t)got;
}

int linger_room(const struct gct_server *server)
{
    return server->lingering_count < NET_LINGERING_MOST;
}

/* The peer is told that nothing more comes. */
static void half_close(const struct net_connection *connection)
{
    SSL *ssl = lws_get_ssl(connection->wsi);

    if (ssl != NULL) {
        ERR_clear_error();
        (void)SSL_shutdown(ssl);
        ERR_clear_error();
    }
    (void)shutdown(lws_get_socket_fd(connection->wsi), SHUT_WR);
}

int linger_begin(struct net_connection *connection)
{
    struct gct_server *server = connection->server;

    if (!linger_room(server))
        return -1;
    connection->phase = NET_LINGERING;
    connection_mute(connection, 1);
    connection_untime(connection);
    half_close(connection);
    /* From here on it is in nobody's way: it has a cap of its own. */
    DL_DELETE(server->connections, connection);
    server->counts.connections--;
    listen_peer_drop(server, connection->peer);
    connection->peer = NULL;
    DL_APPEND(server->lingering, connection);
    server->lingering_count++;
    net_deadline_clear(&connection->ping);
    connection_wait(connection, NET_SPAN_LINGER);
    connection->left_to_drain = LINGER_BYTES;
    connection->watch.ready = on_ready;
    gct_watch_set(server->loop, &connection->watch, lws_get_socket_fd(connection->wsi), GCT_WATCH_READ);
    socket_free(connection);
    return 0;
}

void linger_end(struct net_connection *connection)
{
    DL_DELETE(connection->server->lingering, connection);
    connection->server->lingering_count--;
}
