/* The database file before the store uses it: made, recognised or refused, and brought to the newest schema.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/log.h"
#include "base/slice.h"
#include "store/migrations.gen.h"
#include "store/sqlite/sqlite_priv.h"

struct migration {
    int number;
    const char *name;
    const char *text;
    const char *stamp; /* how the file says that it is there */
};

#define AS_TEXT(value) #value
#define AS_TEXT_OF(macro) AS_TEXT(macro)
#define MIGRATION(number, name, text)                                                                        \
    { number, name, text,                                                                                    \
      "PRAGMA application_id = " AS_TEXT_OF(GCT_SQLITE_APPLICATION_ID) "; PRAGMA user_version = " #number },
static const struct migration migrations[] = { GCT_MIGRATION_TABLE(MIGRATION) };

/* A new file is the owner's alone, and its name survives a crash. A file that is there is not even opened
 * here: to close it again would drop the locks that SQLite has on it in this process. */
static enum gct_status make_file(const char *place, struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    int fd = open(place, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return GCT_OK;
    if (fd < 0 || fsync(fd) != 0) {
        status = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", place, strerror(errno));
    }
    if (fd >= 0)
        (void)close(fd);
    return status == GCT_OK ? sqlite_folder_sync(place, err) : status;
}

/* Looks at the file before anything of it is changed. */
static enum gct_status check_stamp(sqlite3 *handle, const char *place, int64_t *version,
                                   struct gct_error *err)
{
    int64_t application = 0;
    int64_t schema = 0; /* changes of the schema so far: 0 in a file that was never used */
    enum gct_status status = sqlite_handle_integer(handle, "PRAGMA schema_version", &schema, err);
    if (status == GCT_OK)
        status = sqlite_handle_integer(handle, "PRAGMA application_id", &application, err);
    if (status == GCT_OK)
        status = sqlite_handle_integer(handle, "PRAGMA user_version", version, err);
    if (status != GCT_OK)
        return gct_error_prefix(err, "%s", place);
    if (application != GCT_SQLITE_APPLICATION_ID && (application != 0 || schema != 0 || *version != 0)) {
        return gct_error_set(
            err, GCT_INCOMPATIBLE,
            "%s is a database of another program: its application id is %lld, that of Guichet is %d", place,
            (long long)application, GCT_SQLITE_APPLICATION_ID);
    }
    if (*version < 0 || *version > (int64_t)GCT_COUNT(migrations)) {
        return gct_error_set(err, GCT_INCOMPATIBLE,
                             "%s was written by a newer Guichet: its schema is %lld, this one knows up to %d",
                             place, (long long)*version, (int)GCT_COUNT(migrations));
    }
    return GCT_OK;
}

static enum gct_status switch_to_log(sqlite3 *handle, struct gct_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum gct_status status = GCT_OK;
    int rc = sqlite3_prepare_v2(handle, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW) {
        status = sqlite_fail(handle, rc, "write-ahead log", err);
    } else if (sqlite3_stricmp((const char *)sqlite3_column_text(stmt, 0), "wal") != 0) {
        status = gct_error_set(err, GCT_UNSUPPORTED, "the file system does not allow a write-ahead log");
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* A row of the check names a table that refers to nothing. */
static enum gct_status check_references(sqlite3 *handle, const struct migration *migration,
                                        struct gct_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum gct_status status = GCT_OK;
    int rc = sqlite3_prepare_v2(handle, "PRAGMA foreign_key_check", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        status = gct_error_set(err, GCT_INTERNAL, "migration %d (%s) leaves rows of %s that refer to nothing",
                               migration->number, migration->name, sqlite3_column_text(stmt, 0));
    } else if (rc != SQLITE_DONE) {
        status = sqlite_fail(handle, rc, "foreign_key_check", err);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* All of it or nothing. Foreign keys are checked at the end, since a migration may rebuild a table. */
static enum gct_status migrate_one(sqlite3 *handle, const struct migration *migration, struct gct_error *err)
{
    enum gct_status status = sqlite_handle_exec(handle, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE", err);
    if (status == GCT_OK)
        status = sqlite_handle_exec(handle, migration->text, err);
    if (status == GCT_OK)
        status = sqlite_handle_exec(handle, migration->stamp, err);
    if (status == GCT_OK)
        status = check_references(handle, migration, err);
    if (status == GCT_OK)
        status = sqlite_handle_exec(handle, "COMMIT", err);
    if (status != GCT_OK) {
        (void)sqlite_handle_exec(handle, "ROLLBACK", NULL);
        return gct_error_prefix(err, "migration %d (%s)", migration->number, migration->name);
    }
    GCT_LOG(GCT_LEVEL_INFO, "store.migrated", GCT_F_INT("schema", migration->number),
            GCT_F_CSTR("name", migration->name));
    return GCT_OK;
}

enum gct_status sqlite_prepare(const char *place, struct gct_error *err)
{
    sqlite3 *handle = NULL;
    int64_t version = 0;
    /* Nobody asks how much memory SQLite has, and counting it costs a lock an allocation. Refused, and no
     * harm done, when SQLite is in use already. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    enum gct_status status = make_file(place, err);
    if (status != GCT_OK)
        goto out;
    status = sqlite_handle_open(place, SQLITE_OPEN_READWRITE, &handle, err);
    if (status != GCT_OK)
        goto out;
    status = check_stamp(handle, place, &version, err);
    if (status != GCT_OK)
        goto out;
    status = switch_to_log(handle, err);
    if (status != GCT_OK)
        goto out;
    for (size_t i = (size_t)version; i < GCT_COUNT(migrations) && status == GCT_OK; i++) {
        GCT_CHECK_EQ(migrations[i].number, i + 1u);
        status = migrate_one(handle, &migrations[i], err);
    }
out:
    (void)sqlite3_close(handle);
    return status;
}

static int has_log(const char *place)
{
    struct gct_buffer path = { 0 };
    struct stat info;
    gct_buffer_add_format(&path, "%s-wal", place);
    int found = stat(path.ptr, &info) == 0 && info.st_size != 0;
    gct_buffer_free(&path);
    return found;
}

/* The file as one that nobody changes. */
static void write_still(struct gct_buffer *uri, const char *place)
{
    gct_buffer_add(uri, GCT_LIT("file:"));
    for (; *place != '\0'; place++) {
        int plain = strchr("%?#", *place) == NULL;
        gct_buffer_add_format(uri, plain ? "%c" : "%%%02X", (unsigned char)*place);
    }
    gct_buffer_add(uri, GCT_LIT("?immutable=1"));
}

/* Opened in the usual way, SQLite puts an empty log beside a file that has none, and a connection that only
 * reads cannot take it away again. */
enum gct_status sqlite_recognise(const char *place, struct gct_error *err)
{
    sqlite3 *handle = NULL;
    struct gct_buffer uri = { 0 };
    int64_t version = 0;
    int still = !has_log(place);
    write_still(&uri, place);
    enum gct_status status = sqlite_handle_open(
        still ? uri.ptr : place, SQLITE_OPEN_READONLY | (still ? SQLITE_OPEN_URI : 0), &handle, err);
    if (status == GCT_OK)
        status = check_stamp(handle, place, &version, err);
    (void)sqlite3_close(handle);
    gct_buffer_free(&uri);
    return status;
}
