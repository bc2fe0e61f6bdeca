/* Start and stop, as two walks over one table: what stands first is made first and taken down last. */
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "base/version.gen.h"
#include "daemon/control/lock.h"
#include "daemon/daemon.h"
#include "router/chores.h"

#define CHORE_MS 1000

/* ---- effects of commits ---- */

/* Store thread. */
static void pass_effects(void *arg, const struct gct_effect *effects, size_t count)
{
    struct gct_daemon *daemon = arg;
    if (daemon->feed != NULL) {
        gct_feed_effects(daemon->feed, effects, count);
    }
    if (daemon->sender != NULL) {
        gct_sender_effects(daemon->sender, effects, count);
    }
    for (size_t i = 0; daemon->inbox != NULL && i < count; i++) {
        if (effects[i].kind == GCT_EFFECT_INBOX_DUE) {
            gct_inbox_pump_wake(daemon->inbox);
            break;
        }
    }
}

static enum gct_status chore(void *arg, struct gct_tx *tx, int *more, struct gct_error *err)
{
    struct gct_daemon *daemon = arg;
    struct gct_directory *directory = gct_directory_get(daemon->slot);
    enum gct_status st = gct_router_chores(tx, directory, more, err);
    if (st == GCT_OK) {
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_session_prune,
                        GCT_BIND(GCT_V_INT(gct_tx_now_ms(tx) - GCT_SESSION_IDLE_MS - GCT_HOUR_MS),
                                 GCT_V_INT(gct_tx_now_ms(tx) - GCT_SESSION_LIFE_MS - GCT_HOUR_MS)),
                        err);
    }
    gct_directory_free(&directory);
    return st;
}

/* ---- signals ---- */

/* Control thread: the last command was answered. It may have waited for the loop, so the loop ends after it.
 */
static void control_ended(void *arg)
{
    struct gct_daemon *daemon = arg;
    gct_loop_stop(daemon->loop);
}

static void all_answered(void *arg)
{
    struct gct_daemon *daemon = arg;
    gct_control_end(daemon->control, control_ended, daemon);
}

static void on_signal(void *arg, enum gct_loop_signal signal)
{
    struct gct_daemon *daemon = arg;
    if (signal == GCT_LOOP_HUP) {
        if (daemon->server != NULL && !daemon->stopping) {
            daemon_reload(daemon, NULL);
        }
        return;
    }
    if (!daemon->stopping) {
        daemon->stopping = 1;
        GCT_LOG(GCT_LEVEL_INFO, "daemon.stopping", GCT_F_INT("signal", signal));
        gct_server_stop(daemon->server, all_answered, daemon);
    }
}

/* A command that changed people: it is answered when the change holds. */
struct people_wait {
    struct gct_post post;
    struct gct_daemon *daemon;
    sem_t known;
    int holds;
};

static void tell_waiting(struct gct_daemon *daemon)
{
    if (daemon->people_wait != NULL && !gct_auth_is_loading(daemon->auth)) {
        daemon->people_wait->holds = !gct_auth_is_behind(daemon->auth);
        GCT_CHECK_EQ(sem_post(&daemon->people_wait->known), 0);
        daemon->people_wait = NULL;
    }
}

static void people_changed(void *arg)
{
    struct gct_daemon *daemon = arg;
    if (daemon->feed != NULL) {
        gct_feed_recheck(daemon->feed);
    }
    tell_waiting(daemon);
}

/* ---- the steps ---- */

static enum gct_status start_loop(struct gct_daemon *daemon, struct gct_error *err)
{
    const struct gct_loop_options options = { .on_signal = on_signal, .arg = daemon };
    daemon->arena = gct_arena_new((size_t)1u << 20);
    daemon->started_ms = gct_clock_mono_ms();
    return gct_loop_new(&options, &daemon->loop, err);
}

/* What other threads handed over last. */
static void drain_loop(struct gct_daemon *daemon)
{
    (void)gct_mailbox_run(gct_loop_box(daemon->loop));
}

static void free_loop(struct gct_daemon *daemon)
{
    gct_loop_free(&daemon->loop);
    gct_arena_free(&daemon->arena);
}

static enum gct_status start_worker(struct gct_daemon *daemon, struct gct_error *err)
{
    (void)err;
    daemon->worker = gct_worker_new();
    return GCT_OK;
}

static void free_worker(struct gct_daemon *daemon)
{
    gct_worker_free(&daemon->worker);
}

static void free_setup(struct gct_daemon *daemon)
{
    gct_setup_drop(daemon->setup);
    daemon->setup = NULL;
}

static enum gct_status start_setup(struct gct_daemon *daemon, struct gct_error *err)
{
    struct gct_problems problems = { 0 };
    enum gct_status st = gct_setup_load(daemon->file, 1, daemon_discard, daemon, &daemon->setup, &problems);
    struct gct_slice rest = gct_buffer_slice(&problems.text);
    struct gct_slice line;
    while (gct_slice_split(&rest, '\n', &line)) {
        GCT_LOG(GCT_LEVEL_ERROR, "config.problem", GCT_F_TEXT("reason", line));
    }
    if (st != GCT_OK) {
        (void)gct_error_set(err, st, "%s has %zu problem%s", daemon->file, problems.count,
                            problems.count == 1u ? "" : "s");
        free_setup(daemon);
    } else {
        daemon->started = gct_settings_top(daemon->setup->settings, daemon->arena);
        rest = daemon->setup->settings->warnings;
        while (gct_slice_split(&rest, '\n', &line)) {
            GCT_LOG(GCT_LEVEL_WARN, "config.warning", GCT_F_TEXT("reason", line));
        }
    }
    gct_buffer_free(&problems.text);
    return st;
}

static enum gct_status start_lock(struct gct_daemon *daemon, struct gct_error *err)
{
    const struct gct_settings *settings = daemon->setup->settings;
    return gct_lock_take(settings->run_dir, &daemon->lock_fd, err);
}

static void free_lock(struct gct_daemon *daemon)
{
    gct_lock_free(&daemon->lock_fd);
}

static enum gct_status sync_directory(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    return gct_directory_sync(tx, arg, err);
}

static enum gct_status start_store(struct gct_daemon *daemon, struct gct_error *err)
{
    const struct gct_store_options options = { .path = daemon->setup->settings->store_path,
                                               .on_effects = pass_effects,
                                               .arg = daemon };
    enum gct_status st = gct_store_open(&options, &daemon->store, err);
    st = st == GCT_OK ? gct_store_write_wait(daemon->store, sync_directory, daemon->setup->directory, err)
                      : st;
    if (st == GCT_OK) {
        daemon->slot = gct_directory_slot_new();
        gct_directory_set(daemon->slot, gct_directory_share(daemon->setup->directory));
        gct_store_add_chore(daemon->store, CHORE_MS, chore, daemon);
    }
    return st;
}

/* All that was admitted is on the disk; its ends are in the loop's box. */
static void quiet_store(struct gct_daemon *daemon)
{
    gct_store_stop(daemon->store);
    drain_loop(daemon);
}

static void free_store(struct gct_daemon *daemon)
{
    gct_directory_slot_free(&daemon->slot);
    gct_store_close(&daemon->store);
}

static enum gct_status start_auth(struct gct_daemon *daemon, struct gct_error *err)
{
    return gct_auth_new(daemon->store, gct_loop_box(daemon->loop), people_changed, daemon, &daemon->auth,
                        err);
}

static void quiet_auth(struct gct_daemon *daemon)
{
    gct_auth_stop(daemon->auth);
    drain_loop(daemon);
}

static void free_auth(struct gct_daemon *daemon)
{
    gct_auth_free(&daemon->auth);
}

/* Where the console may run: public_url, and every listening address on loopback. */
static void collect_origins(struct gct_daemon *daemon)
{
    const struct gct_settings *settings = daemon->setup->settings;
    const char *scheme = settings->tls_certificate != NULL ? "https" : "http";
    size_t count = 0;
    if (settings->public_url[0] != '\0') {
        /* A copy: settings are replaced by a reload. */
        daemon->origins[count++] = gct_arena_cstr(daemon->arena, gct_slice_of(settings->public_url));
    }
    for (size_t i = 0; i < settings->listen.count && count + 2u <= GCT_ORIGINS_MOST; i++) {
        struct gct_slice address = gct_slice_of(settings->listen.items[i]);
        daemon->origins[count++] =
            gct_arena_format(daemon->arena, "%s://%s", scheme, settings->listen.items[i]).ptr;
        if (gct_slice_starts(address, GCT_LIT("127.0.0.1:"))) {
            daemon->origins[count++] =
                gct_arena_format(daemon->arena, "%s://localhost:%s", scheme, settings->listen.items[i] + 10)
                    .ptr;
        }
    }
    daemon->web.origins = daemon->origins;
    daemon->web.origin_count = count;
    daemon->web.secure = settings->tls_certificate != NULL ||
                         gct_slice_starts(gct_slice_of(settings->public_url), GCT_LIT("https://"));
}

static void reload_for_web(void *arg, struct gct_reload *reload)
{
    daemon_reload(arg, reload);
}

static void inbox_due(void *arg)
{
    struct gct_daemon *daemon = arg;
    gct_inbox_pump_kick(daemon->inbox);
}

static enum gct_status start_web(struct gct_daemon *daemon, struct gct_error *err)
{
    struct gct_error none = { 0 };
    (void)err;
    if (gct_console_load(daemon->setup->settings->console_dir, &daemon->console, &none) != GCT_OK) {
        GCT_LOG(GCT_LEVEL_WARN, "console.absent", GCT_F_CSTR("reason", none.text));
    }
    daemon->web = (struct gct_web){
        .loop = daemon->loop,
        .store = daemon->store,
        .auth = daemon->auth,
        .directory = daemon->slot,
        .console = daemon->console,
        .hook_body_bytes = (uint32_t)daemon->setup->settings->hook_body_bytes,
        .proxies = daemon->setup->settings->proxies,
        .proxy_count = daemon->setup->settings->trusted_proxies.count,
        .services = { .reload = reload_for_web,
                      .plugins = daemon_plugins,
                      .readiness = daemon_readiness,
                      .metrics = daemon_metrics,
                      .inbox_due = inbox_due,
                      .arg = daemon },
    };
    collect_origins(daemon);
    daemon->hooks = gct_hook_door_new(&daemon->web, &daemon->ingested);
    daemon->feed = gct_feed_new(&daemon->web, gct_console_build(daemon->console));
    daemon->web.feed = daemon->feed;
    daemon->gateway = (struct gct_gateway){ &daemon->web, daemon->hooks };
    daemon->inbox = gct_inbox_pump_new(daemon->loop, daemon->store, daemon->slot, &daemon->ingested);
    gct_inbox_pump_kick(daemon->inbox);
    return GCT_OK;
}

static void free_web(struct gct_daemon *daemon)
{
    gct_inbox_pump_free(&daemon->inbox);
    gct_feed_free(&daemon->feed);
    gct_hook_door_free(&daemon->hooks);
    gct_console_free(&daemon->console);
}

static enum gct_status start_sender(struct gct_daemon *daemon, struct gct_error *err)
{
    const char *ca_file = daemon->setup->settings->ca_file;
    const struct gct_sender_options options = { .store = daemon->store,
                                                .directory = daemon->slot,
                                                .ca_file = ca_file[0] == '\0' ? NULL : ca_file };
    enum gct_status st = gct_sender_new(&options, &daemon->sender, err);
    if (st == GCT_OK) {
        gct_sender_start(daemon->sender);
    }
    return st;
}

static void quiet_sender(struct gct_daemon *daemon)
{
    gct_sender_stop(daemon->sender);
}

static void free_sender(struct gct_daemon *daemon)
{
    struct gct_sender *sender = daemon->sender;
    daemon->sender = NULL;
    gct_sender_free(&sender);
}

/* No call of a plugin ends later than this: what it told is given to a store that still stands. */
static void quiet_plugins(struct gct_daemon *daemon)
{
    gct_registry_quiet(daemon->setup->registry);
    drain_loop(daemon);
}

/* A reload that is under way asks the store on the worker, then changes over on the loop: it ends while both
 * and the sender still work. */
static void quiet_reload(struct gct_daemon *daemon)
{
    gct_worker_wait(daemon->worker);
    drain_loop(daemon);
}

static enum gct_status start_server(struct gct_daemon *daemon, struct gct_error *err)
{
    const struct gct_settings *settings = daemon->setup->settings;
    const struct gct_server_options options = { .listen = settings->listen.items,
                                                .listen_count = settings->listen.count,
                                                .tls_certificate = settings->tls_certificate,
                                                .tls_key = settings->tls_key,
                                                .secure = daemon->web.secure,
                                                .shared = gct_gateway_shared,
                                                .admit = gct_gateway_admit,
                                                .methods = gct_gateway_methods,
                                                .handle = gct_gateway_handle,
                                                .accept = gct_gateway_accept,
                                                .arg = &daemon->gateway };
    return gct_server_new(daemon->loop, &options, &daemon->server, err);
}

static void quiet_server(struct gct_daemon *daemon)
{
    gct_server_free(&daemon->server);
}

static void reload_people(struct gct_post *post)
{
    struct people_wait *wait = GCT_STRUCT_OF(post, people_wait, post);
    wait->daemon->people_wait = wait;
    gct_auth_reload(wait->daemon->auth);
    tell_waiting(wait->daemon); /* the readers were too busy: it is tried again later */
}

/* Control thread. */
static int reload_people_wait(void *arg)
{
    struct people_wait wait = { .daemon = arg, .post = { .run = reload_people } };
    GCT_CHECK_EQ(sem_init(&wait.known, 0, 0u), 0);
    gct_mailbox_put(gct_loop_box(wait.daemon->loop), &wait.post);
    while (sem_wait(&wait.known) != 0) {}
    GCT_CHECK_EQ(sem_destroy(&wait.known), 0);
    return wait.holds;
}

static void wake_inbox(void *arg)
{
    struct gct_daemon *daemon = arg;
    gct_inbox_pump_wake(daemon->inbox);
}

static enum gct_status start_control(struct gct_daemon *daemon, struct gct_error *err)
{
    daemon->control_context = (struct gct_command_context){ .store = daemon->store,
                                                            .directory = daemon->slot,
                                                            .people_changed = reload_people_wait,
                                                            .reload = daemon_reload_wait,
                                                            .inbox_due = wake_inbox,
                                                            .plugins = daemon_plugins_wait,
                                                            .arg = daemon };
    return gct_control_start(&daemon->control_context, daemon->setup->settings->control_path,
                             &daemon->control, err);
}

static void quiet_control(struct gct_daemon *daemon)
{
    gct_control_stop(&daemon->control);
}

/* ---- the table ---- */

/* start from the first to the last; quiet from the last to the first, while everything still stands: nothing
 * new happens afterwards; free from the last to the first. */
static const struct step {
    const char *name;
    enum gct_status (*start)(struct gct_daemon *daemon, struct gct_error *err);
    void (*quiet)(struct gct_daemon *daemon);
    void (*free)(struct gct_daemon *daemon);
} steps[] = {
    { "loop", start_loop, drain_loop, free_loop },
    { "report", daemon_report_start, daemon_report_stop, NULL },
    { "worker", start_worker, NULL, free_worker },
    { "configuration", start_setup, NULL, free_setup },
    { "lock", start_lock, NULL, free_lock },
    { "store", start_store, quiet_store, free_store },
    { "auth", start_auth, quiet_auth, free_auth },
    { "web", start_web, NULL, free_web },
    { "plugins", NULL, quiet_plugins, NULL },
    { "sender", start_sender, quiet_sender, free_sender },
    { "reload", NULL, quiet_reload, NULL },
    { "server", start_server, quiet_server, NULL },
    { "control", start_control, quiet_control, NULL },
};

static void take_down(struct gct_daemon *daemon, size_t made)
{
    for (size_t i = made; i > 0; i--) {
        if (steps[i - 1u].quiet != NULL) {
            steps[i - 1u].quiet(daemon);
        }
    }
    for (size_t i = made; i > 0; i--) {
        if (steps[i - 1u].free != NULL) {
            steps[i - 1u].free(daemon);
        }
    }
}

static void say_listening(const struct gct_daemon *daemon)
{
    const struct gct_texts *listen = &daemon->setup->settings->listen;
    for (size_t i = 0; i < listen->count; i++) {
        GCT_LOG(GCT_LEVEL_INFO, "daemon.listening", GCT_F_CSTR("address", listen->items[i]),
                GCT_F_INT("port", gct_server_port(daemon->server, i)));
    }
    GCT_LOG(GCT_LEVEL_INFO, "daemon.ready", GCT_F_CSTR("version", GCT_VERSION),
            GCT_F_INT("channels", daemon->setup->settings->channel_count),
            GCT_F_INT("refused", daemon->setup->refused));
}

int gct_daemon_run(const char *file)
{
    struct gct_daemon *daemon = gct_heap_new(sizeof *daemon);
    struct gct_error err = { 0 };
    enum gct_status st = GCT_OK;
    size_t made = 0;
    daemon->file = file;
    daemon->lock_fd = -1;
    while (st == GCT_OK && made < GCT_COUNT(steps)) {
        st = steps[made].start == NULL ? GCT_OK : steps[made].start(daemon, &err);
        if (st == GCT_OK) {
            made++;
        } else {
            GCT_LOG(GCT_LEVEL_ERROR, "daemon.not_started", GCT_F_CSTR("step", steps[made].name),
                    GCT_F_CSTR("reason", err.text));
        }
    }
    if (st == GCT_OK) {
        say_listening(daemon);
        gct_loop_run(daemon->loop);
        GCT_LOG(GCT_LEVEL_INFO, "daemon.stopped", GCT_F_INT("signal", daemon->stopping));
    }
    take_down(daemon, made);
    free(daemon);
    return st == GCT_OK ? 0 : 1;
}
