#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "router/action/action.h"
#include "router/remote.h"

#define ATTACHMENTS_MOST 10u
#define TEXT_BYTES_MOST (64u << 10)
#define MARK_TEXT (8u + GCT_KEY_TEXT)

static enum gct_status check_request(const struct gct_new_message *request, struct gct_refusal *refusal,
                                     struct gct_error *err)
{
    const char *field = NULL;
    const char *reason = NULL;
    if (request->text.len == 0 && request->attachment_count == 0) {
        field = "text";
        reason = "a message needs a text or an attachment";
    } else if (request->text.len > TEXT_BYTES_MOST || !gct_utf8_valid(request->text)) {
        field = "text";
        reason = "the text is too long, or no UTF-8";
    } else if (request->attachment_count > ATTACHMENTS_MOST) {
        field = "attachments";
        reason = "too many attachments";
    } else if (request->kind != GCT_KIND_MESSAGE && request->kind != GCT_KIND_NOTE) {
        field = "kind";
        reason = "a message is a reply or a note";
    }
    for (size_t i = 0; field == NULL && i < request->attachment_count; i++) {
        if (!gct_slice_starts(request->attachments[i].url, GCT_LIT("https://"))) {
            field = "attachments";
            reason = "an attachment's url begins with https://";
        }
    }
    if (field == NULL) {
        return GCT_OK;
    }
    (void)snprintf(refusal->field, sizeof refusal->field, "%s", field);
    return action_refuse(refusal, GCT_PROBLEM_INVALID, err, "%s", reason);
}

static enum gct_status check_stale(struct action *action, const struct gct_new_message *request,
                                   struct gct_error *err)
{
    int64_t user = request->actor.kind == GCT_ACTOR_USER ? request->actor.id : 0;
    int64_t newer = 0;
    if (request->after == 0) {
        return GCT_OK;
    }
    enum gct_status status = gct_db_integer(
        action->route.db, GCT_SQL_action_newer_reply,
        GCT_BIND(GCT_V_INT(action->ticket), GCT_V_INT(request->after), GCT_V_INT(user)), 0, &newer, err);
    if (status != GCT_OK || newer == 0) {
        return status;
    }
    action->refusal->message = newer;
    return action_refuse(action->refusal, GCT_PROBLEM_STALE, err, "somebody answered meanwhile");
}

/* The platform's id of the message that is answered. */
static enum gct_status find_answered(struct action *action, const struct gct_new_message *request,
                                     struct gct_slice *remote_id, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *remote_id = GCT_EMPTY;
    if (request->reply_to == 0) {
        return GCT_OK;
    }
    enum gct_status status = gct_db_query(
        action->route.db, GCT_SQL_action_reply_to,
        GCT_BIND(GCT_V_INT(request->reply_to), GCT_V_INT(action->thread->conversation)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        *remote_id = gct_arena_copy(gct_tx_arena(action->route.tx), gct_rows_bytes(rows, 0));
    }
    gct_rows_close(&rows);
    if (status == GCT_DONE || (status == GCT_OK && remote_id->len == 0)) {
        (void)snprintf(action->refusal->field, sizeof action->refusal->field, "reply_to");
        return action_refuse(action->refusal, GCT_PROBLEM_INVALID, err,
                             "there is no message of the platform to answer in this conversation");
    }
    return status;
}

/* A token is a program's, and the platforms' rules for people do not hold for it. */
static enum gct_author author_of(const struct gct_new_message *request)
{
    return request->actor.kind == GCT_ACTOR_TOKEN ? GCT_AUTHOR_AUTOMATION : GCT_AUTHOR_AGENT;
}

static enum gct_status check_reply(struct action *action, const struct gct_new_message *request,
                                   struct gct_error *err)
{
    enum gct_attachment_kind kinds[ATTACHMENTS_MOST];
    for (size_t i = 0; i < request->attachment_count; i++) {
        kinds[i] = request->attachments[i].kind;
    }
    struct reply_facts facts = { .text = request->text,
                                 .kinds = kinds,
                                 .kind_count = request->attachment_count,
                                 .author = author_of(request),
                                 .answers = request->reply_to != 0 };
    enum gct_status status = action_check_reply(action, &facts, err);
    return status == GCT_OK ? check_stale(action, request, err) : status;
}

static enum gct_status insert_attachments(struct route *route, int64_t message,
                                          const struct gct_new_message *request, struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    for (size_t i = 0; status == GCT_OK && i < request->attachment_count; i++) {
        const struct gct_new_attachment *a = &request->attachments[i];
        status = gct_db_run(route->db, GCT_SQL_attachment_insert,
                            GCT_BIND(GCT_V_INT(message), GCT_V_INT(i), GCT_V_INT(a->kind),
                                     GCT_V_INT(GCT_MEDIA_LINKED), GCT_V_TEXT(a->url), GCT_V_NULL,
                                     gct_value_text(a->name), GCT_V_NULL, GCT_V_NULL, GCT_V_NULL, GCT_V_NULL,
                                     GCT_V_NULL, GCT_V_NULL),
                            err);
    }
    return status;
}

static enum gct_status insert_message(struct action *action, const struct gct_new_message *request,
                                      struct gct_slice answered, int64_t *message, struct gct_error *err)
{
    struct route *route = &action->route;
    struct thread *thread = action->thread;
    int reply = request->kind == GCT_KIND_MESSAGE;
    int64_t user = request->actor.kind == GCT_ACTOR_USER ? request->actor.id : 0;
    char mark[MARK_TEXT] = "guichet:";
    gct_random_key(mark + 8);
    enum gct_status status = gct_db_run(
        route->db, GCT_SQL_message_insert,
        GCT_BIND(GCT_V_INT(thread->conversation), GCT_V_INT(action->ticket), GCT_V_INT(thread->account),
                 GCT_V_INT(GCT_DIRECTION_OUT), GCT_V_INT(request->kind), GCT_V_INT(author_of(request)),
                 gct_value_id(user), gct_value_text(request->text), GCT_V_NULL, GCT_V_NULL,
                 gct_value_text(answered), remote_key(answered), GCT_V_NULL, GCT_V_INT(route->now_ms),
                 GCT_V_INT(route->now_ms), reply ? GCT_V_INT(GCT_DELIVERY_QUEUED) : GCT_V_NULL, GCT_V_INT(0),
                 reply ? GCT_V_TEXT(gct_slice_of(mark)) : GCT_V_NULL, gct_value_text(request->once.key),
                 GCT_V_INT(0)),
        err);
    if (status != GCT_OK) {
        return status;
    }
    *message = gct_db_last_id(route->db);
    status = insert_attachments(route, *message, request, err);
    if (status == GCT_OK && reply) {
        status = gct_db_run(route->db, GCT_SQL_outbox_insert,
                            GCT_BIND(GCT_V_INT(*message), GCT_V_INT(thread->conversation),
                                     GCT_V_INT(thread->account), GCT_V_INT(route->now_ms)),
                            err);
        gct_tx_effect(route->tx,
                      (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = thread->account });
    }
    if (thread->ticket.id == action->ticket) {
        step_newest(&thread->ticket, *message, route->now_ms);
        thread_touch_ticket(route, thread);
    }
    thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_CREATED, action->ticket, *message);
    return status;
}

enum gct_status gct_action_message(struct gct_tx *tx, const struct gct_directory *directory,
                                   const struct gct_new_message *request, struct gct_action_result *result,
                                   struct gct_refusal *refusal, struct gct_error *err)
{
    struct action action;
    struct gct_slice answered = GCT_EMPTY;
    int answer = 0;
    *result = (struct gct_action_result){ .ticket = request->ticket };
    *refusal = (struct gct_refusal){ 0 };
    enum gct_status status = gct_once_find(gct_tx_db(tx), &request->actor, &request->once, &answer,
                                           &result->message, refusal, err);
    if (status == GCT_OK) {
        result->replayed = 1;
        return gct_db_integer(gct_tx_db(tx), GCT_SQL_ticket_version, GCT_BIND(GCT_V_INT(request->ticket)), 0,
                              &result->version, err);
    }
    if (status != GCT_NOT_FOUND) {
        return status;
    }
    status = action_begin(&action, tx, directory, request->ticket, refusal, err);
    if (status == GCT_OK) {
        status = check_request(request, refusal, err);
    }
    if (status == GCT_OK && request->kind == GCT_KIND_MESSAGE) {
        status = check_reply(&action, request, err);
    }
    if (status == GCT_OK) {
        status = find_answered(&action, request, &answered, err);
    }
    if (status == GCT_OK) {
        status = insert_message(&action, request, answered, &result->message, err);
    }
    if (status == GCT_OK && request->actor.kind == GCT_ACTOR_USER) {
        status = gct_db_run(
            gct_tx_db(tx), GCT_SQL_draft_remove,
            GCT_BIND(GCT_V_INT(request->actor.id), GCT_V_INT(request->ticket), GCT_V_INT(request->kind)),
            err);
    }
    if (status == GCT_OK) {
        status = gct_once_keep(tx, &request->actor, &request->once, 202, result->message, err);
    }
    return status == GCT_OK ? action_end(&action, &result->version, err) : status;
}
