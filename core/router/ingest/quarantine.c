#include "base/slice.h"
#include "router/ingest/keep.h"

/* Columns id … sentence of quarantine_list and quarantine_get. */
static void read_row(struct gct_rows *rows, struct gct_arena *arena, struct gct_quarantine_row *row)
{
    *row = (struct gct_quarantine_row){ .id = gct_rows_integer(rows, 0),
                                        .hook = { .channel = gct_arena_copy(arena, gct_rows_bytes(rows, 1)),
                                                  .arrived_ms = gct_rows_integer(rows, 2) },
                                        .set_ms = gct_rows_integer(rows, 3),
                                        .bytes = gct_rows_integer(rows, 4),
                                        .digest = gct_arena_copy(arena, gct_rows_bytes(rows, 5)),
                                        .reason = gct_arena_copy(arena, gct_rows_bytes(rows, 6)),
                                        .sentence = gct_arena_copy(arena, gct_rows_bytes(rows, 7)) };
}

enum gct_status gct_quarantine_list(struct gct_db *db, struct gct_slice channels, int64_t after, size_t limit,
                                    struct gct_arena *arena, struct gct_quarantine_row **out, size_t *count,
                                    struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *count = 0;
    *out = GCT_ARENA_ARRAY(arena, struct gct_quarantine_row, limit);
    if (*out == NULL) {
        return gct_error_set(err, GCT_LIMIT, "no memory left for %zu rows", limit);
    }
    enum gct_status status =
        gct_db_query(db, GCT_SQL_quarantine_list,
                     GCT_BIND(GCT_V_INT(after), gct_value_text(channels), GCT_V_INT(limit)), &rows, err);
    while (status == GCT_OK && *count < limit) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK) {
            read_row(rows, arena, &(*out)[(*count)++]);
        }
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

enum gct_status gct_quarantine_load(struct gct_db *db, int64_t id, struct gct_arena *arena,
                                    struct gct_quarantine_row *row, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status status = gct_db_query(db, GCT_SQL_quarantine_get, GCT_BIND(GCT_V_INT(id)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        read_row(rows, arena, row);
        row->hook.request = keep_read(rows, 8, arena);
        if (row->hook.request == NULL) {
            status = gct_error_set(err, GCT_LIMIT, "no memory left for the hook");
        }
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? gct_error_set(err, GCT_NOT_FOUND, "quarantine has no row %lld", (long long)id)
                              : status;
}

/* GCT_NOT_FOUND when the last statement changed no row. */
static enum gct_status changed_one(struct gct_tx *tx, enum gct_status status, int64_t id,
                                   struct gct_error *err)
{
    if (status == GCT_OK && gct_db_changes(gct_tx_db(tx)) == 0) {
        return gct_error_set(err, GCT_NOT_FOUND, "quarantine has no row %lld", (long long)id);
    }
    return status;
}

enum gct_status gct_quarantine_drop(struct gct_tx *tx, int64_t id, struct gct_error *err)
{
    return changed_one(tx, gct_db_run(gct_tx_db(tx), GCT_SQL_quarantine_remove, GCT_BIND(GCT_V_INT(id)), err),
                       id, err);
}

enum gct_status gct_quarantine_release(struct gct_tx *tx, const struct gct_directory *directory,
                                       const struct gct_quarantine_row *row,
                                       const struct gct_translation *translation,
                                       struct gct_ingest_counts *counts, struct gct_error *err)
{
    enum gct_quarantine_reason reason = GCT_QUARANTINE_NONE;
    uint32_t strangers = 0;
    enum gct_status status = gct_quarantine_drop(tx, row->id, err);
    if (status != GCT_OK) {
        return status;
    }
    if (keep_verdict(translation, &reason) != VERDICT_EVENTS) {
        return gct_error_set(err, GCT_INVALID, "%s: %.*s", gct_quarantine_word(reason),
                             GCT_ARG(translation->reason));
    }
    status = keep_events(tx, directory, &row->hook, (const struct gct_event *const *)translation->events,
                         translation->event_count, counts, &strangers, err);
    if (status == GCT_NOT_FOUND) {
        return gct_error_set(err, GCT_INVALID, "its channel is not in the configuration");
    }
    if (status == GCT_OK && strangers > 0) {
        return gct_error_set(err, GCT_INVALID, "an account in it is not in the configuration of its channel");
    }
    return status;
}

enum gct_status gct_quarantine_requeue(struct gct_tx *tx, int64_t id, struct gct_error *err)
{
    enum gct_status status = gct_db_run(gct_tx_db(tx), GCT_SQL_quarantine_requeue,
                                        GCT_BIND(GCT_V_INT(id), GCT_V_INT(gct_tx_now_ms(tx))), err);
    if (status == GCT_OK) {
        status = gct_quarantine_drop(tx, id, err);
        gct_tx_effect(tx, (struct gct_effect){ .kind = GCT_EFFECT_INBOX_DUE });
    }
    return status;
}
