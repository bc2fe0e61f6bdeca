#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "model/length.h"
#include "router/action/action.h"

void gct_actor_write(const struct gct_actor *actor, char text[GCT_ACTOR_TEXT])
{
    switch (actor->kind) {
    case GCT_ACTOR_USER: (void)snprintf(text, GCT_ACTOR_TEXT, "user:%lld", (long long)actor->id); break;
    case GCT_ACTOR_TOKEN: (void)snprintf(text, GCT_ACTOR_TEXT, "token:%lld", (long long)actor->id); break;
    case GCT_ACTOR_CLI: (void)snprintf(text, GCT_ACTOR_TEXT, "cli"); break;
    case GCT_ACTOR_SYSTEM: (void)snprintf(text, GCT_ACTOR_TEXT, "system"); break;
    }
}

enum gct_status action_refuse(struct gct_refusal *refusal, enum gct_problem problem, struct gct_error *err,
                              const char *format, ...)
{
    va_list args;
    refusal->problem = problem;
    va_start(args, format);
    (void)vsnprintf(refusal->detail, sizeof refusal->detail, format, args);
    va_end(args);
    return gct_error_set(err, GCT_CONFLICT, "%s: %s", gct_problem_info(problem)->slug, refusal->detail);
}

enum gct_status action_begin(struct action *action, struct gct_tx *tx, const struct gct_directory *directory,
                             int64_t ticket, struct gct_refusal *refusal, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    int64_t conversation = 0;
    *refusal = (struct gct_refusal){ 0 };
    *action = (struct action){ .refusal = refusal, .ticket = ticket };
    route_begin(&action->route, tx, directory, &action->counts);
    enum gct_status status =
        gct_db_query(action->route.db, GCT_SQL_action_ticket, GCT_BIND(GCT_V_INT(ticket)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        conversation = gct_rows_integer(rows, 0);
        action->status = (enum gct_ticket_status)gct_rows_integer(rows, 1);
        action->version = gct_rows_integer(rows, 2);
        action->priority = (enum gct_priority)gct_rows_integer(rows, 3);
        action->assignee = gct_rows_integer(rows, 4);
        action->team = gct_rows_integer(rows, 5);
        action->snoozed_until_ms = gct_rows_integer(rows, 6);
        action->account = gct_rows_integer(rows, 7);
    }
    gct_rows_close(&rows);
    if (status == GCT_DONE) {
        return action_refuse(refusal, GCT_PROBLEM_NOT_FOUND, err, "there is no ticket %lld",
                             (long long)ticket);
    }
    return status == GCT_OK ? thread_of_conversation(&action->route, conversation, &action->thread, err)
                            : status;
}

enum gct_status action_end(struct action *action, int64_t *version, struct gct_error *err)
{
    enum gct_status status = route_end(&action->route, err);
    return status == GCT_OK ? gct_db_integer(action->route.db, GCT_SQL_ticket_version,
                                             GCT_BIND(GCT_V_INT(action->ticket)), 0, version, err)
                            : status;
}

static enum gct_status check_content(struct action *action, const struct gct_ext_rules *rules,
                                     const struct reply_facts *reply, struct gct_error *err)
{
    struct gct_refusal *refusal = action->refusal;
    int64_t unit = gct_rules_value(rules, GCT_RULE_TEXT_UNIT, GCT_UNIT_CODE_POINTS);
    int64_t max = gct_rules_value(rules, GCT_RULE_TEXT_LIMIT, 0);
    int64_t length = (int64_t)gct_text_length(reply->text, unit);
    if (max > 0 && length > max) {
        refusal->max = max;
        refusal->length = length;
        refusal->unit = unit;
        return action_refuse(refusal, GCT_PROBLEM_TEXT_TOO_LONG, err,
                             "the text has %lld %s, the channel takes %lld", (long long)length,
                             gct_text_unit_name(unit), (long long)max);
    }
    int64_t most = gct_rules_value(rules, GCT_RULE_ATTACHMENTS, 0);
    if (reply->kind_count > 0 && most > 0 && (int64_t)reply->kind_count > most) {
        return action_refuse(refusal, GCT_PROBLEM_UNSUPPORTED_ATTACHMENT, err,
                             "%zu attachments, the channel takes %lld", reply->kind_count, (long long)most);
    }
    for (size_t i = 0; i < reply->kind_count; i++) {
        const struct gct_rule_attachment *rule = gct_rules_attachment(rules, (uint32_t)reply->kinds[i]);
        if (rule == NULL || rule->outbound == 0) {
            return action_refuse(refusal, GCT_PROBLEM_UNSUPPORTED_ATTACHMENT, err,
                                 "the channel cannot send kind %s",
                                 gct_attachment_kind_name((uint32_t)reply->kinds[i]));
        }
    }
    if (reply->answers && gct_rules_value(rules, GCT_RULE_REPLY_TO, 0) == 0) {
        (void)snprintf(refusal->field, sizeof refusal->field, "reply_to");
        return action_refuse(refusal, GCT_PROBLEM_INVALID, err,
                             "the channel cannot answer a certain message");
    }
    return GCT_OK;
}

enum gct_status action_check_reply(struct action *action, const struct reply_facts *reply,
                                   struct gct_error *err)
{
    struct route *route = &action->route;
    struct gct_refusal *refusal = action->refusal;
    const struct gct_directory_account *account = gct_directory_account(route->directory, action->account);
    if (action->status == GCT_TICKET_CLOSED) {
        refusal->ticket = action->ticket;
        return action_refuse(refusal, GCT_PROBLEM_TICKET_CLOSED, err, "the ticket is closed");
    }
    if (account == NULL || account->channel->instance == NULL) {
        return action_refuse(refusal, GCT_PROBLEM_CHANNEL_PAUSED, err, "the channel does not run");
    }
    struct gct_rows *rows = NULL;
    struct gct_window_facts facts = action->thread->window;
    facts.unreachable = action->thread->unreachable;
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_action_locks, GCT_BIND(GCT_V_INT(action->account)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        facts.account_state = (enum gct_account_state)gct_rows_integer(rows, 0);
        facts.channel_paused = (int)gct_rows_integer(rows, 1);
    }
    gct_rows_close(&rows);
    if (status != GCT_OK) {
        return status;
    }
    struct gct_window window = gct_window_state(&facts, &account->channel->window, route->now_ms);
    enum gct_problem problem = gct_window_refusal(&window, reply->author);
    if (problem == GCT_PROBLEM_WINDOW_CLOSED) {
        refusal->closed_ms = window.closes_ms;
        return action_refuse(refusal, problem, err, "the customer's last act is too long ago");
    }
    if (problem != GCT_PROBLEM_NONE) {
        const char *lock = gct_lock_name((uint32_t)window.lock);
        return action_refuse(refusal, problem, err, "answering is locked: %s", lock == NULL ? "" : lock);
    }
    return check_content(action, account->channel->rules, reply, err);
}

enum gct_status action_user(struct route *route, int64_t user, struct gct_slice *name,
                            struct gct_slice *agent_key, int *disabled, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *name = GCT_EMPTY;
    *agent_key = GCT_EMPTY;
    if (user == 0) {
        return GCT_OK;
    }
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_action_user, GCT_BIND(GCT_V_INT(user)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        *name = gct_arena_copy(gct_tx_arena(route->tx), gct_rows_bytes(rows, 0));
        *agent_key = gct_arena_copy(gct_tx_arena(route->tx), gct_rows_bytes(rows, 1));
        if (disabled != NULL) {
            *disabled = (int)gct_rows_integer(rows, 2);
        }
    } else if (status == GCT_DONE) {
        status = gct_error_set(err, GCT_NOT_FOUND, "there is no user %lld", (long long)user);
    }
    gct_rows_close(&rows);
    return status;
}
