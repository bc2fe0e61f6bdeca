#include "base/slice.h"
#include "router/ingest/keep.h"

#define DELAY_FIRST_MS GCT_SECOND_MS
#define DELAY_MOST_MS (10 * GCT_MINUTE_MS)

static int64_t delay_of(uint32_t attempts)
{
    int64_t delay = DELAY_FIRST_MS;
    for (uint32_t i = 1; i < attempts && delay < DELAY_MOST_MS; i++) {
        delay *= 2;
    }
    return delay < DELAY_MOST_MS ? delay : DELAY_MOST_MS;
}

enum gct_status gct_inbox_take(struct gct_tx *tx, size_t limit, struct gct_arena *arena,
                               struct gct_inbox_row **out, size_t *count, struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    struct gct_rows *rows = NULL;
    int64_t now = gct_tx_now_ms(tx);
    *count = 0;
    *out = GCT_ARENA_ARRAY(arena, struct gct_inbox_row, limit);
    if (*out == NULL) {
        return gct_error_set(err, GCT_LIMIT, "no memory left for %zu raw hooks", limit);
    }
    enum gct_status status =
        gct_db_query(db, GCT_SQL_inbox_due, GCT_BIND(GCT_V_INT(now), GCT_V_INT(limit)), &rows, err);
    while (status == GCT_OK && *count < limit) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK) {
            const struct gct_http_request *request = keep_read(rows, 3, arena);
            if (request == NULL) {
                break; /* the rest in the next turn */
            }
            (*out)[(*count)++] =
                (struct gct_inbox_row){ .id = gct_rows_integer(rows, 0),
                                        .attempts = (uint32_t)gct_rows_integer(rows, 7) + 1u,
                                        .hook = { .channel = gct_arena_copy(arena, gct_rows_bytes(rows, 1)),
                                                  .request = request,
                                                  .arrived_ms = gct_rows_integer(rows, 2) } };
        }
    }
    gct_rows_close(&rows);
    status = status == GCT_DONE ? GCT_OK : status;
    for (size_t i = 0; status == GCT_OK && i < *count; i++) {
        status =
            gct_db_run(db, GCT_SQL_inbox_attempt,
                       GCT_BIND(GCT_V_INT((*out)[i].id), GCT_V_INT(now + delay_of((*out)[i].attempts))), err);
    }
    return status;
}

enum gct_status gct_inbox_set_aside(struct gct_tx *tx, const struct gct_inbox_row *row,
                                    enum gct_quarantine_reason reason, struct gct_slice sentence,
                                    struct gct_ingest_counts *counts, struct gct_error *err)
{
    enum gct_status status = keep_quarantine(tx, &row->hook, reason, sentence, counts, err);
    return status == GCT_OK
               ? gct_db_run(gct_tx_db(tx), GCT_SQL_inbox_remove, GCT_BIND(GCT_V_INT(row->id)), err)
               : status;
}

enum gct_status gct_inbox_finish(struct gct_tx *tx, const struct gct_directory *directory,
                                 const struct gct_inbox_row *row, const struct gct_translation *translation,
                                 struct gct_ingest_counts *counts, struct gct_error *err)
{
    enum gct_quarantine_reason reason = GCT_QUARANTINE_NONE;
    int64_t there = 0;
    enum gct_status status =
        gct_db_integer(gct_tx_db(tx), GCT_SQL_inbox_exists, GCT_BIND(GCT_V_INT(row->id)), 0, &there, err);
    if (status != GCT_OK || !there) {
        return status;
    }
    if (gct_directory_channel(directory, row->hook.channel) == NULL) {
        return gct_inbox_set_aside(tx, row, GCT_QUARANTINE_UNKNOWN_CHANNEL,
                                   GCT_LIT("its channel is not in the configuration any more"), counts, err);
    }
    enum verdict verdict = keep_verdict(translation, &reason);
    if (verdict == VERDICT_LATER) {
        return row->attempts >= GCT_INBOX_ATTEMPTS
                   ? gct_inbox_set_aside(tx, row, reason, translation->reason, counts, err)
                   : GCT_OK;
    }
    if (verdict == VERDICT_NOTHING) {
        return gct_inbox_set_aside(tx, row, reason, translation->reason, counts, err);
    }
    status = gct_ingest_translation(tx, directory, &row->hook, translation, counts, err);
    return status == GCT_OK
               ? gct_db_run(gct_tx_db(tx), GCT_SQL_inbox_remove, GCT_BIND(GCT_V_INT(row->id)), err)
               : status;
}

enum gct_status gct_inbox_put_back(struct gct_tx *tx, int64_t id, int64_t at_ms, struct gct_error *err)
{
    return gct_db_run(gct_tx_db(tx), GCT_SQL_inbox_put_back, GCT_BIND(GCT_V_INT(id), GCT_V_INT(at_ms)), err);
}

enum gct_status gct_inbox_afresh(struct gct_tx *tx, struct gct_error *err)
{
    return gct_db_run(gct_tx_db(tx), GCT_SQL_inbox_afresh, GCT_BIND(GCT_V_INT(gct_tx_now_ms(tx))), err);
}

enum gct_status gct_inbox_next(struct gct_db *db, int64_t *at_ms, struct gct_error *err)
{
    return gct_db_integer(db, GCT_SQL_inbox_next, GCT_NO_VALUES, 0, at_ms, err);
}
