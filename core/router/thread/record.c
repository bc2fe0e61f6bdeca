#include <string.h>

#include "base/json.h"
#include "base/slice.h"
#include "router/thread/thread.h"

struct gct_engagement thread_event(const struct thread *thread, enum gct_engagement_kind type,
                                   enum gct_engagement_actor actor, int64_t occurred_ms)
{
    return (struct gct_engagement){ .type = type,
                                    .actor = actor,
                                    .occurred_ms = occurred_ms,
                                    .source = thread->source,
                                    .customer = thread->person,
                                    .ticket = thread->ticket.id };
}

const char *thread_opener(struct gct_slice opener)
{
    static const char *const KNOWN[] = { "message", "postback",      "reaction",    "referral", "ad",
                                         "optin",   "story_mention", "story_reply", "comment" };
    for (size_t i = 0; i < GCT_COUNT(KNOWN); i++) {
        if (gct_slice_is(opener, KNOWN[i])) {
            return KNOWN[i];
        }
    }
    return opener.len == 0 ? NULL : "other";
}

enum gct_status thread_window_expire(struct route *route, struct thread *thread, int64_t until_ms,
                                     struct gct_error *err)
{
    int64_t closes = thread->window.closes_ms;
    if (closes <= thread->window_expired_ms || closes > until_ms) {
        return GCT_OK;
    }
    thread->window_expired_ms = closes;
    thread_touch(route, thread);
    struct gct_engagement event =
        thread_event(thread, GCT_ENGAGEMENT_WINDOW_EXPIRED, GCT_BY_PLATFORM, closes);
    return gct_engagement_write(route->tx, &event, err);
}

enum gct_status thread_window_refused(struct route *route, struct thread *thread, int64_t sent_ms,
                                      struct gct_error *err)
{
    int64_t *end =
        sent_ms < thread->window.closes_ms ? &thread->window.closes_ms : &thread->window.human_until_ms;
    if (*end > route->now_ms) {
        *end = route->now_ms;
        thread_touch(route, thread);
    }
    return thread_window_expire(route, thread, route->now_ms, err);
}

enum gct_status thread_window(struct route *route, struct thread *thread, const struct gct_event *event,
                              struct gct_error *err)
{
    if (event->opener.len == 0) {
        return GCT_OK;
    }
    struct gct_window_rules rules = thread_rules(route, thread);
    /* A window that ended before this act is over, whether or not the clock has come by since. */
    enum gct_status status = event->at_ms >= thread->window.closes_ms
                                 ? thread_window_expire(route, thread, event->at_ms, err)
                                 : GCT_OK;
    if (status != GCT_OK) {
        return status;
    }
    enum gct_window_news news = gct_window_act(&thread->window, &rules, event->at_ms, event->window_ms);
    if (news == GCT_WINDOW_SAME) {
        return GCT_OK;
    }
    const char *opener = thread_opener(event->opener);
    if (news != GCT_WINDOW_LATE) {
        thread->window_opened_by = opener;
    }
    thread_touch(route, thread);
    /* The line of the message itself says it: a second one for each message would double the log. */
    if (news != GCT_WINDOW_OPENED && strcmp(opener, "message") == 0) {
        return GCT_OK;
    }
    struct gct_engagement line = thread_event(
        thread, news == GCT_WINDOW_OPENED ? GCT_ENGAGEMENT_WINDOW_OPENED : GCT_ENGAGEMENT_WINDOW_EXTENDED,
        GCT_BY_PLATFORM, event->at_ms);
    line.reason = gct_slice_of(opener);
    return gct_engagement_write(route->tx, &line, err);
}

struct gct_json *thread_status_context(enum gct_ticket_status from, enum gct_ticket_status to,
                                       const char *reason)
{
    struct gct_json *context = gct_json_object();
    gct_json_set_text(context, "kind", GCT_LIT("status"));
    gct_json_set_text(context, "from", gct_slice_of(gct_ticket_status_name(from)));
    gct_json_set_text(context, "to", gct_slice_of(gct_ticket_status_name(to)));
    gct_json_set_text(context, "reason", gct_slice_of(reason));
    return context;
}

void thread_message_effect(struct route *route, const struct thread *thread, enum gct_effect_kind kind,
                           int64_t ticket, int64_t message)
{
    if (ticket != 0) {
        gct_tx_effect(route->tx, (struct gct_effect){ .kind = kind,
                                                      .account = thread->account,
                                                      .ticket = ticket,
                                                      .message = message,
                                                      .contact = thread->contact });
    }
}

enum gct_status thread_line(struct route *route, struct thread *thread, uint32_t author, int64_t user,
                            int64_t at_ms, struct gct_json *context, struct gct_error *err)
{
    struct gct_buffer text = { .limit = 64u << 10 };
    gct_json_write(context, &text);
    gct_json_free(&context);
    if (thread->ticket.id == 0) {
        thread->loose = 1;
        thread_touch(route, thread);
    }
    enum gct_status status = gct_db_run(
        route->db, GCT_SQL_message_insert,
        GCT_BIND(GCT_V_INT(thread->conversation), gct_value_id(thread->ticket.id), GCT_V_INT(thread->account),
                 GCT_V_INT(author == GCT_AUTHOR_CUSTOMER ? GCT_DIRECTION_IN : GCT_DIRECTION_OUT),
                 GCT_V_INT(GCT_KIND_SYSTEM), GCT_V_INT(author), gct_value_id(user), GCT_V_NULL, GCT_V_NULL,
                 GCT_V_NULL, GCT_V_NULL, GCT_V_NULL, GCT_V_TEXT(gct_buffer_slice(&text)), GCT_V_INT(at_ms),
                 GCT_V_INT(route->now_ms), GCT_V_NULL, GCT_V_INT(0), GCT_V_NULL, GCT_V_NULL, GCT_V_INT(0)),
        err);
    gct_buffer_free(&text);
    if (status == GCT_OK) {
        thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_CREATED, thread->ticket.id,
                              gct_db_last_id(route->db));
    }
    return status;
}
