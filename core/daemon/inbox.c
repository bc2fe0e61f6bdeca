#include "daemon/inbox.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"

#define TAKE_MOST 50u
#define SLEEP_LEAST_MS 10
#define SLEEP_MOST_MS (10 * GCT_MINUTE_MS)
#define PAUSE_MS 1000 /* after a look that the store refused */
#define BUSY_MS 500   /* before a row is tried again when the plugin takes nothing */
#define BATCH_BYTES ((size_t)256u << 20)

/* What becomes of a row. */
enum fate {
    FATE_TOLD,   /* the plugin has answered, or nobody can any more: the router decides */
    FATE_BUSY,   /* the plugin takes nothing now: put back, the attempt does not count */
    FATE_ABSENT, /* the channel's plugin was refused: it stays, and its pauses grow */
    FATE_UNKEPT  /* what came of it can never be kept: to the quarantine */
};

/* One look into the inbox and what came of it. */
struct batch {
    struct gct_inbox_pump *pump;
    struct gct_write write;
    struct gct_post post;
    struct gct_directory *directory;
    struct gct_arena *arena;
    struct gct_inbox_row *rows;
    size_t count;
    size_t open; /* rows whose fate is not known yet; loop thread */
    size_t told; /* rows that the plugin, or the router without it, has answered; loop thread */
    enum gct_status status;
    int afresh;      /* first let every row be due */
    int64_t now_ms;  /* of the look */
    int64_t next_ms; /* when the next row is due, with count 0 only; 0: there is none */
};

/* One row of it. */
struct attempt {
    struct batch *batch;
    const struct gct_inbox_row *row;
    struct gct_translation translation;
    struct gct_write write;
    struct gct_post post;
    struct gct_arena *arena;
    struct gct_ingest_counts counts;
    enum fate fate;
    enum gct_status status; /* of the write */
    struct gct_error err;
};

struct gct_inbox_pump {
    struct gct_loop *loop;
    struct gct_store *store;
    struct gct_directory_slot *slot;
    struct gct_ingest_totals *totals;
    struct gct_timer timer;
    struct gct_post wake;
    atomic_int woken; /* the wake post is in the loop's box */
    int running;
    int again;
    int afresh;
};

/* ---- the end of an attempt, and of a batch ---- */

/* delay_ms: until the next look; -1: when somebody asks for it. */
static void batch_free(struct batch *batch, int64_t delay_ms)
{
    struct gct_inbox_pump *pump = batch->pump;
    gct_directory_free(&batch->directory);
    gct_arena_free(&batch->arena);
    free(batch);
    pump->running = 0;
    if (pump->again) {
        pump->again = 0;
        delay_ms = 0;
    }
    if (delay_ms >= 0) {
        gct_timer_start(pump->loop, &pump->timer, delay_ms);
    }
}

static enum gct_status keep(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct attempt *attempt = GCT_STRUCT_OF(write, attempt, write);
    attempt->counts = (struct gct_ingest_counts){ 0 };
    switch (attempt->fate) {
    case FATE_TOLD:
        return gct_inbox_finish(tx, attempt->batch->directory, attempt->row, &attempt->translation,
                                &attempt->counts, err);
    case FATE_BUSY: return gct_inbox_put_back(tx, attempt->row->id, gct_tx_now_ms(tx) + BUSY_MS, err);
    case FATE_UNKEPT:
        return gct_inbox_set_aside(tx, attempt->row, GCT_QUARANTINE_INVALID, gct_slice_of(attempt->err.text),
                                   &attempt->counts, err);
    case FATE_ABSENT: break;
    }
    return GCT_OK;
}

static void attempt_store(struct attempt *attempt);

/* After many attempts, not for want of room nor of a lock: no later one would end otherwise. */
static int never_kept(const struct attempt *attempt)
{
    return attempt->fate == FATE_TOLD && gct_ingest_is_refused(attempt->status) &&
           attempt->row->attempts >= GCT_INBOX_ATTEMPTS;
}

/* Loop. */
static void attempt_end(struct gct_post *post)
{
    struct attempt *attempt = GCT_STRUCT_OF(post, attempt, post);
    struct batch *batch = attempt->batch;
    if (never_kept(attempt)) {
        attempt->fate = FATE_UNKEPT;
        attempt_store(attempt);
        return;
    }
    if (attempt->status == GCT_OK) {
        gct_ingest_total(batch->pump->totals, &attempt->row->hook, &attempt->translation, &attempt->counts);
    }
    batch->told += attempt->fate != FATE_BUSY;
    gct_arena_free(&attempt->arena);
    free(attempt);
    if (--batch->open == 0) {
        /* Each row that was looked at is due later now, or gone: to look again at once cannot go on for ever.
         */
        batch_free(batch, batch->told > 0 ? 0 : BUSY_MS);
    }
}

/* Any thread. */
static void attempt_finish(struct attempt *attempt)
{
    attempt->post.run = attempt_end;
    gct_mailbox_put(gct_loop_box(attempt->batch->pump->loop), &attempt->post);
}

static void kept(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct attempt *attempt = GCT_STRUCT_OF(write, attempt, write);
    attempt->status = status;
    attempt->err = *err;
    if (status != GCT_OK) {
        gct_log_error("inbox.not_kept", err); /* the row stays, and is taken again */
    }
    attempt_finish(attempt);
}

/* Any thread. */
static void attempt_store(struct attempt *attempt)
{
    attempt->write.run = keep;
    attempt->write.done = kept;
    attempt->write.uses_reserve = 1;
    if (gct_store_write(attempt->batch->pump->store, &attempt->write) != GCT_OK) {
        attempt->status = GCT_UNAVAILABLE;
        attempt_finish(attempt);
    }
}

static void translated(struct gct_translation *translation)
{
    attempt_store(GCT_STRUCT_OF(translation, attempt, translation));
}

static void attempt_start(struct batch *batch, const struct gct_inbox_row *row)
{
    const struct gct_directory_channel *channel = gct_directory_channel(batch->directory, row->hook.channel);
    struct attempt *attempt = gct_heap_new(sizeof *attempt);
    attempt->batch = batch;
    attempt->row = row;
    attempt->arena = gct_arena_new(GCT_CALL_ARENA);
    attempt->translation.kind = GCT_DECODE;
    attempt->translation.now_ms = row->hook.arrived_ms;
    attempt->translation.hook = row->hook.request;
    attempt->translation.arena = attempt->arena;
    attempt->translation.done = translated;
    if (channel == NULL) {
        attempt_store(attempt);
    } else if (channel->instance == NULL) {
        attempt->fate = FATE_ABSENT;
        attempt_finish(attempt);
    } else if (gct_translate(channel->instance, &attempt->translation) != GCT_OK) {
        attempt->fate = FATE_BUSY;
        attempt_store(attempt);
    }
}

/* ---- a look ---- */

static enum gct_status take(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct batch *batch = GCT_STRUCT_OF(write, batch, write);
    enum gct_status status = batch->afresh ? gct_inbox_afresh(tx, err) : GCT_OK;
    if (status == GCT_OK) {
        status = gct_inbox_take(tx, TAKE_MOST, batch->arena, &batch->rows, &batch->count, err);
    }
    if (status == GCT_OK && batch->count == 0) {
        status = gct_inbox_next(gct_tx_db(tx), &batch->next_ms, err);
    }
    batch->now_ms = gct_tx_now_ms(tx);
    return status;
}

/* After a look that gave nothing; -1: nothing waits. A row that is due and could not be read counts as
 * waiting. */
static int64_t sleep_of(const struct batch *batch)
{
    int64_t left_ms = batch->next_ms - batch->now_ms;
    if (batch->status != GCT_OK) {
        return PAUSE_MS;
    }
    if (batch->next_ms == 0) {
        return -1;
    }
    return left_ms < SLEEP_LEAST_MS ? SLEEP_LEAST_MS : left_ms > SLEEP_MOST_MS ? SLEEP_MOST_MS : left_ms;
}

/* Loop: the rows were taken, and the attempt counted. */
static void batch_start(struct gct_post *post)
{
    struct batch *batch = GCT_STRUCT_OF(post, batch, post);
    if (batch->status != GCT_OK || batch->count == 0) {
        batch->pump->afresh |= batch->status != GCT_OK && batch->afresh;
        batch_free(batch, sleep_of(batch));
        return;
    }
    batch->open = batch->count;
    for (size_t i = 0, count = batch->count; i < count; i++) {
        attempt_start(batch, &batch->rows[i]);
    }
}

static void taken(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct batch *batch = GCT_STRUCT_OF(write, batch, write);
    if (status != GCT_OK) {
        gct_log_error("inbox.not_taken", err);
    }
    batch->status = status;
    batch->post.run = batch_start;
    gct_mailbox_put(gct_loop_box(batch->pump->loop), &batch->post);
}

void gct_inbox_pump_kick(struct gct_inbox_pump *pump)
{
    if (pump->running) {
        pump->again = 1;
        return;
    }
    gct_timer_cancel(&pump->timer);
    struct batch *batch = gct_heap_new(sizeof *batch);
    batch->pump = pump;
    batch->arena = gct_arena_new(BATCH_BYTES);
    batch->directory = gct_directory_get(pump->slot);
    batch->write.run = take;
    batch->write.done = taken;
    batch->write.uses_reserve = 1;
    batch->afresh = pump->afresh;
    pump->running = 1;
    if (gct_store_write(pump->store, &batch->write) != GCT_OK) {
        pump->again = 0;
        batch_free(batch, PAUSE_MS);
        return;
    }
    pump->afresh = 0;
}

void gct_inbox_pump_afresh(struct gct_inbox_pump *pump)
{
    pump->afresh = 1;
    gct_inbox_pump_kick(pump);
}

static void look_again(struct gct_timer *timer)
{
    gct_inbox_pump_kick(GCT_STRUCT_OF(timer, gct_inbox_pump, timer));
}

static void on_wake(struct gct_post *post)
{
    struct gct_inbox_pump *pump = GCT_STRUCT_OF(post, gct_inbox_pump, wake);
    atomic_store(&pump->woken, 0);
    gct_inbox_pump_kick(pump);
}

void gct_inbox_pump_wake(struct gct_inbox_pump *pump)
{
    if (atomic_exchange(&pump->woken, 1) == 0) {
        gct_mailbox_put(gct_loop_box(pump->loop), &pump->wake);
    }
}

struct gct_inbox_pump *gct_inbox_pump_new(struct gct_loop *loop, struct gct_store *store,
                                          struct gct_directory_slot *slot, struct gct_ingest_totals *totals)
{
    struct gct_inbox_pump *pump = gct_heap_new(sizeof *pump);
    pump->loop = loop;
    pump->store = store;
    pump->slot = slot;
    pump->totals = totals;
    pump->timer.fire = look_again;
    pump->wake.run = on_wake;
    return pump;
}

void gct_inbox_pump_free(struct gct_inbox_pump **pump)
{
    if (*pump != NULL) {
        gct_timer_cancel(&(*pump)->timer);
        free(*pump);
        *pump = NULL;
    }
}
