#include "egress/sender.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "egress/inside.h"

#define SENDER_MAGIC 0x73656e64u
#define BOX_LIMIT ((size_t)20000)
#define SECRETS_BYTES ((size_t)1u << 20)
/* After requests on their way were cut off, the store is given this long to take what became of them. */
#define ABANDON_MS (2 * GCT_SECOND_MS)

/* Effects on their way to the sender's thread. */
struct news {
    struct gct_post post;
    struct gct_sender *sender;
    size_t count;
    struct gct_effect effects[];
};

uint64_t sender_random(void)
{
    uint64_t random = 0;
    gct_random((unsigned char *)&random, sizeof random);
    return random;
}

/* ---- does it work? ---- */

/* Tells the outside when that changed. */
static void judge(struct gct_sender *sender)
{
    int working = 1;
    (void)pthread_mutex_lock(&sender->lock);
    sender->stats.reason[0] = '\0';
    for (size_t i = TROUBLE_COUNT; i-- > 0;) {
        if (sender->troubles[i]) {
            working = 0;
            memcpy(sender->stats.reason, sender->trouble_texts[i], sizeof sender->stats.reason);
        }
    }
    int changed = working != sender->stats.working;
    sender->stats.working = working;
    (void)pthread_mutex_unlock(&sender->lock);
    if (changed && sender->options.on_state != NULL) {
        sender->options.on_state(sender->options.arg, working);
    }
}

void sender_trouble(struct gct_sender *sender, enum sender_trouble trouble, const char *why)
{
    if (!sender->troubles[trouble]) {
        sender->troubles[trouble] = 1;
        (void)snprintf(sender->trouble_texts[trouble], sizeof sender->trouble_texts[trouble], "%s", why);
        judge(sender);
    }
}

void sender_fine(struct gct_sender *sender, enum sender_trouble trouble)
{
    if (sender->troubles[trouble]) {
        sender->troubles[trouble] = 0;
        judge(sender);
    }
}

void gct_sender_stats(struct gct_sender *sender, struct gct_sender_stats *out)
{
    GCT_CHECK_OBJ(sender, SENDER_MAGIC);
    (void)pthread_mutex_lock(&sender->lock);
    *out = sender->stats;
    (void)pthread_mutex_unlock(&sender->lock);
}

/* ---- news from the store ---- */

static int concerns_us(enum gct_effect_kind kind)
{
    return kind == GCT_EFFECT_OUTBOX_DUE || kind == GCT_EFFECT_CHANNEL_UPDATED ||
           kind == GCT_EFFECT_PROFILE_WANTED;
}

static void heard(struct gct_post *post)
{
    struct news *news = GCT_STRUCT_OF(post, news, post);
    struct gct_sender *sender = news->sender;
    int64_t now = gct_clock_mono_ms();
    for (size_t i = 0; i < news->count; i++) {
        const struct gct_effect *effect = &news->effects[i];
        switch (effect->kind) {
        case GCT_EFFECT_OUTBOX_DUE: lane_due(lane_of(sender, effect->account), now); break;
        case GCT_EFFECT_CHANNEL_UPDATED: accounts_want(sender, now); break;
        case GCT_EFFECT_PROFILE_WANTED: profiles_want(sender, effect->account, effect->contact); break;
        default: break;
        }
    }
    free(news);
}

void gct_sender_effects(struct gct_sender *sender, const struct gct_effect *effects, size_t count)
{
    size_t ours = 0;
    GCT_CHECK_OBJ(sender, SENDER_MAGIC);
    for (size_t i = 0; i < count; i++) {
        ours += concerns_us(effects[i].kind) ? 1u : 0u;
    }
    if (ours == 0) {
        return;
    }
    struct news *news = gct_heap_new(sizeof *news + ours * sizeof news->effects[0]);
    news->post.run = heard;
    news->sender = sender;
    for (size_t i = 0; i < count; i++) {
        if (concerns_us(effects[i].kind)) {
            news->effects[news->count++] = effects[i];
        }
    }
    if (gct_mailbox_offer(sender->box, &news->post) != GCT_OK) {
        atomic_store(&sender->missed, 1); /* the list of accounts will tell */
        free(news);
    }
}

void gct_sender_reloaded(struct gct_sender *sender)
{
    GCT_CHECK_OBJ(sender, SENDER_MAGIC);
    atomic_store(&sender->reloaded, 1);
    client_wake(sender->client);
}

/* ---- the thread ---- */

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void begin_stop(struct gct_sender *sender, int64_t now_ms)
{
    sender->stopping = 1;
    sender->stop_ms = now_ms + sender->options.limits.stop_ms;
    sender->abandon_ms = sender->stop_ms + ABANDON_MS;
    sender_trouble(sender, TROUBLE_STOPPED, "the sender is stopped");
}

static int is_idle(const struct gct_sender *sender)
{
    return sender->batches == 0 && !sender->accounts.busy && !sender->recovery.busy &&
           !profiles_busy(sender->profiles);
}

/* Does what is due; gives when there is something to do again. */
static int64_t pump(struct gct_sender *sender)
{
    int64_t now = gct_clock_mono_ms();
    int64_t next_ms = PACE_NEVER;
    if (atomic_exchange(&sender->missed, 0)) {
        accounts_want(sender, now);
    }
    if (atomic_exchange(&sender->reloaded, 0)) {
        sender->recovery.revive = 1;
        sender->recovery.due_ms = now;
    }
    if (!sender->stopping && atomic_load(&sender->asked_to_stop)) {
        begin_stop(sender, now);
    }
    next_ms = reply_pump(sender, now);
    if (!sender->stopping) {
        next_ms = sooner(next_ms, recovery_pump(sender, now));
        if (sender->recovery.done) {
            next_ms = sooner(next_ms, accounts_pump(sender, now));
            next_ms = sooner(next_ms, lane_pump(sender, now));
            next_ms = sooner(next_ms, profiles_pump(sender, now));
        }
    } else {
        profiles_hurry(sender);
    }
    (void)pthread_mutex_lock(&sender->lock);
    sender->stats.replies = sender->reply_count;
    sender->stats.calls = client_count(sender->client);
    (void)pthread_mutex_unlock(&sender->lock);
    return next_ms;
}

static void *run(void *arg)
{
    struct gct_sender *sender = arg;
    int64_t next_ms = 0;
    while (!sender->stopping || !is_idle(sender)) {
        int64_t now = gct_clock_mono_ms();
        client_sleep(sender->client, next_ms == PACE_NEVER ? GCT_MINUTE_MS : next_ms - now);
        client_turn(sender->client);
        (void)gct_mailbox_run(sender->box);
        next_ms = pump(sender);
    }
    return NULL;
}

/* ---- its life ---- */

static void wake(void *arg)
{
    struct gct_sender *sender = arg;
    client_wake(sender->client);
}

static void set_limits(struct gct_sender_limits *limits)
{
#define SENDER_LIMIT_DEFAULT(name, standard, text)                                                           \
    limits->name = limits->name == 0 ? (standard) : limits->name;
    GCT_SENDER_LIMIT_TABLE(SENDER_LIMIT_DEFAULT)
#undef SENDER_LIMIT_DEFAULT
}

enum gct_status gct_sender_new(const struct gct_sender_options *options, struct gct_sender **out,
                               struct gct_error *err)
{
    struct gct_sender *sender = gct_heap_new(sizeof *sender);
    sender->magic = SENDER_MAGIC;
    sender->options = *options;
    sender->options.ca_file = NULL; /* the client has its own copy */
    set_limits(&sender->options.limits);
    const struct client_options client = { .ca_file = options->ca_file,
                                           .connect_ms = sender->options.limits.connect_ms,
                                           .total_ms = sender->options.limits.total_ms };
    enum gct_status st = client_new(&client, &sender->client, err);
    *out = NULL;
    if (st != GCT_OK) {
        free(sender);
        goto out;
    }
    sender->box = gct_mailbox_new(BOX_LIMIT, wake, sender);
    sender->secrets = gct_arena_new(SECRETS_BYTES);
    sender->profiles = profiles_new(sender);
    sender->recovery.revive = 1;
    sender->stop_ms = PACE_NEVER;
    sender->abandon_ms = PACE_NEVER;
    GCT_CHECK_EQ(pthread_mutex_init(&sender->lock, NULL), 0);
    sender->troubles[TROUBLE_STARTING] = 1;
    (void)snprintf(sender->trouble_texts[TROUBLE_STARTING], sizeof sender->trouble_texts[TROUBLE_STARTING],
                   "the sender has not started");
    judge(sender);
    *out = sender;
out:
    return st;
}

void gct_sender_start(struct gct_sender *sender)
{
    GCT_CHECK_OBJ(sender, SENDER_MAGIC);
    GCT_CHECK_EQ(pthread_create(&sender->thread, NULL, run, sender), 0);
    sender->started = 1;
}

void gct_sender_stop(struct gct_sender *sender)
{
    GCT_CHECK_OBJ(sender, SENDER_MAGIC);
    if (!sender->started) {
        return;
    }
    atomic_store(&sender->asked_to_stop, 1);
    client_wake(sender->client);
    (void)pthread_join(sender->thread, NULL);
    sender->started = 0;
    gct_mailbox_close(sender->box);
    GCT_LOG(GCT_LEVEL_INFO, "egress.stopped", GCT_F_INT("sent", sender->stats.sent));
}

void gct_sender_free(struct gct_sender **sender)
{
    struct gct_sender *gone = *sender;
    *sender = NULL;
    if (gone == NULL) {
        return;
    }
    gct_sender_stop(gone);
    (void)gct_mailbox_run(gone->box);
    lane_free_all(gone);
    profiles_free(&gone->profiles);
    client_free(&gone->client);
    gct_mailbox_free(&gone->box);
    gct_arena_free(&gone->secrets);
    (void)pthread_mutex_destroy(&gone->lock);
    gone->magic = 0;
    free(gone);
}
