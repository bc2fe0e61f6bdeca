#include "net/loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <ev.h>
#include <libwebsockets.h>

#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "net/inside.h"
#include "net/request.h"

#define LOOP_MAGIC 0x6c6f6f70u
#define LOOP_BOX_LIMIT ((size_t)20000)
#define LOOP_DESCRIPTORS 16384u
#define LOOP_READ_BYTES 16384u

/* The library's own time-outs, in seconds (rule 8 of the door); the deadlines of the server are tighter. */
#define LOOP_LIBRARY_SECONDS 4

struct gct_loop {
    uint32_t magic;
    struct ev_loop *ev;
    struct lws_context *context;
    struct gct_mailbox *box;
    struct gct_loop_options options;
    unsigned descriptors;
    int signal_fd;
    struct ev_io signal_watch;
    struct ev_prepare prepare;
    struct net_turn *turns;
    atomic_int stopping;
    struct lws_protocols protocols[2];
};

_Static_assert(sizeof(struct ev_timer) <= sizeof(((struct gct_timer *)NULL)->watcher), "room for ev_timer");
_Static_assert(sizeof(struct ev_io) <= sizeof(((struct gct_watch *)NULL)->watcher), "room for ev_io");

static struct ev_timer *timer_watcher(struct gct_timer *timer)
{
    return (struct ev_timer *)(void *)timer->watcher;
}

static struct ev_io *watch_watcher(struct gct_watch *watch)
{
    return (struct ev_io *)(void *)watch->watcher;
}

/* ---- the library ---- */

static void library_says(int level, const char *line)
{
    struct gct_slice text = gct_slice_of(line);

    (void)level;
    /* What strangers can provoke must not fill the log: the door says what matters. */
    GCT_LOG(GCT_LEVEL_DEBUG, "net.library", GCT_F_TEXT("text", gct_slice_trim(gct_slice_head(text, 300))));
}

/* The protocol of the vhost that belongs to the loop itself: it serves nobody and only hears the wake-up. */
static int home_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    (void)user;
    (void)in;
    (void)len;
    if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) {
        struct gct_loop *loop = lws_context_user(lws_get_context(wsi));

        if (loop->box != NULL)
            gct_mailbox_run(loop->box);
    }
    return 0;
}

static void wake(void *arg)
{
    struct gct_loop *loop = arg;

    lws_cancel_service(loop->context);
}

static int context_new(struct gct_loop *loop)
{
    void *foreign[1] = { loop->ev };
    struct lws_context_creation_info info;

    memset(&info, 0, sizeof info);
    info.options =
        LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.foreign_loops = foreign;
    info.user = loop;
    info.fd_limit_per_thread = loop->descriptors;
    info.max_http_header_pool = (unsigned short)(loop->descriptors < 65535u ? loop->descriptors : 65535u);
    info.max_http_header_data = GCT_REQUEST_HEAD;
    info.pt_serv_buf_size = LOOP_READ_BYTES;
    info.timeout_secs = LOOP_LIBRARY_SECONDS;
    info.timeout_secs_ah_idle = LOOP_LIBRARY_SECONDS;
    info.gid = -1;
    info.uid = -1;
    loop->context = lws_create_context(&info);
    if (loop->context == NULL)
        return 0;

    loop->protocols[0] = (struct lws_protocols){ .name = "guichet-loop", .callback = home_callback };
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.vhost_name = "guichet-loop";
    info.protocols = loop->protocols;
    return lws_create_vhost(loop->context, &info) != NULL;
}

/* ---- signals ---- */

static const int signal_numbers[] = {
#define LOOP_SIGNAL_NUMBER(name, number) number,
    GCT_LOOP_SIGNAL_TABLE(LOOP_SIGNAL_NUMBER)
#undef LOOP_SIGNAL_NUMBER
};

static void on_signal(struct ev_loop *ev, struct ev_io *watcher, int events)
{
    struct gct_loop *loop = watcher->data;
    struct signalfd_siginfo info;

    (void)ev;
    (void)events;
    while (read(loop->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        for (unsigned i = 0; i < GCT_LOOP_SIGNAL_COUNT; i++) {
            if ((int)info.ssi_signo != signal_numbers[i])
                continue;
            if (loop->options.on_signal != NULL) {
                loop->options.on_signal(loop->options.arg, (enum gct_loop_signal)i);
            } else if (i != GCT_LOOP_HUP) {
                gct_loop_stop(loop);
            }
        }
    }
}

static int signals_watch(struct gct_loop *loop)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < GCT_COUNT(signal_numbers); i++)
        sigaddset(&set, signal_numbers[i]);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
        return 0;
    signal(SIGPIPE, SIG_IGN);
    loop->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (loop->signal_fd < 0)
        return 0;
    ev_io_init(&loop->signal_watch, on_signal, loop->signal_fd, EV_READ);
    loop->signal_watch.data = loop;
    ev_io_start(loop->ev, &loop->signal_watch);
    return 1;
}

/* ---- descriptors ---- */

static unsigned descriptors_raise(unsigned wanted)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024u;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
            return 1024u;
    }
    return limit.rlim_cur > 1048576u ? 1048576u : (unsigned)limit.rlim_cur;
}

/* ---- turns ---- */

static void on_turn(struct ev_loop *ev, struct ev_prepare *watcher, int events)
{
    struct gct_loop *loop = watcher->data;

    (void)events;
    for (struct net_turn *turn = loop->turns, *next; turn != NULL; turn = next) {
        next = turn->next;
        turn->run(turn);
    }
    if (atomic_exchange(&loop->stopping, 0))
        ev_break(ev, EVBREAK_ALL);
}

void loop_turn_add(struct gct_loop *loop, struct net_turn *turn)
{
    turn->next = loop->turns;
    loop->turns = turn;
}

void loop_turn_remove(struct gct_loop *loop, struct net_turn *turn)
{
    for (struct net_turn **at = &loop->turns; *at != NULL; at = &(*at)->next) {
        if (*at != turn)
            continue;
        *at = turn->next;
        return;
    }
}

void loop_flush(struct gct_loop *loop)
{
    lws_cancel_service(loop->context);
    ev_run(loop->ev, EVRUN_NOWAIT);
}

/* ---- the loop itself ---- */

enum gct_status gct_loop_new(const struct gct_loop_options *options, struct gct_loop **out,
                             struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    struct gct_loop *loop = gct_heap_new(sizeof *loop);

    loop->magic = LOOP_MAGIC;
    loop->options = *options;
    loop->signal_fd = -1;
    lws_set_log_level(LLL_ERR | LLL_WARN, library_says);
    loop->descriptors =
        descriptors_raise(options->descriptors != 0 ? options->descriptors : LOOP_DESCRIPTORS);
    loop->ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
    if (loop->ev == NULL) {
        status = gct_error_set(err, GCT_UNAVAILABLE, "the event loop did not start: libev has no epoll here");
        goto out;
    }
    if (!signals_watch(loop)) {
        status = gct_error_set(err, GCT_UNAVAILABLE, "signals cannot be watched: %s", strerror(errno));
        goto out;
    }
    if (!context_new(loop)) {
        status = gct_error_set(err, GCT_UNAVAILABLE,
                               "libwebsockets did not start on libev: is the Debian package "
                               "libwebsockets-evlib-ev installed?");
        goto out;
    }
    loop->box = gct_mailbox_new(options->box_limit != 0 ? options->box_limit : LOOP_BOX_LIMIT, wake, loop);
    ev_prepare_init(&loop->prepare, on_turn);
    loop->prepare.data = loop;
    ev_prepare_start(loop->ev, &loop->prepare);
    *out = loop;
out:
    if (status != GCT_OK)
        gct_loop_free(&loop);
    return status;
}

void gct_loop_run(struct gct_loop *loop)
{
    GCT_CHECK_OBJ(loop, LOOP_MAGIC);
    ev_run(loop->ev, 0);
}

void gct_loop_stop(struct gct_loop *loop)
{
    GCT_CHECK_OBJ(loop, LOOP_MAGIC);
    atomic_store(&loop->stopping, 1);
    lws_cancel_service(loop->context);
}

void gct_loop_free(struct gct_loop **loop_address)
{
    struct gct_loop *loop = *loop_address;

    *loop_address = NULL;
    if (loop == NULL)
        return;
    GCT_CHECK_OBJ(loop, LOOP_MAGIC);
    if (loop->box != NULL) {
        gct_mailbox_close(loop->box);
        while (gct_mailbox_run(loop->box) > 0)
            continue;
    }
    if (loop->context != NULL)
        lws_context_destroy(loop->context);
    gct_mailbox_free(&loop->box);
    if (loop->signal_fd >= 0) {
        ev_io_stop(loop->ev, &loop->signal_watch);
        close(loop->signal_fd);
    }
    if (loop->ev != NULL) {
        ev_prepare_stop(loop->ev, &loop->prepare);
        ev_loop_destroy(loop->ev);
    }
    loop->magic = 0;
    free(loop);
}

struct gct_mailbox *gct_loop_box(struct gct_loop *loop)
{
    return loop->box;
}

unsigned gct_loop_descriptors(const struct gct_loop *loop)
{
    return loop->descriptors;
}

struct lws_context *loop_context(struct gct_loop *loop)
{
    return loop->context;
}

/* ---- timers and watches ---- */

static void on_timer(struct ev_loop *ev, struct ev_timer *watcher, int events)
{
    struct gct_timer *timer = watcher->data;
    struct gct_loop *loop = timer->loop;

    (void)ev;
    (void)events;
    timer->fire(timer);
    /* What the timer did to a connection may need another turn of the library. */
    lws_cancel_service(loop->context);
}

void gct_timer_start(struct gct_loop *loop, struct gct_timer *timer, int64_t delay_ms)
{
    struct ev_timer *watcher = timer_watcher(timer);

    gct_timer_cancel(timer);
    timer->loop = loop;
    ev_timer_init(watcher, on_timer, (double)delay_ms / 1000.0, 0.0);
    watcher->data = timer;
    /* The loop's idea of now is that of the turn's begin. */
    ev_now_update(loop->ev);
    ev_timer_start(loop->ev, watcher);
}

void gct_timer_cancel(struct gct_timer *timer)
{
    if (timer->loop != NULL)
        ev_timer_stop(timer->loop->ev, timer_watcher(timer));
}

int gct_timer_running(const struct gct_timer *timer)
{
    return timer->loop != NULL && ev_is_active((const struct ev_timer *)(const void *)timer->watcher);
}

static void on_watch(struct ev_loop *ev, struct ev_io *watcher, int events)
{
    struct gct_watch *watch = watcher->data;

    (void)ev;
    watch->ready(watch, ((events & EV_READ) != 0 ? GCT_WATCH_READ : 0u) |
                            ((events & EV_WRITE) != 0 ? GCT_WATCH_WRITE : 0u));
}

void gct_watch_set(struct gct_loop *loop, struct gct_watch *watch, int fd, unsigned events)
{
    struct ev_io *watcher = watch_watcher(watch);

    if (watch->loop != NULL)
        ev_io_stop(loop->ev, watcher);
    watch->loop = loop;
    if (events == 0)
        return;
    ev_io_init(watcher, on_watch, fd,
               ((events & GCT_WATCH_READ) != 0 ? EV_READ : 0) |
                   ((events & GCT_WATCH_WRITE) != 0 ? EV_WRITE : 0));
    watcher->data = watch;
    ev_io_start(loop->ev, watcher);
}
