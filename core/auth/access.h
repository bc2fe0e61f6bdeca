/* Who asks, and what they may: the one place where role and scope are checked. Pure, any thread. */
#ifndef GUICHET_CORE_AUTH_ACCESS_H
#define GUICHET_CORE_AUTH_ACCESS_H

#include "base/arena.h"
#include "base/json.h"
#include "model/account.h"

/* Sets of roles, as the route table writes them. */
#define GCT_ROLE_BIT(name) (1u << GCT_ROLE_##name)
#define GCT_FOR_STAFF (GCT_ROLE_BIT(AGENT) | GCT_ROLE_BIT(ADMIN))
#define GCT_FOR_ADMIN GCT_ROLE_BIT(ADMIN)
#define GCT_FOR_ALL (GCT_FOR_STAFF | GCT_ROLE_BIT(ANALYST))

/* Accounts and teams that somebody is limited to; an empty list means all of them. */
struct gct_scope {
    const int64_t *accounts;
    size_t account_count;
    const int64_t *teams;
    size_t team_count;
};

enum gct_principal_kind { GCT_BY_USER, GCT_BY_TOKEN, GCT_BY_SYSTEM };

/* Whoever makes a request. A copy may be kept (gct_principal_copy); it says what was true when it was made.
 */
struct gct_principal {
    enum gct_principal_kind kind;
    int64_t id; /* of the user or the token */
    enum gct_role role;
    struct gct_slice name;
    struct gct_scope scope;
};

/* The scope from its JSON text {"accounts":["1"],"teams":[]}; GCT_INVALID for anything else. */
GCT_NODISCARD enum gct_status gct_scope_read(struct gct_slice json, struct gct_arena *arena,
                                             struct gct_scope *scope, struct gct_error *err);

/* The scope as that text; the caller frees the document. */
struct gct_json *gct_scope_json(const struct gct_scope *scope);

/* roles is a set of GCT_ROLE_BIT. */
int gct_access_role(const struct gct_principal *principal, unsigned roles);

/* May this principal see what belongs to the account (and team, 0: none)? What it may not see does not exist
 * for it: the answer is "not found". */
int gct_access_object(const struct gct_principal *principal, int64_t account, int64_t team);

/* May this principal see the account itself, whatever its tickets' teams? */
int gct_access_account(const struct gct_principal *principal, int64_t account);

/* Is this principal limited to some accounts or teams? */
int gct_access_limited(const struct gct_principal *principal);

/* The scope's lists as JSON arrays of numbers, for a query's places; an empty slice when there is no limit.
 */
struct gct_slice gct_scope_accounts_json(const struct gct_scope *scope, struct gct_arena *arena);
struct gct_slice gct_scope_teams_json(const struct gct_scope *scope, struct gct_arena *arena);

/* A copy in arena. */
struct gct_principal *gct_principal_copy(const struct gct_principal *principal, struct gct_arena *arena);

#endif
