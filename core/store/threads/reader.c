/* The readers: a few threads, one queue, read-only connections. */
#include "base/clock.h"
#include "base/slice.h"
#include "store/store_priv.h"

enum gct_status gct_store_read(struct gct_store *store, struct gct_read *read)
{
    GCT_CHECK_OBJ(store, STORE_MAGIC);
    struct store_reader_set *readers = &store->readers;
    enum gct_status status = GCT_OK;
    store_lock(&readers->crew.lock);
    if (readers->crew.stop || readers->waiting >= store->options.read_limit) {
        status = GCT_AGAIN;
    } else {
        read->post.next = NULL;
        if (readers->last == NULL) {
            readers->first = &read->post;
        } else {
            readers->last->next = &read->post;
        }
        readers->last = &read->post;
        readers->waiting++;
        GCT_CHECK_EQ(pthread_cond_signal(&readers->crew.news), 0);
    }
    store_unlock(&readers->crew.lock);
    return status;
}

/* With the lock. */
static struct gct_read *take_read(struct store_reader_set *readers)
{
    struct gct_post *post = readers->first;
    if (post == NULL)
        return NULL;
    readers->first = post->next;
    if (readers->first == NULL)
        readers->last = NULL;
    readers->waiting--;
    return GCT_STRUCT_OF(post, gct_read, post);
}

/* The connection is opened when the first read needs it, and again after trouble. */
static void answer(struct gct_store *store, struct gct_db **db, struct gct_read *read)
{
    const struct gct_engine *engine = store->engine;
    struct gct_error err = { GCT_OK, "" };
    enum gct_status status = GCT_OK;
    if (*db == NULL)
        status = engine->open(store->path, GCT_ROLE_READER, db, &err);
    if (status == GCT_OK) {
        status = engine->read_begin(*db, gct_clock_mono_ms() + store->options.read_budget_ms, &err);
    }
    if (status == GCT_OK) {
        status = read->run(read, *db, &err);
        engine->read_end(*db);
    }
    if (*db != NULL && engine->trouble(*db, NULL) == GCT_TROUBLE_DISK)
        engine->close(db);
    read->done(read, status, &err);
}

static void *reader_main(void *arg)
{
    struct gct_store *store = arg;
    struct store_reader_set *readers = &store->readers;
    struct store_crew *crew = &readers->crew;
    struct gct_db *db = NULL;
    struct gct_read *read = NULL;
    /* Open from the start: while any reader is, the log's index in memory outlives the writer's connection.
     */
    (void)store->engine->open(store->path, GCT_ROLE_READER, &db, NULL);
    store_lock(&crew->lock);
    for (;;) {
        if (crew->shut) {
            store_crew_stand_aside(crew, &db);
        } else if ((read = take_read(readers)) != NULL) {
            store_unlock(&crew->lock);
            answer(store, &db, read);
            store_lock(&crew->lock);
        } else if (crew->stop) {
            break;
        } else {
            GCT_CHECK_EQ(pthread_cond_wait(&crew->news, &crew->lock), 0);
        }
    }
    store_crew_end(crew, &db);
    return NULL;
}

void reader_start(struct gct_store *store)
{
    struct store_reader_set *readers = &store->readers;
    readers->count = store->options.readers;
    store_crew_open(&readers->crew, readers->count);
    for (unsigned i = 0; i < readers->count; i++) {
        GCT_CHECK_EQ(pthread_create(&readers->threads[i], NULL, reader_main, store), 0);
    }
}

void reader_stop(struct gct_store *store)
{
    struct store_reader_set *readers = &store->readers;
    store_crew_stop(&readers->crew);
    for (unsigned i = 0; i < readers->count; i++) {
        GCT_CHECK_EQ(pthread_join(readers->threads[i], NULL), 0);
    }
}

void reader_free(struct gct_store *store)
{
    store_crew_close(&store->readers.crew);
}
