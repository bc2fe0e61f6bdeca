#include "base/slice.h"
#include "router/ingest/arrival.h"
#include "router/remote.h"

/* A platform's clock may run ahead of ours by so much; what is later than that is no time. */
#define AHEAD_MS (10 * GCT_MINUTE_MS)

static enum gct_status read_found(struct route *route, enum gct_sql sql, const struct gct_value *values,
                                  size_t count, struct found *found, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *found = (struct found){ 0 };
    enum gct_status status = gct_db_query(route->db, sql, values, count, &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        found->id = gct_rows_integer(rows, 0);
        found->conversation = gct_rows_integer(rows, 1);
        found->ticket = gct_rows_integer(rows, 2);
        found->direction = (enum gct_direction)gct_rows_integer(rows, 3);
        found->has_delivery = !gct_rows_is_null(rows, 4);
        found->delivery = (enum gct_delivery)gct_rows_integer(rows, 4);
        found->sent_ms = gct_rows_integer(rows, 5);
        found->flags = (uint32_t)gct_rows_integer(rows, 6);
        found->unsent_ms = gct_rows_integer(rows, 7);
        found->author = (uint32_t)gct_rows_integer(rows, 8);
        found->ours = (int)gct_rows_integer(rows, 9);
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

enum gct_status found_by_first(struct route *route, int64_t account, struct gct_slice remote_id,
                               struct found *found, struct gct_error *err)
{
    return read_found(route, GCT_SQL_message_by_remote,
                      GCT_BIND(GCT_V_INT(account), GCT_V_TEXT(remote_id), remote_key(remote_id)), found, err);
}

enum gct_status found_by_remote(struct route *route, int64_t account, struct gct_slice remote_id,
                                struct found *found, struct gct_error *err)
{
    enum gct_status status = found_by_first(route, account, remote_id, found, err);
    if (status == GCT_OK && found->id == 0) {
        status = read_found(route, GCT_SQL_message_by_part,
                            GCT_BIND(GCT_V_INT(account), GCT_V_TEXT(remote_id)), found, err);
    }
    return status;
}

enum gct_status found_by_mark(struct route *route, int64_t account, struct gct_slice mark,
                              struct found *found, struct gct_error *err)
{
    return read_found(route, GCT_SQL_message_by_mark, GCT_BIND(GCT_V_TEXT(mark), GCT_V_INT(account)), found,
                      err);
}

enum gct_status found_by_id(struct route *route, int64_t id, struct found *found, struct gct_error *err)
{
    return read_found(route, GCT_SQL_message_by_id, GCT_BIND(GCT_V_INT(id)), found, err);
}

enum gct_status arrival_fresh(struct arrival *arrival, int *fresh, struct gct_error *err)
{
    const struct gct_event *event = arrival->event;
    *fresh = 1;
    if (event->key.len == 0) {
        return GCT_OK;
    }
    enum gct_status status = gct_db_run(arrival->route->db, GCT_SQL_seen_insert,
                                        GCT_BIND(GCT_V_INT(arrival->account->id), GCT_V_INT(event->kind),
                                                 GCT_V_TEXT(event->key), GCT_V_INT(arrival->route->now_ms)),
                                        err);
    *fresh = status == GCT_OK && gct_db_changes(arrival->route->db) > 0;
    return status;
}

static int is_referring(const struct gct_context *context)
{
    enum gct_origin origin = gct_engagement_origin(context);
    return origin == GCT_ORIGIN_AD || origin == GCT_ORIGIN_LINK || origin == GCT_ORIGIN_QR ||
           origin == GCT_ORIGIN_COMMENT;
}

enum gct_status arrival_enter(struct arrival *arrival, const struct gct_context *context, int by_customer,
                              struct gct_error *err)
{
    struct route *route = arrival->route;
    enum gct_status status = thread_get(route, arrival->account, arrival->event->customer, &arrival->thread,
                                        &arrival->created, err);
    if (status != GCT_OK || (!arrival->created && !(by_customer && is_referring(context)))) {
        return status;
    }
    char room[GCT_CAMPAIGN_TEXT];
    struct gct_engagement line = thread_event(
        arrival->thread, arrival->created ? GCT_ENGAGEMENT_CONTACT_STARTED : GCT_ENGAGEMENT_CONTACT_REFERRED,
        GCT_BY_CUSTOMER, arrival->head.at_ms);
    line.origin = by_customer ? gct_engagement_origin(context) : GCT_ORIGIN_UNKNOWN;
    line.campaign = context == NULL ? GCT_EMPTY : gct_engagement_campaign(context->ref, room);
    return gct_engagement_write(route->tx, &line, err);
}

static enum gct_status dispatch(struct arrival *arrival, struct gct_error *err)
{
    if (arrival->event->kind == GCT_EVENT_NOTICE) {
        return ingest_notice(arrival, err);
    }
    if (arrival->event->customer.len == 0) {
        arrival->route->counts->ignored++;
        return GCT_OK;
    }
    switch (arrival->event->kind) {
    case GCT_EVENT_MESSAGE: return ingest_message(arrival, err);
    case GCT_EVENT_EDIT: return ingest_edit(arrival, err);
    case GCT_EVENT_UNSEND: return ingest_unsend(arrival, err);
    case GCT_EVENT_REACTION: return ingest_reaction(arrival, err);
    case GCT_EVENT_RECEIPT: return ingest_receipt(arrival, err);
    case GCT_EVENT_REFERRAL: return ingest_referral(arrival, err);
    case GCT_EVENT_CONSENT: return ingest_consent(arrival, err);
    case GCT_EVENT_HANDOVER: return ingest_handover(arrival, err);
    case GCT_EVENT_FEEDBACK: return ingest_feedback(arrival, err);
    case GCT_EVENT_LINKING: return ingest_linking(arrival, err);
    case GCT_EVENT_UNKNOWN: return ingest_unknown(arrival, err);
    default: arrival->route->counts->ignored++; return GCT_OK;
    }
}

enum gct_status ingest_event(struct route *route, const struct gct_directory_channel *channel,
                             const struct gct_event *event, struct gct_error *err)
{
    struct arrival arrival = { .route = route, .event = event, .head = *event };
    if ((event->flags & GCT_EVENT_TEST) != 0) {
        route->counts->tests++;
        return GCT_OK;
    }
    if ((event->flags & GCT_EVENT_PUBLIC) != 0) {
        route->counts->publics++;
        return GCT_OK;
    }
    arrival.account = gct_directory_account_of(route->directory, channel->plugin, event->account);
    if (arrival.account == NULL) {
        route->counts->strangers++;
        return GCT_OK;
    }
    if (event->at_ms <= 0 || event->at_ms > route->now_ms + AHEAD_MS) {
        arrival.head.at_ms = route->now_ms;
    }
    enum gct_status status = route_heard(route, arrival.account->id, err);
    return status == GCT_OK ? dispatch(&arrival, err) : status;
}
