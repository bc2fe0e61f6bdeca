/* The store: one writer thread with group commit, reader threads, upkeep. The only owner of durable state.
 *
 * A write is given to the store with gct_store_write and is the store's until done() was called. Each turn
 * the writer takes all writes that wait (at most GCT_STORE_BATCH, or 50 ms of work), runs each inside one
 * transaction (a write that fails is undone alone; repeatable ones before it may be run a second time),
 * commits once, reports the effects of the batch once, and then calls done() of each. done(GCT_OK) means: on
 * the disk. There is no early acknowledgement and no artificial delay.
 *
 * A failed commit fails every write of the batch with GCT_UNAVAILABLE. A failed sync is never tried again:
 * the writer closes its connection, and takes writes again only after it has reopened the database and moved
 * the whole log into it with syncs of its own that succeeded (docs/adr/0003-failed-sync.md). While the disk
 * is full or the file locked by another process, writes are refused at once, reads go on, and the writer
 * finds the end of it by itself, at intervals that grow to two seconds. */
#ifndef GUICHET_CORE_STORE_STORE_H
#define GUICHET_CORE_STORE_STORE_H

#include "base/mailbox.h"
#include "model/effect.h"
#include "store/db.h"

#define GCT_STORE_BATCH 2000u

struct gct_store;
struct gct_tx;

struct gct_store_options {
    const char *path;       /* database file */
    size_t queue_limit;     /* writes that may wait; 0: 20000 */
    size_t read_limit;      /* reads that may wait; 0: 2000 */
    unsigned readers;       /* 0: 2 */
    int64_t read_budget_ms; /* a read is ended after this long; 0: 2000 */
    /* With less room than this on the disk, writes are refused but for those that use the reserve. 0: 64 MiB
     * or 5 % of the disk, whichever is less; -1: none. */
    int64_t reserve_bytes;
    /* Effects of a committed batch, in order; store thread; must only hand over. May be NULL. */
    void (*on_effects)(void *arg, const struct gct_effect *effects, size_t count);
    void *arg;
};

/* Opens (or makes) the database, runs the migrations that are missing, starts the threads. Refuses a database
 * of a newer version with a sentence. */
GCT_NODISCARD enum gct_status gct_store_open(const struct gct_store_options *options, struct gct_store **out,
                                             struct gct_error *err);

/* Whether gct_store_open would refuse the database at path, as foreign, newer or unreadable. Reads only, also
 * beside a store that has it open. */
GCT_NODISCARD enum gct_status gct_store_recognise(const char *path, struct gct_error *err);

/* Finishes all that was admitted, checkpoints, ends the threads. From then on writes and reads are refused
 * (GCT_AGAIN), so that those who still hold the store need not know. A second call does nothing. */
void gct_store_stop(struct gct_store *store);

/* Stops it and frees it; *out becomes NULL. */
void gct_store_close(struct gct_store **out);

struct gct_write {
    struct gct_post post; /* the store's */
    /* Store thread, inside the transaction. On any status but GCT_OK what it changed is undone and done()
     * gets that status. */
    enum gct_status (*run)(struct gct_write *write, struct gct_tx *tx, struct gct_error *err);
    /* Store thread, after the commit; must only hand over (gct_mailbox_put). err is never NULL. */
    void (*done)(struct gct_write *write, enum gct_status status, const struct gct_error *err);
    /* 1: taken although the disk has no more than its reserve, because it finishes what was begun (the fate
     * of a reply that was sent) or makes room. */
    int uses_reserve;
    /* 1: after it was undone run() may be called again, and then does the same. Such writes cost less: those
     * that wait together are marked together, and only when one of them fails are all undone and run one by
     * one. */
    int repeatable;
    enum gct_status status; /* the store's, until done() */
    struct gct_error err;   /* the store's, until done() */
};

/* GCT_AGAIN when the queue is full, GCT_UNAVAILABLE when the store cannot write now: done() is then not
 * called. Any thread. */
GCT_NODISCARD enum gct_status gct_store_write(struct gct_store *store, struct gct_write *write);

/* Do more writes wait than one transaction takes (GCT_STORE_BATCH)? Who can then gives it less to do. Any
 * thread. */
int gct_store_behind(const struct gct_store *store);

struct gct_read {
    struct gct_post post; /* the store's */
    /* A reader thread, on a read-only connection with its own snapshot. */
    enum gct_status (*run)(struct gct_read *read, struct gct_db *db, struct gct_error *err);
    /* Same thread, after run; must only hand over. */
    void (*done)(struct gct_read *read, enum gct_status status, const struct gct_error *err);
};

/* GCT_AGAIN when too many wait. Any thread. */
GCT_NODISCARD enum gct_status gct_store_read(struct gct_store *store, struct gct_read *read);

/* The same and wait for the end: for the command line, the control socket and tests; never on the loop nor on
 * a thread of the store. Such a write uses the reserve. */
GCT_NODISCARD enum gct_status gct_store_write_wait(struct gct_store *store,
                                                   enum gct_status (*run)(void *arg, struct gct_tx *tx,
                                                                          struct gct_error *err),
                                                   void *arg, struct gct_error *err);
GCT_NODISCARD enum gct_status gct_store_read_wait(struct gct_store *store,
                                                  enum gct_status (*run)(void *arg, struct gct_db *db,
                                                                         struct gct_error *err),
                                                  void *arg, struct gct_error *err);

/* Inside run() of a write. */
struct gct_db *gct_tx_db(struct gct_tx *tx);
/* The batch's clock: one value for the whole batch. */
int64_t gct_tx_now_ms(const struct gct_tx *tx);
/* Scratch memory that lives until the batch was committed and reported. */
struct gct_arena *gct_tx_arena(struct gct_tx *tx);
/* To be reported after the commit; dropped with the write if that fails. An effect equal to one of the same
 * batch is reported once. */
void gct_tx_effect(struct gct_tx *tx, struct gct_effect effect);
/* A place for the router's memory of ids (account, customer) → rows, which lives with the store and is
 * emptied whenever a write or a batch was undone. free_cache is called on the store thread. */
void *gct_tx_cache(const struct gct_tx *tx);
void gct_tx_set_cache(struct gct_tx *tx, void *cache, void (*free_cache)(void *cache));

/* Periodic work of the layers above: run is called as a write of its own every interval_ms (within a quarter
 * of a second), first at once; not while the store cannot write, and never again before the last one has
 * ended. With *more (0 at first) set it is called again at once, after what waits then, until it leaves it 0.
 * It uses the reserve. What fails is logged. There is no way back: arg must live until gct_store_close. Any
 * thread. */
void gct_store_add_chore(struct gct_store *store, int64_t interval_ms,
                         enum gct_status (*run)(void *arg, struct gct_tx *tx, int *more,
                                                struct gct_error *err),
                         void *arg);

/* What /readyz and /metrics say. Any thread. */
struct gct_store_stats {
    int writable;     /* 0: writes are refused now */
    char reason[200]; /* why not */
    uint64_t commits;
    uint64_t writes;
    uint64_t failed_commits; /* batches that were undone */
    size_t waiting_writes;
    size_t waiting_reads;
    int64_t log_bytes;  /* write-ahead log */
    int64_t free_bytes; /* of the disk it is on */
    int64_t index_lag;  /* messages not in the full-text index yet */
};
void gct_store_stats(struct gct_store *store, struct gct_store_stats *out);

/* A consistent copy while everything runs (the engine's online backup), synced and renamed into place. Blocks
 * the caller, not the writer. */
GCT_NODISCARD enum gct_status gct_store_backup(struct gct_store *store, const char *path,
                                               struct gct_error *err);

#endif
