/* A copy of the running database: one snapshot, page by page, beside the writer. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/slice.h"
#include "store/sqlite/sqlite_priv.h"

#define PAGES_A_STEP 1024

static enum gct_status refuse_itself(const char *place, const char *to, struct gct_error *err)
{
    struct stat from_stat;
    struct stat to_stat;
    if (stat(place, &from_stat) == 0 && stat(to, &to_stat) == 0 && from_stat.st_dev == to_stat.st_dev &&
        from_stat.st_ino == to_stat.st_ino) {
        return gct_error_set(err, GCT_INVALID, "%s is the database itself", to);
    }
    return GCT_OK;
}

/* The read transaction holds one snapshot from the first page to the last; without it each commit of the
 * writer would make the copy begin again. */
static enum gct_status copy_pages(sqlite3 *from, sqlite3 *to, struct gct_error *err)
{
    int64_t schema = 0;
    enum gct_status status = sqlite_handle_exec(from, "BEGIN", err);
    if (status == GCT_OK) {
        status = sqlite_handle_integer(from, "PRAGMA schema_version", &schema, err);
    }
    if (status != GCT_OK)
        return status;
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL)
        return sqlite_fail(to, sqlite3_errcode(to), "backup", err);
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK) {
        rc = sqlite3_backup_step(backup, PAGES_A_STEP);
    }
    (void)sqlite3_backup_finish(backup);
    return rc == SQLITE_DONE ? GCT_OK : sqlite_fail(to, rc, "backup", err);
}

static enum gct_status copy_into(const char *place, const char *part, struct gct_error *err)
{
    sqlite3 *from = NULL;
    sqlite3 *to = NULL;
    enum gct_status status = sqlite_handle_open(place, SQLITE_OPEN_READONLY, &from, err);
    if (status != GCT_OK)
        goto out;
    status = sqlite_handle_open(part, SQLITE_OPEN_READWRITE, &to, err);
    if (status != GCT_OK)
        goto out;
    /* The file has no name that anybody trusts before it is whole: it needs no journal, and one sync at the
     * end. */
    status = sqlite_handle_exec(to,
                                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY;"
                                "PRAGMA synchronous = OFF",
                                err);
    if (status != GCT_OK)
        goto out;
    status = copy_pages(from, to, err);
out:
    (void)sqlite3_close(to);
    (void)sqlite3_close(from);
    return status;
}

enum gct_status sqlite_backup(const char *place, const char *to, struct gct_error *err)
{
    size_t room = strlen(to) + sizeof ".part";
    char *part = gct_heap_new(room);
    int fd = -1;
    (void)snprintf(part, room, "%s.part", to);
    enum gct_status status = refuse_itself(place, to, err);
    if (status != GCT_OK)
        goto out;
    fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        status = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", part, strerror(errno));
        goto out;
    }
    status = copy_into(place, part, err);
    if (status == GCT_OK && (fsync(fd) != 0 || rename(part, to) != 0)) {
        status = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", to, strerror(errno));
    }
    if (status != GCT_OK) {
        (void)unlink(part);
        goto out;
    }
    status = sqlite_folder_sync(to, err);
out:
    if (fd >= 0)
        (void)close(fd);
    free(part);
    return status;
}
