#include "auth/staff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "auth/audit.h"
#include "base/crypto.h"
#include "base/slice.h"

static enum gct_status note_with(struct gct_tx *tx, struct gct_slice actor, const char *action,
                                 const char *kind, int64_t id, const struct gct_json *detail,
                                 struct gct_error *err)
{
    char object[40];
    (void)snprintf(object, sizeof object, "%s:%" PRId64, kind, id);
    struct gct_audit entry = { actor, gct_slice_of(action), gct_slice_of(object), detail };
    return gct_audit_write(tx, &entry, err);
}

static enum gct_status note(struct gct_tx *tx, struct gct_slice actor, const char *action, const char *kind,
                            int64_t id, struct gct_error *err)
{
    return note_with(tx, actor, action, kind, id, NULL, err);
}

/* ---- scopes ---- */

static enum gct_status check_ids(struct gct_tx *tx, enum gct_sql sql, const char *kind, const int64_t *ids,
                                 size_t count, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    for (size_t i = 0; st == GCT_OK && i < count; i++) {
        int64_t there = 0;
        st = gct_db_integer(gct_tx_db(tx), sql, GCT_BIND(GCT_V_INT(ids[i])), 0, &there, err);
        if (st == GCT_OK && there == 0) {
            st = gct_error_set(err, GCT_INVALID, "there is no %s %" PRId64, kind, ids[i]);
        }
    }
    return st;
}

/* The scope as the store keeps it, in the batch's arena; a limit to what is not there would be a mistake. */
static enum gct_status scope_text(struct gct_tx *tx, const struct gct_scope *scope, struct gct_slice *text,
                                  struct gct_error *err)
{
    struct gct_buffer out = { 0 };
    struct gct_json *json = gct_scope_json(scope);
    enum gct_status st =
        check_ids(tx, GCT_SQL_scope_account, "account", scope->accounts, scope->account_count, err);
    if (st == GCT_OK) {
        st = check_ids(tx, GCT_SQL_scope_team, "team", scope->teams, scope->team_count, err);
    }
    gct_json_write(json, &out);
    *text = gct_arena_copy(gct_tx_arena(tx), gct_buffer_slice(&out));
    gct_buffer_free(&out);
    gct_json_free(&json);
    return st;
}

/* Sets a scope with a statement of the places id, scope. GCT_NOT_FOUND when it changes no row. */
static enum gct_status set_scope(struct gct_tx *tx, struct gct_slice actor, enum gct_sql sql,
                                 const char *action, const char *kind, int64_t id,
                                 const struct gct_scope *scope, struct gct_error *err)
{
    struct gct_slice text = GCT_EMPTY;
    struct gct_json *detail = NULL;
    enum gct_status st = scope_text(tx, scope, &text, err);
    if (st == GCT_OK) {
        st = gct_db_run(gct_tx_db(tx), sql, GCT_BIND(GCT_V_INT(id), GCT_V_TEXT(text)), err);
    }
    if (st == GCT_OK && gct_db_changes(gct_tx_db(tx)) == 0) {
        st = gct_error_set(err, GCT_NOT_FOUND, "there is no %s %" PRId64 " that is not revoked", kind, id);
    }
    if (st == GCT_OK) {
        detail = gct_scope_json(scope);
        st = note_with(tx, actor, action, kind, id, detail, err);
    }
    gct_json_free(&detail);
    return st;
}

/* ---- users ---- */

static int login_is_valid(struct gct_slice login)
{
    int valid = login.len >= 1u && login.len <= 64u;
    for (size_t i = 0; valid && i < login.len; i++) {
        char c = login.ptr[i];
        valid = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                (c != '\0' && strchr("._@+-", c) != NULL);
    }
    return valid;
}

/* A name for people: UTF-8 without control characters. */
static int name_is_valid(struct gct_slice name)
{
    int valid = gct_utf8_valid(name) && gct_slice_trim(name).len == name.len && gct_utf8_count(name) >= 1u &&
                gct_utf8_count(name) <= 100u;
    for (size_t i = 0; valid && i < name.len; i++) {
        valid = (unsigned char)name.ptr[i] >= 0x20 && name.ptr[i] != 0x7f;
    }
    return valid;
}

enum gct_status gct_staff_add_user(struct gct_tx *tx, struct gct_slice actor, const struct gct_new_user *user,
                                   int64_t *id, struct gct_error *err)
{
    char key[GCT_KEY_TEXT];
    struct gct_slice scope = GCT_EMPTY;
    if (!login_is_valid(user->login)) {
        return gct_error_set(err, GCT_INVALID, "a login is 1 to 64 of the characters a-z A-Z 0-9 . _ @ + -");
    }
    if (!name_is_valid(user->name)) {
        return gct_error_set(err, GCT_INVALID, "a name is 1 to 100 characters without control characters");
    }
    gct_random_key(key);
    enum gct_status st = scope_text(tx, &user->scope, &scope, err);
    if (st == GCT_OK) {
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_user_insert,
                        GCT_BIND(GCT_V_TEXT(user->login), GCT_V_TEXT(user->name), GCT_V_INT(user->role),
                                 GCT_V_TEXT(gct_slice_of(user->phc)), GCT_V_TEXT(gct_slice_of(key)),
                                 GCT_V_TEXT(scope), GCT_V_INT(gct_tx_now_ms(tx))),
                        err);
    }
    if (st == GCT_CONFLICT) {
        return gct_error_set(err, GCT_CONFLICT, "the login %.*s is taken", GCT_ARG(user->login));
    }
    if (st == GCT_OK) {
        *id = gct_db_last_id(gct_tx_db(tx));
        st = note(tx, actor, "user.add", "user", *id, err);
    }
    return st;
}

struct found_user {
    int64_t id;
    int64_t role;
    int disabled;
};

static enum gct_status find_user(struct gct_tx *tx, struct gct_slice login, struct found_user *out,
                                 struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st =
        gct_db_query(gct_tx_db(tx), GCT_SQL_user_by_login, GCT_BIND(GCT_V_TEXT(login)), &rows, err);
    if (st == GCT_OK) {
        st = gct_rows_next(rows, err);
    }
    if (st == GCT_OK) {
        *out = (struct found_user){ gct_rows_integer(rows, 0), gct_rows_integer(rows, 1),
                                    gct_rows_integer(rows, 2) != 0 };
    }
    gct_rows_close(&rows);
    return st == GCT_DONE
               ? gct_error_set(err, GCT_NOT_FOUND, "there is no user with the login %.*s", GCT_ARG(login))
               : st;
}

enum gct_status gct_staff_set_password(struct gct_tx *tx, struct gct_slice actor, struct gct_slice login,
                                       const char *phc, struct gct_error *err)
{
    struct found_user user = { 0 };
    enum gct_status st = find_user(tx, login, &user, err);
    if (st == GCT_OK) {
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_user_set_password,
                        GCT_BIND(GCT_V_INT(user.id), GCT_V_TEXT(gct_slice_of(phc))), err);
    }
    if (st == GCT_OK) {
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_session_delete_of_user, GCT_BIND(GCT_V_INT(user.id)), err);
    }
    return st == GCT_OK ? note(tx, actor, "user.password", "user", user.id, err) : st;
}

static enum gct_status refuse_last_admin(struct gct_tx *tx, const struct found_user *user,
                                         struct gct_error *err)
{
    int64_t admins = 0;
    enum gct_status st = gct_db_integer(gct_tx_db(tx), GCT_SQL_user_count_enabled,
                                        GCT_BIND(GCT_V_INT(GCT_ROLE_ADMIN)), 0, &admins, err);
    if (st == GCT_OK && user->role == GCT_ROLE_ADMIN && !user->disabled && admins <= 1) {
        st = gct_error_set(err, GCT_DENIED, "this is the last admin: nobody could undo it");
    }
    return st;
}

enum gct_status gct_staff_set_disabled(struct gct_tx *tx, struct gct_slice actor, struct gct_slice login,
                                       int disabled, struct gct_error *err)
{
    struct found_user user = { 0 };
    enum gct_status st = find_user(tx, login, &user, err);
    if (st == GCT_OK && disabled) {
        st = refuse_last_admin(tx, &user, err);
    }
    if (st == GCT_OK) {
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_user_set_disabled,
                        GCT_BIND(GCT_V_INT(user.id), GCT_V_INT(disabled != 0)), err);
    }
    if (st == GCT_OK && disabled) {
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_session_delete_of_user, GCT_BIND(GCT_V_INT(user.id)), err);
    }
    return st == GCT_OK ? note(tx, actor, disabled ? "user.disable" : "user.enable", "user", user.id, err)
                        : st;
}

enum gct_status gct_staff_set_user_scope(struct gct_tx *tx, struct gct_slice actor, struct gct_slice login,
                                         const struct gct_scope *scope, struct gct_error *err)
{
    struct found_user user = { 0 };
    enum gct_status st = find_user(tx, login, &user, err);
    return st == GCT_OK
               ? set_scope(tx, actor, GCT_SQL_user_set_scope, "user.scope", "user", user.id, scope, err)
               : st;
}

/* ---- tokens ---- */

enum gct_status gct_staff_add_token(struct gct_tx *tx, struct gct_slice actor, struct gct_slice name,
                                    enum gct_role role, const struct gct_scope *scope,
                                    char text[GCT_TOKEN_TEXT], int64_t *id, struct gct_error *err)
{
    unsigned char random[32];
    unsigned char digest[GCT_SHA256_BYTES];
    struct gct_slice limits = GCT_EMPTY;
    if (!name_is_valid(name)) {
        return gct_error_set(err, GCT_INVALID, "a name is 1 to 100 characters without control characters");
    }
    gct_random(random, sizeof random);
    memcpy(text, "gct_", 4u);
    gct_hex_encode(random, sizeof random, text + 4);
    gct_wipe(random, sizeof random);
    gct_sha256(gct_slice_of(text), digest);
    enum gct_status st = scope_text(tx, scope, &limits, err);
    if (st == GCT_OK) {
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_token_insert,
                        GCT_BIND(GCT_V_BLOB(((struct gct_slice){ (const char *)digest, sizeof digest })),
                                 GCT_V_TEXT(name), GCT_V_INT(role), GCT_V_TEXT(limits),
                                 GCT_V_INT(gct_tx_now_ms(tx))),
                        err);
    }
    if (st == GCT_OK) {
        *id = gct_db_last_id(gct_tx_db(tx));
        st = note(tx, actor, "token.create", "token", *id, err);
    }
    return st;
}

enum gct_status gct_staff_set_token_scope(struct gct_tx *tx, struct gct_slice actor, int64_t id,
                                          const struct gct_scope *scope, struct gct_error *err)
{
    return set_scope(tx, actor, GCT_SQL_token_set_scope, "token.scope", "token", id, scope, err);
}

enum gct_status gct_staff_revoke_token(struct gct_tx *tx, struct gct_slice actor, int64_t id,
                                       struct gct_error *err)
{
    enum gct_status st = gct_db_run(gct_tx_db(tx), GCT_SQL_token_revoke,
                                    GCT_BIND(GCT_V_INT(id), GCT_V_INT(gct_tx_now_ms(tx))), err);
    if (st == GCT_OK && gct_db_changes(gct_tx_db(tx)) == 0) {
        st = gct_error_set(err, GCT_NOT_FOUND, "there is no token %" PRId64 " that is not revoked", id);
    }
    return st == GCT_OK ? note(tx, actor, "token.revoke", "token", id, err) : st;
}
