#include <guichet/event.h>

#include "base/slice.h"
#include "router/ingest/arrival.h"

/* Enters the thread when the event is new; *go is 0 when it was seen. */
static enum gct_status begin(struct arrival *arrival, int by_customer, int *go, struct gct_error *err)
{
    enum gct_status status = arrival_fresh(arrival, go, err);
    if (status == GCT_OK && !*go) {
        arrival->route->counts->repeats++;
    }
    if (status == GCT_OK && *go) {
        arrival->route->counts->updates++;
        status = arrival_enter(arrival, NULL, by_customer, err);
    }
    return status;
}

enum gct_status ingest_edit(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_edit *edit = (const struct gct_event_edit *)(const void *)arrival->event;
    int go = 0;
    enum gct_status status = begin(arrival, 1, &go, err);
    if (status != GCT_OK || !go) {
        return status;
    }
    struct news news = { .kind = GCT_EVENT_EDIT,
                         .remote_id = edit->remote_id,
                         .text = edit->text,
                         .revision = edit->revision,
                         .at_ms = arrival->head.at_ms };
    status = news_apply(arrival->route, arrival->thread, &news, err);
    return status == GCT_OK ? thread_window(arrival->route, arrival->thread, &arrival->head, err) : status;
}

enum gct_status ingest_unsend(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_unsend *unsend = (const struct gct_event_unsend *)(const void *)arrival->event;
    int go = 0;
    enum gct_status status = begin(arrival, 1, &go, err);
    if (status != GCT_OK || !go) {
        return status;
    }
    struct news news = { .kind = GCT_EVENT_UNSEND,
                         .remote_id = unsend->remote_id,
                         .at_ms = arrival->head.at_ms };
    status = news_apply(arrival->route, arrival->thread, &news, err);
    if (status == GCT_OK) {
        struct gct_engagement line = thread_event(arrival->thread, GCT_ENGAGEMENT_MESSAGE_UNSENT,
                                                  GCT_BY_CUSTOMER, arrival->head.at_ms);
        status = gct_engagement_write(arrival->route->tx, &line, err);
    }
    return status;
}

enum gct_status ingest_reaction(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_reaction *reaction =
        (const struct gct_event_reaction *)(const void *)arrival->event;
    int by_customer = reaction->author == GCT_AUTHOR_CUSTOMER;
    int go = 0;
    enum gct_status status = begin(arrival, by_customer, &go, err);
    if (status != GCT_OK || !go) {
        return status;
    }
    struct news news = { .kind = GCT_EVENT_REACTION,
                         .remote_id = reaction->remote_id,
                         .author = reaction->author,
                         .state = reaction->removed,
                         .text = reaction->emoji,
                         .at_ms = arrival->head.at_ms };
    status = news_apply(arrival->route, arrival->thread, &news, err);
    if (status == GCT_OK) {
        status = thread_window(arrival->route, arrival->thread, &arrival->head, err);
    }
    if (status == GCT_OK && by_customer && !reaction->removed) {
        struct gct_engagement line = thread_event(arrival->thread, GCT_ENGAGEMENT_MESSAGE_REACTED,
                                                  GCT_BY_CUSTOMER, arrival->head.at_ms);
        line.kind = GCT_ABOUT_OTHER;
        line.kind +=
            reaction->sentiment <= GCT_SENTIMENT_NEGATIVE ? reaction->sentiment : GCT_SENTIMENT_OTHER;
        status = gct_engagement_write(arrival->route->tx, &line, err);
    }
    return status;
}

enum gct_delivery thread_watermark(const struct thread *thread, enum gct_delivery delivery, int64_t sent_ms)
{
    if (sent_ms <= thread->delivered_ms) {
        delivery = gct_delivery_merge(delivery, GCT_DELIVERY_DELIVERED);
    }
    return sent_ms <= thread->read_ms ? gct_delivery_merge(delivery, GCT_DELIVERY_READ) : delivery;
}

/* Everything sent at or before the mark is this far now. */
static enum gct_status raise_watermark(struct arrival *arrival, enum gct_delivery state, int64_t mark_ms,
                                       struct gct_error *err)
{
    struct route *route = arrival->route;
    struct thread *thread = arrival->thread;
    int64_t *known = state == GCT_DELIVERY_READ ? &thread->read_ms : &thread->delivered_ms;
    if (mark_ms <= *known) {
        return GCT_OK;
    }
    *known = mark_ms;
    thread_touch(route, thread);
    for (;;) {
        struct gct_rows *rows = NULL;
        enum gct_status status = gct_db_query(
            route->db, GCT_SQL_message_below_mark,
            GCT_BIND(GCT_V_INT(thread->conversation), GCT_V_INT(mark_ms), GCT_V_INT(state)), &rows, err);
        if (status == GCT_OK) {
            status = gct_rows_next(rows, err);
        }
        int64_t id = status == GCT_OK ? gct_rows_integer(rows, 0) : 0;
        int64_t ticket = status == GCT_OK ? gct_rows_integer(rows, 1) : 0;
        gct_rows_close(&rows);
        if (status == GCT_OK) {
            status = gct_db_run(route->db, GCT_SQL_message_set_delivery,
                                GCT_BIND(GCT_V_INT(id), GCT_V_INT(state)), err);
        }
        if (status != GCT_OK) {
            return status == GCT_DONE ? GCT_OK : status;
        }
        thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_UPDATED, ticket, id);
    }
}

enum gct_status ingest_receipt(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_receipt *receipt = (const struct gct_event_receipt *)(const void *)arrival->event;
    int go = 0;
    enum gct_status status = begin(arrival, 0, &go, err);
    if (status != GCT_OK || !go) {
        return status;
    }
    int read = receipt->state == GCT_RECEIPT_READ;
    status = raise_watermark(arrival, read ? GCT_DELIVERY_READ : GCT_DELIVERY_DELIVERED,
                             receipt->watermark_ms, err);
    for (uint32_t i = 0; status == GCT_OK && i < receipt->remote_id_count; i++) {
        struct news news = { .kind = GCT_EVENT_RECEIPT,
                             .remote_id = receipt->remote_ids[i],
                             .state = receipt->state,
                             .at_ms = receipt->watermark_ms };
        status = news_apply(arrival->route, arrival->thread, &news, err);
    }
    if (status == GCT_OK) {
        struct gct_engagement line = thread_event(
            arrival->thread, read ? GCT_ENGAGEMENT_MESSAGE_READ : GCT_ENGAGEMENT_MESSAGE_DELIVERED,
            read ? GCT_BY_CUSTOMER : GCT_BY_PLATFORM, arrival->head.at_ms);
        status = gct_engagement_write(arrival->route->tx, &line, err);
    }
    return status;
}
