/* Upkeep: what has to happen now and then. Its writes go through the writer like everybody else's; only the
 * log is moved by a connection of its own. It never waits for a write, since the writer may be waiting for
 * it. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "store/store_priv.h"

#define TICK_MS 200
#define SPACE_EVERY_MS 1000

/* Reserve of the disk, when the options name none. */
#define RESERVE_BYTES ((int64_t)64 << 20)
#define RESERVE_PERCENT 5

/* The index advances as fast as it can while nobody else writes, by so many turns a tick while some wait (a
 * sixth of the writer's time, some thousands of messages a second), and by one in a rush: then answers come
 * before search. */
#define INDEX_BUSY_TURNS 8u
#define INDEX_RUSH_TURNS 1u
#define RUSH_WRITES 8u

/* ---- room on the disk ---- */

/* The log's file keeps the size that it once had: it may be most of what is missing. Nonzero when the disk
 * has just become low and the writer was asked for that room: then it is looked at again before anything is
 * refused. */
static int ask_for_room(struct gct_store *store, int low)
{
    int asked = store->upkeep.room_asked;
    store->upkeep.room_asked = low;
    if (!low || atomic_load(&store->refusing) || atomic_load(&store->commits) == atomic_load(&store->emptied))
        return 0;
    atomic_store(&store->room_wanted, 1);
    writer_nudge(store);
    return !asked;
}

static void look_at_space(struct gct_store *store, int64_t now_ms)
{
    struct statvfs disk;
    struct gct_error err;
    if (now_ms < store->upkeep.space_due_ms)
        return;
    store->upkeep.space_due_ms = now_ms + SPACE_EVERY_MS;
    if (statvfs(store->path, &disk) != 0)
        return;
    int64_t block = (int64_t)disk.f_frsize;
    int64_t left = (int64_t)disk.f_bavail * block;
    int64_t reserve = store->options.reserve_bytes;
    if (reserve == 0) {
        int64_t share = (int64_t)disk.f_blocks / 100 * RESERVE_PERCENT * block;
        reserve = share < RESERVE_BYTES ? share : RESERVE_BYTES;
    }
    atomic_store(&store->free_bytes, left);
    int low = left < reserve;
    if (low)
        store->upkeep.space_due_ms = 0; /* at the next tick */
    if (ask_for_room(store, low))
        return;
    if (low && !atomic_load(&store->refusing)) {
        (void)gct_error_set(&err, GCT_UNAVAILABLE, "the disk has %lld KiB left, %lld KiB are kept in reserve",
                            (long long)(left / 1024), (long long)(reserve / 1024));
        store_reason_set(store, &err);
        if (!atomic_load(&store->low_space))
            gct_log_error("store.low_space", &err);
    }
    if (!low && atomic_load(&store->low_space)) {
        GCT_LOG(GCT_LEVEL_INFO, "store.space", GCT_F_INT("free_bytes", left));
    }
    atomic_store(&store->low_space, low);
}

/* ---- the log ---- */

/* The file could not be read, written or synced: that is the writer's to repair. SQLite keeps the descriptor
 * while others have the file open, and would give it to the next connection: there is none before that. */
static void report(struct gct_store *store, struct gct_db **db, const struct gct_error *err)
{
    store_reason_set(store, err);
    store->engine->close(db);
    atomic_store(&store->repairing, 1);
    atomic_store(&store->disk_failed, 1);
    writer_nudge(store);
}

static void move_log(struct gct_store *store, struct gct_db **db)
{
    struct gct_error err = { GCT_OK, "" };
    int whole = 0;
    int64_t bytes = atomic_load(&store->log_bytes);
    if (atomic_load(&store->hold_wanted))
        return; /* the writer comes to it, and must not find the log being moved */
    if (bytes < store->upkeep.log_moved)
        store->upkeep.log_moved = 0;
    if (bytes - store->upkeep.log_moved < STORE_LOG_MOVE_BYTES && bytes < STORE_LOG_RESTART_BYTES)
        return;
    enum gct_status status = store->engine->log_cut(*db, GCT_LOG_BESIDE, &whole, &err);
    if (status == GCT_OK) {
        store->upkeep.log_moved = bytes;
        if (bytes >= STORE_LOG_RESTART_BYTES)
            atomic_store(&store->hold_wanted, 1);
    } else if (store->engine->trouble(*db, NULL) == GCT_TROUBLE_DISK) {
        report(store, db, &err);
    }
}

/* With the lock: there is something to do before the next tick. */
static void wake(struct store_upkeep *upkeep)
{
    upkeep->wake = 1;
    GCT_CHECK_EQ(pthread_cond_signal(&upkeep->crew.news), 0);
}

void upkeep_nudge(struct gct_store *store)
{
    store_lock(&store->upkeep.crew.lock);
    wake(&store->upkeep);
    store_unlock(&store->upkeep.crew.lock);
}

/* ---- full text ---- */

static enum gct_status index_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct gct_store *store = GCT_STRUCT_OF(write, gct_store, upkeep.index_write);
    int64_t lag = 0;
    enum gct_status status = fulltext_advance(gct_tx_db(tx), &lag, err);
    if (status == GCT_OK)
        atomic_store(&store->index_lag, lag);
    return status;
}

static void index_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct gct_store *store = GCT_STRUCT_OF(write, gct_store, upkeep.index_write);
    struct store_upkeep *upkeep = &store->upkeep;
    if (status != GCT_OK && status != GCT_UNAVAILABLE)
        gct_log_error("store.index", err);
    store_lock(&upkeep->crew.lock);
    upkeep->index_busy = 0;
    if (status == GCT_OK) {
        wake(upkeep);
    }
    store_unlock(&upkeep->crew.lock);
}

/* Measured only when something was committed since: an idle store is left alone. */
static int64_t measure_lag(struct gct_store *store, struct gct_db *db)
{
    uint64_t commits = atomic_load(&store->commits);
    int64_t lag = 0;
    if (commits != store->upkeep.index_commits &&
        gct_db_integer(db, GCT_SQL_fulltext_lag, GCT_NO_VALUES, 0, &lag, NULL) == GCT_OK) {
        store->upkeep.index_commits = commits;
        atomic_store(&store->index_lag, lag);
    }
    return atomic_load(&store->index_lag);
}

/* In a tick, with so many writes waiting. */
static unsigned turns_allowed(size_t waiting)
{
    return waiting == 0 ? UINT_MAX : waiting < RUSH_WRITES ? INDEX_BUSY_TURNS : INDEX_RUSH_TURNS;
}

static void advance_index(struct gct_store *store, struct gct_db *db)
{
    struct store_upkeep *upkeep = &store->upkeep;
    store_lock(&upkeep->crew.lock);
    int busy = upkeep->index_busy;
    store_unlock(&upkeep->crew.lock);
    if (busy || measure_lag(store, db) == 0)
        return;
    if (upkeep->index_turns >= turns_allowed(atomic_load(&store->writer.admitted)))
        return;
    upkeep->index_turns++;
    store_lock(&upkeep->crew.lock);
    upkeep->index_busy = 1;
    store_unlock(&upkeep->crew.lock);
    if (gct_store_write(store, &upkeep->index_write) != GCT_OK) {
        store_lock(&upkeep->crew.lock);
        upkeep->index_busy = 0;
        store_unlock(&upkeep->crew.lock);
    }
}

/* ---- chores ---- */

static enum gct_status chore_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct store_chore *chore = GCT_STRUCT_OF(write, store_chore, write);
    chore->more = 0;
    return chore->run(chore->arg, tx, &chore->more, err);
}

static void chore_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct store_chore *chore = GCT_STRUCT_OF(write, store_chore, write);
    struct store_crew *crew = &chore->store->upkeep.crew;
    if (status != GCT_OK && status != GCT_UNAVAILABLE)
        gct_log_error("store.chore", err);
    store_lock(&crew->lock);
    chore->busy = 0;
    if (status == GCT_OK && chore->more) {
        chore->due_ms = 0;
        wake(&chore->store->upkeep);
    }
    store_unlock(&crew->lock);
}

void gct_store_add_chore(struct gct_store *store, int64_t interval_ms,
                         enum gct_status (*run)(void *arg, struct gct_tx *tx, int *more,
                                                struct gct_error *err),
                         void *arg)
{
    GCT_CHECK_OBJ(store, STORE_MAGIC);
    struct store_chore *chore = gct_heap_new(sizeof *chore);
    chore->store = store;
    chore->write = (struct gct_write){ .run = chore_run, .done = chore_done, .uses_reserve = 1 };
    chore->interval_ms = interval_ms;
    chore->run = run;
    chore->arg = arg;
    store_lock(&store->upkeep.crew.lock);
    chore->next = store->upkeep.chores;
    store->upkeep.chores = chore;
    store_unlock(&store->upkeep.crew.lock);
}

/* With the lock for as long as the list is walked; giving a write away does not wait. */
static void run_chores(struct gct_store *store, int64_t now_ms)
{
    struct store_upkeep *upkeep = &store->upkeep;
    store_lock(&upkeep->crew.lock);
    for (struct store_chore *chore = upkeep->chores; chore != NULL; chore = chore->next) {
        if (chore->busy || now_ms < chore->due_ms)
            continue;
        if (gct_store_write(store, &chore->write) == GCT_OK) {
            chore->busy = 1;
            chore->due_ms = now_ms + chore->interval_ms;
        }
    }
    store_unlock(&upkeep->crew.lock);
}

/* ---- the thread ---- */

static void work(struct gct_store *store, struct gct_db **db, int tick)
{
    int64_t now_ms = gct_clock_mono_ms();
    if (tick) {
        store->upkeep.index_turns = 0;
        look_at_space(store, now_ms);
    }
    run_chores(store, now_ms);
    if (atomic_load(&store->repairing))
        return;
    if (*db == NULL && store->engine->open(store->path, GCT_ROLE_UPKEEP, db, NULL) != GCT_OK)
        return;
    advance_index(store, *db);
    /* Last: what upkeep reads would stand in the way of the writer that begins the log anew. Not beside one
     * that makes room, which would not get past it. */
    int moves = atomic_exchange(&store->move_wanted, 0) || tick;
    if (moves && !atomic_load(&store->room_wanted))
        move_log(store, db);
}

/* With the lock: until the time, or something to do before it. */
static void sleep_until(struct store_upkeep *upkeep, int64_t until_ms)
{
    struct timespec until = { until_ms / 1000, until_ms % 1000 * 1000000 };
    int rc = 0;
    while (!upkeep->wake && !upkeep->crew.stop && !upkeep->crew.shut && rc != ETIMEDOUT) {
        rc = pthread_cond_timedwait(&upkeep->crew.news, &upkeep->crew.lock, &until);
        GCT_CHECK(rc == 0 || rc == ETIMEDOUT);
    }
    upkeep->wake = 0;
}

static void *upkeep_main(void *arg)
{
    struct gct_store *store = arg;
    struct store_upkeep *upkeep = &store->upkeep;
    struct gct_db *db = NULL;
    int64_t tick_ms = 0;
    store_lock(&upkeep->crew.lock);
    while (!upkeep->crew.stop) {
        if (upkeep->crew.shut) {
            store_crew_stand_aside(&upkeep->crew, &db);
            continue;
        }
        store_unlock(&upkeep->crew.lock);
        int64_t now_ms = gct_clock_mono_ms();
        int tick = now_ms >= tick_ms;
        if (tick)
            tick_ms = now_ms + TICK_MS;
        work(store, &db, tick);
        store_lock(&upkeep->crew.lock);
        sleep_until(upkeep, tick_ms);
    }
    store_crew_end(&upkeep->crew, &db);
    return NULL;
}

void upkeep_start(struct gct_store *store)
{
    struct store_upkeep *upkeep = &store->upkeep;
    store_crew_open(&upkeep->crew, 1u);
    upkeep->index_write = (struct gct_write){ .run = index_run, .done = index_done };
    upkeep->index_commits = UINT64_MAX;
    look_at_space(store, gct_clock_mono_ms());
    GCT_CHECK_EQ(pthread_create(&upkeep->thread, NULL, upkeep_main, store), 0);
}

void upkeep_stop(struct gct_store *store)
{
    store_crew_stop(&store->upkeep.crew);
    GCT_CHECK_EQ(pthread_join(store->upkeep.thread, NULL), 0);
}

void upkeep_free(struct gct_store *store)
{
    while (store->upkeep.chores != NULL) {
        struct store_chore *chore = store->upkeep.chores;
        store->upkeep.chores = chore->next;
        free(chore);
    }
    store_crew_close(&store->upkeep.crew);
}
