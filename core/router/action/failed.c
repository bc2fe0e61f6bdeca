#include "auth/audit.h"
#include "base/slice.h"
#include "router/action/action.h"
#include "router/ingest/arrival.h"

/* The failed message, or a refusal. */
static enum gct_status load_failed(struct gct_tx *tx, int64_t message, struct found *found,
                                   struct gct_refusal *refusal, struct gct_error *err)
{
    struct gct_ingest_counts counts = { 0 };
    struct route route;
    *refusal = (struct gct_refusal){ 0 };
    route_begin(&route, tx, NULL, &counts);
    enum gct_status status = found_by_id(&route, message, found, err);
    if (status != GCT_OK) {
        return status;
    }
    if (found->id == 0 || found->ticket == 0) {
        return action_refuse(refusal, GCT_PROBLEM_NOT_FOUND, err, "there is no message %lld",
                             (long long)message);
    }
    if (!found->has_delivery || found->delivery != GCT_DELIVERY_FAILED) {
        return action_refuse(refusal, GCT_PROBLEM_NOT_FAILED, err, "the message did not fail");
    }
    return GCT_OK;
}

/* The same checks as for a new reply of who wrote it: what a program wrote stays a program's, whoever sends
 * it again. */
static enum gct_status check_again(struct action *action, const struct found *found, struct gct_error *err)
{
    enum { MOST = 16 };
    enum gct_attachment_kind kinds[MOST];
    struct reply_facts facts = { .kinds = kinds, .author = found->author };
    struct gct_rows *rows = NULL;
    struct gct_value id[] = { GCT_V_INT(found->id) };
    enum gct_status status = gct_db_query(action->route.db, GCT_SQL_message_text, id, 1, &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        facts.text = gct_arena_copy(gct_tx_arena(action->route.tx), gct_rows_bytes(rows, 0));
    }
    gct_rows_close(&rows);
    if (status == GCT_OK) {
        status = gct_db_query(action->route.db, GCT_SQL_action_attachments, id, 1, &rows, err);
    }
    while (status == GCT_OK && facts.kind_count < MOST) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK) {
            kinds[facts.kind_count++] = (enum gct_attachment_kind)gct_rows_integer(rows, 0);
        }
    }
    gct_rows_close(&rows);
    return status == GCT_OK || status == GCT_DONE ? action_check_reply(action, &facts, err) : status;
}

static enum gct_status queue_again(struct action *action, int64_t message, struct gct_error *err)
{
    struct route *route = &action->route;
    struct gct_value id[] = { GCT_V_INT(message) };
    enum gct_status status = gct_db_run(route->db, GCT_SQL_message_requeue, id, 1, err);
    if (status == GCT_OK) {
        /* Its row is still there, and knows which parts were sent. */
        status = gct_db_run(route->db, GCT_SQL_outbox_requeue,
                            GCT_BIND(GCT_V_INT(message), GCT_V_INT(route->now_ms)), err);
    }
    thread_message_effect(route, action->thread, GCT_EFFECT_MESSAGE_UPDATED, action->ticket, message);
    gct_tx_effect(route->tx,
                  (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = action->account });
    return status;
}

static enum gct_status audit(struct gct_tx *tx, const struct gct_actor *actor, const char *action,
                             int64_t message, struct gct_error *err)
{
    char who[GCT_ACTOR_TEXT];
    gct_actor_write(actor, who);
    struct gct_audit entry = { .actor = gct_slice_of(who),
                               .action = gct_slice_of(action),
                               .object =
                                   gct_arena_format(gct_tx_arena(tx), "message:%lld", (long long)message) };
    return gct_audit_write(tx, &entry, err);
}

enum gct_status gct_action_retry(struct gct_tx *tx, const struct gct_directory *directory,
                                 const struct gct_actor *actor, int64_t message,
                                 struct gct_action_result *result, struct gct_refusal *refusal,
                                 struct gct_error *err)
{
    struct found found = { 0 };
    struct action action;
    enum gct_status status = load_failed(tx, message, &found, refusal, err);
    if (status == GCT_OK && (found.flags & GCT_MESSAGE_DISCARDED) != 0) {
        status = action_refuse(refusal, GCT_PROBLEM_NOT_FAILED, err, "the message was discarded");
    }
    if (status == GCT_OK) {
        status = action_begin(&action, tx, directory, found.ticket, refusal, err);
    }
    if (status == GCT_OK) {
        status = check_again(&action, &found, err);
    }
    if (status == GCT_OK) {
        status = queue_again(&action, message, err);
    }
    if (status == GCT_OK) {
        status = audit(tx, actor, "message.retry", message, err);
    }
    *result = (struct gct_action_result){ .ticket = found.ticket, .message = message };
    return status == GCT_OK ? action_end(&action, &result->version, err) : status;
}

enum gct_status gct_action_discard(struct gct_tx *tx, const struct gct_actor *actor, int64_t message,
                                   struct gct_action_result *result, struct gct_refusal *refusal,
                                   struct gct_error *err)
{
    struct found found = { 0 };
    struct gct_value id[] = { GCT_V_INT(message) };
    enum gct_status status = load_failed(tx, message, &found, refusal, err);
    *result = (struct gct_action_result){ .ticket = found.ticket, .message = message };
    if (status != GCT_OK || (found.flags & GCT_MESSAGE_DISCARDED) != 0) {
        return status;
    }
    status = gct_db_run(gct_tx_db(tx), GCT_SQL_action_discard, id, 1, err);
    if (status == GCT_OK) {
        status = audit(tx, actor, "message.discard", message, err);
    }
    gct_tx_effect(tx, (struct gct_effect){
                          .kind = GCT_EFFECT_MESSAGE_UPDATED, .ticket = found.ticket, .message = message });
    return status;
}
