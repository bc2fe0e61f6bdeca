#include "auth/audit.h"

#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/slice.h"

/* hash = SHA-256(hash before ‖ at_ms ‖ actor ‖ action ‖ object ‖ detail), each part with its length in front,
 * so that no two rows give the same bytes. The chain begins with 32 zero bytes. */
static void row_hash(struct gct_slice before, int64_t at_ms, const struct gct_slice parts[4],
                     unsigned char hash[GCT_SHA256_BYTES])
{
    struct gct_buffer text = { 0 };
    gct_buffer_add(&text, before);
    gct_buffer_add_format(&text, "%" PRId64, at_ms);
    for (size_t i = 0; i < 4u; i++) {
        gct_buffer_add_format(&text, "\n%zu\n", parts[i].len);
        gct_buffer_add(&text, parts[i]);
    }
    gct_sha256(gct_buffer_slice(&text), hash);
    gct_buffer_free(&text);
}

static enum gct_status last_hash(struct gct_db *db, unsigned char hash[GCT_SHA256_BYTES],
                                 struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_audit_last, GCT_NO_VALUES, &rows, err);
    memset(hash, 0, GCT_SHA256_BYTES);
    if (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_slice bytes = gct_rows_bytes(rows, 0);
        GCT_CHECK_EQ(bytes.len, GCT_SHA256_BYTES);
        memcpy(hash, bytes.ptr, bytes.len);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

enum gct_status gct_audit_write(struct gct_tx *tx, const struct gct_audit *entry, struct gct_error *err)
{
    unsigned char hash[GCT_SHA256_BYTES];
    struct gct_buffer detail = { 0 };
    struct gct_slice before = { (const char *)hash, sizeof hash };
    enum gct_status st = last_hash(gct_tx_db(tx), hash, err);
    if (st == GCT_OK) {
        if (entry->detail == NULL) {
            gct_buffer_add(&detail, GCT_LIT("{}"));
        } else {
            gct_json_write(entry->detail, &detail);
        }
        struct gct_slice parts[4] = { entry->actor, entry->action, entry->object, gct_buffer_slice(&detail) };
        row_hash(before, gct_tx_now_ms(tx), parts, hash);
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_audit_insert,
                        GCT_BIND(GCT_V_INT(gct_tx_now_ms(tx)), GCT_V_TEXT(parts[0]), GCT_V_TEXT(parts[1]),
                                 GCT_V_TEXT(parts[2]), GCT_V_TEXT(parts[3]), GCT_V_BLOB(before)),
                        err);
    }
    gct_buffer_free(&detail);
    return st;
}

enum gct_status gct_audit_check(struct gct_db *db, int64_t *count, struct gct_error *err)
{
    unsigned char hash[GCT_SHA256_BYTES] = { 0 };
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_audit_all, GCT_NO_VALUES, &rows, err);
    int64_t expected = 1;
    *count = 0;
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_slice parts[4];
        for (int i = 0; i < 4; i++) {
            parts[i] = gct_rows_bytes(rows, i + 2);
        }
        row_hash((struct gct_slice){ (const char *)hash, sizeof hash }, gct_rows_integer(rows, 1), parts,
                 hash);
        if (gct_rows_integer(rows, 0) != expected ||
            !gct_slice_eq(gct_rows_bytes(rows, 6), (struct gct_slice){ (const char *)hash, sizeof hash })) {
            st = gct_error_set(err, GCT_INVALID, "the audit trail was changed at or before row %" PRId64,
                               gct_rows_integer(rows, 0));
        }
        expected++;
        (*count)++;
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}
