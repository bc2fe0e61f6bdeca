/* The writer's thread: batch after batch, and the way back after trouble. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/slice.h"
#include "store/store_priv.h"

#define ARENA_BYTES ((size_t)256u << 20)

/* Attempts to write again after trouble: after 0.25, 0.5, 1, 2, 2, … seconds. */
#define RETRY_FIRST_MS 250
#define RETRY_LONGEST_MS 2000

static void take_nudge(struct gct_post *post)
{
    atomic_store(&GCT_STRUCT_OF(post, gct_store, writer.nudge)->writer.nudged, 0);
}

void writer_nudge(struct gct_store *store)
{
    if (!atomic_exchange(&store->writer.nudged, 1))
        gct_mailbox_put(store->writer.box, &store->writer.nudge);
}

/* Posts that are not writes are run now; the writes stay, in order. */
static struct gct_post *only_writes(struct gct_post *list)
{
    struct gct_post *writes = NULL;
    struct gct_post **last = &writes;
    while (list != NULL) {
        struct gct_post *next = list->next;
        if (list->run == batch_is_write) {
            *last = list;
            last = &list->next;
        } else {
            list->run(list);
        }
        list = next;
    }
    *last = NULL;
    return writes;
}

static int64_t retry_after(unsigned attempts)
{
    int64_t wait = RETRY_FIRST_MS;
    while (attempts-- > 0 && wait < RETRY_LONGEST_MS) {
        wait *= 2;
    }
    return wait < RETRY_LONGEST_MS ? wait : RETRY_LONGEST_MS;
}

/* From now on writes are refused; what waits is told. */
static void refuse(struct gct_store *store, const struct gct_error *err)
{
    struct store_writer *writer = &store->writer;
    store_reason_set(store, err);
    if (!atomic_exchange(&store->refusing, 1))
        gct_log_error("store.refusing", err);
    batch_drop_cache(&writer->tx);
    if (writer->tx.db != NULL && store->engine->trouble(writer->tx.db, NULL) == GCT_TROUBLE_DISK) {
        writer->reopen = 1;
    }
    if (writer->reopen)
        atomic_store(&store->repairing, 1);
    if (writer->reopen && writer->tx.db != NULL)
        store->engine->close(&writer->tx.db);
    writer->retry_ms = gct_clock_mono_ms() + retry_after(writer->attempts);
    batch_refuse(store, err);
}

/* A database that was closed after a failure is taken up again only when everything in its log has reached
 * the database file by new descriptors. The readers' connections keep the index of the log in memory
 * meanwhile, which ends at the last commit that succeeded: what a failed commit left in the log is not taken
 * for a commit. When that is not enough, all connections are closed, too (docs/adr/0003-failed-sync.md). */
static enum gct_status reopen(struct gct_store *store, struct gct_error *err)
{
    struct store_writer *writer = &store->writer;
    int whole = 0;
    store_crew_leave(&store->upkeep.crew);
    int all = writer->reopen_all || atomic_load(&store->disk_failed); /* upkeep may have failed just now */
    if (all)
        store_crew_leave(&store->readers.crew);
    enum gct_status status = store->engine->open(store->path, GCT_ROLE_WRITER, &writer->tx.db, err);
    if (status == GCT_OK)
        status = store->engine->log_cut(writer->tx.db, GCT_LOG_EMPTY, &whole, err);
    if (status == GCT_AGAIN && whole)
        status = GCT_OK; /* all is moved; a reader keeps the log from being cut */
    if (status == GCT_OK) {
        writer->reopen = 0;
        writer->reopen_all = 0;
        atomic_store(&store->disk_failed, 0);
        atomic_store(&store->repairing, 0);
        atomic_store(&store->log_bytes, 0);
    } else {
        writer->reopen_all = all || status != GCT_AGAIN;
        if (writer->tx.db != NULL)
            store->engine->close(&writer->tx.db);
    }
    if (all)
        store_crew_return(&store->readers.crew);
    store_crew_return(&store->upkeep.crew);
    return status;
}

/* Moves the log with the writer's own connection; GCT_AGAIN: somebody is in the way. When the database file
 * fails at that, no connection may sync it again: pages that were moved before, and are not moved twice, may
 * be lost with this sync. */
static enum gct_status cut_log(struct gct_store *store, enum gct_log_cut cut, struct gct_error *err)
{
    struct store_writer *writer = &store->writer;
    int whole = 0;
    enum gct_status status = store->engine->log_cut(writer->tx.db, cut, &whole, err);
    if (status == GCT_OK)
        atomic_store(&store->log_bytes, store->engine->log_bytes(writer->tx.db));
    else if (status != GCT_AGAIN && store->engine->trouble(writer->tx.db, NULL) == GCT_TROUBLE_DISK)
        writer->reopen_all = 1;
    return status;
}

/* Can it write again? */
static void try_again(struct gct_store *store)
{
    struct store_writer *writer = &store->writer;
    struct gct_error err = { GCT_OK, "" };
    enum gct_status status = GCT_OK;
    writer->attempts++;
    if (writer->reopen) {
        status = reopen(store, &err);
    } else {
        status = cut_log(store, GCT_LOG_EMPTY, &err); /* on a full disk this is what makes room */
        if (status == GCT_AGAIN)
            status = GCT_OK;
    }
    if (status == GCT_OK)
        status = store->engine->begin(writer->tx.db, &err);
    if (status == GCT_OK) {
        store->engine->rollback(writer->tx.db);
        atomic_store(&store->refusing, 0);
        GCT_LOG(GCT_LEVEL_INFO, "store.writing", GCT_F_INT("attempts", writer->attempts));
    } else {
        refuse(store, &err);
    }
}

/* Upkeep could not move the log into the database file: no connection may sync that file again. */
static void look_at_upkeep(struct gct_store *store)
{
    struct gct_error err;
    if (atomic_exchange(&store->disk_failed, 0)) {
        store_reason_get(store, &err);
        store->writer.reopen = 1;
        store->writer.reopen_all = 1;
        refuse(store, &err);
    }
}

/* Upkeep has moved nearly all of a long log. With the writer held for a moment it moves the rest, so that the
 * next commit begins the log anew. */
static void hold(struct gct_store *store)
{
    struct gct_error err;
    if (!atomic_exchange(&store->hold_wanted, 0) || atomic_load(&store->disk_failed))
        return;
    (void)cut_log(store, GCT_LOG_RESTART, &err);
    if (store->writer.reopen_all)
        refuse(store, &err);
}

/* The disk is down to its reserve, and the log may hold more of it than is left: its file never shrinks
 * otherwise. Readers that stand in the way are waited for; what waits to be written would be refused. */
static void make_room(struct gct_store *store)
{
    struct gct_error err;
    uint64_t commits = atomic_load(&store->commits);
    if (!atomic_exchange(&store->room_wanted, 0))
        return;
    if (cut_log(store, GCT_LOG_EMPTY, &err) == GCT_OK)
        atomic_store(&store->emptied, commits);
    if (store->writer.reopen_all)
        refuse(store, &err);
}

/* A log that stays long, for somebody reads from it, is asked for again when it has grown. */
static void ask_for_move(struct gct_store *store)
{
    struct store_writer *writer = &store->writer;
    int64_t bytes = atomic_load(&store->log_bytes);
    if (bytes < writer->asked_bytes)
        writer->asked_bytes = 0;
    if (bytes <
        (writer->asked_bytes == 0 ? STORE_LOG_RESTART_BYTES : writer->asked_bytes + STORE_LOG_MOVE_BYTES))
        return;
    writer->asked_bytes = bytes;
    atomic_store(&store->move_wanted, 1);
    upkeep_nudge(store);
}

static void turn(struct gct_store *store)
{
    struct store_writer *writer = &store->writer;
    struct gct_error err = { GCT_OK, "" };
    if (batch_run(store, &err) == GCT_OK) {
        writer->attempts = 0;
        hold(store);
        ask_for_move(store);
    } else {
        refuse(store, &err);
    }
}

static void *writer_main(void *arg)
{
    struct gct_store *store = arg;
    struct store_writer *writer = &store->writer;
    struct gct_error err;
    for (;;) {
        int refusing = atomic_load(&store->refusing);
        if (writer->pending == NULL) {
            int closed = gct_mailbox_closed(writer->box);
            writer->pending = only_writes(gct_mailbox_wait(writer->box, refusing ? writer->retry_ms : -1));
            if (closed && writer->pending == NULL)
                break;
        }
        look_at_upkeep(store);
        if (!atomic_load(&store->refusing))
            make_room(store);
        if (!atomic_load(&store->refusing)) {
            if (writer->pending != NULL)
                turn(store);
        } else {
            store_reason_get(store, &err);
            batch_refuse(store, &err);
            if (gct_clock_mono_ms() >= writer->retry_ms)
                try_again(store);
        }
    }
    return NULL;
}

enum gct_status writer_start(struct gct_store *store, struct gct_error *err)
{
    struct store_writer *writer = &store->writer;
    int whole = 0;
    enum gct_status status = store->engine->open(store->path, GCT_ROLE_WRITER, &writer->tx.db, err);
    if (status != GCT_OK)
        return status;
    /* What the last run left in the log; somebody who reads from it now does no harm. */
    status = store->engine->log_cut(writer->tx.db, GCT_LOG_EMPTY, &whole, err);
    if (status != GCT_OK && status != GCT_AGAIN) {
        store->engine->close(&writer->tx.db);
        return status;
    }
    writer->tx.arena = gct_arena_new(ARENA_BYTES);
    writer->box = gct_mailbox_new(store->options.queue_limit, NULL, NULL);
    writer->nudge.run = take_nudge;
    GCT_CHECK_EQ(pthread_create(&writer->thread, NULL, writer_main, store), 0);
    return GCT_OK;
}

void writer_stop(struct gct_store *store)
{
    struct store_writer *writer = &store->writer;
    struct gct_error err;
    int whole = 0;
    gct_mailbox_close(writer->box);
    GCT_CHECK_EQ(pthread_join(writer->thread, NULL), 0);
    if (writer->tx.db != NULL) {
        if (!writer->reopen && store->engine->log_cut(writer->tx.db, GCT_LOG_EMPTY, &whole, &err) != GCT_OK) {
            gct_log_error("store.log_left", &err);
        }
        store->engine->close(&writer->tx.db);
    }
    batch_drop_cache(&writer->tx);
    free(writer->tx.effects);
    gct_arena_free(&writer->tx.arena);
}

void writer_free(struct gct_store *store)
{
    gct_mailbox_free(&store->writer.box);
}
