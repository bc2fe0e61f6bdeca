/* One turn of the writer: many writes, each undone alone if it fails, one commit. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/heap.h"
#include "store/store_priv.h"

/* A batch ends when it has worked this long or holds this much scratch memory, whatever still waits. */
#define BATCH_US 50000
#define BATCH_ARENA_BYTES ((size_t)16u << 20)

void batch_is_write(struct gct_post *post)
{
    GCT_CHECK(post == NULL);
}

struct gct_db *gct_tx_db(struct gct_tx *tx)
{
    return tx->db;
}

int64_t gct_tx_now_ms(const struct gct_tx *tx)
{
    return tx->now_ms;
}

struct gct_arena *gct_tx_arena(struct gct_tx *tx)
{
    return tx->arena;
}

void gct_tx_effect(struct gct_tx *tx, struct gct_effect effect)
{
    if (tx->effect_count == tx->effect_room) {
        tx->effect_room = tx->effect_room == 0 ? 256u : tx->effect_room * 2u;
        tx->effects = gct_heap_resize(tx->effects, tx->effect_room, sizeof *tx->effects);
    }
    tx->effects[tx->effect_count++] = effect;
}

void *gct_tx_cache(const struct gct_tx *tx)
{
    return tx->cache;
}

void gct_tx_set_cache(struct gct_tx *tx, void *cache, void (*free_cache)(void *cache))
{
    if (tx->cache != cache)
        batch_drop_cache(tx);
    tx->cache = cache;
    tx->free_cache = free_cache;
}

void batch_drop_cache(struct gct_tx *tx)
{
    if (tx->cache != NULL && tx->free_cache != NULL)
        tx->free_cache(tx->cache);
    tx->cache = NULL;
}

/* ---- effects ---- */

struct placed {
    struct gct_effect effect;
    size_t place;
};

static int compare_integers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Equal effects beside each other, the first one first. */
static int compare_placed(const void *left, const void *right)
{
    const struct placed *a = left;
    const struct placed *b = right;
    int order = compare_integers((int64_t)a->effect.kind, (int64_t)b->effect.kind);
    if (order == 0)
        order = compare_integers(a->effect.account, b->effect.account);
    if (order == 0)
        order = compare_integers(a->effect.ticket, b->effect.ticket);
    if (order == 0)
        order = compare_integers(a->effect.message, b->effect.message);
    if (order == 0)
        order = compare_integers(a->effect.contact, b->effect.contact);
    if (order == 0)
        order = compare_integers(a->effect.team, b->effect.team);
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

static int same_effect(const struct gct_effect *a, const struct gct_effect *b)
{
    return a->kind == b->kind && a->account == b->account && a->ticket == b->ticket &&
           a->message == b->message && a->contact == b->contact && a->team == b->team;
}

/* Keeps the first of equal effects, in their order. */
static void effects_once(struct gct_tx *tx)
{
    size_t count = tx->effect_count;
    if (count < 2u)
        return;
    struct placed *sorted = gct_heap_array(count, sizeof *sorted);
    unsigned char *again = gct_heap_array(count, sizeof *again);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = (struct placed){ tx->effects[i], i };
    }
    qsort(sorted, count, sizeof *sorted, compare_placed);
    for (size_t i = 1; i < count; i++) {
        again[sorted[i].place] = same_effect(&sorted[i - 1u].effect, &sorted[i].effect) ? 1u : 0u;
    }
    tx->effect_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!again[i])
            tx->effects[tx->effect_count++] = tx->effects[i];
    }
    free(again);
    free(sorted);
}

/* ---- writes ---- */

static struct gct_write *write_of(struct gct_post *post)
{
    GCT_CHECK(post->run == batch_is_write);
    return GCT_STRUCT_OF(post, gct_write, post);
}

/* Takes the first write off the list. */
static struct gct_write *take_first(struct gct_post **list)
{
    struct gct_write *write = write_of(*list);
    *list = (*list)->next;
    return write;
}

/* done() is the last touch: it may free the write. */
static void write_end(struct gct_store *store, struct gct_write *write, enum gct_status status,
                      const struct gct_error *err)
{
    struct gct_error copy = { status, "" };
    if (status != GCT_OK)
        copy = *err;
    atomic_fetch_sub(&store->writer.admitted, 1u);
    write->done(write, status, &copy);
}

void batch_refuse(struct gct_store *store, const struct gct_error *err)
{
    while (store->writer.pending != NULL) {
        write_end(store, take_first(&store->writer.pending), GCT_UNAVAILABLE, err);
    }
}

/* A batch that is being made: the writes that ran, oldest first. */
struct batch {
    struct gct_store *store;
    struct gct_post *ran;
    struct gct_post **last;
    uint64_t count;
    int64_t end_us;
};

static int in_trouble(const struct batch *batch)
{
    return batch->store->engine->trouble(batch->store->writer.tx.db, NULL) != GCT_TROUBLE_NONE;
}

static int is_full(const struct batch *batch)
{
    return batch->count >= GCT_STORE_BATCH || in_trouble(batch) || gct_clock_mono_us() >= batch->end_us ||
           gct_arena_used(batch->store->writer.tx.arena) >= BATCH_ARENA_BYTES;
}

/* Takes the next write into the batch. */
static struct gct_write *take_next(struct batch *batch)
{
    struct gct_write *write = take_first(&batch->store->writer.pending);
    write->post.next = NULL;
    *batch->last = &write->post;
    batch->last = &write->post.next;
    batch->count++;
    return write;
}

static void run(struct gct_tx *tx, struct gct_write *write)
{
    write->err.status = GCT_OK;
    write->err.text[0] = '\0';
    write->status = write->run(write, tx, &write->err);
}

/* After the last mark nothing has happened. */
static void undo(struct batch *batch, size_t effects)
{
    struct gct_tx *tx = &batch->store->writer.tx;
    tx->effect_count = effects;
    batch_drop_cache(tx);
    if (batch->store->engine->undo(tx->db, NULL) != GCT_OK)
        GCT_CHECK(in_trouble(batch));
}

/* What the engine itself cannot do is its trouble, which ends the batch. */
static void run_alone(struct batch *batch, struct gct_write *write)
{
    const struct gct_engine *engine = batch->store->engine;
    struct gct_tx *tx = &batch->store->writer.tx;
    size_t effects = tx->effect_count;
    write->status = engine->mark(tx->db, &write->err);
    if (write->status != GCT_OK)
        return;
    run(tx, write);
    if (in_trouble(batch))
        return;
    if (write->status == GCT_OK) {
        write->status = engine->keep(tx->db, &write->err);
    } else {
        undo(batch, effects);
    }
}

/* Repeatable writes under one mark: what is remembered for the undoing of a page is remembered once for all
 * of them. */
static void run_together(struct batch *batch)
{
    struct gct_store *store = batch->store;
    struct gct_tx *tx = &store->writer.tx;
    struct gct_post **first = batch->last;
    size_t effects = tx->effect_count;
    enum gct_status status = store->engine->mark(tx->db, NULL);
    if (status != GCT_OK) {
        if (!in_trouble(batch))
            run_alone(batch, take_next(batch)); /* who has a place for the reason */
        return;
    }
    do {
        struct gct_write *write = take_next(batch);
        run(tx, write);
        status = write->status;
    } while (status == GCT_OK && store->writer.pending != NULL &&
             write_of(store->writer.pending)->repeatable && !is_full(batch));
    if (in_trouble(batch))
        return;
    if (status == GCT_OK) {
        (void)store->engine->keep(tx->db, NULL); /* or it is in trouble, and the commit says so */
        return;
    }
    undo(batch, effects);
    for (struct gct_post *post = *first; post != NULL && !in_trouble(batch); post = post->next) {
        run_alone(batch, write_of(post));
    }
}

static void run_pending(struct batch *batch)
{
    const struct store_writer *writer = &batch->store->writer;
    do {
        if (write_of(writer->pending)->repeatable) {
            run_together(batch);
        } else {
            run_alone(batch, take_next(batch));
        }
    } while (writer->pending != NULL && !is_full(batch));
}

static enum gct_status commit(struct gct_store *store, struct gct_error *err)
{
    struct gct_tx *tx = &store->writer.tx;
    if (store->engine->trouble(tx->db, err) != GCT_TROUBLE_NONE) {
        store->engine->rollback(tx->db);
        return GCT_UNAVAILABLE;
    }
    return store->engine->commit(tx->db, err);
}

static void batch_over(struct gct_store *store)
{
    store->writer.tx.effect_count = 0;
    gct_arena_reset(store->writer.tx.arena);
}

enum gct_status batch_run(struct gct_store *store, struct gct_error *err)
{
    struct gct_tx *tx = &store->writer.tx;
    struct batch batch = { .store = store };
    batch.last = &batch.ran;
    tx->now_ms = gct_clock_wall_ms();
    enum gct_status status = store->engine->begin(tx->db, err);
    if (status == GCT_OK) {
        batch.end_us = gct_clock_mono_us() + BATCH_US;
        run_pending(&batch);
        status = commit(store, err);
    }
    if (status != GCT_OK) {
        atomic_fetch_add(&store->failed_commits, 1u);
        batch_drop_cache(tx);
        while (batch.ran != NULL) {
            write_end(store, take_first(&batch.ran), GCT_UNAVAILABLE, err);
        }
        batch_over(store);
        return GCT_UNAVAILABLE;
    }
    atomic_fetch_add(&store->commits, 1u);
    atomic_fetch_add(&store->writes, batch.count);
    atomic_store(&store->log_bytes, store->engine->log_bytes(tx->db));
    effects_once(tx);
    if (tx->effect_count > 0 && store->options.on_effects != NULL) {
        store->options.on_effects(store->options.arg, tx->effects, tx->effect_count);
    }
    while (batch.ran != NULL) {
        struct gct_write *write = take_first(&batch.ran);
        write_end(store, write, write->status, &write->err);
    }
    batch_over(store);
    return GCT_OK;
}
