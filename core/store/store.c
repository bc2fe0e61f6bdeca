#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "store/store_priv.h"

#define QUEUE_LIMIT 20000u
#define READ_LIMIT 2000u
#define READERS 2u
#define READ_BUDGET_MS 2000

void store_lock(pthread_mutex_t *lock)
{
    GCT_CHECK_EQ(pthread_mutex_lock(lock), 0);
}

void store_unlock(pthread_mutex_t *lock)
{
    GCT_CHECK_EQ(pthread_mutex_unlock(lock), 0);
}

void store_crew_open(struct store_crew *crew, unsigned inside)
{
    pthread_condattr_t attributes;
    GCT_CHECK_EQ(pthread_condattr_init(&attributes), 0);
    GCT_CHECK_EQ(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), 0);
    GCT_CHECK_EQ(pthread_mutex_init(&crew->lock, NULL), 0);
    GCT_CHECK_EQ(pthread_cond_init(&crew->news, &attributes), 0);
    GCT_CHECK_EQ(pthread_cond_init(&crew->out, &attributes), 0);
    GCT_CHECK_EQ(pthread_condattr_destroy(&attributes), 0);
    crew->inside = inside;
}

void store_crew_end(struct store_crew *crew, struct gct_db **db)
{
    if (*db != NULL)
        (*db)->engine->close(db);
    crew->inside--;
    GCT_CHECK_EQ(pthread_cond_broadcast(&crew->out), 0);
    store_unlock(&crew->lock);
}

void store_crew_close(struct store_crew *crew)
{
    GCT_CHECK_EQ(pthread_cond_destroy(&crew->out), 0);
    GCT_CHECK_EQ(pthread_cond_destroy(&crew->news), 0);
    GCT_CHECK_EQ(pthread_mutex_destroy(&crew->lock), 0);
}

void store_crew_leave(struct store_crew *crew)
{
    store_lock(&crew->lock);
    crew->shut = 1;
    GCT_CHECK_EQ(pthread_cond_broadcast(&crew->news), 0);
    while (crew->inside > 0) {
        GCT_CHECK_EQ(pthread_cond_wait(&crew->out, &crew->lock), 0);
    }
    store_unlock(&crew->lock);
}

void store_crew_return(struct store_crew *crew)
{
    store_lock(&crew->lock);
    crew->shut = 0;
    GCT_CHECK_EQ(pthread_cond_broadcast(&crew->news), 0);
    store_unlock(&crew->lock);
}

void store_crew_stand_aside(struct store_crew *crew, struct gct_db **db)
{
    if (*db != NULL)
        (*db)->engine->close(db);
    crew->inside--;
    GCT_CHECK_EQ(pthread_cond_broadcast(&crew->out), 0);
    while (crew->shut) {
        GCT_CHECK_EQ(pthread_cond_wait(&crew->news, &crew->lock), 0);
    }
    crew->inside++;
}

void store_crew_stop(struct store_crew *crew)
{
    store_lock(&crew->lock);
    crew->stop = 1;
    GCT_CHECK_EQ(pthread_cond_broadcast(&crew->news), 0);
    store_unlock(&crew->lock);
}

void store_reason_set(struct gct_store *store, const struct gct_error *err)
{
    store_lock(&store->reason_lock);
    store->reason = *err;
    store_unlock(&store->reason_lock);
}

void store_reason_get(struct gct_store *store, struct gct_error *err)
{
    store_lock(&store->reason_lock);
    *err = store->reason;
    store_unlock(&store->reason_lock);
}

static struct gct_store *store_new(const struct gct_store_options *options)
{
    struct gct_store *store = gct_heap_new(sizeof *store);
    store->magic = STORE_MAGIC;
    store->engine = gct_engine_find("sqlite");
    store->options = *options;
    store->path = gct_heap_text(gct_slice_of(options->path));
    store->options.path = store->path;
    if (store->options.queue_limit == 0)
        store->options.queue_limit = QUEUE_LIMIT;
    if (store->options.read_limit == 0)
        store->options.read_limit = READ_LIMIT;
    if (store->options.read_budget_ms == 0)
        store->options.read_budget_ms = READ_BUDGET_MS;
    if (store->options.readers == 0)
        store->options.readers = READERS;
    if (store->options.readers > STORE_READERS_MOST)
        store->options.readers = STORE_READERS_MOST;
    GCT_CHECK_EQ(pthread_mutex_init(&store->reason_lock, NULL), 0);
    return store;
}

static void store_free(struct gct_store *store)
{
    GCT_CHECK_EQ(pthread_mutex_destroy(&store->reason_lock), 0);
    free(store->path);
    store->magic = 0;
    free(store);
}

enum gct_status gct_store_open(const struct gct_store_options *options, struct gct_store **out,
                               struct gct_error *err)
{
    struct gct_store *store = store_new(options);
    enum gct_status status = store->engine->prepare(store->path, err);
    if (status == GCT_OK)
        status = writer_start(store, err);
    if (status != GCT_OK) {
        store_free(store);
        return status;
    }
    reader_start(store);
    upkeep_start(store);
    *out = store;
    return GCT_OK;
}

enum gct_status gct_store_recognise(const char *path, struct gct_error *err)
{
    return gct_engine_find("sqlite")->recognise(path, err);
}

void gct_store_stop(struct gct_store *store)
{
    GCT_CHECK_OBJ(store, STORE_MAGIC);
    if (!store->stopped) {
        store->stopped = 1;
        upkeep_stop(store);
        reader_stop(store);
        writer_stop(store); /* last: it empties the log, which nobody may be reading then */
    }
}

void gct_store_close(struct gct_store **out)
{
    struct gct_store *store = *out;
    if (store == NULL)
        return;
    gct_store_stop(store);
    reader_free(store);
    upkeep_free(store);
    writer_free(store);
    store_free(store);
    *out = NULL;
}

enum gct_status gct_store_write(struct gct_store *store, struct gct_write *write)
{
    GCT_CHECK_OBJ(store, STORE_MAGIC);
    struct store_writer *writer = &store->writer;
    enum gct_status status = GCT_OK;
    if (atomic_load(&store->refusing) || (atomic_load(&store->low_space) && !write->uses_reserve)) {
        return GCT_UNAVAILABLE;
    }
    if (atomic_fetch_add(&writer->admitted, 1u) >= store->options.queue_limit) {
        status = GCT_AGAIN;
    } else {
        write->post.run = batch_is_write;
        status = gct_mailbox_offer(writer->box, &write->post);
    }
    if (status != GCT_OK)
        atomic_fetch_sub(&writer->admitted, 1u);
    return status;
}

int gct_store_behind(const struct gct_store *store)
{
    GCT_CHECK_OBJ(store, STORE_MAGIC);
    return atomic_load(&store->writer.admitted) >= GCT_STORE_BATCH;
}

/* Somebody who waits for the end of a write or a read. */
struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    int over;
    enum gct_status status;
    struct gct_error *err;
};

static void waiter_open(struct waiter *waiter, struct gct_error *err)
{
    GCT_CHECK_EQ(pthread_mutex_init(&waiter->lock, NULL), 0);
    GCT_CHECK_EQ(pthread_cond_init(&waiter->ended, NULL), 0);
    waiter->err = err;
}

static void waiter_end(struct waiter *waiter, enum gct_status status, const struct gct_error *err)
{
    store_lock(&waiter->lock);
    waiter->over = 1;
    waiter->status = status;
    if (status != GCT_OK && waiter->err != NULL)
        *waiter->err = *err;
    GCT_CHECK_EQ(pthread_cond_signal(&waiter->ended), 0);
    store_unlock(&waiter->lock);
}

/* submitted: what the store said; only when it took the work there is an end to wait for. */
static enum gct_status waiter_close(struct waiter *waiter, enum gct_status submitted, struct gct_store *store)
{
    enum gct_status status = submitted;
    struct gct_error reason;
    if (submitted == GCT_OK) {
        store_lock(&waiter->lock);
        while (!waiter->over) {
            GCT_CHECK_EQ(pthread_cond_wait(&waiter->ended, &waiter->lock), 0);
        }
        store_unlock(&waiter->lock);
        status = waiter->status;
    } else if (submitted == GCT_UNAVAILABLE) {
        store_reason_get(store, &reason);
        (void)gct_error_set(waiter->err, submitted, "%s", reason.text);
    } else {
        (void)gct_error_set(waiter->err, submitted, "the store has too much to do");
    }
    GCT_CHECK_EQ(pthread_cond_destroy(&waiter->ended), 0);
    GCT_CHECK_EQ(pthread_mutex_destroy(&waiter->lock), 0);
    return status;
}

struct waited_write {
    struct gct_write write;
    struct waiter waiter;
    enum gct_status (*run)(void *arg, struct gct_tx *tx, struct gct_error *err);
    void *arg;
};

static enum gct_status waited_write_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct waited_write *self = GCT_STRUCT_OF(write, waited_write, write);
    return self->run(self->arg, tx, err);
}

static void waited_write_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    waiter_end(&GCT_STRUCT_OF(write, waited_write, write)->waiter, status, err);
}

enum gct_status gct_store_write_wait(struct gct_store *store,
                                     enum gct_status (*run)(void *arg, struct gct_tx *tx,
                                                            struct gct_error *err),
                                     void *arg, struct gct_error *err)
{
    struct waited_write self = {
        .write = { .run = waited_write_run, .done = waited_write_done, .uses_reserve = 1 },
        .run = run,
        .arg = arg,
    };
    waiter_open(&self.waiter, err);
    return waiter_close(&self.waiter, gct_store_write(store, &self.write), store);
}

struct waited_read {
    struct gct_read read;
    struct waiter waiter;
    enum gct_status (*run)(void *arg, struct gct_db *db, struct gct_error *err);
    void *arg;
};

static enum gct_status waited_read_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct waited_read *self = GCT_STRUCT_OF(read, waited_read, read);
    return self->run(self->arg, db, err);
}

static void waited_read_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    waiter_end(&GCT_STRUCT_OF(read, waited_read, read)->waiter, status, err);
}

enum gct_status gct_store_read_wait(struct gct_store *store,
                                    enum gct_status (*run)(void *arg, struct gct_db *db,
                                                           struct gct_error *err),
                                    void *arg, struct gct_error *err)
{
    struct waited_read self = {
        .read = { .run = waited_read_run, .done = waited_read_done },
        .run = run,
        .arg = arg,
    };
    waiter_open(&self.waiter, err);
    return waiter_close(&self.waiter, gct_store_read(store, &self.read), store);
}

void gct_store_stats(struct gct_store *store, struct gct_store_stats *out)
{
    GCT_CHECK_OBJ(store, STORE_MAGIC);
    struct gct_error reason = { GCT_OK, "" };
    memset(out, 0, sizeof *out);
    out->writable = !atomic_load(&store->refusing) && !atomic_load(&store->low_space);
    if (!out->writable)
        store_reason_get(store, &reason);
    struct gct_slice head = gct_utf8_head(gct_slice_of(reason.text), sizeof out->reason - 1u);
    if (head.len > 0)
        memcpy(out->reason, head.ptr, head.len);
    out->commits = atomic_load(&store->commits);
    out->writes = atomic_load(&store->writes);
    out->failed_commits = atomic_load(&store->failed_commits);
    out->waiting_writes = atomic_load(&store->writer.admitted);
    store_lock(&store->readers.crew.lock);
    out->waiting_reads = store->readers.waiting;
    store_unlock(&store->readers.crew.lock);
    out->log_bytes = atomic_load(&store->log_bytes);
    out->free_bytes = atomic_load(&store->free_bytes);
    out->index_lag = atomic_load(&store->index_lag);
}

enum gct_status gct_store_backup(struct gct_store *store, const char *path, struct gct_error *err)
{
    GCT_CHECK_OBJ(store, STORE_MAGIC);
    return store->engine->backup(store->path, path, err);
}
