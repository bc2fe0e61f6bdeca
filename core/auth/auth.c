#include "auth/auth.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/throttle.h"
#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"

#define AUTH_MAGIC 0x41555448u
#define SEEN_EVERY_MS GCT_MINUTE_MS

struct gct_auth {
    uint32_t magic;
    struct gct_store *store;
    struct gct_mailbox *box;
    struct gct_hasher *hasher;
    struct gct_throttle *throttle;
    struct gct_people *people;
    unsigned changes; /* sessions added and dropped: a load that began before must be done again */
    int loading;
    int load_again;
    int behind; /* the store may know more than people do */
    void (*on_change)(void *arg);
    void *arg;
};

static enum gct_status load_people(void *arg, struct gct_db *db, struct gct_error *err)
{
    return gct_people_load(db, (struct gct_people **)arg, err);
}

enum gct_status gct_auth_new(struct gct_store *store, struct gct_mailbox *box, void (*on_change)(void *arg),
                             void *arg, struct gct_auth **out, struct gct_error *err)
{
    struct gct_people *people = NULL;
    enum gct_status st = gct_store_read_wait(store, load_people, &people, err);
    if (st != GCT_OK) {
        return st;
    }
    struct gct_auth *auth = gct_heap_new(sizeof *auth);
    *auth = (struct gct_auth){ .magic = AUTH_MAGIC, .store = store, .box = box, .people = people };
    auth->hasher = gct_hasher_new();
    auth->throttle = gct_throttle_new();
    auth->on_change = on_change;
    auth->arg = arg;
    *out = auth;
    return GCT_OK;
}

void gct_auth_stop(struct gct_auth *auth)
{
    gct_hasher_free(&auth->hasher);
}

void gct_auth_free(struct gct_auth **auth)
{
    if (*auth != NULL) {
        GCT_CHECK_OBJ(*auth, AUTH_MAGIC);
        gct_hasher_free(&(*auth)->hasher);
        gct_throttle_free(&(*auth)->throttle);
        gct_people_free(&(*auth)->people);
        (*auth)->magic = 0;
        free(*auth);
        *auth = NULL;
    }
}

const struct gct_people *gct_auth_people(const struct gct_auth *auth)
{
    return auth->people;
}

/* ---- loading anew ---- */

struct reload {
    struct gct_read read;
    struct gct_post post;
    struct gct_auth *auth;
    struct gct_people *people;
    unsigned changes;
    enum gct_status status;
};

static enum gct_status reload_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct reload *reload = GCT_STRUCT_OF(read, reload, read);
    return gct_people_load(db, &reload->people, err);
}

static void reload_read(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    struct reload *reload = GCT_STRUCT_OF(read, reload, read);
    reload->status = status;
    if (status != GCT_OK) {
        gct_log_error("auth.reload_failed", err);
    }
    gct_mailbox_put(reload->auth->box, &reload->post);
}

static void reload_adopt(struct gct_post *post)
{
    struct reload *reload = GCT_STRUCT_OF(post, reload, post);
    struct gct_auth *auth = reload->auth;
    int stale = reload->changes != auth->changes;
    auth->loading = 0;
    if (reload->status == GCT_OK && !stale) {
        struct gct_people *old = auth->people;
        auth->people = reload->people;
        reload->people = old;
        auth->behind = auth->load_again;
    }
    gct_people_free(&reload->people);
    free(reload);
    if (stale || auth->load_again) {
        gct_auth_reload(auth);
    } else {
        auth->on_change(auth->arg);
    }
}

void gct_auth_reload(struct gct_auth *auth)
{
    GCT_CHECK_OBJ(auth, AUTH_MAGIC);
    auth->behind = 1;
    if (auth->loading) {
        auth->load_again = 1;
        return;
    }
    struct reload *reload = gct_heap_new(sizeof *reload);
    reload->auth = auth;
    reload->changes = auth->changes;
    reload->read.run = reload_run;
    reload->read.done = reload_read;
    reload->post.run = reload_adopt;
    auth->loading = 1;
    auth->load_again = 0;
    if (gct_store_read(auth->store, &reload->read) != GCT_OK) {
        auth->loading = 0;
        free(reload);
        GCT_LOG(GCT_LEVEL_WARN, "auth.reload_refused", GCT_F_CSTR("reason", "the readers are busy"));
    }
}

int gct_auth_is_loading(const struct gct_auth *auth)
{
    return auth->loading;
}

int gct_auth_is_behind(const struct gct_auth *auth)
{
    return auth->behind;
}

void gct_auth_catch_up(struct gct_auth *auth)
{
    if (auth->behind && !auth->loading) {
        gct_auth_reload(auth);
    }
}

/* ---- sessions and tokens ---- */

/* A write whose end interests nobody but the log. */
struct quiet_write {
    struct gct_write write;
    enum gct_sql sql;
    unsigned char digest[GCT_SHA256_BYTES];
    int64_t number; /* second value of the statement; 0: it has one */
};

static enum gct_status quiet_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct quiet_write *quiet = GCT_STRUCT_OF(write, quiet_write, write);
    const struct gct_value values[] = {
        GCT_V_BLOB(((struct gct_slice){ (const char *)quiet->digest, sizeof quiet->digest })),
        GCT_V_INT(quiet->number)
    };
    return gct_db_run(gct_tx_db(tx), quiet->sql, values, quiet->number == 0 ? 1u : 2u, err);
}

static void quiet_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    if (status != GCT_OK) {
        GCT_LOG(GCT_LEVEL_WARN, "auth.session_write_failed", GCT_F_CSTR("reason", err->text));
    }
    free(GCT_STRUCT_OF(write, quiet_write, write));
}

static void write_quietly(struct gct_auth *auth, enum gct_sql sql,
                          const unsigned char digest[GCT_SHA256_BYTES], int64_t number)
{
    struct quiet_write *quiet = gct_heap_new(sizeof *quiet);
    quiet->write.run = quiet_run;
    quiet->write.done = quiet_done;
    quiet->sql = sql;
    quiet->number = number;
    memcpy(quiet->digest, digest, sizeof quiet->digest);
    if (gct_store_write(auth->store, &quiet->write) != GCT_OK) {
        free(quiet); /* a session that was seen or ended a little wrong is no harm: it ends by itself */
    }
}

int64_t gct_session_ends_ms(const struct gct_session *session)
{
    int64_t idle = session->seen_ms + GCT_SESSION_IDLE_MS;
    int64_t life = session->created_ms + GCT_SESSION_LIFE_MS;
    return idle < life ? idle : life;
}

static const struct gct_session *live_session(struct gct_auth *auth,
                                              const unsigned char digest[GCT_SHA256_BYTES], int64_t now_ms,
                                              int touch)
{
    struct gct_session *session = gct_people_session(auth->people, digest);
    const struct gct_user *user = session == NULL ? NULL : gct_people_user(auth->people, session->user_id);
    if (user == NULL || user->disabled || gct_session_ends_ms(session) <= now_ms) {
        return NULL;
    }
    if (touch && now_ms > session->seen_ms) {
        session->seen_ms = now_ms;
        if (now_ms - session->stored_ms >= SEEN_EVERY_MS) {
            session->stored_ms = now_ms;
            write_quietly(auth, GCT_SQL_session_seen, digest, now_ms);
        }
    }
    return session;
}

const struct gct_session *gct_auth_session(struct gct_auth *auth, struct gct_slice cookie, int64_t now_ms,
                                           int touch)
{
    unsigned char digest[GCT_SHA256_BYTES];
    GCT_CHECK_OBJ(auth, AUTH_MAGIC);
    gct_sha256(cookie, digest);
    return cookie.len == GCT_SESSION_TEXT - 1u ? live_session(auth, digest, now_ms, touch) : NULL;
}

const struct gct_principal *gct_auth_session_principal(const struct gct_auth *auth,
                                                       const struct gct_session *session)
{
    return &gct_people_user(auth->people, session->user_id)->principal;
}

const struct gct_principal *gct_auth_bearer(struct gct_auth *auth, struct gct_slice token, int64_t now_ms)
{
    unsigned char digest[GCT_SHA256_BYTES];
    GCT_CHECK_OBJ(auth, AUTH_MAGIC);
    gct_sha256(token, digest);
    struct gct_token *found = gct_people_token(auth->people, digest);
    if (found != NULL && now_ms - found->used_ms >= SEEN_EVERY_MS) {
        found->used_ms = now_ms;
        write_quietly(auth, GCT_SQL_token_used, digest, now_ms);
    }
    return found == NULL ? NULL : &found->principal;
}

const struct gct_principal *gct_auth_again(struct gct_auth *auth, enum gct_principal_kind kind,
                                           const unsigned char digest[GCT_SHA256_BYTES], int64_t now_ms)
{
    if (kind == GCT_BY_TOKEN) {
        const struct gct_token *token = gct_people_token(auth->people, digest);
        return token == NULL ? NULL : &token->principal;
    }
    const struct gct_session *session = live_session(auth, digest, now_ms, 0);
    return session == NULL ? NULL : gct_auth_session_principal(auth, session);
}

void gct_auth_logout(struct gct_auth *auth, const struct gct_session *session)
{
    unsigned char digest[GCT_SHA256_BYTES];
    memcpy(digest, session->digest, sizeof digest);
    GCT_LOG(GCT_LEVEL_INFO, "auth.signed_out", GCT_F_INT("user", session->user_id));
    auth->changes++;
    gct_people_drop_session(auth->people, digest);
    write_quietly(auth, GCT_SQL_session_delete, digest, 0);
    auth->on_change(auth->arg);
}

/* ---- signing in ---- */

static void finish(struct gct_login *login, enum gct_status status)
{
    login->status = status;
    if (status != GCT_OK) {
        gct_wipe(login->cookie, sizeof login->cookie);
    }
    login->done(login);
}

/* A stranger can fill the lines about logins that nobody has, and those about one user; not both at once. */
static void refuse_login(struct gct_login *login)
{
    char user[24];
    (void)snprintf(user, sizeof user, "%" PRId64, login->user_id);
    gct_throttle_failed(login->auth->throttle, gct_slice_of(login->login), gct_slice_of(login->address),
                        gct_clock_mono_ms());
    GCT_LOG_LIMITED(GCT_LOG_MINUTELY, GCT_LEVEL_INFO, "auth.sign_in_refused", gct_slice_of(user),
                    GCT_F_INT("user", login->user_id), GCT_F_CSTR("address", login->address));
    finish(login, GCT_DENIED);
}

/* Loop: the session is in the store. */
static void login_adopt(struct gct_post *post)
{
    struct gct_login *login = GCT_STRUCT_OF(post, gct_login, post);
    struct gct_auth *auth = login->auth;
    if (login->status == GCT_DENIED) {
        refuse_login(login);
        return;
    }
    if (login->status == GCT_OK) {
        auth->changes++;
        gct_throttle_passed(auth->throttle, gct_slice_of(login->login), gct_slice_of(login->address));
        if (login->has_surplus) {
            gct_people_drop_session(auth->people, login->surplus);
        }
        gct_people_add_session(auth->people, &login->session);
        GCT_LOG(GCT_LEVEL_INFO, "auth.signed_in", GCT_F_INT("user", login->user_id),
                GCT_F_CSTR("address", login->address));
    }
    finish(login, login->status);
}

/* What was checked must still be so: a password that was changed meanwhile lets nobody in, and a renewed hash
 * does not bring the old one back. */
static enum gct_status confirm_password(const struct gct_login *login, struct gct_db *db,
                                        struct gct_error *err)
{
    struct gct_slice checked = gct_slice_of(login->job.phc);
    struct gct_slice kept = login->job.renewed[0] == '\0' ? checked : gct_slice_of(login->job.renewed);
    enum gct_status st =
        gct_db_run(db, GCT_SQL_user_confirm_password,
                   GCT_BIND(GCT_V_INT(login->user_id), GCT_V_TEXT(checked), GCT_V_TEXT(kept)), err);
    return st == GCT_OK && gct_db_changes(db) == 0
               ? gct_error_set(err, GCT_DENIED, "the password was changed, or the user disabled, meanwhile")
               : st;
}

static enum gct_status login_write(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct gct_login *login = GCT_STRUCT_OF(write, gct_login, write);
    struct gct_db *db = gct_tx_db(tx);
    enum gct_status st = confirm_password(login, db, err);
    if (st == GCT_OK && login->has_surplus) {
        st = gct_db_run(
            db, GCT_SQL_session_delete,
            GCT_BIND(GCT_V_BLOB(((struct gct_slice){ (const char *)login->surplus, GCT_SHA256_BYTES }))),
            err);
    }
    if (st == GCT_OK) {
        struct gct_slice digest = { (const char *)login->session.digest, GCT_SHA256_BYTES };
        st = gct_db_run(db, GCT_SQL_session_insert,
                        GCT_BIND(GCT_V_BLOB(digest), GCT_V_INT(login->user_id),
                                 GCT_V_TEXT(gct_slice_of(login->session.csrf)),
                                 GCT_V_INT(login->session.created_ms),
                                 GCT_V_TEXT(gct_slice_of(login->address))),
                        err);
    }
    return st;
}

static void login_written(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct gct_login *login = GCT_STRUCT_OF(write, gct_login, write);
    if (status != GCT_OK && status != GCT_DENIED) {
        gct_log_error("auth.sign_in_failed", err);
    }
    login->status = status == GCT_OK || status == GCT_DENIED ? status : GCT_UNAVAILABLE;
    gct_mailbox_put(login->auth->box, &login->post);
}

static void make_session(struct gct_login *login)
{
    unsigned char random[32];
    struct gct_session *session = &login->session;
    gct_random(random, sizeof random);
    gct_hex_encode(random, sizeof random, login->cookie);
    gct_random(random, sizeof random);
    gct_hex_encode(random, sizeof random, session->csrf);
    gct_sha256(gct_slice_of(login->cookie), session->digest);
    session->user_id = login->user_id;
    session->created_ms = gct_clock_wall_ms();
    session->seen_ms = session->created_ms;
    session->stored_ms = session->created_ms;
}

/* Loop: the password was checked. The user is looked up again, since people may have changed meanwhile. */
static void login_checked(struct gct_post *post)
{
    struct gct_login *login = GCT_STRUCT_OF(post, gct_login, post);
    struct gct_auth *auth = login->auth;
    const struct gct_user *user = gct_people_user(auth->people, login->user_id);
    const struct gct_session *surplus = NULL;
    if (login->job.status != GCT_OK || user == NULL || user->disabled) {
        refuse_login(login);
        return;
    }
    make_session(login);
    surplus = gct_people_surplus_session(auth->people, login->user_id, GCT_SESSIONS_A_USER);
    login->has_surplus = surplus != NULL;
    if (surplus != NULL) {
        memcpy(login->surplus, surplus->digest, sizeof login->surplus);
    }
    login->write.run = login_write;
    login->write.done = login_written;
    login->post.run = login_adopt;
    if (gct_store_write(auth->store, &login->write) != GCT_OK) {
        finish(login, GCT_UNAVAILABLE);
    }
}

static void login_hashed(struct gct_hash_job *job)
{
    struct gct_login *login = GCT_STRUCT_OF(job, gct_login, job);
    login->post.run = login_checked;
    gct_mailbox_put(login->auth->box, &login->post);
}

static void copy_text(char *room, size_t room_len, struct gct_slice text)
{
    struct gct_slice head = gct_slice_head(text, room_len - 1u);
    if (head.len != 0) {
        memcpy(room, head.ptr, head.len);
    }
    room[head.len] = '\0';
}

static void login_refused(struct gct_post *post)
{
    finish(GCT_STRUCT_OF(post, gct_login, post), GCT_AGAIN);
}

/* In a turn of its own: who called is still at work with what done() may free. */
static void refuse_later(struct gct_login *login)
{
    login->post.run = login_refused;
    gct_mailbox_put(login->auth->box, &login->post);
}

void gct_auth_login(struct gct_auth *auth, struct gct_login *login, struct gct_slice name,
                    struct gct_slice password, struct gct_slice address)
{
    GCT_CHECK_OBJ(auth, AUTH_MAGIC);
    const struct gct_user *user = gct_people_login(auth->people, name);
    login->auth = auth;
    login->retry_ms = gct_throttle_wait_ms(auth->throttle, name, address, gct_clock_mono_ms());
    if (login->retry_ms > 0) {
        refuse_later(login);
        return;
    }
    copy_text(login->login, sizeof login->login, name);
    copy_text(login->address, sizeof login->address, address);
    copy_text(login->job.password, sizeof login->job.password, password);
    login->job.password_len = strlen(login->job.password);
    login->job.phc[0] = '\0';
    login->user_id = user == NULL ? 0 : user->id;
    if (user != NULL && !user->disabled && password.len < sizeof login->job.password) {
        copy_text(login->job.phc, sizeof login->job.phc, user->phc);
    }
    login->job.done = login_hashed;
    if (auth->hasher == NULL || gct_hasher_check(auth->hasher, &login->job) != GCT_OK) {
        login->retry_ms = 2 * GCT_SECOND_MS;
        gct_wipe(login->job.password, sizeof login->job.password);
        refuse_later(login);
    }
}
