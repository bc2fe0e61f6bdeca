#include "cli/database.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "auth/audit.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/slice.h"
#include "router/remote.h"
#include "store/engine.h"

#define ENGINE "sqlite"
#define CHECK_MS (24 * GCT_HOUR_MS)

static enum gct_status look(const char *place, int64_t *bytes, struct gct_error *err)
{
    struct stat info;
    if (stat(place, &info) != 0) {
        return gct_error_set(err, errno == ENOENT ? GCT_NOT_FOUND : GCT_UNAVAILABLE, "%s: %s", place,
                             strerror(errno));
    }
    *bytes = (int64_t)info.st_size;
    return GCT_OK;
}

enum gct_status cli_database_copy(const char *place, const char *file, int64_t *bytes, struct gct_error *err)
{
    const struct gct_engine *engine = gct_engine_find(ENGINE);
    enum gct_status st = look(place, bytes, err);
    if (st == GCT_OK) {
        st = engine->backup(place, file, err);
    }
    return st == GCT_OK ? look(file, bytes, err) : st;
}

/* ---- checks
 * -----------------------------------------------------------------------------------------------------------
 */

/* What a check found; it gives GCT_INVALID with a sentence in err for damage. */
struct found {
    int64_t rows; /* -1: not counted */
    int64_t bad;
};

/* One row with the text "ok", or what is wrong, row by row. */
static enum gct_status check_structure(struct gct_db *db, struct found *found, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_store_integrity, GCT_NO_VALUES, &rows, err);
    found->rows = -1;
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_slice text = gct_rows_bytes(rows, 0);
        if (!gct_slice_is(text, "ok") && found->bad++ == 0) {
            (void)gct_error_set(err, GCT_INVALID, "%.*s", GCT_ARG(gct_utf8_head(text, 200u)));
        }
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? found->bad == 0 ? GCT_OK : GCT_INVALID : st;
}

/* Columns: table, row, table that it refers to, number of the reference. */
static enum gct_status check_references(struct gct_db *db, struct found *found, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_check_references, GCT_NO_VALUES, &rows, err);
    found->rows = -1;
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        if (found->bad++ == 0) {
            (void)gct_error_set(err, GCT_INVALID,
                                "row %" PRId64 " of %.*s refers to a row of %.*s that is not there",
                                gct_rows_integer(rows, 1), GCT_ARG(gct_rows_bytes(rows, 0)),
                                GCT_ARG(gct_rows_bytes(rows, 2)));
        }
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? found->bad == 0 ? GCT_OK : GCT_INVALID : st;
}

/* The column's id has the number in the column behind it, or neither is there. */
static int numbered(struct gct_rows *rows, int column)
{
    struct gct_value key = remote_key(gct_rows_bytes(rows, column));
    return gct_rows_is_null(rows, column + 1) ? key.kind == GCT_VALUE_NULL
                                              : gct_rows_integer(rows, column + 1) == key.integer;
}

/* Columns: id; the platform's id and its number; those of the message that it answers; the first message that
 * has the former two. */
static enum gct_status check_message(struct gct_rows *rows, struct gct_error *err)
{
    int64_t id = gct_rows_integer(rows, 0);
    int64_t first = gct_rows_is_null(rows, 1) ? id : gct_rows_integer(rows, 5);
    if (!numbered(rows, 1) || first == 0) {
        return gct_error_set(err, GCT_INVALID, "message %" PRId64 " is not found by its platform's id", id);
    }
    if (!numbered(rows, 3)) {
        return gct_error_set(err, GCT_INVALID, "message %" PRId64 " does not find what it answers", id);
    }
    return first == id
               ? GCT_OK
               : gct_error_set(err, GCT_INVALID,
                               "message %" PRId64 " is message %" PRId64 " of the platform again", id, first);
}

static enum gct_status check_messages(struct gct_db *db, struct found *found, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    struct gct_error further;
    enum gct_status st = gct_db_query(db, GCT_SQL_check_messages, GCT_NO_VALUES, &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        found->rows++;
        found->bad += check_message(rows, found->bad == 0 ? err : &further) != GCT_OK;
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? found->bad == 0 ? GCT_OK : GCT_INVALID : st;
}

/* Columns: id, body, its SHA-256. */
static enum gct_status check_digests(struct gct_db *db, enum gct_sql sql, struct found *found,
                                     struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, sql, GCT_NO_VALUES, &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        unsigned char digest[GCT_SHA256_BYTES];
        gct_sha256(gct_rows_bytes(rows, 1), digest);
        found->rows++;
        if (!gct_slice_eq(gct_rows_bytes(rows, 2),
                          (struct gct_slice){ (const char *)digest, sizeof digest }) &&
            found->bad++ == 0) {
            (void)gct_error_set(err, GCT_INVALID, "row %" PRId64 " is not what its digest says",
                                gct_rows_integer(rows, 0));
        }
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? found->bad == 0 ? GCT_OK : GCT_INVALID : st;
}

static enum gct_status check_inbox(struct gct_db *db, struct found *found, struct gct_error *err)
{
    return check_digests(db, GCT_SQL_check_inbox, found, err);
}

static enum gct_status check_quarantine(struct gct_db *db, struct found *found, struct gct_error *err)
{
    return check_digests(db, GCT_SQL_check_quarantine, found, err);
}

static enum gct_status check_audit(struct gct_db *db, struct found *found, struct gct_error *err)
{
    return gct_audit_check(db, &found->rows, err);
}

static const struct {
    const char *name;
    enum gct_status (*run)(struct gct_db *db, struct found *found, struct gct_error *err);
} checks[] = {
    { "structure", check_structure }, { "references", check_references }, { "messages", check_messages },
    { "inbox", check_inbox },         { "quarantine", check_quarantine }, { "audit", check_audit },
};

static struct gct_json *check_json(const char *name, enum gct_status st, const struct found *found,
                                   const struct gct_error *err)
{
    struct gct_json *json = gct_json_object();
    char more[40] = "";
    if (found->bad > 1) {
        (void)snprintf(more, sizeof more, ", and %" PRId64 " more", found->bad - 1);
    }
    gct_json_set_text(json, "check", gct_slice_of(name));
    gct_json_set(json, "rows", found->rows < 0 ? gct_json_null() : gct_json_number(found->rows));
    gct_json_set_truth(json, "ok", st == GCT_OK);
    if (st == GCT_OK) {
        gct_json_set(json, "sentence", gct_json_null());
    } else {
        char sentence[sizeof err->text + sizeof more];
        (void)snprintf(sentence, sizeof sentence, "%s%s", err->text, more);
        gct_json_set_text(json, "sentence", gct_slice_of(sentence));
    }
    return json;
}

enum gct_status cli_database_check(const char *place, struct gct_json *items, size_t *faults,
                                   struct gct_error *err)
{
    const struct gct_engine *engine = gct_engine_find(ENGINE);
    struct gct_db *db = NULL;
    int64_t bytes = 0;
    *faults = 0;
    enum gct_status st = look(place, &bytes, err);
    if (st == GCT_OK) {
        st = engine->open(place, GCT_ROLE_READER, &db, err);
    }
    if (st == GCT_OK) {
        st = engine->read_begin(db, gct_clock_mono_ms() + CHECK_MS, err);
    }
    for (size_t i = 0; st == GCT_OK && i < GCT_COUNT(checks); i++) {
        struct found found = { 0 };
        struct gct_error fault = { 0 };
        enum gct_status result = checks[i].run(db, &found, &fault);
        *faults += result != GCT_OK;
        gct_json_push(items, check_json(checks[i].name, result, &found, &fault));
    }
    if (st == GCT_OK) {
        engine->read_end(db);
    }
    if (db != NULL) {
        engine->close(&db);
    }
    return st;
}
