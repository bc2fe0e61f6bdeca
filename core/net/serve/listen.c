/* Listening addresses, and the caps that are kept before a connection costs anything: per address, in all,
 * and what the process may have open. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "net/serve/inside.h"

#define LISTEN_BACKLOG 1024
/* Connections taken in one go before others have their turn. */
#define LISTEN_BATCH 64
/* How long nothing is accepted after the descriptors ran out. The kernel keeps who waits. */
#define LISTEN_PAUSE_MS 100
#define LISTEN_LOG_MS INT64_C(10000)
/* Bytes in the kernel that a peer has no room for yet, before a connection counts as choked: bounds what
 * someone costs who asks for much and reads nothing. Accepted connections inherit it. */
#define LISTEN_UNSENT_BYTES (128 * 1024)

/* ---- addresses ---- */

/* "127.0.0.1:8080" or "[::1]:8080". */
static int address_read(const char *text, struct sockaddr_storage *address, socklen_t *len)
{
    struct gct_slice host = gct_slice_of(text);
    size_t colon = host.len;
    char name[INET6_ADDRSTRLEN];
    int64_t port;
    int six;

    while (colon > 0 && host.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0 || gct_slice_integer(gct_slice_from(host, colon), 0, 65535, &port) != GCT_OK)
        return 0;
    host = gct_slice_head(host, colon - 1);
    six = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    if (six)
        host = (struct gct_slice){ host.ptr + 1, host.len - 2 };
    if (host.len >= sizeof name)
        return 0;
    memcpy(name, host.ptr, host.len);
    name[host.len] = '\0';

    memset(address, 0, sizeof *address);
    if (six) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)address;

        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons((uint16_t)port);
        *len = sizeof *in6;
        return inet_pton(AF_INET6, name, &in6->sin6_addr) == 1;
    }
    struct sockaddr_in *in4 = (struct sockaddr_in *)(void *)address;

    in4->sin_family = AF_INET;
    in4->sin_port = htons((uint16_t)port);
    *len = sizeof *in4;
    return inet_pton(AF_INET, name, &in4->sin_addr) == 1;
}

int gct_server_address_ok(const char *text)
{
    struct sockaddr_storage address;
    socklen_t len;

    return address_read(text, &address, &len);
}

static unsigned address_port(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6
               ? ntohs(((const struct sockaddr_in6 *)(const void *)address)->sin6_port)
               : ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port);
}

/* ---- accepting ---- */

static void on_listener(struct gct_watch *watch, unsigned events);

static void listeners_watch(struct gct_server *server, unsigned events)
{
    for (size_t i = 0; i < server->listener_count; i++) {
        struct net_listener *listener = &server->listeners[i];

        if (listener->fd < 0)
            continue;
        listener->watch.ready = on_listener;
        gct_watch_set(server->loop, &listener->watch, listener->fd, events);
    }
}

static void on_relisten(struct gct_timer *timer)
{
    listeners_watch(GCT_STRUCT_OF(timer, gct_server, relisten), GCT_WATCH_READ);
}

static void pause_accepting(struct gct_server *server, const char *why)
{
    int64_t now = server_now();

    if (server->full_logged_ms == 0 || now - server->full_logged_ms > LISTEN_LOG_MS) {
        server->full_logged_ms = now;
        GCT_LOG(GCT_LEVEL_WARN, "net.full", GCT_F_CSTR("reason", why),
                GCT_F_INT("connections", server->counts.connections));
    }
    listeners_watch(server, 0);
    server->relisten.fire = on_relisten;
    gct_timer_start(server->loop, &server->relisten, LISTEN_PAUSE_MS);
}

/* 1: there may be more. */
static int accept_one(struct net_listener *listener)
{
    struct gct_server *server = listener->server;
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    int fd = accept4(listener->fd, (struct sockaddr *)&address, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            pause_accepting(server, strerror(errno));
            return 0;
        }
        return errno == EINTR || errno == ECONNABORTED;
    }
    connection_open(server, fd, &address);
    return 1;
}

static void on_listener(struct gct_watch *watch, unsigned events)
{
    struct net_listener *listener = GCT_STRUCT_OF(watch, net_listener, watch);

    (void)events;
    for (int i = 0; i < LISTEN_BATCH && accept_one(listener); i++)
        continue;
}

enum gct_status listen_open(struct gct_server *server, const char *address, struct net_listener *listener,
                            struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    struct sockaddr_storage where;
    socklen_t len;
    int on = 1, unsent = LISTEN_UNSENT_BYTES;

    listener->server = server;
    listener->fd = -1;
    if (!address_read(address, &where, &len)) {
        status = gct_error_set(err, GCT_INVALID,
                               "\"%s\" is no address to listen on; one looks like 127.0.0.1:8080 or "
                               "[::1]:8080",
                               address);
        goto out;
    }
    listener->fd = socket(where.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0 || setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(listener->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent) != 0 ||
        (where.ss_family == AF_INET6 &&
         setsockopt(listener->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) ||
        bind(listener->fd, (struct sockaddr *)&where, len) != 0 ||
        listen(listener->fd, LISTEN_BACKLOG) != 0 ||
        getsockname(listener->fd, (struct sockaddr *)&where, &len) != 0) {
        status = gct_error_set(err, GCT_UNAVAILABLE, "cannot listen on %s: %s", address, strerror(errno));
        goto out;
    }
    listener->port = address_port(&where);
    listener->watch.ready = on_listener;
    gct_watch_set(server->loop, &listener->watch, listener->fd, GCT_WATCH_READ);
out:
    if (status != GCT_OK && listener->fd >= 0) {
        close(listener->fd);
        listener->fd = -1;
    }
    return status;
}

void listen_close(struct gct_server *server)
{
    gct_timer_cancel(&server->relisten);
    for (size_t i = 0; i < server->listener_count; i++) {
        struct net_listener *listener = &server->listeners[i];

        if (listener->fd < 0)
            continue;
        /* Whose connection the kernel has already made may have sent a request: it is not to be reset. */
        while (accept_one(listener))
            continue;
        gct_timer_cancel(&server->relisten);
        gct_watch_set(server->loop, &listener->watch, listener->fd, 0);
        close(listener->fd);
        listener->fd = -1;
    }
}

/* ---- who is connected ---- */

struct net_peer *listen_peer(struct gct_server *server, const struct sockaddr_storage *address)
{
    struct in6_addr key;
    struct net_peer *peer;

    memset(&key, 0, sizeof key);
    if (address->ss_family == AF_INET6) {
        key = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    } else {
        key.s6_addr[10] = 0xff;
        key.s6_addr[11] = 0xff;
        memcpy(&key.s6_addr[12], &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    }
    HASH_FIND(hh, server->peers, &key, sizeof key, peer);
    if (peer == NULL) {
        peer = gct_heap_new(sizeof *peer);
        peer->address = key;
        HASH_ADD(hh, server->peers, address, sizeof peer->address, peer);
    }
    peer->connections++;
    return peer;
}

void listen_peer_drop(struct gct_server *server, struct net_peer *peer)
{
    if (--peer->connections > 0)
        return;
    HASH_DEL(server->peers, peer);
    free(peer);
}
