#include <stdio.h>

#include "auth/audit.h"
#include "base/slice.h"
#include "router/action/action.h"

/* What belongs to one user, and the pause of a channel. */

static enum gct_status check_ticket(struct gct_tx *tx, int64_t ticket, struct gct_refusal *refusal,
                                    struct gct_error *err)
{
    int64_t version = 0;
    *refusal = (struct gct_refusal){ 0 };
    enum gct_status status =
        gct_db_integer(gct_tx_db(tx), GCT_SQL_ticket_version, GCT_BIND(GCT_V_INT(ticket)), 0, &version, err);
    if (status == GCT_OK && version == 0) {
        return action_refuse(refusal, GCT_PROBLEM_NOT_FOUND, err, "there is no ticket %lld",
                             (long long)ticket);
    }
    return status;
}

enum gct_status gct_action_read(struct gct_tx *tx, int64_t user, int64_t ticket, int64_t message,
                                struct gct_refusal *refusal, struct gct_error *err)
{
    int64_t there = 0;
    struct gct_db *db = gct_tx_db(tx);
    enum gct_status status = check_ticket(tx, ticket, refusal, err);
    if (status != GCT_OK) {
        return status;
    }
    if (message == 0) {
        return gct_db_run(db, GCT_SQL_read_cursor_remove, GCT_BIND(GCT_V_INT(user), GCT_V_INT(ticket)), err);
    }
    status = gct_db_integer(db, GCT_SQL_message_in_ticket, GCT_BIND(GCT_V_INT(message), GCT_V_INT(ticket)), 0,
                            &there, err);
    if (status == GCT_OK && !there) {
        (void)snprintf(refusal->field, sizeof refusal->field, "message_id");
        return action_refuse(refusal, GCT_PROBLEM_INVALID, err, "the ticket has no message %lld",
                             (long long)message);
    }
    return status == GCT_OK
               ? gct_db_run(db, GCT_SQL_read_cursor_put,
                            GCT_BIND(GCT_V_INT(user), GCT_V_INT(ticket), GCT_V_INT(message)), err)
               : status;
}

enum gct_status gct_action_draft(struct gct_tx *tx, int64_t user, int64_t ticket, enum gct_message_kind kind,
                                 struct gct_slice text, struct gct_refusal *refusal, struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    enum gct_status status = check_ticket(tx, ticket, refusal, err);
    if (status != GCT_OK) {
        return status;
    }
    struct gct_value values[] = { GCT_V_INT(user), GCT_V_INT(ticket), GCT_V_INT(kind), GCT_V_TEXT(text),
                                  GCT_V_INT(gct_tx_now_ms(tx)) };
    return text.len == 0 ? gct_db_run(db, GCT_SQL_draft_remove, values, 3, err)
                         : gct_db_run(db, GCT_SQL_draft_put, values, 5, err);
}

enum gct_status gct_action_drafts_remove(struct gct_tx *tx, int64_t user, int64_t ticket,
                                         struct gct_error *err)
{
    return gct_db_run(gct_tx_db(tx), GCT_SQL_drafts_remove, GCT_BIND(GCT_V_INT(user), GCT_V_INT(ticket)),
                      err);
}

enum gct_status gct_action_channel_pause(struct gct_tx *tx, const struct gct_directory_channel *channel,
                                         const struct gct_actor *actor, int paused, struct gct_error *err)
{
    char who[GCT_ACTOR_TEXT];
    struct gct_db *db = gct_tx_db(tx);
    enum gct_status status =
        gct_db_run(db, GCT_SQL_channel_pause, GCT_BIND(GCT_V_INT(channel->id), GCT_V_INT(paused != 0)), err);
    if (status != GCT_OK || gct_db_changes(db) == 0) {
        return status;
    }
    for (size_t i = 0; i < channel->account_count; i++) {
        int64_t account = channel->accounts[i]->id;
        gct_tx_effect(tx, (struct gct_effect){ .kind = GCT_EFFECT_CHANNEL_UPDATED, .account = account });
        gct_tx_effect(tx, (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = account });
    }
    gct_actor_write(actor, who);
    struct gct_audit entry = { .actor = gct_slice_of(who),
                               .action = paused ? GCT_LIT("channel.pause") : GCT_LIT("channel.resume"),
                               .object = gct_arena_format(gct_tx_arena(tx), "channel:%.*s",
                                                          GCT_ARG(channel->name)) };
    return gct_audit_write(tx, &entry, err);
}
