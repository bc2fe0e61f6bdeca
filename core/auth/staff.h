/* Changes to users and tokens, inside a transaction: what the command line and (later) the admin's pages do.
 * Each writes its audit row. After the commit the loop must load people anew (gct_auth_reload). Store thread.
 */
#ifndef GUICHET_CORE_AUTH_STAFF_H
#define GUICHET_CORE_AUTH_STAFF_H

#include "auth/access.h"
#include "auth/password.h"
#include "store/store.h"

/* "gct_" and 64 hex digits, and a NUL. */
#define GCT_TOKEN_TEXT 69u

struct gct_new_user {
    struct gct_slice login; /* 1 to 64 of a-z A-Z 0-9 . _ @ + -; unique whatever the case */
    struct gct_slice name;  /* 1 to 100 characters */
    enum gct_role role;
    const char *phc;        /* of an acceptable password */
    struct gct_scope scope; /* accounts and teams that are in the store; else GCT_INVALID */
};

/* GCT_CONFLICT when the login is taken. */
GCT_NODISCARD enum gct_status gct_staff_add_user(struct gct_tx *tx, struct gct_slice actor,
                                                 const struct gct_new_user *user, int64_t *id,
                                                 struct gct_error *err);

/* Ends every session of the user. GCT_NOT_FOUND for an unknown login. */
GCT_NODISCARD enum gct_status gct_staff_set_password(struct gct_tx *tx, struct gct_slice actor,
                                                     struct gct_slice login, const char *phc,
                                                     struct gct_error *err);

/* Disabling ends every session; the last admin who is not disabled cannot be (GCT_DENIED). */
GCT_NODISCARD enum gct_status gct_staff_set_disabled(struct gct_tx *tx, struct gct_slice actor,
                                                     struct gct_slice login, int disabled,
                                                     struct gct_error *err);

/* From now on limited to these accounts and teams. GCT_NOT_FOUND for an unknown login. */
GCT_NODISCARD enum gct_status gct_staff_set_user_scope(struct gct_tx *tx, struct gct_slice actor,
                                                       struct gct_slice login, const struct gct_scope *scope,
                                                       struct gct_error *err);

/* Makes a token; the store keeps its digest only. */
GCT_NODISCARD enum gct_status gct_staff_add_token(struct gct_tx *tx, struct gct_slice actor,
                                                  struct gct_slice name, enum gct_role role,
                                                  const struct gct_scope *scope, char text[GCT_TOKEN_TEXT],
                                                  int64_t *id, struct gct_error *err);

/* Both: GCT_NOT_FOUND when there is no such token or it was revoked before. */
GCT_NODISCARD enum gct_status gct_staff_set_token_scope(struct gct_tx *tx, struct gct_slice actor, int64_t id,
                                                        const struct gct_scope *scope, struct gct_error *err);
GCT_NODISCARD enum gct_status gct_staff_revoke_token(struct gct_tx *tx, struct gct_slice actor, int64_t id,
                                                     struct gct_error *err);

#endif
