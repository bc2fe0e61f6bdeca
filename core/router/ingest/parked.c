#include <guichet/event.h>

#include "base/slice.h"
#include "router/ingest/arrival.h"
#include "store/fulltext.h"

/* The text as it is now, in the batch's arena. */
static enum gct_status read_text(struct route *route, int64_t message, struct gct_slice *text,
                                 struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *text = GCT_EMPTY;
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_message_text, GCT_BIND(GCT_V_INT(message)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        *text = gct_arena_copy(gct_tx_arena(route->tx), gct_rows_bytes(rows, 0));
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

static enum gct_status apply_edit(struct route *route, const struct found *message, const struct news *news,
                                  int *changed, struct gct_error *err)
{
    struct gct_slice old = GCT_EMPTY;
    enum gct_status status = read_text(route, message->id, &old, err);
    if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_message_edit,
                            GCT_BIND(GCT_V_INT(message->id), gct_value_text(news->text),
                                     GCT_V_INT(news->revision), GCT_V_INT(news->at_ms)),
                            err);
    }
    *changed = status == GCT_OK && gct_db_changes(route->db) > 0;
    return *changed ? gct_store_reindex(route->tx, message->id, old, news->text, err) : status;
}

static enum gct_status apply_unsend(struct route *route, const struct found *message, const struct news *news,
                                    int *changed, struct gct_error *err)
{
    struct gct_slice old = GCT_EMPTY;
    struct gct_value values[] = { GCT_V_INT(message->id), GCT_V_INT(news->at_ms) };
    enum gct_status status = read_text(route, message->id, &old, err);
    if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_message_unsend, values, 2, err);
    }
    *changed = status == GCT_OK && gct_db_changes(route->db) > 0;
    if (status == GCT_OK && !*changed) {
        return gct_db_run(route->db, GCT_SQL_message_unsend_earlier, values, 2, err);
    }
    if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_attachment_remove, values, 1, err);
    }
    return status == GCT_OK ? gct_store_reindex(route->tx, message->id, old, GCT_EMPTY, err) : status;
}

static enum gct_status apply_reaction(struct route *route, const struct found *message,
                                      const struct news *news, int *changed, struct gct_error *err)
{
    enum gct_status status =
        gct_db_run(route->db, GCT_SQL_reaction_put,
                   GCT_BIND(GCT_V_INT(message->id), GCT_V_INT(news->author),
                            news->state != 0 ? GCT_V_NULL : GCT_V_TEXT(news->text), GCT_V_INT(news->at_ms)),
                   err);
    *changed = status == GCT_OK && gct_db_changes(route->db) > 0;
    return status == GCT_OK && *changed
               ? gct_db_run(route->db, GCT_SQL_message_touch, GCT_BIND(GCT_V_INT(message->id)), err)
               : status;
}

/* Receipts tell up to when by the platform's clock. Of a message without an echo we know only our own: it was
 * sent at the latest when a receipt that names it says, so that the next mark, which may be that moment,
 * covers it. */
static enum gct_status apply_receipt(struct route *route, const struct thread *thread,
                                     const struct found *message, const struct news *news, int *changed,
                                     struct gct_error *err)
{
    enum gct_delivery state = news->state == GCT_RECEIPT_READ ? GCT_DELIVERY_READ : GCT_DELIVERY_DELIVERED;
    int64_t sent_ms = message->sent_ms;
    *changed = 0;
    if (message->direction != GCT_DIRECTION_OUT || !message->has_delivery ||
        !gct_delivery_is_sent(message->delivery)) {
        return GCT_OK; /* about the first parts of a reply: the last one's will tell */
    }
    if ((message->flags & GCT_MESSAGE_DATED) == 0 && news->at_ms > 0 && news->at_ms < sent_ms) {
        sent_ms = news->at_ms;
    }
    enum gct_delivery delivery = gct_delivery_merge(message->delivery, state);
    if (sent_ms != message->sent_ms) {
        delivery = thread_watermark(thread, delivery, sent_ms);
    } else if (delivery == message->delivery) {
        return GCT_OK;
    }
    *changed = 1;
    return gct_db_run(route->db, GCT_SQL_message_receipt,
                      GCT_BIND(GCT_V_INT(message->id), GCT_V_INT(delivery), GCT_V_INT(sent_ms)), err);
}

static enum gct_status apply(struct route *route, struct thread *thread, const struct found *message,
                             const struct news *news, struct gct_error *err)
{
    int changed = 0;
    enum gct_status status = GCT_OK;
    switch (news->kind) {
    case GCT_EVENT_EDIT: status = apply_edit(route, message, news, &changed, err); break;
    case GCT_EVENT_UNSEND: status = apply_unsend(route, message, news, &changed, err); break;
    case GCT_EVENT_REACTION: status = apply_reaction(route, message, news, &changed, err); break;
    case GCT_EVENT_RECEIPT: status = apply_receipt(route, thread, message, news, &changed, err); break;
    default: break;
    }
    if (status == GCT_OK && changed) {
        thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_UPDATED, message->ticket, message->id);
        if (thread->ticket.last_message_id == message->id) {
            thread_touch_ticket(route, thread); /* the preview */
        }
    }
    return status;
}

static enum gct_status park(struct route *route, const struct thread *thread, const struct news *news,
                            struct gct_error *err)
{
    int64_t *parked = NULL;
    enum gct_status status = route_parked(route, &parked, err);
    if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_parked_insert,
                            GCT_BIND(GCT_V_INT(thread->account), GCT_V_TEXT(news->remote_id),
                                     GCT_V_INT(news->kind), GCT_V_INT(news->author), GCT_V_INT(news->state),
                                     gct_value_text(news->text), GCT_V_INT(news->revision),
                                     GCT_V_INT(news->at_ms), GCT_V_INT(route->now_ms)),
                            err);
    }
    if (status == GCT_OK) {
        (*parked)++;
        route->counts->parked++;
    }
    return status;
}

enum gct_status news_apply(struct route *route, struct thread *thread, const struct news *news,
                           struct gct_error *err)
{
    struct found message = { 0 };
    enum gct_status status = found_by_remote(route, thread->account, news->remote_id, &message, err);
    if (status != GCT_OK) {
        return status;
    }
    return message.id != 0 ? apply(route, thread, &message, news, err) : park(route, thread, news, err);
}

/* The oldest of the news that wait for this id; *row 0: none. Its text is copied, since applying it runs
 * statements. */
static enum gct_status next_parked(struct route *route, int64_t account, struct gct_slice remote_id,
                                   int64_t *row, struct news *news, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *row = 0;
    enum gct_status status = gct_db_query(route->db, GCT_SQL_parked_next,
                                          GCT_BIND(GCT_V_INT(account), GCT_V_TEXT(remote_id)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        *row = gct_rows_integer(rows, 0);
        *news = (struct news){ .kind = (uint32_t)gct_rows_integer(rows, 1),
                               .remote_id = remote_id,
                               .author = (uint32_t)gct_rows_integer(rows, 2),
                               .state = (uint32_t)gct_rows_integer(rows, 3),
                               .text = gct_arena_copy(gct_tx_arena(route->tx), gct_rows_bytes(rows, 4)),
                               .revision = gct_rows_integer(rows, 5),
                               .at_ms = gct_rows_integer(rows, 6) };
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

enum gct_status parked_apply(struct route *route, struct thread *thread, struct gct_slice remote_id,
                             struct gct_error *err)
{
    struct news news;
    int64_t *parked = NULL;
    int64_t row = 0;
    enum gct_status status = route_parked(route, &parked, err);
    if (status != GCT_OK || *parked == 0) {
        return status;
    }
    for (;;) {
        struct found message = { 0 };
        status = next_parked(route, thread->account, remote_id, &row, &news, err);
        if (status != GCT_OK || row == 0) {
            return status;
        }
        status = found_by_remote(route, thread->account, remote_id, &message, err);
        if (status == GCT_OK && message.id != 0) {
            status = apply(route, thread, &message, &news, err);
        }
        if (status == GCT_OK) {
            status = gct_db_run(route->db, GCT_SQL_parked_remove, GCT_BIND(GCT_V_INT(row)), err);
        }
        if (status != GCT_OK) {
            return status;
        }
        (*parked)--;
    }
}
