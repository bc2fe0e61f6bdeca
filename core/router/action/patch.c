#include <stdio.h>

#include "auth/audit.h"
#include "base/json.h"
#include "base/slice.h"
#include "router/action/action.h"

#define TAGS_MOST 20u
#define TAG_CHARACTERS 40u

/* A change of a ticket while it is put together. */
struct change {
    struct action action;
    const struct gct_ticket_patch *patch;
    struct thread_setter setter;
    struct gct_json *detail; /* of the audit row */
    int changed;
};

static enum gct_status refuse_field(struct change *change, const char *field, const char *reason,
                                    struct gct_error *err)
{
    (void)snprintf(change->action.refusal->field, sizeof change->action.refusal->field, "%s", field);
    return action_refuse(change->action.refusal, GCT_PROBLEM_INVALID, err, "%s", reason);
}

static enum gct_status check_patch(struct change *change, struct gct_error *err)
{
    const struct gct_ticket_patch *patch = change->patch;
    struct gct_refusal *refusal = change->action.refusal;
    int snoozes = (patch->set & GCT_PATCH_STATUS) != 0 && patch->status == GCT_TICKET_SNOOZED;
    int timed = (patch->set & GCT_PATCH_SNOOZED_UNTIL) != 0 && patch->snoozed_until_ms != 0;
    if (patch->if_version != 0 && patch->if_version != change->action.version) {
        refusal->ticket = change->action.ticket;
        return action_refuse(refusal, GCT_PROBLEM_CHANGED, err, "the ticket changed since");
    }
    if (change->action.status == GCT_TICKET_CLOSED) {
        refusal->ticket = change->action.ticket;
        return action_refuse(refusal, GCT_PROBLEM_TICKET_CLOSED, err, "a closed ticket cannot be changed");
    }
    if ((snoozes || timed) && patch->snoozed_until_ms <= change->action.route.now_ms) {
        return refuse_field(change, "snoozed_until", "snoozing needs a time in the future", err);
    }
    if (timed && (patch->set & GCT_PATCH_STATUS) != 0 && !snoozes) {
        return refuse_field(change, "snoozed_until", "only a snoozed ticket has a time to wake", err);
    }
    if ((patch->set & GCT_PATCH_TAGS) != 0 && patch->tag_count > TAGS_MOST) {
        return refuse_field(change, "tags", "a ticket has at most 20 tags", err);
    }
    for (size_t i = 0; (patch->set & GCT_PATCH_TAGS) != 0 && i < patch->tag_count; i++) {
        size_t length = gct_utf8_valid(patch->tags[i]) ? gct_utf8_count(patch->tags[i]) : 0;
        if (length < 1 || length > TAG_CHARACTERS) {
            return refuse_field(change, "tags", "a tag has 1 to 40 characters", err);
        }
    }
    return GCT_OK;
}

/* A line { kind, from, to }; empty texts are null. */
static enum gct_status line(struct change *change, const char *kind, struct gct_slice from,
                            struct gct_slice to, struct gct_error *err)
{
    struct gct_json *context = gct_json_object();
    gct_json_set_text(context, "kind", gct_slice_of(kind));
    gct_json_set_text(context, "from", from.len == 0 ? GCT_EMPTY : from);
    gct_json_set_text(context, "to", to.len == 0 ? GCT_EMPTY : to);
    change->changed = 1;
    return thread_line(&change->action.route, change->action.thread, change->setter.author,
                       change->setter.user, change->action.route.now_ms, context, err);
}

/* agent: who did it; of an assignment who has it now, empty for nobody. */
static enum gct_status record(struct change *change, enum gct_engagement_kind type, struct gct_slice agent,
                              struct gct_error *err)
{
    struct gct_engagement event =
        thread_event(change->action.thread, type, GCT_BY_AGENT, change->action.route.now_ms);
    event.agent = agent;
    return gct_engagement_write(change->action.route.tx, &event, err);
}

static enum gct_status patch_status(struct change *change, struct gct_error *err)
{
    const struct gct_ticket_patch *patch = change->patch;
    struct thread *thread = change->action.thread;
    int timed = (patch->set & GCT_PATCH_SNOOZED_UNTIL) != 0;
    enum gct_ticket_status next = thread->ticket.status;
    if ((patch->set & GCT_PATCH_STATUS) != 0) {
        next = patch->status;
    } else if (timed && patch->snoozed_until_ms != 0) {
        next = GCT_TICKET_SNOOZED;
    } else if (timed && next == GCT_TICKET_SNOOZED) {
        next = GCT_TICKET_OPEN; /* woken by hand */
    }
    int64_t until = next != GCT_TICKET_SNOOZED ? 0
                    : timed                    ? patch->snoozed_until_ms
                                               : thread->ticket.snoozed_until_ms;
    if (next == thread->ticket.status && until == thread->ticket.snoozed_until_ms) {
        return GCT_OK;
    }
    change->changed = 1;
    change->setter.snoozed_until_ms = until;
    gct_json_set_text(change->detail, "status", gct_slice_of(gct_ticket_status_name((uint32_t)next)));
    return thread_set_status(&change->action.route, thread, gct_ticket_set_act(next), &change->setter, err);
}

static enum gct_status patch_priority(struct change *change, struct gct_error *err)
{
    struct action *action = &change->action;
    if ((change->patch->set & GCT_PATCH_PRIORITY) == 0 || change->patch->priority == action->priority) {
        return GCT_OK;
    }
    struct gct_slice from = gct_slice_of(gct_priority_name((uint32_t)action->priority));
    struct gct_slice to = gct_slice_of(gct_priority_name((uint32_t)change->patch->priority));
    action->priority = change->patch->priority;
    gct_json_set_text(change->detail, "priority", to);
    return line(change, "priority", from, to, err);
}

static enum gct_status patch_assignee(struct change *change, struct gct_error *err)
{
    struct action *action = &change->action;
    struct gct_slice from = GCT_EMPTY;
    struct gct_slice to = GCT_EMPTY;
    struct gct_slice key = GCT_EMPTY;
    struct gct_slice old_key = GCT_EMPTY;
    int disabled = 0;
    if ((change->patch->set & GCT_PATCH_ASSIGNEE) == 0 || change->patch->assignee == action->assignee) {
        return GCT_OK;
    }
    enum gct_status status = action_user(&action->route, change->patch->assignee, &to, &key, &disabled, err);
    if (status == GCT_NOT_FOUND || (status == GCT_OK && disabled)) {
        return refuse_field(change, "assignee", "there is no such user to assign to", err);
    }
    if (status == GCT_OK) {
        status = action_user(&action->route, action->assignee, &from, &old_key, NULL, err);
    }
    if (status != GCT_OK) {
        return status;
    }
    action->assignee = change->patch->assignee;
    gct_json_set_id(change->detail, "assignee", action->assignee);
    status = line(change, "assignee", from, to, err);
    return status == GCT_OK ? record(change, GCT_ENGAGEMENT_TICKET_ASSIGNED, key, err) : status;
}

static enum gct_status team_name(struct route *route, int64_t team, struct gct_slice *name,
                                 struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *name = GCT_EMPTY;
    if (team == 0) {
        return GCT_OK;
    }
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_action_team, GCT_BIND(GCT_V_INT(team)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        *name = gct_arena_copy(gct_tx_arena(route->tx), gct_rows_bytes(rows, 0));
    }
    gct_rows_close(&rows);
    return status;
}

static enum gct_status patch_team(struct change *change, struct gct_error *err)
{
    struct action *action = &change->action;
    struct gct_slice from = GCT_EMPTY;
    struct gct_slice to = GCT_EMPTY;
    if ((change->patch->set & GCT_PATCH_TEAM) == 0 || change->patch->team == action->team) {
        return GCT_OK;
    }
    enum gct_status status = team_name(&action->route, change->patch->team, &to, err);
    if (status == GCT_DONE) {
        return refuse_field(change, "team", "there is no such team", err);
    }
    if (status == GCT_OK) {
        status = team_name(&action->route, action->team, &from, err);
    }
    if (status != GCT_OK) {
        return status;
    }
    if (action->team != 0) {
        gct_tx_effect(action->route.tx, (struct gct_effect){ .kind = GCT_EFFECT_TICKET_LEFT,
                                                             .account = action->account,
                                                             .ticket = action->ticket,
                                                             .team = action->team });
    }
    action->team = change->patch->team;
    gct_json_set_id(change->detail, "team", action->team);
    return line(change, "team", from, to, err);
}

static int has_tag(const struct gct_slice *tags, size_t count, struct gct_slice tag)
{
    for (size_t i = 0; i < count; i++) {
        if (gct_slice_eq(tags[i], tag)) {
            return 1;
        }
    }
    return 0;
}

static enum gct_status read_tags(struct route *route, int64_t ticket, struct gct_slice tags[TAGS_MOST],
                                 size_t *count, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *count = 0;
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_ticket_tags, GCT_BIND(GCT_V_INT(ticket)), &rows, err);
    while (status == GCT_OK && *count < TAGS_MOST) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK) {
            tags[(*count)++] = gct_arena_copy(gct_tx_arena(route->tx), gct_rows_bytes(rows, 0));
        }
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

/* Runs sql for each tag that is in some and not in others, and lists them. */
static enum gct_status move_tags(struct change *change, enum gct_sql sql, const struct gct_slice *some,
                                 size_t some_count, const struct gct_slice *others, size_t other_count,
                                 struct gct_json *list, struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    for (size_t i = 0; status == GCT_OK && i < some_count; i++) {
        if (!has_tag(others, other_count, some[i]) && !has_tag(some, i, some[i])) {
            gct_json_push(list, gct_json_string(some[i]));
            status = gct_db_run(change->action.route.db, sql,
                                GCT_BIND(GCT_V_INT(change->action.ticket), GCT_V_TEXT(some[i])), err);
        }
    }
    return status;
}

static enum gct_status patch_tags(struct change *change, struct gct_error *err)
{
    const struct gct_ticket_patch *patch = change->patch;
    struct gct_slice old[TAGS_MOST];
    size_t count = 0;
    if ((patch->set & GCT_PATCH_TAGS) == 0) {
        return GCT_OK;
    }
    enum gct_status status = read_tags(&change->action.route, change->action.ticket, old, &count, err);
    struct gct_json *context = gct_json_object();
    struct gct_json *added = gct_json_array();
    struct gct_json *removed = gct_json_array();
    gct_json_set_text(context, "kind", GCT_LIT("tags"));
    gct_json_set(context, "added", added);
    gct_json_set(context, "removed", removed);
    if (status == GCT_OK) {
        status = move_tags(change, GCT_SQL_ticket_tag_insert, patch->tags, patch->tag_count, old, count,
                           added, err);
    }
    if (status == GCT_OK) {
        status = move_tags(change, GCT_SQL_ticket_tag_remove, old, count, patch->tags, patch->tag_count,
                           removed, err);
    }
    if (status != GCT_OK || gct_json_count(added) + gct_json_count(removed) == 0) {
        gct_json_free(&context);
        return status;
    }
    change->changed = 1;
    gct_json_set_number(change->detail, "tags", (int64_t)patch->tag_count);
    status = thread_line(&change->action.route, change->action.thread, change->setter.author,
                         change->setter.user, change->action.route.now_ms, context, err);
    return status == GCT_OK ? record(change, GCT_ENGAGEMENT_TICKET_TAGGED, change->setter.agent_key, err)
                            : status;
}

static enum gct_status keep(struct change *change, struct gct_error *err)
{
    struct action *action = &change->action;
    char who[GCT_ACTOR_TEXT];
    gct_actor_write(&change->patch->actor, who);
    struct gct_audit entry = { .actor = gct_slice_of(who),
                               .action = GCT_LIT("ticket.change"),
                               .object = gct_arena_format(gct_tx_arena(action->route.tx), "ticket:%lld",
                                                          (long long)action->ticket),
                               .detail = change->detail };
    enum gct_status status = gct_db_run(action->route.db, GCT_SQL_ticket_set_fields,
                                        GCT_BIND(GCT_V_INT(action->ticket), GCT_V_INT(action->priority),
                                                 gct_value_id(action->assignee), gct_value_id(action->team),
                                                 GCT_V_INT(action->route.now_ms)),
                                        err);
    thread_touch_ticket(&action->route, action->thread);
    return status == GCT_OK ? gct_audit_write(action->route.tx, &entry, err) : status;
}

enum gct_status gct_action_patch(struct gct_tx *tx, const struct gct_directory *directory,
                                 const struct gct_ticket_patch *patch, struct gct_action_result *result,
                                 struct gct_refusal *refusal, struct gct_error *err)
{
    static enum gct_status (*const STEPS[])(struct change * change, struct gct_error * err) = {
        check_patch, patch_priority, patch_assignee, patch_team, patch_tags, patch_status
    };
    struct gct_slice name = GCT_EMPTY;
    struct change change = { .patch = patch };
    *result = (struct gct_action_result){ .ticket = patch->ticket };
    enum gct_status status = action_begin(&change.action, tx, directory, patch->ticket, refusal, err);
    change.setter.author = GCT_AUTHOR_AGENT;
    change.setter.reason = "agent";
    change.setter.user = patch->actor.kind == GCT_ACTOR_USER ? patch->actor.id : 0;
    if (status == GCT_OK) {
        status =
            action_user(&change.action.route, change.setter.user, &name, &change.setter.agent_key, NULL, err);
    }
    change.detail = gct_json_object();
    for (size_t i = 0; status == GCT_OK && i < GCT_COUNT(STEPS); i++) {
        status = STEPS[i](&change, err);
    }
    if (status == GCT_OK && change.changed) {
        status = keep(&change, err);
    }
    gct_json_free(&change.detail);
    return status == GCT_OK ? action_end(&change.action, &result->version, err) : status;
}
