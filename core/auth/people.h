/* Users, teams, API tokens and sessions as they are in the store, kept in memory for the loop: who is behind
 * a cookie or a token is known without a query.
 *
 * Loaded whole from the store; changed afterwards only by adding and dropping sessions. One thread, the
 * loop's. */
#ifndef GUICHET_CORE_AUTH_PEOPLE_H
#define GUICHET_CORE_AUTH_PEOPLE_H

#include "auth/access.h"
#include "base/crypto.h"
#include "base/hash.h"
#include "store/db.h"

struct gct_user {
    int64_t id;
    struct gct_slice login; /* as written; the key below is in lower case */
    struct gct_principal principal;
    struct gct_slice phc;
    struct gct_slice agent_key;
    struct gct_slice scope_json;
    int64_t created_ms;
    int disabled;
    struct gct_slice login_key;
    UT_hash_handle by_id;
    UT_hash_handle by_login;
};

struct gct_token {
    unsigned char digest[GCT_SHA256_BYTES];
    struct gct_principal principal;
    int64_t used_ms; /* that the store has */
    UT_hash_handle hh;
};

struct gct_session {
    unsigned char digest[GCT_SHA256_BYTES];
    int64_t user_id;
    char csrf[65];
    int64_t created_ms;
    int64_t seen_ms;
    int64_t stored_ms; /* the seen_ms that the store has */
    UT_hash_handle hh;
};

struct gct_people;

/* Everything from the store, in one snapshot. Any thread; the result is then the loop's. */
GCT_NODISCARD enum gct_status gct_people_load(struct gct_db *db, struct gct_people **out,
                                              struct gct_error *err);
void gct_people_free(struct gct_people **people);

/* NULL when there is none. Borrowed until people is freed. */
const struct gct_user *gct_people_user(const struct gct_people *people, int64_t id);
const struct gct_user *gct_people_login(const struct gct_people *people, struct gct_slice login);
struct gct_token *gct_people_token(const struct gct_people *people,
                                   const unsigned char digest[GCT_SHA256_BYTES]);
struct gct_session *gct_people_session(const struct gct_people *people,
                                       const unsigned char digest[GCT_SHA256_BYTES]);

/* Copies session in; drops the one with the digest, if it is there. */
void gct_people_add_session(struct gct_people *people, const struct gct_session *session);
void gct_people_drop_session(struct gct_people *people, const unsigned char digest[GCT_SHA256_BYTES]);

/* The oldest session of a user when the user has at least most of them; NULL otherwise. */
const struct gct_session *gct_people_surplus_session(const struct gct_people *people, int64_t user_id,
                                                     size_t most);

/* The name of a team; an empty slice for an unknown one. */
struct gct_slice gct_people_team(const struct gct_people *people, int64_t id);

#endif
