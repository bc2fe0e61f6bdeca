/* What the gateway says about itself: plugins, readiness, metrics. Loop thread. */
#include <inttypes.h>
#include <semaphore.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/slice.h"
#include "base/version.gen.h"
#include "daemon/control/plugins.h"
#include "daemon/daemon.h"

/* ---- plugins ---- */

struct gct_json *daemon_plugins(void *arg)
{
    const struct gct_daemon *daemon = arg;
    return gct_plugins_json(daemon->setup->registry, daemon->setup->settings);
}

/* The loop owns the setup: the list is made there, for whoever waits. */
struct asking {
    struct gct_post post;
    struct gct_daemon *daemon;
    struct gct_json *answer;
    sem_t ended;
};

static void ask_now(struct gct_post *post)
{
    struct asking *asking = GCT_STRUCT_OF(post, asking, post);
    asking->answer = daemon_plugins(asking->daemon);
    GCT_CHECK_EQ(sem_post(&asking->ended), 0);
}

struct gct_json *daemon_plugins_wait(void *arg)
{
    struct asking asking = { .daemon = arg, .post = { .run = ask_now } };
    GCT_CHECK_EQ(sem_init(&asking.ended, 0, 0u), 0);
    gct_mailbox_put(gct_loop_box(asking.daemon->loop), &asking.post);
    while (sem_wait(&asking.ended) != 0) {}
    GCT_CHECK_EQ(sem_destroy(&asking.ended), 0);
    return asking.answer;
}

/* ---- the log ---- */

#define LEFT_OUT_MS (5 * GCT_SECOND_MS)

static void tell_left_out(struct gct_timer *timer)
{
    const struct gct_daemon *daemon = GCT_STRUCT_OF(timer, gct_daemon, left_out);
    gct_log_tell_left_out(gct_clock_mono_ms());
    gct_timer_start(daemon->loop, timer, LEFT_OUT_MS);
}

enum gct_status daemon_report_start(struct gct_daemon *daemon, struct gct_error *err)
{
    (void)err;
    daemon->left_out.fire = tell_left_out;
    gct_timer_start(daemon->loop, &daemon->left_out, LEFT_OUT_MS);
    return GCT_OK;
}

void daemon_report_stop(struct gct_daemon *daemon)
{
    gct_timer_cancel(&daemon->left_out);
    gct_log_tell_left_out(INT64_MAX);
}

/* ---- readiness ---- */

void daemon_readiness(void *arg, struct gct_buffer *causes)
{
    struct gct_daemon *daemon = arg;
    struct gct_store_stats store;
    struct gct_sender_stats sender;
    gct_store_stats(daemon->store, &store);
    gct_sender_stats(daemon->sender, &sender);
    if (daemon->stopping) {
        gct_buffer_add(causes, GCT_LIT("the gateway is stopping\n"));
    }
    if (!store.writable) {
        gct_buffer_add_format(causes, "store: %s\n", store.reason);
    }
    if (!sender.working) {
        gct_buffer_add_format(causes, "sender: %s\n", sender.reason);
    }
    struct gct_directory *directory = gct_directory_get(daemon->slot);
    for (size_t i = 0; i < gct_directory_count(directory); i++) {
        const struct gct_directory_channel *channel = gct_directory_at(directory, i);
        int down = 0;
        if (channel->instance != NULL) {
            (void)gct_instance_waiting(channel->instance, &down);
        }
        if (channel->instance == NULL || down) {
            gct_buffer_add_format(causes, "channel %.*s: its plugin %s\n", GCT_ARG(channel->name),
                                  down ? "hangs" : "was refused");
        }
    }
    gct_directory_free(&directory);
}

/* ---- metrics ---- */

static void metric(struct gct_buffer *out, const char *group, const char *name, const char *type,
                   const char *help, uint64_t value)
{
    const char *total = type[0] == 'c' ? "_total" : "";
    gct_buffer_add_format(out,
                          "# TYPE guichet_%s_%s %s\n# HELP guichet_%s_%s %s\nguichet_%s_%s%s %" PRIu64 "\n",
                          group, name, type, group, name, help, group, name, total, value);
}

static void store_metrics(struct gct_daemon *daemon, struct gct_buffer *out)
{
    struct gct_store_stats store;
    gct_store_stats(daemon->store, &store);
    metric(out, "store", "writable", "gauge", "1 when writes are taken", store.writable != 0);
    metric(out, "store", "commits", "counter", "transactions on the disk", store.commits);
    metric(out, "store", "writes", "counter", "writes in them", store.writes);
    metric(out, "store", "failed_commits", "counter", "transactions that were undone", store.failed_commits);
    metric(out, "store", "waiting_writes", "gauge", "writes that wait", store.waiting_writes);
    metric(out, "store", "waiting_reads", "gauge", "reads that wait", store.waiting_reads);
    metric(out, "store", "log_bytes", "gauge", "write-ahead log", (uint64_t)store.log_bytes);
    metric(out, "store", "free_bytes", "gauge", "free space of its disk", (uint64_t)store.free_bytes);
    metric(out, "store", "index_lag", "gauge", "messages not in the full-text index yet",
           (uint64_t)store.index_lag);
}

/* One for each reason. */
static void quarantine_metric(const struct gct_daemon *daemon, struct gct_buffer *out)
{
    gct_buffer_add(out, GCT_LIT("# TYPE guichet_hooks_quarantined counter\n"
                                "# HELP guichet_hooks_quarantined hooks that went to the quarantine\n"));
    for (int i = GCT_QUARANTINE_NONE + 1; i < GCT_QUARANTINE_COUNT; i++) {
        gct_buffer_add_format(out, "guichet_hooks_quarantined_total{reason=\"%s\"} %" PRIu64 "\n",
                              gct_quarantine_word((enum gct_quarantine_reason)i),
                              daemon->ingested.quarantined[i]);
    }
}

#define SERVER_METRIC(name, help)                                                                            \
    metric(out, "http", #name, is_gauge(#name) ? "gauge" : "counter", help, server->name);
#define HOOK_METRIC(name, help) metric(out, "hooks", #name, "counter", help, hooks.name);
#define INGEST_METRIC(group, name, help) metric(out, #group, #name, "counter", help, daemon->ingested.name);
#define SENDER_METRIC(name, help) metric(out, "sender", #name, "counter", help, sender.name);

static int is_gauge(const char *name)
{
    struct gct_slice text = gct_slice_of(name);
    return gct_slice_is(text, "connections") || gct_slice_is(text, "sockets") ||
           gct_slice_is(text, "exchanges");
}

void daemon_metrics(void *arg, struct gct_buffer *out)
{
    struct gct_daemon *daemon = arg;
    const struct gct_server_counts *server = gct_server_counts(daemon->server);
    const struct gct_hook_counts hooks = gct_hook_counts(daemon->hooks);
    const struct gct_feed_stats feed = gct_feed_stats(daemon->feed);
    struct gct_sender_stats sender;
    gct_sender_stats(daemon->sender, &sender);
    gct_buffer_add_format(out, "# TYPE guichet_build info\nguichet_build_info{version=\"%s\"} 1\n",
                          GCT_VERSION);
    metric(out, "process", "uptime_seconds", "gauge", "since the start",
           (uint64_t)((gct_clock_mono_ms() - daemon->started_ms) / GCT_SECOND_MS));
    GCT_SERVER_COUNT_TABLE(SERVER_METRIC)
    GCT_HOOK_COUNT_TABLE(HOOK_METRIC)
    GCT_INGEST_TOTAL_TABLE(INGEST_METRIC)
    quarantine_metric(daemon, out);
    store_metrics(daemon, out);
    GCT_SENDER_COUNTER_TABLE(SENDER_METRIC)
    metric(out, "live", "consoles", "gauge", "consoles on the feed", feed.clients);
    metric(out, "live", "frames", "gauge", "frames kept for consoles that come back", feed.frames);
    metric(out, "live", "sent", "counter", "frames sent", feed.sent);
    metric(out, "live", "resyncs", "counter", "consoles told to fetch again", feed.resyncs);
}
