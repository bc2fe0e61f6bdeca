#include "auth/access.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "base/slice.h"

static enum gct_status read_list(const struct gct_json *json, struct gct_arena *arena, const int64_t **ids,
                                 size_t *count)
{
    enum gct_json_type type = gct_json_type(json);
    size_t n = gct_json_count(json);
    int64_t *list = NULL;
    *ids = NULL;
    *count = 0;
    if (type != GCT_JSON_IS_NONE && type != GCT_JSON_IS_ARRAY) {
        return GCT_INVALID;
    }
    if (n == 0) {
        return GCT_OK;
    }
    list = GCT_ARENA_ARRAY(arena, int64_t, n);
    if (list == NULL) {
        return GCT_LIMIT;
    }
    for (size_t i = 0; i < n; i++) {
        if (gct_slice_integer(gct_json_text(gct_json_at(json, i)), 1, INT64_MAX, &list[i]) != GCT_OK) {
            return GCT_INVALID;
        }
    }
    *ids = list;
    *count = n;
    return GCT_OK;
}

enum gct_status gct_scope_read(struct gct_slice text, struct gct_arena *arena, struct gct_scope *scope,
                               struct gct_error *err)
{
    enum gct_status st = GCT_INVALID;
    struct gct_json *json = gct_json_parse(text, err);
    *scope = (struct gct_scope){ 0 };
    if (json == NULL) {
        return err == NULL ? GCT_INVALID : err->status;
    }
    if (gct_json_type(json) == GCT_JSON_IS_OBJECT) {
        st = read_list(gct_json_get(json, "accounts"), arena, &scope->accounts, &scope->account_count);
    }
    if (st == GCT_OK) {
        st = read_list(gct_json_get(json, "teams"), arena, &scope->teams, &scope->team_count);
    }
    if (st != GCT_OK) {
        (void)gct_error_set(err, st, "a scope is {\"accounts\":[ids],\"teams\":[ids]}");
    }
    gct_json_free(&json);
    return st;
}

static struct gct_json *ids_json(const int64_t *ids, size_t count)
{
    struct gct_json *list = gct_json_array();
    char text[24];
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text, sizeof text, "%" PRId64, ids[i]);
        gct_json_push(list, gct_json_string(gct_slice_of(text)));
    }
    return list;
}

struct gct_json *gct_scope_json(const struct gct_scope *scope)
{
    struct gct_json *json = gct_json_object();
    gct_json_set(json, "accounts", ids_json(scope->accounts, scope->account_count));
    gct_json_set(json, "teams", ids_json(scope->teams, scope->team_count));
    return json;
}

int gct_access_role(const struct gct_principal *principal, unsigned roles)
{
    return ((1u << principal->role) & roles) != 0;
}

static int holds(const int64_t *ids, size_t count, int64_t id)
{
    int found = count == 0;
    for (size_t i = 0; !found && i < count; i++) {
        found = ids[i] == id;
    }
    return found;
}

int gct_access_object(const struct gct_principal *principal, int64_t account, int64_t team)
{
    const struct gct_scope *scope = &principal->scope;
    return holds(scope->accounts, scope->account_count, account) &&
           holds(scope->teams, scope->team_count, team);
}

int gct_access_account(const struct gct_principal *principal, int64_t account)
{
    return holds(principal->scope.accounts, principal->scope.account_count, account);
}

int gct_access_limited(const struct gct_principal *principal)
{
    return principal->scope.account_count != 0 || principal->scope.team_count != 0;
}

static struct gct_slice list_json(const int64_t *ids, size_t count, struct gct_arena *arena)
{
    struct gct_buffer out = { 0 };
    for (size_t i = 0; i < count; i++) {
        gct_buffer_add_format(&out, "%c%" PRId64, i == 0 ? '[' : ',', ids[i]);
    }
    if (count != 0) {
        gct_buffer_add(&out, GCT_LIT("]"));
    }
    struct gct_slice text = gct_arena_copy(arena, gct_buffer_slice(&out));
    gct_buffer_free(&out);
    return text;
}

struct gct_slice gct_scope_accounts_json(const struct gct_scope *scope, struct gct_arena *arena)
{
    return list_json(scope->accounts, scope->account_count, arena);
}

struct gct_slice gct_scope_teams_json(const struct gct_scope *scope, struct gct_arena *arena)
{
    return list_json(scope->teams, scope->team_count, arena);
}

static const int64_t *copy_ids(const int64_t *ids, size_t count, struct gct_arena *arena)
{
    int64_t *copy = count == 0 ? NULL : GCT_ARENA_ARRAY(arena, int64_t, count);
    GCT_CHECK(count == 0 || copy != NULL);
    if (count != 0) {
        memcpy(copy, ids, count * sizeof *ids);
    }
    return copy;
}

struct gct_principal *gct_principal_copy(const struct gct_principal *principal, struct gct_arena *arena)
{
    struct gct_principal *copy = GCT_ARENA_NEW(arena, gct_principal);
    GCT_CHECK(copy != NULL);
    *copy = *principal;
    copy->name = gct_arena_copy(arena, principal->name);
    copy->scope.accounts = copy_ids(principal->scope.accounts, principal->scope.account_count, arena);
    copy->scope.teams = copy_ids(principal->scope.teams, principal->scope.team_count, arena);
    return copy;
}
