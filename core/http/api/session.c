/* Signing in and out. */
#include <inttypes.h>

#include "base/clock.h"
#include "base/slice.h"
#include "http/api/handlers.h"
#include "http/forwarded.h"
#include "http/live/feed.h"

static struct gct_json *user_json(const struct gct_api_request *request, const struct gct_user *user)
{
    struct gct_json *json = gct_json_object();
    const struct gct_principal *who = user == NULL ? request->who : &user->principal;
    gct_json_set_id(json, "id", who->id);
    gct_json_set(json, "login", gct_json_string(user == NULL ? who->name : user->login));
    gct_json_set(json, "name", gct_json_string(who->name));
    gct_json_set_text(json, "role", gct_slice_of(gct_role_name(who->role)));
    gct_json_set(json, "scope", gct_scope_json(&who->scope));
    return json;
}

/* The Session schema; session NULL: a token, which has no end and no CSRF token. */
static struct gct_json *session_json(const struct gct_api_request *request, const struct gct_user *user,
                                     const struct gct_session *session)
{
    struct gct_json *json = gct_json_object();
    const struct gct_principal *who = user == NULL ? request->who : &user->principal;
    int64_t ends = session == NULL ? request->now_ms + GCT_SESSION_LIFE_MS : gct_session_ends_ms(session);
    gct_json_set(json, "user", user_json(request, user));
    gct_json_set(json, "csrf_token",
                 gct_json_string(session == NULL ? GCT_LIT("") : gct_slice_of(session->csrf)));
    gct_json_set_time(json, "expires_at", ends);
    gct_json_set_time(json, "server_time", request->now_ms);
    if (gct_access_role(who, GCT_FOR_STAFF)) {
        gct_json_set_number(json, "live_seq", gct_feed_seq(request->web->feed));
    }
    return json;
}

struct sign_in {
    struct gct_login login;
    struct gct_api_request *request;
};

static void set_cookie(struct gct_api_request *request, const char *value, int64_t max_age)
{
    gct_api_header(request, "set-cookie",
                   gct_arena_format(request->arena,
                                    "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%" PRId64 "%s",
                                    gct_web_cookie_name(request->web), value, max_age,
                                    request->web->secure ? "; Secure" : ""));
}

static void signed_in(struct gct_login *login)
{
    struct sign_in *sign_in = GCT_STRUCT_OF(login, sign_in, login);
    struct gct_api_request *request = sign_in->request;
    const struct gct_user *user = gct_people_user(gct_auth_people(request->web->auth), login->user_id);
    enum gct_status st = login->status;
    if (st == GCT_OK && user != NULL) {
        set_cookie(request, login->cookie, GCT_SESSION_LIFE_MS / GCT_SECOND_MS);
        request->result = session_json(request, user, &login->session);
    } else if (st == GCT_DENIED) {
        st = gct_api_refuse(request, GCT_PROBLEM_BAD_CREDENTIALS, NULL);
    } else if (st == GCT_AGAIN) {
        int64_t seconds = (login->retry_ms + GCT_SECOND_MS - 1) / GCT_SECOND_MS;
        st = gct_api_refuse(request, GCT_PROBLEM_RATE_LIMITED, "too many attempts to sign in");
        gct_json_set_time(request->problem, "retry_at", request->now_ms + login->retry_ms);
        gct_api_header(request, "retry-after",
                       gct_arena_format(request->arena, "%" PRId64, seconds < 1 ? 1 : seconds));
    }
    gct_wipe(login->cookie, sizeof login->cookie);
    gct_api_finish(request, st);
}

GCT_PREPARE(gct_api_sign_in)
{
    struct sign_in *sign_in = GCT_ARENA_NEW(request->arena, sign_in);
    char client[GCT_NETWORK_TEXT];
    GCT_CHECK(sign_in != NULL);
    gct_forwarded_client(request->web->proxies, request->web->proxy_count,
                         gct_slice_of(request->exchange->request.address),
                         gct_request_header(&request->exchange->request, "x-forwarded-for"), client);
    sign_in->request = request;
    sign_in->login.done = signed_in;
    request->deferred = 1;
    gct_auth_login(request->web->auth, &sign_in->login, gct_json_text(gct_api_member(request, "login")),
                   gct_json_text(gct_api_member(request, "password")), gct_slice_of(client));
    return GCT_OK;
}

static const struct gct_session *present_session(const struct gct_api_request *request)
{
    return request->by_session ? gct_people_session(gct_auth_people(request->web->auth), request->session)
                               : NULL;
}

GCT_PREPARE(gct_api_session)
{
    const struct gct_session *session = present_session(request);
    const struct gct_user *user =
        session == NULL ? NULL : gct_people_user(gct_auth_people(request->web->auth), session->user_id);
    request->result = session_json(request, user, session);
    return GCT_OK;
}

GCT_PREPARE(gct_api_sign_out)
{
    const struct gct_session *session = present_session(request);
    if (session == NULL) {
        return gct_api_refuse(request, GCT_PROBLEM_FORBIDDEN, "a token is revoked, not signed out");
    }
    gct_auth_logout(request->web->auth, session);
    set_cookie(request, "", 0);
    return GCT_OK;
}
