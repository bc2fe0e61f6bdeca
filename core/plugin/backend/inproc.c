/* The backend that runs a plugin on a thread of this process.
 *
 * Each worker has two threads. The runner takes all that waits in one piece, as a jailed child will be given
 * it, and calls the plugin for one after another, each with its own deadline and answered at once; the keeper
 * watches the one that runs. A call is over its deadline when it has used deadline_ms of processor
 * time, or eight times that by the clock (a machine that is busy elsewhere is not the plugin's fault). The
 * keeper then answers it with GCT_TIMEOUT, answers all that waits with GCT_UNAVAILABLE, and the worker is
 * down until the call returns.
 *
 * What makes a late return harmless: the plugin reads copies of its input and allocates from arenas, and both
 * belong to the runner; the translation and its arena are touched only under the lock and only while it is
 * current. A worker whose call never returns is left to its runner, which frees it if it ever comes back.
 *
 * A queue of its own instead of a mailbox: the keeper must be able to empty it while its owner is stuck.
 *
 * What this backend cannot do: survive a plugin that crashes, or see one that writes where it must not. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "plugin/backend/backend.h"
#include "plugin/backend/input.h"
#include "plugin/host/host.h"
#include "plugin/load/entry_check.h"
#include "plugin/load/loader.h"

#define INPUT_BYTES ((size_t)8u << 20)
#define INSTANCE_BYTES ((size_t)4u << 20)
#define CLOCK_FACTOR 8
#define LEAST_WAIT_MS 5
#define BATCH 64u /* most translations of one hand-over */

struct plugin_worker {
    struct plugin_sink sink;
    struct plugin_host host;
    char *channel; /* the worker may outlive what it was started from */
    char *name;
    size_t queue_limit;
    int64_t deadline_ms;
    const struct gct_plugin *plugin;
    const struct gct_ext_profile *profile; /* NULL: the plugin has none */

    struct gct_arena *instance; /* what the plugin keeps between calls */
    struct gct_arena *memory;   /* of one call */
    struct gct_arena *json;
    struct gct_arena *input;

    pthread_t runner;
    pthread_t keeper;
    pthread_mutex_t lock;
    pthread_cond_t to_runner; /* there is work, or the end */
    pthread_cond_t to_keeper; /* a call began, or ended, or the end */
    /* Below: only under the lock. */
    struct gct_post *first; /* waits */
    struct gct_post *last;
    struct gct_post *batch; /* was handed over and has not begun */
    size_t count;           /* of both */
    size_t handovers;
    struct gct_translation *current; /* runs and is not answered yet */
    int64_t began_ms;
    int64_t began_cpu_ms;
    int running;       /* the plugin has control */
    int keeper_sleeps; /* until it is told of a call */
    int stopping;
    int abandoned;
};

static struct gct_translation *translation_of(struct gct_post *post)
{
    return GCT_STRUCT_OF(post, gct_translation, post);
}

static int64_t cpu_ms(clockid_t clock)
{
    struct timespec now = { 0, 0 };
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t runner_cpu_ms(struct plugin_worker *worker)
{
    clockid_t clock;
    return pthread_getcpuclockid(worker->runner, &clock) == 0 ? cpu_ms(clock) : 0;
}

static void wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t mono_ms)
{
    struct timespec until = { mono_ms / 1000, (long)(mono_ms % 1000) * 1000000L };
    (void)pthread_cond_timedwait(condition, lock, &until);
}

static void answer(struct gct_translation *translation, enum gct_status status,
                   enum gct_translation_fault fault, struct gct_slice reason)
{
    translation->status = status;
    translation->fault = fault;
    translation->reason = reason;
    translation->events = NULL;
    translation->event_count = 0;
    translation->requests = NULL;
    translation->request_count = 0;
    translation->done(translation);
}

/* All that has not begun, in its order. Under the lock. */
static struct gct_post *take_all(struct plugin_worker *worker)
{
    struct gct_post **end = &worker->batch;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = worker->first;
    struct gct_post *all = worker->batch;
    worker->first = NULL;
    worker->last = NULL;
    worker->batch = NULL;
    worker->count = 0;
    return all;
}

/* What waits becomes the runner's, in one piece. Under the lock. */
static void hand_over(struct plugin_worker *worker)
{
    struct gct_post *end = worker->first;
    for (size_t n = 1; n < BATCH && end->next != NULL; n++) {
        end = end->next;
    }
    worker->batch = worker->first;
    worker->first = end->next;
    worker->last = worker->first == NULL ? NULL : worker->last;
    worker->handovers++;
    end->next = NULL;
}

/* The next one to run; NULL: nothing waits. Under the lock. */
static struct gct_post *take_next(struct plugin_worker *worker)
{
    if (worker->batch == NULL && worker->first != NULL) {
        hand_over(worker);
    }
    struct gct_post *next = worker->batch;
    if (next != NULL) {
        worker->batch = next->next;
        worker->count--;
    }
    return next;
}

static void answer_all(struct gct_post *posts, struct gct_slice reason)
{
    while (posts != NULL) {
        struct gct_post *next = posts->next; /* done() may give the translation away */
        answer(translation_of(posts), GCT_UNAVAILABLE, GCT_FAULT_NONE, reason);
        posts = next;
    }
}

/* ---- the sink: where emitted things go ---- */

static uint32_t sink_event(struct plugin_sink *sink, const struct gct_event *event)
{
    struct plugin_worker *worker = GCT_STRUCT_OF(sink, plugin_worker, sink);
    (void)pthread_mutex_lock(&worker->lock);
    uint32_t st = worker->current == NULL ? (uint32_t)GCT_TIMEOUT : guard_take_event(worker->current, event);
    (void)pthread_mutex_unlock(&worker->lock);
    return st;
}

static uint32_t sink_request(struct plugin_sink *sink, const struct gct_http_request *request)
{
    struct plugin_worker *worker = GCT_STRUCT_OF(sink, plugin_worker, sink);
    (void)pthread_mutex_lock(&worker->lock);
    uint32_t st =
        worker->current == NULL ? (uint32_t)GCT_TIMEOUT : guard_take_request(worker->current, request);
    (void)pthread_mutex_unlock(&worker->lock);
    return st;
}

/* ---- the runner ---- */

/* What a callback fills in. */
struct plugin_output {
    struct gct_verdict verdict;
    struct gct_profile_reply profile;
};

static uint32_t call_plugin(struct plugin_worker *worker, enum gct_translation_kind kind,
                            const struct gct_call *call, const struct plugin_input *input,
                            struct plugin_output *output)
{
    switch (kind) {
    case GCT_DECODE: return worker->plugin->decode(worker->plugin, call, &input->hook);
    case GCT_ENCODE: return worker->plugin->encode(worker->plugin, call, &input->message);
    case GCT_CLASSIFY: return worker->plugin->classify(worker->plugin, call, &input->reply, &output->verdict);
    case GCT_PROFILE_REQUEST:
        return worker->profile == NULL
                   ? (uint32_t)GCT_UNSUPPORTED
                   : worker->profile->request(worker->plugin, call, input->account, input->customer);
    case GCT_PROFILE_READ:
        return worker->profile == NULL
                   ? (uint32_t)GCT_UNSUPPORTED
                   : worker->profile->read(worker->plugin, call, &input->reply, &output->profile);
    }
    return GCT_INTERNAL;
}

static void log_fault(const struct plugin_worker *worker, const char *event, struct gct_slice why)
{
    GCT_LOG_LIMITED(GCT_LOG_MINUTELY, GCT_LEVEL_WARN, event, worker->host.channel, GCT_F_TEXT("reason", why),
                    GCT_F_CSTR("plugin", worker->name), GCT_F_CSTR("channel", worker->channel));
}

/* Runs the current translation. Entered and left with the lock. */
static void run_current(struct plugin_worker *worker)
{
    struct plugin_input input = { 0 };
    struct plugin_call call;
    struct plugin_output output = { .verdict = { .size = sizeof output.verdict },
                                    .profile = { .size = sizeof output.profile } };
    struct gct_translation *translation = worker->current;
    enum gct_translation_kind kind = translation->kind;
    int64_t now_ms = translation->now_ms;
    uint64_t seed = translation->seed;
    uint32_t returned = plugin_input_copy(translation, worker->input, &input);

    if (returned == GCT_OK) {
        worker->running = 1;
        worker->began_ms = gct_clock_mono_ms();
        worker->began_cpu_ms = cpu_ms(CLOCK_THREAD_CPUTIME_ID);
        if (worker->keeper_sleeps) { /* else it looks again by itself, not later than this call's deadline */
            (void)pthread_cond_signal(&worker->to_keeper);
        }
        (void)pthread_mutex_unlock(&worker->lock);
        plugin_call_begin(&call, &worker->host, worker->memory, worker->json, &worker->sink, now_ms, seed);
        call.account = kind == GCT_ENCODE ? input.message.account : input.account;
        returned = call_plugin(worker, kind, &call.base, &input, &output);
        plugin_call_end(&call);
        (void)pthread_mutex_lock(&worker->lock);
        worker->running = 0;
    } else {
        call.reason = GCT_LIT("the input is larger than a plugin is given");
    }
    struct gct_translation *waited_for = worker->current; /* NULL: given up meanwhile */
    worker->current = NULL;
    if (waited_for != NULL) {
        if (kind == GCT_PROFILE_READ && returned == GCT_OK) {
            guard_take_profile(waited_for, &output.profile);
        }
        guard_finish(waited_for, returned, &output.verdict, call.reason);
        (void)pthread_mutex_unlock(&worker->lock);
        if (waited_for->fault != GCT_FAULT_NONE) {
            log_fault(worker, "plugin.garbage", waited_for->reason);
        }
        waited_for->done(waited_for);
        (void)pthread_mutex_lock(&worker->lock);
    }
}

static void worker_free(struct plugin_worker *worker)
{
    if (worker->plugin != NULL && worker->plugin->close != NULL) {
        worker->plugin->close((struct gct_plugin *)(uintptr_t)worker->plugin);
    }
    gct_arena_free(&worker->instance);
    gct_arena_free(&worker->memory);
    gct_arena_free(&worker->json);
    gct_arena_free(&worker->input);
    (void)pthread_cond_destroy(&worker->to_keeper);
    (void)pthread_cond_destroy(&worker->to_runner);
    (void)pthread_mutex_destroy(&worker->lock);
    free(worker->channel);
    free(worker->name);
    free(worker);
}

static void *runner_main(void *arg)
{
    struct plugin_worker *worker = arg;
    int abandoned = 0;
    (void)pthread_mutex_lock(&worker->lock);
    while (!worker->stopping) {
        struct gct_post *post = take_next(worker);
        if (post == NULL) {
            (void)pthread_cond_wait(&worker->to_runner, &worker->lock);
            continue;
        }
        worker->current = translation_of(post);
        run_current(worker);
        gct_arena_reset(worker->memory);
        gct_arena_reset(worker->json);
        gct_arena_reset(worker->input);
    }
    abandoned = worker->abandoned;
    (void)pthread_cond_signal(&worker->to_keeper);
    (void)pthread_mutex_unlock(&worker->lock);
    if (abandoned) {
        worker_free(worker);
    }
    return NULL;
}

/* ---- the keeper ---- */

/* When to look at the current call again; 0: it is over its deadline. Under the lock. */
static int64_t next_look_ms(struct plugin_worker *worker)
{
    int64_t now = gct_clock_mono_ms();
    int64_t spent = now - worker->began_ms;
    int64_t left = worker->deadline_ms - spent;
    if (left > 0) {
        return now + left;
    }
    left = worker->deadline_ms - (runner_cpu_ms(worker) - worker->began_cpu_ms);
    if (left <= 0 || spent >= worker->deadline_ms * CLOCK_FACTOR) {
        return 0;
    }
    return now + (left > LEAST_WAIT_MS ? left : LEAST_WAIT_MS);
}

/* Answers the current call and all that waits behind it. Entered and left with the lock. */
static void expire_current(struct plugin_worker *worker)
{
    struct gct_translation *hung = worker->current;
    struct gct_post *waiting = take_all(worker);
    worker->current = NULL;
    (void)pthread_mutex_unlock(&worker->lock);
    log_fault(worker, "plugin.hangs", GCT_LIT("a call is over its deadline"));
    answer(hung, GCT_TIMEOUT, GCT_FAULT_HANG, GCT_LIT("the plugin did not return within its deadline"));
    answer_all(waiting, GCT_LIT("the plugin hangs in an earlier call"));
    (void)pthread_mutex_lock(&worker->lock);
}

static void *keeper_main(void *arg)
{
    struct plugin_worker *worker = arg;
    (void)pthread_mutex_lock(&worker->lock);
    while (!worker->stopping || (worker->running && worker->current != NULL)) {
        if (worker->current == NULL || !worker->running) {
            worker->keeper_sleeps = 1;
            (void)pthread_cond_wait(&worker->to_keeper, &worker->lock);
            worker->keeper_sleeps = 0;
            continue;
        }
        int64_t look = next_look_ms(worker);
        if (look == 0) {
            expire_current(worker);
        } else {
            wait_until(&worker->to_keeper, &worker->lock, look);
        }
    }
    (void)pthread_mutex_unlock(&worker->lock);
    return NULL;
}

/* ---- the table ---- */

static enum gct_status open_instance(struct plugin_worker *worker, const struct plugin_start *start,
                                     struct guard_tables *tables, struct gct_error *err)
{
    struct plugin_call call;
    struct gct_plugin *plugin = NULL;
    const struct gct_plugin_entry *entry = NULL;
    enum gct_status st = plugin_file_load(start->copy, start->plugin, &entry, err);
    if (st != GCT_OK) {
        return st;
    }
    plugin_call_begin(&call, &worker->host, worker->instance, worker->json, NULL, gct_clock_wall_ms(), 0);
    uint32_t returned = entry->open(&call.base, plugin_config_of(start->settings), &plugin);
    plugin_call_end(&call);
    st = gct_entry_check_instance(returned, plugin, err);
    if (st == GCT_OK) {
        worker->plugin = plugin;
        worker->profile = plugin->get_extension(plugin, GCT_EXT_PROFILE);
        st = guard_tables(plugin, start->arena, tables, err);
        st = st != GCT_OK ? st : gct_entry_check_profile(worker->profile, err);
    } else if (call.reason.len != 0) {
        (void)gct_error_set(err, st, "open refused: %.*s", GCT_ARG(call.reason));
    }
    gct_arena_reset(worker->json);
    return st == GCT_OK ? GCT_OK : gct_error_prefix(err, "channel plugin %.*s", GCT_ARG(start->plugin));
}

static void condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    GCT_CHECK_EQ(pthread_condattr_init(&attributes), 0);
    GCT_CHECK_EQ(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), 0);
    GCT_CHECK_EQ(pthread_cond_init(condition, &attributes), 0);
    (void)pthread_condattr_destroy(&attributes);
}

static enum gct_status inproc_start(const struct plugin_start *start, struct plugin_worker **out,
                                    struct guard_tables *tables, struct gct_error *err)
{
    struct gct_error local;
    struct plugin_worker *worker = gct_heap_new(sizeof *worker);
    err = err == NULL ? &local : err;
    worker->sink = (struct plugin_sink){ sink_event, sink_request };
    worker->channel = gct_heap_text(start->channel);
    worker->name = gct_heap_text(start->plugin);
    plugin_host_init(&worker->host, gct_slice_of(worker->channel), gct_slice_of(worker->name));
    worker->queue_limit = start->queue_limit;
    worker->deadline_ms = start->deadline_ms;
    worker->instance = gct_arena_new(INSTANCE_BYTES);
    worker->memory = gct_arena_new(GCT_CALL_ARENA);
    worker->json = gct_arena_new(PLUGIN_JSON_BYTES);
    worker->input = gct_arena_new(INPUT_BYTES);
    GCT_CHECK_EQ(pthread_mutex_init(&worker->lock, NULL), 0);
    condition_init(&worker->to_runner);
    condition_init(&worker->to_keeper);
    enum gct_status st = open_instance(worker, start, tables, err);
    if (st != GCT_OK) {
        worker_free(worker);
        *out = NULL;
        return st;
    }
    GCT_CHECK_EQ(pthread_create(&worker->runner, NULL, runner_main, worker), 0);
    GCT_CHECK_EQ(pthread_create(&worker->keeper, NULL, keeper_main, worker), 0);
    *out = worker;
    return GCT_OK;
}

/* Down: the plugin has control and nobody waits for it any more. Under the lock. */
static int is_down(const struct plugin_worker *worker)
{
    return worker->stopping || (worker->running && worker->current == NULL);
}

static enum gct_status inproc_submit(struct plugin_worker *worker, struct gct_translation *translation)
{
    (void)pthread_mutex_lock(&worker->lock);
    enum gct_status st = is_down(worker)                        ? GCT_UNAVAILABLE
                         : worker->count >= worker->queue_limit ? GCT_AGAIN
                                                                : GCT_OK;
    if (st == GCT_OK) {
        translation->post.next = NULL;
        if (worker->last == NULL) {
            worker->first = &translation->post;
        } else {
            worker->last->next = &translation->post;
        }
        worker->last = &translation->post;
        worker->count++;
        (void)pthread_cond_signal(&worker->to_runner);
    }
    (void)pthread_mutex_unlock(&worker->lock);
    return st;
}

static size_t inproc_waiting(struct plugin_worker *worker, int *down)
{
    (void)pthread_mutex_lock(&worker->lock);
    size_t count = worker->count;
    *down = is_down(worker);
    (void)pthread_mutex_unlock(&worker->lock);
    return count;
}

static void inproc_stop(struct plugin_worker **out)
{
    struct plugin_worker *worker = *out;
    if (worker == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&worker->lock);
    worker->stopping = 1;
    struct gct_post *waiting = take_all(worker);
    (void)pthread_cond_signal(&worker->to_runner);
    (void)pthread_cond_signal(&worker->to_keeper);
    (void)pthread_mutex_unlock(&worker->lock);
    answer_all(waiting, GCT_LIT("the plugin is being closed"));
    /* The keeper ends when the current call has returned or was answered at its deadline. */
    GCT_CHECK_EQ(pthread_join(worker->keeper, NULL), 0);
    (void)pthread_mutex_lock(&worker->lock);
    int hangs = worker->running;
    worker->abandoned = hangs;
    pthread_t runner = worker->runner;
    (void)pthread_mutex_unlock(&worker->lock);
    if (hangs) {
        (void)pthread_detach(runner); /* the runner frees the worker, if ever */
    } else {
        GCT_CHECK_EQ(pthread_join(runner, NULL), 0);
        worker_free(worker);
    }
    *out = NULL;
}

const struct plugin_backend plugin_backend_inproc = {
    .name = "inproc",
    .needs_file = 1,
    .start = inproc_start,
    .submit = inproc_submit,
    .waiting = inproc_waiting,
    .stop = inproc_stop,
};
