#include "http/view/channel.h"

#include <string.h>

#include "base/clock.h"
#include "base/slice.h"
#include "model/length.h"
#include "model/message.h"

static struct gct_json *kinds_in(const struct gct_ext_rules *rules)
{
    struct gct_json *list = gct_json_array();
    for (size_t i = 0; rules != NULL && i < rules->attachment_count; i++) {
        if (rules->attachments[i]->inbound) {
            gct_json_push(
                list, gct_json_string(gct_slice_of(gct_attachment_kind_name(rules->attachments[i]->kind))));
        }
    }
    return list;
}

static struct gct_json *kinds_out(const struct gct_ext_rules *rules)
{
    struct gct_json *list = gct_json_array();
    for (size_t i = 0; rules != NULL && i < rules->attachment_count; i++) {
        const struct gct_rule_attachment *attachment = rules->attachments[i];
        if (attachment->outbound) {
            struct gct_json *kind = gct_json_object();
            gct_json_set_text(kind, "kind", gct_slice_of(gct_attachment_kind_name(attachment->kind)));
            gct_json_set(kind, "max_bytes",
                         attachment->max_bytes == 0 ? gct_json_null()
                                                    : gct_json_number(attachment->max_bytes));
            gct_json_push(list, kind);
        }
    }
    return list;
}

/* A rule in hours; null when the channel has none. */
static struct gct_json *hours(const struct gct_ext_rules *rules, enum gct_rule_key key)
{
    int64_t ms = gct_rules_value(rules, key, 0);
    return ms == 0 ? gct_json_null() : gct_json_number(ms / GCT_HOUR_MS);
}

/* The newest date among the rules, and its page. */
static void add_source(struct gct_json *json, const struct gct_ext_rules *rules)
{
    const struct gct_rule *newest = NULL;
    for (size_t i = 0; rules != NULL && i < rules->rule_count; i++) {
        if (rules->rules[i]->since != NULL &&
            (newest == NULL || strcmp(rules->rules[i]->since, newest->since) > 0)) {
            newest = rules->rules[i];
        }
    }
    gct_json_set_text(json, "source", newest == NULL ? GCT_EMPTY : gct_slice_of(newest->source));
    gct_json_set_text(json, "checked_on", newest == NULL ? GCT_EMPTY : gct_slice_of(newest->since));
}

static struct gct_json *quick_replies(const struct gct_ext_rules *rules)
{
    int64_t most = gct_rules_value(rules, GCT_RULE_QUICK_REPLIES, 0);
    struct gct_json *json = NULL;
    if (most == 0) {
        return gct_json_null();
    }
    json = gct_json_object();
    gct_json_set_number(json, "max", most);
    gct_json_set_number(json, "title_max", gct_rules_value(rules, GCT_RULE_QUICK_REPLY_TITLE, 20));
    return json;
}

struct gct_json *gct_view_capabilities(const struct gct_ext_rules *rules)
{
    struct gct_json *json = gct_json_object();
    struct gct_json *part = gct_json_object();
    gct_json_set_number(part, "max", gct_rules_value(rules, GCT_RULE_TEXT_LIMIT, 0));
    gct_json_set_text(
        part, "unit",
        gct_slice_of(gct_text_unit_name(gct_rules_value(rules, GCT_RULE_TEXT_UNIT, GCT_UNIT_CODE_POINTS))));
    gct_json_set(json, "text", part);
    gct_json_set(json, "kinds_in", kinds_in(rules));
    gct_json_set(json, "kinds_out", kinds_out(rules));
    gct_json_set_truth(json, "text_with_attachment", gct_rules_value(rules, GCT_RULE_ATTACHMENTS, 0) > 0);
    gct_json_set_truth(json, "reply_to", gct_rules_value(rules, GCT_RULE_REPLY_TO, 0) != 0);
    gct_json_set_truth(json, "reactions", gct_rules_value(rules, GCT_RULE_REACTIONS_IN, 0) != 0);
    gct_json_set_truth(json, "edits", gct_rules_value(rules, GCT_RULE_EDITS_IN, 0) != 0);
    gct_json_set_truth(json, "unsends", gct_rules_value(rules, GCT_RULE_UNSEND_IN, 0) != 0);
    part = gct_json_object();
    gct_json_set_truth(part, "delivered", gct_rules_value(rules, GCT_RULE_DELIVERED, 0) != 0);
    gct_json_set_truth(part, "read", gct_rules_value(rules, GCT_RULE_READ, 0) != 0);
    gct_json_set(json, "receipts", part);
    gct_json_set_truth(json, "typing", gct_rules_value(rules, GCT_RULE_TYPING, 0) != 0);
    part = gct_json_object();
    gct_json_set(part, "hours", hours(rules, GCT_RULE_WINDOW));
    gct_json_set(part, "human_hours", hours(rules, GCT_RULE_HUMAN_WINDOW));
    gct_json_set(part, "quota", gct_json_null());
    gct_json_set(json, "window", part);
    gct_json_set(json, "quick_replies", quick_replies(rules));
    add_source(json, rules);
    return json;
}

/* What is summed up over a channel's accounts. */
struct channel_sum {
    int64_t last_in_ms;
    int64_t last_out_ms;
    int64_t queued;
    enum gct_account_state worst;
    struct gct_json *accounts;
    struct gct_json *error;
};

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Columns: state, paused_until_ms, error_code, error_text, last_in_ms, last_out_ms, queued. */
static enum gct_status add_account(struct gct_db *db, const struct gct_directory_account *account,
                                   struct channel_sum *sum, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st =
        gct_db_query(db, GCT_SQL_channel_account, GCT_BIND(GCT_V_INT(account->id)), &rows, err);
    if (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_json *json = gct_json_object();
        enum gct_account_state state = (enum gct_account_state)gct_rows_integer(rows, 0);
        struct gct_slice sentence = gct_rows_is_null(rows, 3) ? GCT_EMPTY : gct_rows_bytes(rows, 3);
        gct_json_set_id(json, "id", account->id);
        gct_json_set_text(json, "name", account->name);
        gct_json_set_text(json, "state", gct_slice_of(gct_account_state_name(state)));
        gct_json_set_text(json, "error", sentence);
        gct_json_push(sum->accounts, json);
        sum->last_in_ms = later(sum->last_in_ms, gct_rows_integer(rows, 4));
        sum->last_out_ms = later(sum->last_out_ms, gct_rows_integer(rows, 5));
        sum->queued += gct_rows_integer(rows, 6);
        if (state != GCT_ACCOUNT_OK && sum->worst == GCT_ACCOUNT_OK) {
            sum->worst = state;
        }
        if (sentence.ptr != NULL && sum->error == NULL) {
            sum->error = gct_json_string(sentence);
        }
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

static struct gct_slice state_name(const struct gct_directory_channel *channel, int64_t paused,
                                   enum gct_account_state worst)
{
    if (channel->instance == NULL) {
        return GCT_LIT("failed");
    }
    return paused ? GCT_LIT("paused") : gct_slice_of(gct_account_state_name(worst));
}

static struct gct_json *channel_json(const struct gct_directory_channel *channel, int64_t paused,
                                     int64_t quarantined, struct channel_sum *sum)
{
    struct gct_json *json = gct_json_object();
    gct_json_set_text(json, "id", channel->name);
    gct_json_set_text(json, "name", channel->name);
    gct_json_set_text(json, "plugin", channel->plugin);
    gct_json_set_text(json, "state", state_name(channel, paused, sum->worst));
    gct_json_set(json, "accounts", sum->accounts);
    gct_json_set_time(json, "last_event_at", sum->last_in_ms);
    gct_json_set_time(json, "last_send_at", sum->last_out_ms);
    gct_json_set(json, "error", sum->error == NULL ? gct_json_null() : sum->error);
    gct_json_set_number(json, "queued", sum->queued);
    gct_json_set_number(json, "quarantined", quarantined);
    gct_json_set(json, "capabilities", gct_view_capabilities(channel->rules));
    return json;
}

enum gct_channel_share gct_view_channel_share(const struct gct_directory_channel *channel,
                                              const struct gct_principal *who)
{
    size_t seen = 0;
    if (who == NULL || !gct_access_limited(who)) {
        return GCT_CHANNEL_WHOLE;
    }
    for (size_t i = 0; i < channel->account_count; i++) {
        seen += gct_access_account(who, channel->accounts[i]->id) != 0;
    }
    if (seen == 0 && who->scope.account_count != 0) {
        return GCT_CHANNEL_OUTSIDE;
    }
    return seen == channel->account_count && who->scope.team_count == 0 ? GCT_CHANNEL_WHOLE
                                                                        : GCT_CHANNEL_PART;
}

enum gct_status gct_view_channel(struct gct_db *db, const struct gct_directory_channel *channel,
                                 const struct gct_principal *who, struct gct_json **out,
                                 struct gct_error *err)
{
    struct channel_sum sum = { 0 };
    enum gct_channel_share share = gct_view_channel_share(channel, who);
    int64_t paused = 0;
    int64_t quarantined = 0;
    enum gct_status st = GCT_OK;
    *out = NULL;
    if (share == GCT_CHANNEL_OUTSIDE) {
        return GCT_NOT_FOUND;
    }
    sum.accounts = gct_json_array();
    for (size_t i = 0; st == GCT_OK && i < channel->account_count; i++) {
        if (who == NULL || gct_access_account(who, channel->accounts[i]->id)) {
            st = add_account(db, channel->accounts[i], &sum, err);
        }
    }
    if (st == GCT_OK) {
        st = gct_db_integer(db, GCT_SQL_channel_state, GCT_BIND(GCT_V_INT(channel->id)), 0, &paused, err);
    }
    if (st == GCT_OK && share == GCT_CHANNEL_WHOLE) {
        st = gct_db_integer(db, GCT_SQL_quarantine_count, GCT_BIND(GCT_V_TEXT(channel->name)), 0,
                            &quarantined, err);
    }
    if (st != GCT_OK) {
        gct_json_free(&sum.accounts);
        gct_json_free(&sum.error);
        return st;
    }
    *out = channel_json(channel, paused, quarantined, &sum);
    return GCT_OK;
}
