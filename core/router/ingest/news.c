#include <guichet/event.h>

#include "base/json.h"
#include "base/slice.h"
#include "router/ingest/arrival.h"

/* News of a thread that are shown as a line: seen once, entered, and their part of the window. */
static enum gct_status begin(struct arrival *arrival, const struct gct_context *context, int *go,
                             struct gct_error *err)
{
    enum gct_status status = arrival_fresh(arrival, go, err);
    if (status != GCT_OK || !*go) {
        arrival->route->counts->repeats += status == GCT_OK;
        return status;
    }
    arrival->route->counts->updates++;
    status = arrival_enter(arrival, context, 1, err);
    return status == GCT_OK ? thread_window(arrival->route, arrival->thread, &arrival->head, err) : status;
}

static enum gct_status line(struct arrival *arrival, const char *kind, const char *name,
                            struct gct_slice value, struct gct_error *err)
{
    struct gct_json *context = gct_json_object();
    gct_json_set_text(context, "kind", gct_slice_of(kind));
    if (value.len > 0) {
        gct_json_set_text(context, name, value);
    }
    return thread_line(arrival->route, arrival->thread, GCT_AUTHOR_CUSTOMER, 0, arrival->head.at_ms, context,
                       err);
}

static enum gct_status record(struct arrival *arrival, enum gct_engagement_kind type,
                              enum gct_engagement_actor actor, int score, struct gct_error *err)
{
    struct gct_engagement event = thread_event(arrival->thread, type, actor, arrival->head.at_ms);
    event.score = score;
    return gct_engagement_write(arrival->route->tx, &event, err);
}

enum gct_status ingest_referral(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_referral *referral =
        (const struct gct_event_referral *)(const void *)arrival->event;
    struct route *route = arrival->route;
    int go = 0;
    enum gct_status status = begin(arrival, referral->context, &go, err);
    if (status != GCT_OK || !go) {
        return status;
    }
    status = gct_db_run(route->db, GCT_SQL_referral_insert,
                        GCT_BIND(GCT_V_INT(arrival->thread->conversation), GCT_V_INT(arrival->head.at_ms),
                                 GCT_V_TEXT(context_text(route, referral->context))),
                        err);
    if (status == GCT_OK) {
        arrival->thread->referrals = 1;
        thread_touch(route, arrival->thread);
        status = referral_settle(route, arrival->thread, arrival->head.at_ms, err);
    }
    return status;
}

enum gct_status ingest_consent(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_consent *consent = (const struct gct_event_consent *)(const void *)arrival->event;
    int go = 0;
    enum gct_status status = begin(arrival, NULL, &go, err);
    if (status == GCT_OK && go) {
        status = line(arrival, consent->granted ? "opt_in" : "opt_out", "title", consent->topic, err);
    }
    if (status == GCT_OK && go) {
        status = record(arrival,
                        consent->granted ? GCT_ENGAGEMENT_CONTACT_OPTED_IN : GCT_ENGAGEMENT_CONTACT_OPTED_OUT,
                        GCT_BY_CUSTOMER, 0, err);
    }
    return status;
}

enum gct_status ingest_handover(struct arrival *arrival, struct gct_error *err)
{
    static const struct {
        uint32_t state;
        const char *action;
        enum gct_thread_owner owner;     /* UNKNOWN: no news about it */
        enum gct_engagement_kind logged; /* 0: not */
    } STATES[] = {
        { GCT_HANDOVER_OURS, "pass", GCT_THREAD_OURS, GCT_ENGAGEMENT_HANDOVER_TO_HUMAN },
        { GCT_HANDOVER_OTHERS, "take", GCT_THREAD_OTHERS, GCT_ENGAGEMENT_HANDOVER_TO_AUTOMATION },
        { GCT_HANDOVER_PEOPLE, "take", GCT_THREAD_OTHERS, GCT_ENGAGEMENT_HANDOVER_TO_HUMAN },
        { GCT_HANDOVER_REQUESTED, "request", GCT_THREAD_UNKNOWN, 0 },
        { GCT_HANDOVER_IDLE, "pass", GCT_THREAD_IDLE, 0 },
        { GCT_HANDOVER_ROLES, "roles", GCT_THREAD_UNKNOWN, 0 },
    };
    const struct gct_event_handover *handover =
        (const struct gct_event_handover *)(const void *)arrival->event;
    int go = 0;
    enum gct_status status = arrival_fresh(arrival, &go, err);
    if (status != GCT_OK || !go) {
        arrival->route->counts->repeats += status == GCT_OK;
        return status;
    }
    arrival->route->counts->updates++;
    status = arrival_enter(arrival, NULL, 0, err);
    for (size_t i = 0; status == GCT_OK && i < GCT_COUNT(STATES); i++) {
        if (STATES[i].state != handover->state) {
            continue;
        }
        if (STATES[i].owner != GCT_THREAD_UNKNOWN) {
            thread_own(arrival->route, arrival->thread, STATES[i].owner, arrival->head.at_ms);
        }
        struct gct_json *context = gct_json_object();
        gct_json_set_text(context, "kind", GCT_LIT("handover"));
        gct_json_set_text(context, "action", gct_slice_of(STATES[i].action));
        gct_json_set_text(context, "app", handover->to_app.len > 0 ? handover->to_app : handover->from_app);
        status = thread_line(arrival->route, arrival->thread, GCT_AUTHOR_AUTOMATION, 0, arrival->head.at_ms,
                             context, err);
        if (status == GCT_OK && STATES[i].logged != 0) {
            status = record(arrival, STATES[i].logged, GCT_BY_SYSTEM, 0, err);
        }
    }
    return status;
}

enum gct_status ingest_feedback(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_feedback *feedback =
        (const struct gct_event_feedback *)(const void *)arrival->event;
    int go = 0;
    int score = feedback->score >= 1 && feedback->score <= 5 ? (int)feedback->score : 0;
    enum gct_status status = begin(arrival, NULL, &go, err);
    if (status == GCT_OK && go) {
        char digit[2] = { (char)('0' + score), '\0' };
        status = line(arrival, "feedback", "value", gct_slice_of(digit), err);
    }
    return status == GCT_OK && go
               ? record(arrival, GCT_ENGAGEMENT_SURVEY_ANSWERED, GCT_BY_CUSTOMER, score, err)
               : status;
}

enum gct_status ingest_linking(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_linking *linking = (const struct gct_event_linking *)(const void *)arrival->event;
    int go = 0;
    enum gct_status status = begin(arrival, NULL, &go, err);
    return status == GCT_OK && go ? line(arrival, "account_linking", "value",
                                         linking->linked ? GCT_LIT("linked") : GCT_LIT("unlinked"), err)
                                  : status;
}

enum gct_status ingest_notice(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_notice *notice = (const struct gct_event_notice *)(const void *)arrival->event;
    struct route *route = arrival->route;
    int64_t account = arrival->account->id;
    int64_t state = 0;
    int go = 0;
    enum gct_status status = arrival_fresh(arrival, &go, err);
    if (status != GCT_OK || !go) {
        route->counts->repeats += status == GCT_OK;
        return status;
    }
    route->counts->notices++;
    status = gct_db_integer(route->db, GCT_SQL_account_state,
                            GCT_BIND(GCT_V_INT(account), GCT_V_INT(arrival->head.at_ms)), -1, &state, err);
    int blocks = notice->state == GCT_NOTICE_BLOCKED;
    int clears = notice->state == GCT_NOTICE_CLEARED && state == GCT_ACCOUNT_RESTRICTED;
    if (status != GCT_OK || state < 0 || notice->state == GCT_NOTICE_INFO ||
        (notice->state == GCT_NOTICE_CLEARED && !clears)) {
        return status;
    }
    /* A token that was refused is not mended by a notice. */
    int64_t next = blocks && state == GCT_ACCOUNT_OK ? GCT_ACCOUNT_RESTRICTED
                   : clears                          ? GCT_ACCOUNT_OK
                                                     : state;
    status = gct_db_run(
        route->db, GCT_SQL_account_notice,
        GCT_BIND(GCT_V_INT(account), GCT_V_INT(next), clears ? GCT_V_NULL : gct_value_text(notice->code),
                 clears ? GCT_V_NULL : gct_value_text(notice->sentence), GCT_V_INT(arrival->head.at_ms)),
        err);
    gct_tx_effect(route->tx, (struct gct_effect){ .kind = GCT_EFFECT_CHANNEL_UPDATED, .account = account });
    if (clears) {
        gct_tx_effect(route->tx, (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = account });
    }
    return status;
}
