#include "base/json.h"
#include "base/slice.h"
#include "router/thread/thread.h"

static enum gct_status write_ticket_event(struct route *route, const struct thread *thread,
                                          enum gct_engagement_kind type, enum gct_engagement_actor actor,
                                          struct gct_error *err)
{
    struct gct_engagement event = thread_event(thread, type, actor, route->now_ms);
    return gct_engagement_write(route->tx, &event, err);
}

static enum gct_status close_old(struct route *route, struct thread *thread, struct gct_error *err)
{
    enum gct_ticket_status was = thread->ticket.status;
    (void)step_set(&thread->ticket, GCT_ACT_SET_CLOSED, 0, route->now_ms);
    thread_touch_status(route, thread);
    enum gct_status status = thread_line(route, thread, GCT_AUTHOR_AUTOMATION, 0, route->now_ms,
                                         thread_status_context(was, GCT_TICKET_CLOSED, "timer"), err);
    if (status == GCT_OK) {
        status = write_ticket_event(route, thread, GCT_ENGAGEMENT_TICKET_CLOSED, GCT_BY_SYSTEM, err);
    }
    return status == GCT_OK ? thread_save(route, thread, err) : status;
}

static enum gct_status open_new(struct route *route, struct thread *thread, enum gct_ticket_status state,
                                struct gct_error *err)
{
    struct gct_value now = GCT_V_INT(route->now_ms);
    enum gct_status status = gct_db_run(route->db, GCT_SQL_ticket_insert,
                                        GCT_BIND(GCT_V_INT(thread->conversation), GCT_V_INT(thread->account),
                                                 GCT_V_INT(thread->contact), GCT_V_INT(state), now,
                                                 GCT_V_INT(GCT_FAR_FUTURE_MS), now),
                                        err);
    if (status != GCT_OK) {
        return status;
    }
    thread->ticket = (struct step_ticket){ .id = gct_db_last_id(route->db), .status = state };
    thread_touch_ticket(route, thread);
    gct_tx_effect(route->tx, (struct gct_effect){ .kind = GCT_EFFECT_TICKET_CREATED,
                                                  .account = thread->account,
                                                  .ticket = thread->ticket.id,
                                                  .contact = thread->contact });
    if (thread->loose) {
        thread->loose = 0;
        thread_touch(route, thread);
        status = gct_db_run(route->db, GCT_SQL_line_attach,
                            GCT_BIND(GCT_V_INT(thread->conversation), GCT_V_INT(thread->ticket.id)), err);
    }
    if (status == GCT_OK) {
        status = write_ticket_event(route, thread, GCT_ENGAGEMENT_TICKET_OPENED, GCT_BY_SYSTEM, err);
    }
    return status;
}

enum gct_status thread_ticket(struct route *route, struct thread *thread, enum step_writer writer,
                              struct step_turn *turn, struct gct_error *err)
{
    int64_t reopen_ms =
        route->directory == NULL ? GCT_REOPEN_HOURS * GCT_HOUR_MS : gct_directory_reopen_ms(route->directory);
    enum gct_ticket_status was = thread->ticket.status;
    *turn = step_turn(&thread->ticket, writer, route->now_ms, reopen_ms);
    enum gct_status status = GCT_OK;
    if (turn->close) {
        status = close_old(route, thread, err);
    }
    if (status == GCT_OK && turn->open) {
        status = open_new(route, thread, turn->status, err);
    }
    if (status == GCT_OK && !turn->open && thread->ticket.status != was) {
        thread_touch_status(route, thread);
    }
    if (status == GCT_OK && turn->reopened) {
        status = thread_line(route, thread, GCT_AUTHOR_CUSTOMER, 0, route->now_ms,
                             thread_status_context(turn->reopened_from, GCT_TICKET_OPEN, "customer"), err);
    }
    if (status == GCT_OK && turn->reopened) {
        status = write_ticket_event(route, thread, GCT_ENGAGEMENT_TICKET_REOPENED, GCT_BY_CUSTOMER, err);
    }
    return status;
}

enum gct_status thread_set_status(struct route *route, struct thread *thread, enum gct_ticket_act act,
                                  const struct thread_setter *setter, struct gct_error *err)
{
    static const enum gct_engagement_kind KINDS[GCT_TICKET_STATUS_COUNT] = {
        GCT_ENGAGEMENT_TICKET_REOPENED, GCT_ENGAGEMENT_TICKET_PENDING, GCT_ENGAGEMENT_TICKET_SNOOZED,
        GCT_ENGAGEMENT_TICKET_SOLVED, GCT_ENGAGEMENT_TICKET_CLOSED
    };
    enum gct_ticket_status was = thread->ticket.status;
    int64_t until = thread->ticket.snoozed_until_ms;
    GCT_CHECK(step_set(&thread->ticket, act, setter->snoozed_until_ms, route->now_ms));
    thread_touch_status(route, thread);
    if (thread->ticket.status == was) {
        if (thread->ticket.snoozed_until_ms == until) {
            return GCT_OK;
        }
        struct gct_json *context = gct_json_object();
        gct_json_set_text(context, "kind", GCT_LIT("snooze"));
        gct_json_set_time(context, "until", thread->ticket.snoozed_until_ms);
        return thread_line(route, thread, setter->author, setter->user, route->now_ms, context, err);
    }
    struct gct_json *context = thread_status_context(was, thread->ticket.status, setter->reason);
    if (thread->ticket.status == GCT_TICKET_SNOOZED) {
        gct_json_set_time(context, "until", thread->ticket.snoozed_until_ms);
    }
    enum gct_status status =
        thread_line(route, thread, setter->author, setter->user, route->now_ms, context, err);
    if (status == GCT_OK) {
        struct gct_engagement event =
            thread_event(thread, KINDS[thread->ticket.status],
                         setter->author == GCT_AUTHOR_AGENT ? GCT_BY_AGENT : GCT_BY_SYSTEM, route->now_ms);
        event.agent = setter->agent_key;
        status = gct_engagement_write(route->tx, &event, err);
    }
    return status;
}
