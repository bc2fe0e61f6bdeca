/* A refusal may be written while the peer still sends its body. Were the descriptor simply closed, the kernel
 * would answer those bytes with a reset and the peer might never read the refusal (RFC 9112, 9.6). So a copy
 * of the descriptor lives on for a moment and swallows them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utlist.h>

#include "base/heap.h"
#include "net/serve/inside.h"

#define LINGER_MS 2000
#define LINGER_BYTES ((size_t)16 << 20)

struct net_linger {
    struct gct_watch watch;
    struct gct_timer timer;
    struct gct_server *server;
    struct net_linger *prev, *next;
    size_t left;
    int fd;
};

static void linger_end(struct net_linger *linger)
{
    struct gct_server *server = linger->server;

    gct_timer_cancel(&linger->timer);
    gct_watch_set(server->loop, &linger->watch, linger->fd, 0);
    close(linger->fd);
    DL_DELETE(server->lingers, linger);
    server->linger_count--;
    free(linger);
}

static void on_timer(struct gct_timer *timer)
{
    linger_end(GCT_STRUCT_OF(timer, net_linger, timer));
}

static void on_ready(struct gct_watch *watch, unsigned events)
{
    struct net_linger *linger = GCT_STRUCT_OF(watch, net_linger, watch);
    char waste[16384];
    ssize_t got = recv(linger->fd, waste, sizeof waste, MSG_DONTWAIT);

    (void)events;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0 || (size_t)got >= linger->left) {
        linger_end(linger);
        return;
    }
    linger->left -= (size_t)got;
}

int linger_copy(const struct net_connection *connection)
{
    if (connection->server->linger_count >= NET_LINGERS)
        return -1;
    return fcntl(lws_get_socket_fd(connection->wsi), F_DUPFD_CLOEXEC, 0);
}

void linger_start(struct gct_server *server, int fd)
{
    struct net_linger *linger = gct_heap_new(sizeof *linger);

    shutdown(fd, SHUT_WR);
    linger->server = server;
    linger->fd = fd;
    linger->left = LINGER_BYTES;
    linger->watch.ready = on_ready;
    linger->timer.fire = on_timer;
    gct_watch_set(server->loop, &linger->watch, fd, GCT_WATCH_READ);
    gct_timer_start(server->loop, &linger->timer, LINGER_MS);
    DL_APPEND(server->lingers, linger);
    server->linger_count++;
}

void linger_end_all(struct gct_server *server)
{
    struct net_linger *linger, *next;

    DL_FOREACH_SAFE (server->lingers, linger, next) {
        linger_end(linger);
    }
}
