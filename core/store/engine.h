/* What a database engine gives to the store: one const table of functions, chosen by name when the store is
 * opened.
 *
 * The store decides when a transaction begins, what a failure means and when the log is shortened; the engine
 * knows how. A connection belongs to one thread at a time. Statements come by enum only; the engine prepares
 * each one when it is first used and keeps it. */
#ifndef GUICHET_CORE_STORE_ENGINE_H
#define GUICHET_CORE_STORE_ENGINE_H

#include "store/db.h"

/* What a connection is for; it decides what the connection may do. */
enum gct_engine_role {
    GCT_ROLE_WRITER,
    GCT_ROLE_READER, /* refuses anything but reading */
    GCT_ROLE_UPKEEP  /* shortens the log beside the writer */
};

/* What is wrong with a connection since its transaction began. */
enum gct_trouble {
    GCT_TROUBLE_NONE,
    GCT_TROUBLE_WAIT, /* locked or full: the transaction is gone, the connection is sound */
    GCT_TROUBLE_DISK  /* reading, writing or syncing failed: the connection must be closed, never asked again
                       */
};

/* How far the log is moved into the database. */
enum gct_log_cut {
    GCT_LOG_BESIDE,  /* what can be moved, and synced, without anybody waiting */
    GCT_LOG_RESTART, /* all of it, waiting some milliseconds for readers, so that the next commit starts the
                        log anew */
    GCT_LOG_EMPTY    /* all of it, waiting for readers, and the log is cut to nothing */
};

/* The first member of an engine's connection and of its rows. */
struct gct_db {
    const struct gct_engine *engine;
};
struct gct_rows {
    struct gct_db *db;
};

struct gct_engine {
    const char *name;

    /* Makes the database at place if there is none, refuses one that is foreign or newer, runs the migrations
     * that are missing. Before any connection is opened. */
    enum gct_status (*prepare)(const char *place, struct gct_error *err);
    /* Whether prepare would refuse the database at place; changes nothing and leaves nothing behind. */
    enum gct_status (*recognise)(const char *place, struct gct_error *err);
    enum gct_status (*open)(const char *place, enum gct_engine_role role, struct gct_db **db,
                            struct gct_error *err);
    void (*close)(struct gct_db **db);

    /* As in db.h. */
    enum gct_status (*run)(struct gct_db *db, enum gct_sql sql, const struct gct_value *values, size_t count,
                           struct gct_error *err);
    int64_t (*changes)(const struct gct_db *db);
    int64_t (*last_id)(const struct gct_db *db);
    enum gct_status (*query)(struct gct_db *db, enum gct_sql sql, const struct gct_value *values,
                             size_t count, struct gct_rows **rows, struct gct_error *err);
    enum gct_status (*rows_next)(struct gct_rows *rows, struct gct_error *err);
    int64_t (*rows_integer)(struct gct_rows *rows, int column);
    struct gct_slice (*rows_bytes)(struct gct_rows *rows, int column);
    int (*rows_is_null)(struct gct_rows *rows, int column);
    void (*rows_close)(struct gct_rows **rows);

    /* The writer's transaction. A failed commit has rolled back. */
    enum gct_status (*begin)(struct gct_db *db, struct gct_error *err);
    enum gct_status (*commit)(struct gct_db *db, struct gct_error *err);
    void (*rollback)(struct gct_db *db);
    /* Inside it: mark a place, then keep or undo what came after. One mark at a time. */
    enum gct_status (*mark)(struct gct_db *db, struct gct_error *err);
    enum gct_status (*keep)(struct gct_db *db, struct gct_error *err);
    enum gct_status (*undo)(struct gct_db *db, struct gct_error *err);
    /* Sticky from begin on, also when whoever ran the statement ignored it; err gets the first sentence. */
    enum gct_trouble (*trouble)(const struct gct_db *db, struct gct_error *err);

    /* A reader's snapshot, which ends by itself (GCT_TIMEOUT) at until_mono_ms. */
    enum gct_status (*read_begin)(struct gct_db *db, int64_t until_mono_ms, struct gct_error *err);
    void (*read_end)(struct gct_db *db);

    /* Bytes in the log after the last commit of this connection. */
    int64_t (*log_bytes)(const struct gct_db *db);
    /* GCT_AGAIN: somebody was in the way. *whole: nothing is left in the log that is not in the database. */
    enum gct_status (*log_cut)(struct gct_db *db, enum gct_log_cut cut, int *whole, struct gct_error *err);

    /* A consistent copy of the database at place into a new file to, with connections of its own. */
    enum gct_status (*backup)(const char *place, const char *to, struct gct_error *err);
};

/* The engine of that name, or NULL. */
const struct gct_engine *gct_engine_find(const char *name);

#endif
