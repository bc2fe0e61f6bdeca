/* Shared by the threads of the store. */
#ifndef GUICHET_CORE_STORE_STORE_PRIV_H
#define GUICHET_CORE_STORE_STORE_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "store/engine.h"
#include "store/store.h"

#define STORE_MAGIC 0x53544f52u

/* The log is moved into the database beside the writer from the first size on, at the next tick, and started
 * anew, with the writer held for a moment, from the second, at once. */
#define STORE_LOG_MOVE_BYTES ((int64_t)4 << 20)
#define STORE_LOG_RESTART_BYTES ((int64_t)16 << 20)

#define STORE_READERS_MOST 8u

/* The writer's transaction, used again by every batch. */
struct gct_tx {
    struct gct_db *db;
    int64_t now_ms;
    struct gct_arena *arena;
    struct gct_effect *effects;
    size_t effect_count;
    size_t effect_room;
    void *cache;
    void (*free_cache)(void *cache);
};

/* Threads that have connections of their own and can be asked to close them for a moment. */
struct store_crew {
    pthread_mutex_t lock;
    pthread_cond_t news; /* something to do for the crew */
    pthread_cond_t out;  /* somebody has left */
    unsigned inside;     /* threads that may have a connection */
    int shut;
    int stop;
};

/* Owned by the writer's thread, but for what is atomic. */
struct store_writer {
    pthread_t thread;
    struct gct_mailbox *box;
    struct gct_post nudge; /* wakes the writer to look at disk_failed and room_wanted */
    atomic_int nudged;
    atomic_size_t admitted; /* writes taken and not yet done */
    struct gct_tx tx;
    struct gct_post *pending; /* taken out of the box, not yet run */
    int64_t asked_bytes;      /* of the log, when upkeep was last asked to move it; 0: it is short */
    int reopen;               /* the connection is not to be asked again */
    int reopen_all;           /* no connection is: the database file itself failed */
    unsigned attempts;        /* in a row, to write again */
    int64_t retry_ms;         /* monotonic time of the next one */
};

struct store_reader_set {
    struct store_crew crew;
    struct gct_post *first;
    struct gct_post *last;
    size_t waiting;
    unsigned count;
    pthread_t threads[STORE_READERS_MOST];
};

struct store_chore {
    struct store_chore *next;
    struct gct_store *store;
    struct gct_write write;
    int busy;
    int64_t interval_ms;
    int64_t due_ms;
    int more; /* what the last run left over; the writer's until it is done */
    enum gct_status (*run)(void *arg, struct gct_tx *tx, int *more, struct gct_error *err);
    void *arg;
};

struct store_upkeep {
    pthread_t thread;
    struct store_crew crew; /* its lock guards what follows, too */
    struct store_chore *chores;
    struct gct_write index_write;
    int index_busy;
    int wake;               /* something to do before the next tick */
    unsigned index_turns;   /* in this tick */
    uint64_t index_commits; /* commits when the lag was last measured */
    int64_t log_moved;      /* size of the log when it was last moved */
    int64_t space_due_ms;
    int room_asked; /* the disk was low at the last look, and the writer was asked to give the log's room back
                     */
};

struct gct_store {
    uint32_t magic;
    const struct gct_engine *engine;
    struct gct_store_options options;
    char *path;
    struct store_writer writer;
    struct store_reader_set readers;
    struct store_upkeep upkeep;

    int stopped;            /* gct_store_stop was called */
    atomic_int refusing;    /* the writer cannot write now */
    atomic_int low_space;   /* only the reserve is left */
    atomic_int disk_failed; /* upkeep met a failure that the writer must repair */
    atomic_int repairing;   /* the disk failed, and the writer has not yet moved the log by new descriptors */
    atomic_int move_wanted; /* upkeep shall move the log, which is long */
    atomic_int hold_wanted; /* the writer shall start the log anew */
    atomic_int room_wanted; /* the writer shall give the log's room back to the disk */
    atomic_uint_fast64_t commits;
    atomic_uint_fast64_t emptied; /* commits when the log last gave its room back */
    atomic_uint_fast64_t writes;
    atomic_uint_fast64_t failed_commits;
    atomic_int_fast64_t log_bytes;
    atomic_int_fast64_t free_bytes;
    atomic_int_fast64_t index_lag;

    pthread_mutex_t reason_lock;
    struct gct_error reason; /* why it is refusing or low */
};

/* store.c */
void store_crew_open(struct store_crew *crew, unsigned inside);
void store_crew_close(struct store_crew *crew);
/* Returns when no member has a connection; until store_crew_return none opens one. Caller: the writer. */
void store_crew_leave(struct store_crew *crew);
void store_crew_return(struct store_crew *crew);
/* For a member, with the lock: closes its connection and waits outside for as long as the crew is asked to.
 */
void store_crew_stand_aside(struct store_crew *crew, struct gct_db **db);
/* For a member, with the lock, at its end: closes its connection and gives the lock back. */
void store_crew_end(struct store_crew *crew, struct gct_db **db);
void store_crew_stop(struct store_crew *crew);
void store_lock(pthread_mutex_t *lock);
void store_unlock(pthread_mutex_t *lock);
void store_reason_set(struct gct_store *store, const struct gct_error *err);
void store_reason_get(struct gct_store *store, struct gct_error *err);

/* threads/writer.c */
enum gct_status writer_start(struct gct_store *store, struct gct_error *err);
void writer_stop(struct gct_store *store);
void writer_free(struct gct_store *store);
/* Any thread: the writer has to look at disk_failed and room_wanted. */
void writer_nudge(struct gct_store *store);

/* threads/batch.c: runs what is pending, as much as fits into one batch, and commits it. GCT_OK, or why
 * nothing of it and nothing else can be written now; then nothing is pending. */
enum gct_status batch_run(struct gct_store *store, struct gct_error *err);
/* Ends every pending write with err. */
void batch_refuse(struct gct_store *store, const struct gct_error *err);
/* Empties the router's memory of rows. */
void batch_drop_cache(struct gct_tx *tx);
/* What tells a write from other posts in the writer's box; never called. */
void batch_is_write(struct gct_post *post);

/* threads/reader.c */
void reader_start(struct gct_store *store);
void reader_stop(struct gct_store *store);
void reader_free(struct gct_store *store);

/* threads/upkeep.c */
void upkeep_start(struct gct_store *store);
void upkeep_stop(struct gct_store *store);
void upkeep_free(struct gct_store *store);
/* Any thread: upkeep has to look at move_wanted. */
void upkeep_nudge(struct gct_store *store);

/* fulltext.c: indexes the next messages, in order; *lag is how many are left then. */
enum gct_status fulltext_advance(struct gct_db *db, int64_t *lag, struct gct_error *err);

#endif
