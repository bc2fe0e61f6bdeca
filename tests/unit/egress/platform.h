/* A platform for tests: an HTTP/1.1 server on loopback, a thread a connection, that answers what a test tells
 * it to, and remembers in which order it heard what. */
#ifndef GUICHET_TESTS_UNIT_EGRESS_PLATFORM_H
#define GUICHET_TESTS_UNIT_EGRESS_PLATFORM_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"

#include "base/clock.h"

#define PLATFORM_HEARD 1024u
#define PLATFORM_REQUEST ((size_t)256u << 10)

enum platform_act {
    PLATFORM_ANSWER,
    PLATFORM_CUT,        /* closes without a word */
    PLATFORM_HALF,       /* half of the answer's body, then closes */
    PLATFORM_HANG,       /* says nothing until the platform ends */
    PLATFORM_DO_NOT_READ /* closes with the request unread */
};

struct platform_says {
    enum platform_act act;
    unsigned status;
    const char *headers; /* lines with CRLF; NULL: none */
    char body[512];
    size_t filler; /* so many spaces instead of the body */
    unsigned delay_ms;
};

struct platform_heard {
    char *text; /* the whole request */
    const char *body;
    int64_t at_ms;
    unsigned connection;    /* from 1 */
    unsigned on_connection; /* number of the request on its connection, from 1 */
};

struct platform {
    int listener;
    unsigned port;
    pthread_t thread;
    pthread_t connections[256];
    int sockets[256];
    unsigned connection_count;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int ended;
    /* Decides; with the lock. */
    void (*script)(struct platform *platform, const struct platform_heard *heard, struct platform_says *says);
    void *arg;
    struct platform_heard heard[PLATFORM_HEARD];
    size_t count;
    unsigned busy, most_busy; /* requests being answered at once */
    int tells_nothing;        /* every GET is answered with {} and not remembered */
};

struct platform_connection {
    struct platform *platform;
    int socket;
    unsigned number;
};

/* One request into room; 0 at the end of the connection. */
static size_t platform_read(int socket, char *room)
{
    size_t len = 0;
    size_t want = PLATFORM_REQUEST;
    while (len < want) {
        ssize_t got = recv(socket, room + len, want - len, 0);
        if (got <= 0) {
            return 0;
        }
        len += (size_t)got;
        room[len] = '\0';
        char *end = strstr(room, "\r\n\r\n");
        if (end != NULL && want == PLATFORM_REQUEST) {
            const char *length = strcasestr(room, "\r\nContent-Length:");
            want = (size_t)(end + 4 - room) +
                   (length == NULL || length > end ? 0u : (size_t)strtoul(length + 17, NULL, 10));
        }
    }
    return len;
}

static int platform_write(int socket, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t put = send(socket, text, len, MSG_NOSIGNAL);
        if (put <= 0) {
            return 0;
        }
        text += put;
        len -= (size_t)put;
    }
    return 1;
}

static int platform_answer(int socket, const struct platform_says *says)
{
    static const char spaces[4096] = { ' ' };
    char head[1024];
    size_t len = says->filler != 0 ? says->filler : strlen(says->body);
    int size = snprintf(head, sizeof head, "HTTP/1.1 %u X\r\nContent-Length: %zu\r\n%s\r\n", says->status,
                        len, says->headers == NULL ? "" : says->headers);
    int alive = platform_write(socket, head, (size_t)size);
    if (says->act == PLATFORM_HALF) {
        (void)platform_write(socket, says->body, len / 2u);
        return 0;
    }
    for (size_t left = says->filler; alive && left > 0; left -= left < sizeof spaces ? left : sizeof spaces) {
        alive = platform_write(socket, spaces, left < sizeof spaces ? left : sizeof spaces);
    }
    return alive && (says->filler != 0 || platform_write(socket, says->body, len));
}

/* What the script says about a request; with the lock. */
static void platform_hear(struct platform *platform, const char *text, size_t len, unsigned connection,
                          unsigned number, struct platform_says *says)
{
    if (platform->tells_nothing && strncmp(text, "GET ", 4) == 0) {
        (void)snprintf(says->body, sizeof says->body, "{}");
        platform->busy++;
        return;
    }
    struct platform_heard *heard = &platform->heard[platform->count];
    assert_true(platform->count < PLATFORM_HEARD);
    heard->text = malloc(len + 1u);
    assert_non_null(heard->text);
    memcpy(heard->text, text, len + 1u);
    heard->body = strstr(heard->text, "\r\n\r\n") + 4;
    heard->at_ms = gct_clock_mono_ms();
    heard->connection = connection;
    heard->on_connection = number;
    platform->count++;
    platform->busy++;
    platform->most_busy = platform->busy > platform->most_busy ? platform->busy : platform->most_busy;
    platform->script(platform, heard, says);
    (void)pthread_cond_broadcast(&platform->changed);
}

static void platform_pause(struct platform *platform, unsigned ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000u;
    until.tv_nsec += (long)(ms % 1000u) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    int rc = 0;
    while (!platform->ended && rc == 0) {
        rc = pthread_cond_timedwait(&platform->changed, &platform->lock, &until);
    }
}

static void *platform_connection_main(void *arg)
{
    struct platform_connection *connection = arg;
    struct platform *platform = connection->platform;
    char *room = malloc(PLATFORM_REQUEST + 1u);
    size_t len = 0;
    int alive = room != NULL;
    for (unsigned number = 1; alive && (len = platform_read(connection->socket, room)) > 0; number++) {
        struct platform_says says = { .status = 200 };
        (void)pthread_mutex_lock(&platform->lock);
        platform_hear(platform, room, len, connection->number, number, &says);
        if (says.delay_ms != 0) {
            platform_pause(platform, says.delay_ms);
        }
        while (says.act == PLATFORM_HANG && !platform->ended) {
            (void)pthread_cond_wait(&platform->changed, &platform->lock);
        }
        platform->busy--;
        (void)pthread_mutex_unlock(&platform->lock);
        alive = (says.act == PLATFORM_ANSWER || says.act == PLATFORM_HALF) &&
                platform_answer(connection->socket, &says);
    }
    (void)shutdown(connection->socket, SHUT_RDWR);
    free(room);
    free(connection);
    return NULL;
}

static void *platform_main(void *arg)
{
    struct platform *platform = arg;
    for (;;) {
        int accepted = accept(platform->listener, NULL, NULL);
        (void)pthread_mutex_lock(&platform->lock);
        if (accepted < 0 || platform->ended || platform->connection_count == 256u) {
            (void)pthread_mutex_unlock(&platform->lock);
            if (accepted >= 0) {
                (void)close(accepted);
            }
            return NULL;
        }
        struct platform_connection *connection = malloc(sizeof *connection);
        unsigned number = platform->connection_count++;
        *connection = (struct platform_connection){ platform, accepted, number + 1u };
        platform->sockets[number] = accepted;
        (void)pthread_create(&platform->connections[number], NULL, platform_connection_main, connection);
        (void)pthread_mutex_unlock(&platform->lock);
    }
}

/* port 0: the kernel chooses. */
static void platform_begin(struct platform *platform, unsigned port,
                           void (*script)(struct platform *platform, const struct platform_heard *heard,
                                          struct platform_says *says))
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof address;
    int yes = 1;
    memset(platform, 0, sizeof *platform);
    platform->script = script;
    assert_int_equal(pthread_mutex_init(&platform->lock, NULL), 0);
    assert_int_equal(pthread_cond_init(&platform->changed, NULL), 0);
    platform->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(platform->listener >= 0);
    assert_int_equal(setsockopt(platform->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    assert_int_equal(bind(platform->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(platform->listener, 64), 0);
    assert_int_equal(getsockname(platform->listener, (struct sockaddr *)&address, &size), 0);
    platform->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&platform->thread, NULL, platform_main, platform), 0);
}

static void platform_end(struct platform *platform)
{
    (void)pthread_mutex_lock(&platform->lock);
    platform->ended = 1;
    (void)pthread_cond_broadcast(&platform->changed);
    (void)shutdown(platform->listener, SHUT_RDWR);
    for (unsigned i = 0; i < platform->connection_count; i++) {
        (void)shutdown(platform->sockets[i], SHUT_RDWR);
    }
    (void)pthread_mutex_unlock(&platform->lock);
    (void)pthread_join(platform->thread, NULL);
    for (unsigned i = 0; i < platform->connection_count; i++) {
        (void)pthread_join(platform->connections[i], NULL);
        (void)close(platform->sockets[i]);
    }
    (void)close(platform->listener);
    for (size_t i = 0; i < platform->count; i++) {
        free(platform->heard[i].text);
    }
    (void)pthread_cond_destroy(&platform->changed);
    (void)pthread_mutex_destroy(&platform->lock);
}

static GCT_UNUSED size_t platform_count(struct platform *platform)
{
    (void)pthread_mutex_lock(&platform->lock);
    size_t count = platform->count;
    (void)pthread_mutex_unlock(&platform->lock);
    return count;
}

/* How many requests hold this text. */
static GCT_UNUSED size_t platform_heard_count(struct platform *platform, const char *text)
{
    size_t count = 0;
    (void)pthread_mutex_lock(&platform->lock);
    for (size_t i = 0; i < platform->count; i++) {
        count += strstr(platform->heard[i].text, text) != NULL ? 1u : 0u;
    }
    (void)pthread_mutex_unlock(&platform->lock);
    return count;
}

/* From now on questions about people get an empty answer and no place in the record. */
static GCT_UNUSED void platform_hush(struct platform *platform)
{
    (void)pthread_mutex_lock(&platform->lock);
    platform->tells_nothing = 1;
    (void)pthread_mutex_unlock(&platform->lock);
}

/* The connection on which request number index came. */
static GCT_UNUSED unsigned platform_connection(struct platform *platform, size_t index)
{
    (void)pthread_mutex_lock(&platform->lock);
    unsigned connection = platform->heard[index].connection;
    (void)pthread_mutex_unlock(&platform->lock);
    return connection;
}

#endif
