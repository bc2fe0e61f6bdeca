/* Commands about users and tokens. */
#include <inttypes.h>
#include <string.h>

#include "auth/staff.h"
#include "base/crypto.h"
#include "base/slice.h"
#include "daemon/control/call.h"

/* What is in the store now takes effect; the beginning of the sentence, for when it does not yet. */
static const char *people_changed(const struct gct_command_call *call)
{
    const struct gct_command_context *context = call->context;
    return context->people_changed == NULL || context->people_changed(context->arg)
               ? ""
               : "stored, but not in force yet, the gateway tries again within seconds: ";
}

#define SCOPE_MOST 100u /* accounts, and teams, of one scope */

/* A change that runs inside a write. */
struct change {
    const struct gct_command_call *call;
    char phc[GCT_PHC_TEXT];
    enum gct_role role;
    char token[GCT_TOKEN_TEXT];
    int64_t id;
    int disabled;
    int64_t accounts[SCOPE_MOST];
    int64_t teams[SCOPE_MOST];
    struct gct_scope scope;
};

static enum gct_status read_role(struct change *change, struct gct_error *err)
{
    struct gct_slice text = change->call->values[GCT_ARGUMENT_ROLE];
    if (gct_role_read(text, &change->role) != GCT_OK) {
        return gct_error_set(err, GCT_INVALID, "a role is agent, admin or analyst, not \"%.*s\"",
                             GCT_ARG(gct_utf8_head(text, 40u)));
    }
    return GCT_OK;
}

/* "1,2"; nothing when it was not given. */
static enum gct_status read_ids(const struct change *change, enum gct_argument argument, int64_t *ids,
                                size_t *count, struct gct_error *err)
{
    struct gct_slice rest = change->call->values[argument];
    struct gct_slice part;
    int given = rest.ptr != NULL;
    *count = 0;
    while (given && gct_slice_split(&rest, ',', &part)) {
        if (*count == SCOPE_MOST || gct_slice_integer(part, 1, INT64_MAX, &ids[*count]) != GCT_OK) {
            *count = 0;
            break;
        }
        (*count)++;
    }
    return given && *count == 0
               ? gct_error_set(err, GCT_INVALID, "\"%s\" is at most %u ids with commas between",
                               gct_argument_name(argument), SCOPE_MOST)
               : GCT_OK;
}

static enum gct_status read_scope(struct change *change, struct gct_error *err)
{
    struct gct_scope *scope = &change->scope;
    enum gct_status st = read_ids(change, GCT_ARGUMENT_ACCOUNT, change->accounts, &scope->account_count, err);
    scope->accounts = change->accounts;
    scope->teams = change->teams;
    return st == GCT_OK ? read_ids(change, GCT_ARGUMENT_TEAM, change->teams, &scope->team_count, err) : st;
}

/* The members accounts and teams of a listed user or token. */
static enum gct_status show_scope(struct gct_json *item, struct gct_slice stored, struct gct_error *err)
{
    struct gct_arena *arena = gct_arena_new((size_t)64u << 10);
    struct gct_scope scope;
    enum gct_status st = gct_scope_read(stored, arena, &scope, err);
    if (st == GCT_OK) {
        struct gct_json *json = gct_scope_json(&scope);
        gct_json_set(item, "accounts", gct_json_share(gct_json_get(json, "accounts")));
        gct_json_set(item, "teams", gct_json_share(gct_json_get(json, "teams")));
        gct_json_free(&json);
    }
    gct_arena_free(&arena);
    return st;
}

/* The password itself never comes this way. */
static enum gct_status read_phc(struct change *change, struct gct_error *err)
{
    struct gct_slice text = change->call->values[GCT_ARGUMENT_PASSWORD];
    int valid = text.len < sizeof change->phc && gct_slice_starts(text, GCT_LIT("$argon2id$"));
    for (size_t i = 0; valid && i < text.len; i++) {
        valid = text.ptr[i] > ' ' && text.ptr[i] <= '~';
    }
    if (!valid) {
        return gct_error_set(err, GCT_INVALID, "a password reaches the gateway as its Argon2id hash alone");
    }
    memcpy(change->phc, text.ptr, text.len);
    return GCT_OK;
}

static enum gct_status add_user(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct change *change = arg;
    const struct gct_slice *values = change->call->values;
    const struct gct_new_user user = { values[GCT_ARGUMENT_LOGIN], values[GCT_ARGUMENT_NAME], change->role,
                                       change->phc, change->scope };
    return gct_staff_add_user(tx, GCT_COMMAND_ACTOR, &user, &change->id, err);
}

enum gct_status command_user_add(struct gct_command_call *call, struct gct_error *err)
{
    struct change change = { .call = call };
    enum gct_status st = read_role(&change, err);
    if (st == GCT_OK) {
        st = read_phc(&change, err);
    }
    if (st == GCT_OK) {
        st = read_scope(&change, err);
    }
    if (st == GCT_OK) {
        st = gct_store_write_wait(call->context->store, add_user, &change, err);
    }
    if (st == GCT_OK) {
        command_say(call, "%s%.*s can sign in as %s", people_changed(call),
                    GCT_ARG(call->values[GCT_ARGUMENT_LOGIN]), gct_role_name(change.role));
    }
    gct_wipe(change.phc, sizeof change.phc);
    return st;
}

/* Columns: id, login, name, role, disabled, scope, created_ms. */
static enum gct_status list_users(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct gct_command_call *call = arg;
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_user_list, GCT_NO_VALUES, &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_json *json = gct_json_object();
        gct_json_set_id(json, "id", gct_rows_integer(rows, 0));
        gct_json_set(json, "login", gct_json_string(gct_rows_bytes(rows, 1)));
        gct_json_set(json, "name", gct_json_string(gct_rows_bytes(rows, 2)));
        gct_json_set_text(json, "role", gct_slice_of(gct_role_name((uint32_t)gct_rows_integer(rows, 3))));
        gct_json_set_truth(json, "disabled", gct_rows_integer(rows, 4) != 0);
        gct_json_set_time(json, "created_at", gct_rows_integer(rows, 6));
        gct_json_push(call->items, json);
        st = show_scope(json, gct_rows_bytes(rows, 5), err);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

enum gct_status command_user_list(struct gct_command_call *call, struct gct_error *err)
{
    return gct_store_read_wait(call->context->store, list_users, call, err);
}

static enum gct_status set_disabled(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct change *change = arg;
    return gct_staff_set_disabled(tx, GCT_COMMAND_ACTOR, change->call->values[GCT_ARGUMENT_LOGIN],
                                  change->disabled, err);
}

static enum gct_status disable(struct gct_command_call *call, int disabled, struct gct_error *err)
{
    struct change change = { .call = call, .disabled = disabled };
    enum gct_status st = gct_store_write_wait(call->context->store, set_disabled, &change, err);
    if (st == GCT_OK) {
        command_say(call, "%s%.*s %s", people_changed(call), GCT_ARG(call->values[GCT_ARGUMENT_LOGIN]),
                    disabled ? "can sign in no more" : "can sign in again");
    }
    return st;
}

enum gct_status command_user_disable(struct gct_command_call *call, struct gct_error *err)
{
    return disable(call, 1, err);
}

enum gct_status command_user_enable(struct gct_command_call *call, struct gct_error *err)
{
    return disable(call, 0, err);
}

static enum gct_status set_user_scope(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct change *change = arg;
    return gct_staff_set_user_scope(tx, GCT_COMMAND_ACTOR, change->call->values[GCT_ARGUMENT_LOGIN],
                                    &change->scope, err);
}

enum gct_status command_user_scope(struct gct_command_call *call, struct gct_error *err)
{
    struct change change = { .call = call };
    enum gct_status st = read_scope(&change, err);
    if (st == GCT_OK) {
        st = gct_store_write_wait(call->context->store, set_user_scope, &change, err);
    }
    if (st == GCT_OK) {
        command_say(call, "%s%.*s has another scope", people_changed(call),
                    GCT_ARG(call->values[GCT_ARGUMENT_LOGIN]));
    }
    return st;
}

static enum gct_status set_password(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct change *change = arg;
    return gct_staff_set_password(tx, GCT_COMMAND_ACTOR, change->call->values[GCT_ARGUMENT_LOGIN],
                                  change->phc, err);
}

enum gct_status command_user_password(struct gct_command_call *call, struct gct_error *err)
{
    struct change change = { .call = call };
    enum gct_status st = read_phc(&change, err);
    if (st == GCT_OK) {
        st = gct_store_write_wait(call->context->store, set_password, &change, err);
    }
    if (st == GCT_OK) {
        command_say(call, "%s%.*s has a new password", people_changed(call),
                    GCT_ARG(call->values[GCT_ARGUMENT_LOGIN]));
    }
    gct_wipe(change.phc, sizeof change.phc);
    return st;
}

/* ---- tokens ---- */

static enum gct_status add_token(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct change *change = arg;
    return gct_staff_add_token(tx, GCT_COMMAND_ACTOR, change->call->values[GCT_ARGUMENT_NAME], change->role,
                               &change->scope, change->token, &change->id, err);
}

enum gct_status command_token_create(struct gct_command_call *call, struct gct_error *err)
{
    struct change change = { .call = call };
    enum gct_status st = read_role(&change, err);
    if (st == GCT_OK) {
        st = read_scope(&change, err);
    }
    if (st == GCT_OK) {
        st = gct_store_write_wait(call->context->store, add_token, &change, err);
    }
    if (st == GCT_OK) {
        struct gct_json *json = gct_json_object();
        (void)people_changed(call);
        gct_json_set_id(json, "id", change.id);
        gct_json_set_text(json, "token", gct_slice_of(change.token));
        gct_json_push(call->items, json);
    }
    gct_wipe(change.token, sizeof change.token);
    return st;
}

/* Columns: id, name, role, scope, created_ms, used_ms, revoked_ms. */
static enum gct_status list_tokens(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct gct_command_call *call = arg;
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_token_list, GCT_NO_VALUES, &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_json *json = gct_json_object();
        gct_json_set_id(json, "id", gct_rows_integer(rows, 0));
        gct_json_set(json, "name", gct_json_string(gct_rows_bytes(rows, 1)));
        gct_json_set_text(json, "role", gct_slice_of(gct_role_name((uint32_t)gct_rows_integer(rows, 2))));
        gct_json_set_time(json, "created_at", gct_rows_integer(rows, 4));
        gct_json_set_time(json, "used_at", gct_rows_integer(rows, 5));
        gct_json_set_time(json, "revoked_at", gct_rows_integer(rows, 6));
        gct_json_push(call->items, json);
        st = show_scope(json, gct_rows_bytes(rows, 3), err);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

enum gct_status command_token_list(struct gct_command_call *call, struct gct_error *err)
{
    return gct_store_read_wait(call->context->store, list_tokens, call, err);
}

static enum gct_status set_token_scope(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct change *change = arg;
    return gct_staff_set_token_scope(tx, GCT_COMMAND_ACTOR, change->id, &change->scope, err);
}

enum gct_status command_token_scope(struct gct_command_call *call, struct gct_error *err)
{
    struct change change = { .call = call };
    enum gct_status st = command_id(call, &change.id, err);
    if (st == GCT_OK) {
        st = read_scope(&change, err);
    }
    if (st == GCT_OK) {
        st = gct_store_write_wait(call->context->store, set_token_scope, &change, err);
    }
    if (st == GCT_OK) {
        command_say(call, "%stoken %" PRId64 " has another scope", people_changed(call), change.id);
    }
    return st;
}

static enum gct_status revoke_token(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct change *change = arg;
    return gct_staff_revoke_token(tx, GCT_COMMAND_ACTOR, change->id, err);
}

enum gct_status command_token_revoke(struct gct_command_call *call, struct gct_error *err)
{
    struct change change = { .call = call };
    enum gct_status st = command_id(call, &change.id, err);
    if (st == GCT_OK) {
        st = gct_store_write_wait(call->context->store, revoke_token, &change, err);
    }
    if (st == GCT_OK) {
        command_say(call, "%stoken %" PRId64 " is worthless from now on", people_changed(call), change.id);
    }
    return st;
}
