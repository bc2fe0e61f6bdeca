/* Signing in and out, and who is behind a request. Loop thread; what takes time runs elsewhere and comes back
 * through the loop's mailbox. */
#ifndef GUICHET_CORE_AUTH_AUTH_H
#define GUICHET_CORE_AUTH_AUTH_H

#include "auth/hasher.h"
#include "auth/people.h"
#include "store/store.h"

#define GCT_SESSION_IDLE_MS (30 * INT64_C(60000))
#define GCT_SESSION_LIFE_MS (12 * INT64_C(3600000))
#define GCT_SESSIONS_A_USER 10u
#define GCT_SESSION_TEXT 65u /* 64 hex digits and a NUL */

struct gct_auth;

/* Loads everybody from the store (blocks: before the loop runs). box is the loop's mailbox. on_change is
 * called on the loop after people were loaded anew or a session ended: who holds sockets checks them again.
 */
GCT_NODISCARD enum gct_status gct_auth_new(struct gct_store *store, struct gct_mailbox *box,
                                           void (*on_change)(void *arg), void *arg, struct gct_auth **out,
                                           struct gct_error *err);
/* Ends the hashing threads; what they finished is in the box. */
void gct_auth_stop(struct gct_auth *auth);
/* After the store was stopped and the box was emptied. */
void gct_auth_free(struct gct_auth **auth);

/* Users, tokens or teams changed in the store: load them again. Loop thread. */
void gct_auth_reload(struct gct_auth *auth);
/* Are people being loaded? on_change follows when they are not any more. Loop thread. */
int gct_auth_is_loading(const struct gct_auth *auth);
/* Could a change not be loaded yet? A load that was refused or failed leaves this, and what was known before
 * in force. Loop thread. */
int gct_auth_is_behind(const struct gct_auth *auth);
/* Tries once more when people are behind; called every few seconds. Loop thread. */
void gct_auth_catch_up(struct gct_auth *auth);

const struct gct_people *gct_auth_people(const struct gct_auth *auth);

/* Who is behind a session cookie: NULL when it is unknown, over, or the user is disabled. Counts as activity
 * when touch is set. Borrowed until the next change. */
const struct gct_session *gct_auth_session(struct gct_auth *auth, struct gct_slice cookie, int64_t now_ms,
                                           int touch);
const struct gct_principal *gct_auth_session_principal(const struct gct_auth *auth,
                                                       const struct gct_session *session);

/* When a session ends if nothing more happens. */
int64_t gct_session_ends_ms(const struct gct_session *session);

/* Who is behind a bearer token; NULL when it is unknown or revoked. The store learns of its use, to the
 * minute. */
const struct gct_principal *gct_auth_bearer(struct gct_auth *auth, struct gct_slice token, int64_t now_ms);

/* Is a session or token, remembered by its digest, still good, and for whom? */
const struct gct_principal *gct_auth_again(struct gct_auth *auth, enum gct_principal_kind kind,
                                           const unsigned char digest[GCT_SHA256_BYTES], int64_t now_ms);

/* One try to sign in. The caller owns it until done() was called on the loop. */
struct gct_login {
    struct gct_hash_job job; /* auth's from here */
    struct gct_write write;
    struct gct_post post;
    struct gct_auth *auth;
    int64_t user_id;
    int64_t created_ms;
    char login[129];
    char address[64];
    unsigned char surplus[GCT_SHA256_BYTES];
    int has_surplus; /* auth's up to here */
    enum gct_status
        status; /* GCT_OK; GCT_DENIED: bad credentials; GCT_AGAIN: see retry_ms; GCT_UNAVAILABLE */
    int64_t retry_ms;
    char cookie[GCT_SESSION_TEXT]; /* the new session's token: to the browser, nowhere else */
    struct gct_session session;
    void (*done)(struct gct_login *login);
};

/* Always ends in done(), in a later turn of the loop. An unknown login takes as long as a wrong password. */
void gct_auth_login(struct gct_auth *auth, struct gct_login *login, struct gct_slice name,
                    struct gct_slice password, struct gct_slice address);

/* The session is over at once; the store follows. */
void gct_auth_logout(struct gct_auth *auth, const struct gct_session *session);

#endif
