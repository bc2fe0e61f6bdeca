/* Reading the configuration again: the new one is built beside the running one, on the worker; its channels
 * get their numbers in the store; then the loop swaps. Anything wrong leaves everything as it was. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/audit.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "daemon/daemon.h"

struct reloading {
    struct gct_post post;
    struct gct_daemon *daemon;
    struct gct_reload *waiting; /* NULL: nobody */
    struct gct_setup *setup;
    enum gct_status status;
    struct gct_error err;
};

struct discarding {
    struct gct_post post;
    struct gct_setup *setup;
};

static void discard_now(struct gct_post *post)
{
    struct discarding *discarding = GCT_STRUCT_OF(post, discarding, post);
    gct_setup_free(&discarding->setup);
    free(discarding);
}

void daemon_discard(struct gct_setup *setup, void *arg)
{
    struct gct_daemon *daemon = arg;
    struct discarding *discarding = gct_heap_new(sizeof *discarding);
    discarding->post.run = discard_now;
    discarding->setup = setup;
    gct_worker_do(daemon->worker, &discarding->post);
}

/* The channels of the new configuration, and who wanted it; a signal has no name. */
static enum gct_status keep(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct reloading *reloading = arg;
    const char *actor = reloading->waiting == NULL ? "system" : reloading->waiting->actor;
    const struct gct_audit entry = { gct_slice_of(actor), GCT_LIT("configuration.reload"),
                                     GCT_LIT("configuration"), NULL };
    enum gct_status st = gct_directory_sync(tx, reloading->setup->directory, err);
    return st == GCT_OK ? gct_audit_write(tx, &entry, err) : st;
}

/* What a running gateway cannot change is said, not done. */
static void warn_of_restart(void *arg, const char *name)
{
    char *waiting = arg;
    size_t len = strlen(waiting);
    (void)snprintf(waiting + len, GCT_RELOAD_WAITING_TEXT - len, "%s%s", len == 0 ? "" : ", ", name);
    GCT_LOG(GCT_LEVEL_WARN, "reload.option", GCT_F_CSTR("option", name),
            GCT_F_CSTR("reason", "takes effect at the next start"));
}

/* Loop. */
static void adopt(struct gct_post *post)
{
    struct reloading *reloading = GCT_STRUCT_OF(post, reloading, post);
    struct gct_daemon *daemon = reloading->daemon;
    char waiting[GCT_RELOAD_WAITING_TEXT] = "";
    if (reloading->status == GCT_OK) {
        struct gct_setup *old = daemon->setup;
        gct_settings_waiting(daemon->started, reloading->setup->settings, warn_of_restart, waiting);
        daemon->setup = reloading->setup;
        gct_directory_set(daemon->slot, gct_directory_share(daemon->setup->directory));
        daemon->web.proxies = daemon->setup->settings->proxies;
        daemon->web.proxy_count = daemon->setup->settings->trusted_proxies.count;
        gct_sender_reloaded(daemon->sender);
        gct_setup_drop(old);
        gct_inbox_pump_afresh(daemon->inbox);
        GCT_LOG(GCT_LEVEL_INFO, "reload.done", GCT_F_INT("channels", daemon->setup->settings->channel_count));
    } else {
        GCT_LOG(GCT_LEVEL_ERROR, "reload.refused", GCT_F_CSTR("reason", reloading->err.text));
    }
    if (reloading->waiting != NULL) {
        reloading->waiting->status = reloading->status;
        reloading->waiting->err = reloading->err;
        memcpy(reloading->waiting->waiting, waiting, sizeof waiting);
        reloading->waiting->done(reloading->waiting);
    }
    free(reloading);
}

/* Worker. */
static void load(struct gct_post *post)
{
    struct reloading *reloading = GCT_STRUCT_OF(post, reloading, post);
    struct gct_daemon *daemon = reloading->daemon;
    struct gct_problems problems = { 0 };
    reloading->status = gct_setup_load(daemon->file, 1, daemon_discard, daemon, &reloading->setup, &problems);
    if (reloading->status == GCT_OK && problems.count != 0) {
        reloading->status = GCT_INVALID;
    }
    if (reloading->status == GCT_OK) {
        reloading->status = gct_store_write_wait(daemon->store, keep, reloading, &reloading->err);
    } else {
        struct gct_slice text = gct_buffer_slice(&problems.text);
        struct gct_slice line = gct_slice_head(text, gct_slice_find(text, '\n'));
        (void)gct_error_set(&reloading->err, reloading->status, "%.*s%s", GCT_ARG(line),
                            problems.count > 1u ? " (and more)" : "");
    }
    if (reloading->status != GCT_OK && reloading->setup != NULL) {
        gct_setup_drop(reloading->setup);
    }
    gct_buffer_free(&problems.text);
    reloading->post.run = adopt;
    gct_mailbox_put(gct_loop_box(daemon->loop), &reloading->post);
}

void daemon_reload(struct gct_daemon *daemon, struct gct_reload *waiting)
{
    struct reloading *reloading = gct_heap_new(sizeof *reloading);
    reloading->daemon = daemon;
    reloading->waiting = waiting;
    reloading->post.run = load;
    gct_worker_do(daemon->worker, &reloading->post);
}

/* ---- for those who wait on another thread ---- */

struct waiting {
    struct gct_reload reload;
    struct gct_post post;
    struct gct_daemon *daemon;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    int is_over;
};

static void reload_over(struct gct_reload *reload)
{
    struct waiting *waiting = GCT_STRUCT_OF(reload, waiting, reload);
    GCT_CHECK_EQ(pthread_mutex_lock(&waiting->lock), 0);
    waiting->is_over = 1;
    GCT_CHECK_EQ(pthread_cond_signal(&waiting->ended), 0);
    GCT_CHECK_EQ(pthread_mutex_unlock(&waiting->lock), 0);
}

static void reload_begin(struct gct_post *post)
{
    struct waiting *waiting = GCT_STRUCT_OF(post, waiting, post);
    daemon_reload(waiting->daemon, &waiting->reload);
}

enum gct_status daemon_reload_wait(void *arg, char *changes, struct gct_error *err)
{
    struct waiting waiting = { .daemon = arg,
                               .reload = { .actor = "cli", .done = reload_over },
                               .post = { .run = reload_begin } };
    GCT_CHECK_EQ(pthread_mutex_init(&waiting.lock, NULL), 0);
    GCT_CHECK_EQ(pthread_cond_init(&waiting.ended, NULL), 0);
    gct_mailbox_put(gct_loop_box(waiting.daemon->loop), &waiting.post);
    GCT_CHECK_EQ(pthread_mutex_lock(&waiting.lock), 0);
    while (!waiting.is_over) {
        GCT_CHECK_EQ(pthread_cond_wait(&waiting.ended, &waiting.lock), 0);
    }
    GCT_CHECK_EQ(pthread_mutex_unlock(&waiting.lock), 0);
    GCT_CHECK_EQ(pthread_cond_destroy(&waiting.ended), 0);
    GCT_CHECK_EQ(pthread_mutex_destroy(&waiting.lock), 0);
    *err = waiting.reload.err;
    memcpy(changes, waiting.reload.waiting, sizeof waiting.reload.waiting);
    return waiting.reload.status;
}
