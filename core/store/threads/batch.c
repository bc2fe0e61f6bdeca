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

/* What the engine itself cannot do is its trouble, which the caller looks at after each write. */
static void run_one(struct gct_store *store, struct gct_write *write)
{
    struct gct_tx *tx = &store->writer.tx;
    size_t effects = tx->effect_count;
    write->err.status = GCT_OK;
    write->err.text[0] = '\0';
    write->status = store->engine->mark(tx->db, &write->err);
    if (write->status != GCT_OK)
        return;
    write->status = write->run(write, tx, &write->err);
    if (store->engine->trouble(tx->db, NULL) != GCT_TROUBLE_NONE)
        return;
    if (write->status == GCT_OK) {
        write->status = store->engine->keep(tx->db, &write->err);
    } else {
        tx->effect_count = effects;
        batch_drop_cache(tx);
        if (store->engine->undo(tx->db, NULL) != GCT_OK) {
            GCT_CHECK(store->engine->trouble(tx->db, NULL) != GCT_TROUBLE_NONE);
        }
    }
}

/* Runs pending writes until the batch is full. Gives those that ran, oldest first. */
static struct gct_post *run_pending(struct gct_store *store, uint64_t *count)
{
    struct store_writer *writer = &store->writer;
    struct gct_post *ran = NULL;
    struct gct_post **last = &ran;
    int64_t end_us = gct_clock_mono_us() + BATCH_US;
    *count = 0;
    while (writer->pending != NULL && *count < GCT_STORE_BATCH) {
        struct gct_write *write = take_first(&writer->pending);
        write->post.next = NULL;
        *last = &write->post;
        last = &write->post.next;
        run_one(store, write);
        ++*count;
        if (store->engine->trouble(writer->tx.db, NULL) != GCT_TROUBLE_NONE ||
            gct_clock_mono_us() >= end_us || gct_arena_used(writer->tx.arena) >= BATCH_ARENA_BYTES) {
            break;
        }
    }
    return ran;
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
    struct gct_post *ran = NULL;
    uint64_t count = 0;
    tx->now_ms = gct_clock_wall_ms();
    enum gct_status status = store->engine->begin(tx->db, err);
    if (status == GCT_OK) {
        ran = run_pending(store, &count);
        status = commit(store, err);
    }
    if (status != GCT_OK) {
        atomic_fetch_add(&store->failed_commits, 1u);
        batch_drop_cache(tx);
        while (ran != NULL) {
            write_end(store, take_first(&ran), GCT_UNAVAILABLE, err);
        }
        batch_over(store);
        return GCT_UNAVAILABLE;
    }
    atomic_fetch_add(&store->commits, 1u);
    atomic_fetch_add(&store->writes, count);
    atomic_store(&store->log_bytes, store->engine->log_bytes(tx->db));
    effects_once(tx);
    if (tx->effect_count > 0 && store->options.on_effects != NULL) {
        store->options.on_effects(store->options.arg, tx->effects, tx->effect_count);
    }
    while (ran != NULL) {
        struct gct_write *write = take_first(&ran);
        write_end(store, write, write->status, &write->err);
    }
    batch_over(store);
    return GCT_OK;
}
