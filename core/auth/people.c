#include "auth/people.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/slice.h"

#define PEOPLE_BYTES ((size_t)64u << 20)

struct team {
    int64_t id;
    struct gct_slice name;
    UT_hash_handle hh;
};

/* Users, tokens and teams live in the arena; sessions come and go on the heap. */
struct gct_people {
    struct gct_arena *arena;
    struct gct_user *by_id;
    struct gct_user *by_login;
    struct gct_token *tokens;
    struct team *teams;
    struct gct_session *sessions;
};

static struct gct_slice lower_copy(struct gct_slice text, struct gct_arena *arena)
{
    char *copy = gct_arena_cstr(arena, text);
    for (size_t i = 0; copy != NULL && i < text.len; i++) {
        if (copy[i] >= 'A' && copy[i] <= 'Z') {
            copy[i] = (char)(copy[i] + ('a' - 'A'));
        }
    }
    return copy == NULL ? GCT_EMPTY : (struct gct_slice){ copy, text.len };
}

static enum gct_status read_principal(struct gct_people *people, struct gct_principal *principal,
                                      int64_t role, struct gct_slice scope, struct gct_error *err)
{
    if (role < 0 || role >= GCT_ROLE_COUNT) {
        return gct_error_set(err, GCT_INVALID, "role %d of %lld is unknown", (int)role,
                             (long long)principal->id);
    }
    principal->role = (enum gct_role)role;
    return gct_scope_read(scope, people->arena, &principal->scope, err);
}

/* Columns: id, login, name, role, password, disabled, agent_key, scope, created_ms. */
static enum gct_status add_user(struct gct_people *people, struct gct_rows *rows, struct gct_error *err)
{
    struct gct_user *user = GCT_ARENA_NEW(people->arena, gct_user);
    if (user == NULL) {
        return gct_error_set(err, GCT_LIMIT, "too many users to keep in memory");
    }
    user->id = gct_rows_integer(rows, 0);
    user->login = gct_arena_copy(people->arena, gct_rows_bytes(rows, 1));
    user->login_key = lower_copy(user->login, people->arena);
    user->principal.kind = GCT_BY_USER;
    user->principal.id = user->id;
    user->principal.name = gct_arena_copy(people->arena, gct_rows_bytes(rows, 2));
    user->phc = (struct gct_slice){ gct_arena_cstr(people->arena, gct_rows_bytes(rows, 4)),
                                    gct_rows_bytes(rows, 4).len };
    user->disabled = gct_rows_integer(rows, 5) != 0;
    user->agent_key = gct_arena_copy(people->arena, gct_rows_bytes(rows, 6));
    user->scope_json = gct_arena_copy(people->arena, gct_rows_bytes(rows, 7));
    user->created_ms = gct_rows_integer(rows, 8);
    HASH_ADD(by_id, people->by_id, id, sizeof user->id, user);
    HASH_ADD_KEYPTR(by_login, people->by_login, user->login_key.ptr, user->login_key.len, user);
    return read_principal(people, &user->principal, gct_rows_integer(rows, 3), user->scope_json, err);
}

/* Columns: digest, id, name, role, scope, used_ms. */
static enum gct_status add_token(struct gct_people *people, struct gct_rows *rows, struct gct_error *err)
{
    struct gct_token *token = GCT_ARENA_NEW(people->arena, gct_token);
    struct gct_slice digest = gct_rows_bytes(rows, 0);
    if (token == NULL || digest.len != sizeof token->digest) {
        return gct_error_set(err, GCT_INVALID, "a token's digest has %zu bytes", digest.len);
    }
    memcpy(token->digest, digest.ptr, sizeof token->digest);
    token->principal.kind = GCT_BY_TOKEN;
    token->principal.id = gct_rows_integer(rows, 1);
    token->principal.name = gct_arena_copy(people->arena, gct_rows_bytes(rows, 2));
    token->used_ms = gct_rows_integer(rows, 5);
    HASH_ADD(hh, people->tokens, digest, sizeof token->digest, token);
    return read_principal(people, &token->principal, gct_rows_integer(rows, 3), gct_rows_bytes(rows, 4), err);
}

/* Columns: digest, user_id, csrf, created_ms, seen_ms. */
static enum gct_status add_stored_session(struct gct_people *people, struct gct_rows *rows,
                                          struct gct_error *err)
{
    struct gct_session session = { .user_id = gct_rows_integer(rows, 1),
                                   .created_ms = gct_rows_integer(rows, 3) };
    struct gct_slice digest = gct_rows_bytes(rows, 0);
    struct gct_slice csrf = gct_rows_bytes(rows, 2);
    if (digest.len != sizeof session.digest || csrf.len != sizeof session.csrf - 1u) {
        return gct_error_set(err, GCT_INVALID, "a session has a digest of %zu bytes", digest.len);
    }
    memcpy(session.digest, digest.ptr, digest.len);
    memcpy(session.csrf, csrf.ptr, csrf.len);
    session.seen_ms = gct_rows_integer(rows, 4);
    session.stored_ms = session.seen_ms;
    gct_people_add_session(people, &session);
    return GCT_OK;
}

/* Columns: id, name. */
static enum gct_status add_team(struct gct_people *people, struct gct_rows *rows, struct gct_error *err)
{
    struct team *team = GCT_ARENA_NEW(people->arena, team);
    if (team == NULL) {
        return gct_error_set(err, GCT_LIMIT, "too many teams to keep in memory");
    }
    team->id = gct_rows_integer(rows, 0);
    team->name = gct_arena_copy(people->arena, gct_rows_bytes(rows, 1));
    HASH_ADD(hh, people->teams, id, sizeof team->id, team);
    return GCT_OK;
}

static enum gct_status load_each(struct gct_people *people, struct gct_db *db, enum gct_sql sql,
                                 enum gct_status (*add)(struct gct_people *, struct gct_rows *,
                                                        struct gct_error *),
                                 struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, sql, GCT_NO_VALUES, &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        st = add(people, rows, err);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

enum gct_status gct_people_load(struct gct_db *db, struct gct_people **out, struct gct_error *err)
{
    struct gct_people *people = gct_heap_new(sizeof *people);
    enum gct_status st = GCT_OK;
    people->arena = gct_arena_new(PEOPLE_BYTES);
    st = load_each(people, db, GCT_SQL_people_teams, add_team, err);
    if (st == GCT_OK) {
        st = load_each(people, db, GCT_SQL_people_users, add_user, err);
    }
    if (st == GCT_OK) {
        st = load_each(people, db, GCT_SQL_people_tokens, add_token, err);
    }
    if (st == GCT_OK) {
        st = load_each(people, db, GCT_SQL_people_sessions, add_stored_session, err);
    }
    if (st != GCT_OK) {
        gct_people_free(&people);
    }
    *out = people;
    return st;
}

void gct_people_free(struct gct_people **people)
{
    struct gct_people *p = *people;
    if (p == NULL) {
        return;
    }
    HASH_CLEAR(by_id, p->by_id);
    HASH_CLEAR(by_login, p->by_login);
    HASH_CLEAR(hh, p->tokens);
    HASH_CLEAR(hh, p->teams);
    while (p->sessions != NULL) {
        gct_people_drop_session(p, p->sessions->digest);
    }
    gct_arena_free(&p->arena);
    free(p);
    *people = NULL;
}

const struct gct_user *gct_people_user(const struct gct_people *people, int64_t id)
{
    struct gct_user *user = NULL;
    HASH_FIND(by_id, people->by_id, &id, sizeof id, user);
    return user;
}

const struct gct_user *gct_people_login(const struct gct_people *people, struct gct_slice login)
{
    struct gct_user *user = NULL;
    struct gct_arena *scratch = gct_arena_new(1024u);
    struct gct_slice key = lower_copy(login, scratch);
    if (key.len != 0) {
        HASH_FIND(by_login, people->by_login, key.ptr, key.len, user);
    }
    gct_arena_free(&scratch);
    return user;
}

struct gct_token *gct_people_token(const struct gct_people *people,
                                   const unsigned char digest[GCT_SHA256_BYTES])
{
    struct gct_token *token = NULL;
    HASH_FIND(hh, people->tokens, digest, GCT_SHA256_BYTES, token);
    return token;
}

struct gct_session *gct_people_session(const struct gct_people *people,
                                       const unsigned char digest[GCT_SHA256_BYTES])
{
    struct gct_session *session = NULL;
    HASH_FIND(hh, people->sessions, digest, GCT_SHA256_BYTES, session);
    return session;
}

void gct_people_add_session(struct gct_people *people, const struct gct_session *session)
{
    struct gct_session *copy = gct_heap_new(sizeof *copy);
    *copy = *session;
    HASH_ADD(hh, people->sessions, digest, sizeof copy->digest, copy);
}

void gct_people_drop_session(struct gct_people *people, const unsigned char digest[GCT_SHA256_BYTES])
{
    struct gct_session *session = gct_people_session(people, digest);
    if (session != NULL) {
        HASH_DEL(people->sessions, session);
        free(session);
    }
}

const struct gct_session *gct_people_surplus_session(const struct gct_people *people, int64_t user_id,
                                                     size_t most)
{
    const struct gct_session *oldest = NULL;
    size_t count = 0;
    for (const struct gct_session *s = people->sessions; s != NULL; s = s->hh.next) {
        if (s->user_id == user_id) {
            count++;
            oldest = oldest == NULL || s->seen_ms < oldest->seen_ms ? s : oldest;
        }
    }
    return count >= most ? oldest : NULL;
}

struct gct_slice gct_people_team(const struct gct_people *people, int64_t id)
{
    struct team *team = NULL;
    HASH_FIND(hh, people->teams, &id, sizeof id, team);
    return team == NULL ? GCT_EMPTY : team->name;
}
