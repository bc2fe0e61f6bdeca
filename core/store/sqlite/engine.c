/* Connections of the SQLite engine by role, transactions, and the log. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/heap.h"
#include "store/sqlite/sqlite_priv.h"

/* A reader looks at the clock after so many steps of SQLite's machine: some tens of microseconds. */
#define STEPS_A_LOOK 2000

/* Readers that stand in the way of a new start of the log are waited for this long, while the writer waits
 * too; and when the log has to be emptied, with nothing else going on, this long. */
#define RESTART_WAIT_MS 8
#define EMPTY_WAIT_MS 2500

struct sqlite_db *sqlite_of(struct gct_db *db)
{
    struct sqlite_db *sqlite = (struct sqlite_db *)db;
    GCT_CHECK_OBJ(sqlite, SQLITE_DB_MAGIC);
    return sqlite;
}

const struct sqlite_db *sqlite_of_const(const struct gct_db *db)
{
    const struct sqlite_db *sqlite = (const struct sqlite_db *)db;
    GCT_CHECK_OBJ(sqlite, SQLITE_DB_MAGIC);
    return sqlite;
}

static enum gct_trouble trouble_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:
    case SQLITE_FULL:
    case SQLITE_NOMEM: return GCT_TROUBLE_WAIT;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return GCT_TROUBLE_DISK;
    default: return GCT_TROUBLE_NONE;
    }
}

enum gct_status sqlite_db_fail(struct sqlite_db *db, int rc, const char *what, struct gct_error *err)
{
    struct gct_error own;
    enum gct_trouble trouble = trouble_of(rc);
    enum gct_status status = sqlite_fail(db->handle, rc, what, &own);
    if (trouble > db->trouble) {
        db->trouble = trouble;
        db->first = own;
    }
    if (err != NULL)
        *err = own;
    return status;
}

static int note_log(void *arg, sqlite3 *handle, const char *schema, int frames)
{
    struct sqlite_db *db = arg;
    (void)handle;
    (void)schema;
    db->log_frames = frames;
    return SQLITE_OK;
}

static int past_limit(void *arg)
{
    const struct sqlite_db *db = arg;
    return db->until_ms != 0 && gct_clock_mono_ms() >= db->until_ms;
}

/* What a reader's statement may contain. The full-text index asks for data_version by itself. */
static int authorize(void *arg, int action, const char *first, const char *second, const char *schema,
                     const char *trigger)
{
    (void)arg;
    (void)schema;
    (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT: return SQLITE_OK;
    case SQLITE_FUNCTION: return sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
        return sqlite3_stricmp(first, "data_version") == 0 ||
                       sqlite3_stricmp(first, "integrity_check") == 0 ||
                       sqlite3_stricmp(first, "foreign_key_check") == 0
                   ? SQLITE_OK
                   : SQLITE_DENY;
    /* Asked when the full-text table is connected, which changes nothing; the file is open for reading only.
     */
    case SQLITE_UPDATE: return sqlite3_stricmp(first, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

static enum gct_status set_up_role(struct sqlite_db *db, struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    switch (db->role) {
    case GCT_ROLE_WRITER:
        status = sqlite_handle_exec(db->handle, "PRAGMA cache_size = -4096", err);
        (void)sqlite3_wal_hook(db->handle, note_log, db);
        break;
    case GCT_ROLE_READER:
        status = sqlite_handle_exec(db->handle, "PRAGMA cache_size = -2048; PRAGMA query_only = ON", err);
        sqlite3_progress_handler(db->handle, STEPS_A_LOOK, past_limit, db);
        (void)sqlite3_set_authorizer(db->handle, authorize, db);
        break;
    case GCT_ROLE_UPKEEP: status = sqlite_handle_exec(db->handle, "PRAGMA cache_size = -256", err); break;
    }
    return status;
}

static void sqlite_close(struct gct_db **base)
{
    struct sqlite_db *db = sqlite_of(*base);
    GCT_CHECK_EQ(db->open_rows, 0);
    sqlite_statements_free(db);
    /* An orderly end leaves one file: the last connection moves the log and removes it. After trouble nothing
     * may touch the files but a connection that was opened since. */
    if (db->handle != NULL && db->role == GCT_ROLE_WRITER && db->trouble == GCT_TROUBLE_NONE) {
        (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    }
    GCT_CHECK_EQ(sqlite3_close(db->handle), SQLITE_OK);
    db->magic = 0;
    free(db);
    *base = NULL;
}

static enum gct_status sqlite_open(const char *place, enum gct_engine_role role, struct gct_db **out,
                                   struct gct_error *err)
{
    struct sqlite_db *db = gct_heap_new(sizeof *db);
    int flags = role == GCT_ROLE_READER ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    db->base.engine = &gct_engine_sqlite;
    db->magic = SQLITE_DB_MAGIC;
    db->role = role;
    struct gct_db *base = &db->base;
    enum gct_status status = sqlite_handle_open(place, flags, &db->handle, err);
    if (status != GCT_OK)
        goto out;
    /* The first read maps the log, or recovers it: a file that cannot be read is refused here. */
    status = sqlite_handle_integer(db->handle, "PRAGMA schema_version", &db->page_bytes, err);
    if (status != GCT_OK)
        goto out;
    status = sqlite_handle_integer(db->handle, "PRAGMA page_size", &db->page_bytes, err);
    if (status != GCT_OK)
        goto out;
    status = set_up_role(db, err);
    if (status != GCT_OK)
        goto out;
    status = sqlite_control_prepare(db, err);
    if (status != GCT_OK)
        goto out;
    *out = base;
    base = NULL;
out:
    if (base != NULL) {
        db->trouble = GCT_TROUBLE_DISK;
        sqlite_close(&base);
    }
    return status;
}

static enum gct_status sqlite_begin(struct gct_db *base, struct gct_error *err)
{
    struct sqlite_db *db = sqlite_of(base);
    db->trouble = GCT_TROUBLE_NONE;
    return sqlite_control_run(db, SQLITE_CONTROL_BEGIN, err);
}

static void sqlite_rollback(struct gct_db *base)
{
    struct sqlite_db *db = sqlite_of(base);
    GCT_CHECK_EQ(db->open_rows, 0);
    /* Full disks and failed reads and writes may have ended the transaction already. */
    if (sqlite3_get_autocommit(db->handle) == 0) {
        (void)sqlite_control_run(db, SQLITE_CONTROL_ROLLBACK, NULL);
    }
}

static enum gct_status sqlite_commit(struct gct_db *base, struct gct_error *err)
{
    struct sqlite_db *db = sqlite_of(base);
    GCT_CHECK_EQ(db->open_rows, 0);
    enum gct_status status = sqlite_control_run(db, SQLITE_CONTROL_COMMIT, err);
    if (status != GCT_OK)
        sqlite_rollback(base);
    return status;
}

static enum gct_status sqlite_mark(struct gct_db *base, struct gct_error *err)
{
    return sqlite_control_run(sqlite_of(base), SQLITE_CONTROL_MARK, err);
}

static enum gct_status sqlite_keep(struct gct_db *base, struct gct_error *err)
{
    return sqlite_control_run(sqlite_of(base), SQLITE_CONTROL_KEEP, err);
}

static enum gct_status sqlite_undo(struct gct_db *base, struct gct_error *err)
{
    struct sqlite_db *db = sqlite_of(base);
    GCT_CHECK_EQ(db->open_rows, 0);
    enum gct_status status = sqlite_control_run(db, SQLITE_CONTROL_UNDO, err);
    return status == GCT_OK ? sqlite_keep(base, err) : status;
}

static enum gct_trouble sqlite_trouble(const struct gct_db *base, struct gct_error *err)
{
    const struct sqlite_db *db = sqlite_of_const(base);
    if (db->trouble != GCT_TROUBLE_NONE && err != NULL)
        *err = db->first;
    return db->trouble;
}

static enum gct_status sqlite_read_begin(struct gct_db *base, int64_t until_mono_ms, struct gct_error *err)
{
    struct sqlite_db *db = sqlite_of(base);
    db->trouble = GCT_TROUBLE_NONE;
    db->until_ms = until_mono_ms;
    return sqlite_control_run(db, SQLITE_CONTROL_READ, err);
}

static void sqlite_read_end(struct gct_db *base)
{
    sqlite_of(base)->until_ms = 0;
    sqlite_rollback(base);
}

static int64_t sqlite_log_bytes(const struct gct_db *base)
{
    const struct sqlite_db *db = sqlite_of_const(base);
    return db->log_frames * db->page_bytes;
}

/* SQLite syncs the database file only when the very last of the log has reached it, which a busy writer
 * allows only while it is held. Without this, it would wait for all those pages when it starts the log anew.
 */
static int sync_file(sqlite3 *handle)
{
    sqlite3_file *file = NULL;
    int rc = sqlite3_file_control(handle, NULL, SQLITE_FCNTL_FILE_POINTER, &file);
    return rc == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : rc;
}

static enum gct_status sqlite_log_cut(struct gct_db *base, enum gct_log_cut cut, int *whole,
                                      struct gct_error *err)
{
    static const struct {
        int mode;
        int wait_ms;
    } cuts[] = {
        [GCT_LOG_BESIDE] = { SQLITE_CHECKPOINT_PASSIVE, 0 },
        [GCT_LOG_RESTART] = { SQLITE_CHECKPOINT_RESTART, RESTART_WAIT_MS },
        [GCT_LOG_EMPTY] = { SQLITE_CHECKPOINT_TRUNCATE, EMPTY_WAIT_MS },
    };
    struct sqlite_db *db = sqlite_of(base);
    enum gct_status status = GCT_OK;
    int frames = 0;
    int moved = 0;
    (void)sqlite3_busy_timeout(db->handle, cuts[cut].wait_ms);
    int rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, cuts[cut].mode, &frames, &moved);
    (void)sqlite3_busy_timeout(db->handle, SQLITE_BUSY_WAIT_MS);
    *whole = (rc == SQLITE_OK || rc == SQLITE_BUSY) && frames >= 0 && frames == moved; /* -1: nobody looked */
    if (cut == GCT_LOG_BESIDE && rc == SQLITE_OK && moved > 0)
        rc = sync_file(db->handle);
    if (rc == SQLITE_BUSY) {
        status = gct_error_set(err, GCT_AGAIN, "somebody reads from the log");
    } else if (rc != SQLITE_OK) {
        status = sqlite_db_fail(db, rc, "moving the log into the database", err);
    } else if (cut != GCT_LOG_BESIDE) {
        db->log_frames = 0;
    }
    return status;
}

const struct gct_engine gct_engine_sqlite = {
    .name = "sqlite",
    .prepare = sqlite_prepare,
    .recognise = sqlite_recognise,
    .open = sqlite_open,
    .close = sqlite_close,
    .run = sqlite_run,
    .changes = sqlite_changes,
    .last_id = sqlite_last_id,
    .query = sqlite_query,
    .rows_next = sqlite_rows_next,
    .rows_integer = sqlite_rows_integer,
    .rows_bytes = sqlite_rows_bytes,
    .rows_is_null = sqlite_rows_is_null,
    .rows_close = sqlite_rows_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .mark = sqlite_mark,
    .keep = sqlite_keep,
    .undo = sqlite_undo,
    .trouble = sqlite_trouble,
    .read_begin = sqlite_read_begin,
    .read_end = sqlite_read_end,
    .log_bytes = sqlite_log_bytes,
    .log_cut = sqlite_log_cut,
    .backup = sqlite_backup,
};
