/* A raw handle: how every connection of ours is set up, and what SQLite's results mean. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/slice.h"
#include "store/sqlite/sqlite_priv.h"

/* No value of ours is longer; hooks end at 1 MiB by default. */
#define LONGEST_VALUE (64 << 20)

/* result (primary), status, sentence. What is not listed is a defect of ours. */
#define RESULT_TABLE(X)                                                                                      \
    X(SQLITE_CONSTRAINT, GCT_CONFLICT, "a rule of the database refused it")                                  \
    X(SQLITE_BUSY, GCT_UNAVAILABLE, "the database is locked by another process")                             \
    X(SQLITE_LOCKED, GCT_UNAVAILABLE, "the database is locked")                                              \
    X(SQLITE_FULL, GCT_UNAVAILABLE, "the disk is full")                                                      \
    X(SQLITE_IOERR, GCT_UNAVAILABLE, "the disk failed")                                                      \
    X(SQLITE_NOMEM, GCT_UNAVAILABLE, "there is no memory left")                                              \
    X(SQLITE_CANTOPEN, GCT_UNAVAILABLE, "the database file cannot be opened")                                \
    X(SQLITE_READONLY, GCT_UNAVAILABLE, "the database file cannot be written")                               \
    X(SQLITE_PERM, GCT_UNAVAILABLE, "the database file is not accessible")                                   \
    X(SQLITE_PROTOCOL, GCT_UNAVAILABLE, "the database is locked by another process")                         \
    X(SQLITE_CORRUPT, GCT_UNAVAILABLE, "the database is damaged; restore a backup")                          \
    X(SQLITE_NOTADB, GCT_INCOMPATIBLE, "the file is not a database")                                         \
    X(SQLITE_AUTH, GCT_DENIED, "a reading connection does not write")                                        \
    X(SQLITE_INTERRUPT, GCT_TIMEOUT, "the query took too long")                                              \
    X(SQLITE_TOOBIG, GCT_LIMIT, "a value is too long")

static const struct {
    int rc;
    enum gct_status status;
    const char *sentence;
} results[] = {
#define RESULT_ROW(rc, status, sentence) { rc, status, sentence },
    RESULT_TABLE(RESULT_ROW)
};

enum gct_status sqlite_fail(sqlite3 *handle, int rc, const char *what, struct gct_error *err)
{
    /* A file is synced past its handle, which then speaks of something else. */
    int own = handle != NULL && (sqlite3_errcode(handle) & 0xff) == (rc & 0xff);
    const char *words = own ? sqlite3_errmsg(handle) : sqlite3_errstr(rc);
    int extended = own ? sqlite3_extended_errcode(handle) : rc;
    int number = own ? sqlite3_system_errno(handle) : 0;
    if (handle != NULL && !own)
        (void)sqlite3_file_control(handle, NULL, SQLITE_FCNTL_LAST_ERRNO, &number);
    for (size_t i = 0; i < GCT_COUNT(results); i++) {
        if (results[i].rc != (rc & 0xff))
            continue;
        if ((rc & 0xff) == SQLITE_IOERR && number != 0)
            words = strerror(number);
        return gct_error_set(err, results[i].status, "%s (%s: %s, %d)", results[i].sentence, what, words,
                             extended);
    }
    return gct_error_set(err, GCT_INTERNAL, "%s: %s (%d)", what, words, extended);
}

enum gct_status sqlite_handle_exec(sqlite3 *handle, const char *text, struct gct_error *err)
{
    int rc = sqlite3_exec(handle, text, NULL, NULL, NULL);
    return rc == SQLITE_OK ? GCT_OK : sqlite_fail(handle, rc, "setting up", err);
}

enum gct_status sqlite_handle_integer(sqlite3 *handle, const char *text, int64_t *out, struct gct_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum gct_status status = GCT_OK;
    int rc = sqlite3_prepare_v2(handle, text, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        *out = sqlite3_column_int64(stmt, 0);
    } else {
        status = sqlite_fail(handle, rc, "setting up", err);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* What the engine may do, as far as it is a switch of the handle and not a pragma. The log is shortened when
 * the store says so and not when a connection happens to be the last to close. */
static void configure(sqlite3 *handle)
{
    static const struct {
        int option;
        int on;
    } switches[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },      { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
        { SQLITE_DBCONFIG_DQS_DML, 0 },          { SQLITE_DBCONFIG_DQS_DDL, 0 },
        { SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
    };
    for (size_t i = 0; i < GCT_COUNT(switches); i++) {
        GCT_CHECK_EQ(sqlite3_db_config(handle, switches[i].option, switches[i].on, NULL), SQLITE_OK);
    }
    (void)sqlite3_extended_result_codes(handle, 1);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    (void)sqlite3_busy_timeout(handle, SQLITE_BUSY_WAIT_MS);
}

enum gct_status sqlite_handle_open(const char *place, int flags, sqlite3 **handle, struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    /* Such a name would open something else than the file of that name. */
    if ((flags & SQLITE_OPEN_URI) == 0 &&
        (place[0] == '\0' || place[0] == ':' || strncmp(place, "file:", 5) == 0)) {
        return gct_error_set(err, GCT_INVALID, "\"%s\" is not the path of a database file", place);
    }
    int rc = sqlite3_open_v2(place, handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (rc != SQLITE_OK) {
        status = sqlite_fail(*handle, rc, place, err);
        goto out;
    }
    configure(*handle);
    /* Recursive triggers: what an INSERT OR REPLACE takes away is deleted as the triggers see it. */
    status = sqlite_handle_exec(*handle,
                                "PRAGMA recursive_triggers = ON;"
                                "PRAGMA synchronous = FULL;"
                                "PRAGMA wal_autocheckpoint = 0;"
                                "PRAGMA journal_size_limit = 33554432;"
                                "PRAGMA mmap_size = 0;"
                                "PRAGMA temp_store = MEMORY;"
                                "PRAGMA cell_size_check = ON;",
                                err);
out:
    if (status != GCT_OK) {
        (void)sqlite3_close(*handle);
        *handle = NULL;
    }
    return status;
}

enum gct_status sqlite_folder_sync(const char *path, struct gct_error *err)
{
    char *copy = gct_heap_text(gct_slice_of(path));
    const char *folder = dirname(copy);
    enum gct_status status = GCT_OK;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        status = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", folder, strerror(errno));
    }
    if (fd >= 0)
        (void)close(fd);
    free(copy);
    return status;
}
