#include "base/slice.h"
#include "router/delivery.h"

enum gct_status gct_account_set_state(struct gct_tx *tx, int64_t account, enum gct_account_state state,
                                      struct gct_slice code, struct gct_slice sentence, struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    int fine = state == GCT_ACCOUNT_OK;
    enum gct_status status =
        gct_db_run(db, GCT_SQL_account_set_state,
                   GCT_BIND(GCT_V_INT(account), GCT_V_INT(state), fine ? GCT_V_NULL : gct_value_text(code),
                            fine ? GCT_V_NULL : gct_value_text(sentence)),
                   err);
    if (status == GCT_OK && gct_db_changes(db) > 0) {
        gct_tx_effect(tx, (struct gct_effect){ .kind = GCT_EFFECT_CHANNEL_UPDATED, .account = account });
        gct_tx_effect(tx, (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = account });
    }
    return status;
}

enum gct_status gct_account_pause_until(struct gct_tx *tx, int64_t account, int64_t until_ms,
                                        struct gct_error *err)
{
    return gct_db_run(gct_tx_db(tx), GCT_SQL_account_pause_until,
                      GCT_BIND(GCT_V_INT(account), gct_value_id(until_ms)), err);
}

enum gct_status gct_contact_set_profile(struct gct_tx *tx, int64_t contact, const struct gct_profile *profile,
                                        struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    struct gct_rows *rows = NULL;
    struct gct_value id[] = { GCT_V_INT(contact) };
    enum gct_status status = gct_db_run(db, GCT_SQL_contact_unindex, id, 1, err);
    if (status != GCT_OK) {
        return status;
    }
    status = gct_db_run(db, GCT_SQL_contact_profile,
                        GCT_BIND(GCT_V_INT(contact), gct_value_text(profile->name),
                                 gct_value_text(profile->handle), gct_value_text(profile->avatar_url),
                                 gct_value_text(profile->lang), GCT_V_INT(gct_tx_now_ms(tx))),
                        err);
    if (status == GCT_OK) {
        status = gct_db_run(db, GCT_SQL_contact_index, id, 1, err);
    }
    if (status == GCT_OK) {
        status = gct_db_run(db, GCT_SQL_contact_tickets_changed, id, 1, err);
    }
    if (status == GCT_OK) {
        status = gct_db_query(db, GCT_SQL_contact_live_tickets, id, 1, &rows, err);
    }
    while (status == GCT_OK) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK) {
            gct_tx_effect(tx, (struct gct_effect){ .kind = GCT_EFFECT_TICKET_UPDATED,
                                                   .account = gct_rows_integer(rows, 1),
                                                   .ticket = gct_rows_integer(rows, 0),
                                                   .contact = contact });
        }
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}
