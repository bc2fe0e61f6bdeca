#include <string.h>

#include "base/slice.h"
#include "router/action/action.h"

enum gct_status gct_once_find(struct gct_db *db, const struct gct_actor *actor,
                              const struct gct_request_key *once, int *status_out, int64_t *object,
                              struct gct_refusal *refusal, struct gct_error *err)
{
    char who[GCT_ACTOR_TEXT];
    struct gct_rows *rows = NULL;
    int same = 0;
    if (once->key.len == 0) {
        return GCT_NOT_FOUND;
    }
    gct_actor_write(actor, who);
    enum gct_status status = gct_db_query(
        db, GCT_SQL_once_find, GCT_BIND(GCT_V_TEXT(gct_slice_of(who)), GCT_V_TEXT(once->key)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        struct gct_slice digest = { (const char *)once->digest, sizeof once->digest };
        same = gct_slice_eq(gct_rows_bytes(rows, 0), digest);
        *status_out = (int)gct_rows_integer(rows, 1);
        *object = gct_rows_integer(rows, 2);
    }
    gct_rows_close(&rows);
    if (status == GCT_OK && !same) {
        return action_refuse(refusal, GCT_PROBLEM_IDEMPOTENCY_KEY_REUSED, err,
                             "the Idempotency-Key was used for another request");
    }
    return status == GCT_DONE ? GCT_NOT_FOUND : status;
}

enum gct_status gct_once_keep(struct gct_tx *tx, const struct gct_actor *actor,
                              const struct gct_request_key *once, int answer, int64_t object,
                              struct gct_error *err)
{
    char who[GCT_ACTOR_TEXT];
    struct gct_slice digest = { (const char *)once->digest, sizeof once->digest };
    if (once->key.len == 0) {
        return GCT_OK;
    }
    gct_actor_write(actor, who);
    return gct_db_run(gct_tx_db(tx), GCT_SQL_once_keep,
                      GCT_BIND(GCT_V_TEXT(gct_slice_of(who)), GCT_V_TEXT(once->key), GCT_V_BLOB(digest),
                               GCT_V_INT(answer), GCT_V_INT(object), GCT_V_INT(gct_tx_now_ms(tx))),
                      err);
}
