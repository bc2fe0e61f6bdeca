#include <guichet/event.h>

#include "base/json.h"
#include "base/slice.h"
#include "router/ingest/arrival.h"

/* A referral prompts what is written within a day of it. */
#define REFERRAL_MS GCT_DAY_MS

static void set_given(struct gct_json *json, const char *name, struct gct_slice text)
{
    if (text.len > 0) {
        gct_json_set_text(json, name, text);
    }
}

struct gct_slice context_text(struct route *route, const struct gct_context *context)
{
    if (context == NULL) {
        return GCT_EMPTY;
    }
    const char *id = "post_id";
    const char *url = "url";
    switch (context->kind) {
    case GCT_CONTEXT_AD:
        id = "ad_id";
        url = "image_url";
        break;
    case GCT_CONTEXT_PRODUCT:
    case GCT_CONTEXT_ORDER: id = "product_id"; break;
    default: break;
    }
    struct gct_json *json = gct_json_object();
    gct_json_set_text(json, "kind", gct_slice_of(gct_context_kind_name(context->kind)));
    set_given(json, "title", context->title);
    set_given(json, "payload", context->payload);
    set_given(json, "ref", context->ref);
    set_given(json, "source", context->source);
    set_given(json, url, context->url);
    set_given(json, id, context->remote_id);
    struct gct_buffer buffer = { .limit = 512u << 10 };
    gct_json_write(json, &buffer);
    struct gct_slice text = gct_arena_copy(gct_tx_arena(route->tx), gct_buffer_slice(&buffer));
    gct_buffer_free(&buffer);
    gct_json_free(&json);
    return text;
}

void thread_own(struct route *route, struct thread *thread, enum gct_thread_owner owner, int64_t at_ms)
{
    if (at_ms > thread->owner_ms || (at_ms == thread->owner_ms && owner > thread->owner)) {
        thread->owner = owner;
        thread->owner_ms = at_ms;
        thread_touch(route, thread);
    }
}

/* The first message of the customer from `from` to before `to`; 0: none. */
static enum gct_status first_message(struct route *route, int64_t conversation, int64_t from, int64_t to,
                                     int64_t *id, struct gct_error *err)
{
    return gct_db_integer(route->db, GCT_SQL_referral_first_message,
                          GCT_BIND(GCT_V_INT(conversation), GCT_V_INT(from), GCT_V_INT(to)), 0, id, err);
}

enum gct_status referral_settle(struct route *route, struct thread *thread, int64_t at_ms,
                                struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    struct gct_slice context = GCT_EMPTY;
    int64_t id = 0;
    int64_t from = 0;
    int64_t to = 0;
    int64_t message = 0;
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_referral_before,
                     GCT_BIND(GCT_V_INT(thread->conversation), GCT_V_INT(at_ms)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        id = gct_rows_integer(rows, 0);
        from = gct_rows_integer(rows, 1);
        context = gct_arena_copy(gct_tx_arena(route->tx), gct_rows_bytes(rows, 2));
    }
    gct_rows_close(&rows);
    if (status != GCT_OK) {
        return status == GCT_DONE ? GCT_OK : status;
    }
    status = gct_db_integer(route->db, GCT_SQL_referral_after,
                            GCT_BIND(GCT_V_INT(thread->conversation), GCT_V_INT(from)), 0, &to, err);
    if (status == GCT_OK) {
        status = first_message(route, thread->conversation, from,
                               to < from + REFERRAL_MS ? to : from + REFERRAL_MS, &message, err);
    }
    if (status == GCT_OK) {
        status =
            gct_db_run(route->db, GCT_SQL_referral_detach, GCT_BIND(GCT_V_INT(id), GCT_V_INT(message)), err);
    }
    if (status == GCT_OK && message != 0) {
        status = gct_db_run(route->db, GCT_SQL_referral_attach,
                            GCT_BIND(GCT_V_INT(message), GCT_V_TEXT(context), GCT_V_INT(id)), err);
    }
    if (status == GCT_OK && message != 0 && gct_db_changes(route->db) > 0) {
        thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_UPDATED, thread->ticket.id, message);
    }
    return status;
}
