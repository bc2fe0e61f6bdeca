#include "daemon/control/control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "daemon/control/link.h"

#define CONTROL_MAGIC 0xc0474301u
#define REQUEST_MS (10 * GCT_SECOND_MS)
#define ANSWER_MS (10 * GCT_SECOND_MS)
#define PAUSE_MS 100

struct gct_control {
    uint32_t magic;
    const struct gct_command_context *context;
    char *path;
    int fd;
    int stop_fd; /* readable from the moment the control is to end */
    pthread_t thread;
    pthread_mutex_t lock;
    void (*ended)(void *arg); /* under the lock */
    void *ended_arg;
};

/* ---- one client ---- */

static int peer_is_allowed(uid_t peer, uid_t own)
{
    return peer == 0 || peer == own;
}

static enum gct_status check_peer(int fd, struct gct_error *err)
{
    struct ucred peer = { 0 };
    socklen_t len = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0) {
        return gct_error_set(err, GCT_UNAVAILABLE, "SO_PEERCRED: %s", strerror(errno));
    }
    if (!peer_is_allowed(peer.uid, geteuid())) {
        return gct_error_set(err, GCT_DENIED, "user %u may not use the control socket of user %u",
                             (unsigned)peer.uid, (unsigned)geteuid());
    }
    return GCT_OK;
}

/* The answer as text, at most GCT_ANSWER_BYTES. */
static void write_answer(struct gct_json *answer, struct gct_buffer *text)
{
    gct_json_write(answer, text);
    if (text->len > GCT_ANSWER_BYTES) {
        struct gct_error err = { 0 };
        (void)gct_error_set(
            &err, GCT_LIMIT,
            "the answer has %zu bytes, at most %zu go over the control socket; stop the gateway and "
            "ask again",
            text->len, GCT_ANSWER_BYTES);
        struct gct_json *refusal = gct_command_refusal(&err);
        gct_buffer_free(text);
        gct_json_write(refusal, text);
        gct_json_free(&refusal);
    }
}

static enum gct_status answer_client(struct gct_control *control, int fd, struct gct_error *err)
{
    struct gct_link_wait wait = { gct_clock_mono_ms() + REQUEST_MS, control->stop_fd };
    struct gct_frame frame;
    struct gct_buffer text = { 0 };
    gct_frame_begin(&frame, GCT_REQUEST_BYTES);
    enum gct_status st = check_peer(fd, err);
    if (st == GCT_OK) {
        st = gct_link_receive(fd, &wait, &frame, err);
    }
    if (st == GCT_OK) {
        struct gct_json *answer = gct_command_answer(control->context, gct_buffer_slice(&frame.body));
        write_answer(answer, &text);
        gct_json_free(&answer);
        wait.until_mono_ms = gct_clock_mono_ms() + ANSWER_MS;
        st = gct_link_send(fd, &wait, gct_buffer_slice(&text), err);
        gct_wipe(text.ptr, text.len);
    }
    gct_buffer_free(&text);
    gct_frame_free(&frame);
    return st;
}

static void serve(struct gct_control *control)
{
    struct gct_error err = { 0 };
    int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
        if (answer_client(control, fd, &err) != GCT_OK) {
            gct_log_error("control.client", &err);
        }
        (void)close(fd);
    } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
        /* Out of descriptors: the client still waits, and asking at once would spin. */
        struct pollfd stop = { control->stop_fd, POLLIN, 0 };
        (void)poll(&stop, 1, PAUSE_MS);
    }
}

/* ---- the thread ---- */

static void *control_main(void *arg)
{
    struct gct_control *control = arg;
    struct pollfd fds[2] = { { control->fd, POLLIN, 0 }, { control->stop_fd, POLLIN, 0 } };
    while (fds[1].revents == 0) {
        if (poll(fds, GCT_COUNT(fds), -1) > 0 && fds[1].revents == 0 && fds[0].revents != 0) {
            serve(control);
        }
    }
    GCT_CHECK_EQ(pthread_mutex_lock(&control->lock), 0);
    void (*ended)(void *) = control->ended;
    void *ended_arg = control->ended_arg;
    GCT_CHECK_EQ(pthread_mutex_unlock(&control->lock), 0);
    if (ended != NULL) {
        ended(ended_arg);
    }
    return NULL;
}

enum gct_status gct_control_start(const struct gct_command_context *context, const char *path,
                                  struct gct_control **out, struct gct_error *err)
{
    struct gct_control *control = gct_heap_new(sizeof *control);
    control->magic = CONTROL_MAGIC;
    control->context = context;
    control->path = gct_heap_text(gct_slice_of(path));
    control->stop_fd = -1;
    GCT_CHECK_EQ(pthread_mutex_init(&control->lock, NULL), 0);
    *out = NULL;
    enum gct_status st = gct_link_listen(path, &control->fd, err);
    if (st != GCT_OK) {
        goto out;
    }
    control->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (control->stop_fd < 0 || pthread_create(&control->thread, NULL, control_main, control) != 0) {
        st = gct_error_set(err, GCT_UNAVAILABLE, "the control socket's thread: %s", strerror(errno));
        goto out;
    }
    *out = control;
    return GCT_OK;
out:
    if (control->fd >= 0) {
        (void)close(control->fd);
        (void)unlink(path);
    }
    if (control->stop_fd >= 0) {
        (void)close(control->stop_fd);
    }
    GCT_CHECK_EQ(pthread_mutex_destroy(&control->lock), 0);
    free(control->path);
    free(control);
    return st;
}

void gct_control_end(struct gct_control *control, void (*ended)(void *arg), void *arg)
{
    GCT_CHECK_OBJ(control, CONTROL_MAGIC);
    const uint64_t one = 1;
    GCT_CHECK_EQ(pthread_mutex_lock(&control->lock), 0);
    control->ended = ended;
    control->ended_arg = arg;
    GCT_CHECK_EQ(pthread_mutex_unlock(&control->lock), 0);
    GCT_CHECK_EQ(write(control->stop_fd, &one, sizeof one), sizeof one);
}

void gct_control_stop(struct gct_control **control)
{
    struct gct_control *ending = *control;
    if (ending == NULL) {
        return;
    }
    GCT_CHECK_OBJ(ending, CONTROL_MAGIC);
    const uint64_t one = 1;
    GCT_CHECK_EQ(write(ending->stop_fd, &one, sizeof one), sizeof one);
    GCT_CHECK_EQ(pthread_join(ending->thread, NULL), 0);
    (void)close(ending->fd);
    (void)close(ending->stop_fd);
    (void)unlink(ending->path);
    GCT_CHECK_EQ(pthread_mutex_destroy(&ending->lock), 0);
    ending->magic = 0;
    free(ending->path);
    free(ending);
    *control = NULL;
}
