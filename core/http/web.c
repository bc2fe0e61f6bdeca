#include "http/web.h"

#include "base/clock.h"
#include "base/slice.h"
#include "http/head.h"

int gct_web_origin_allowed(const struct gct_web *web, struct gct_slice origin)
{
    int allowed = 0;
    for (size_t i = 0; !allowed && i < web->origin_count; i++) {
        allowed = gct_slice_eq_nocase(origin, gct_slice_of(web->origins[i]));
    }
    return allowed;
}

const char *gct_web_cookie_name(const struct gct_web *web)
{
    return web->secure ? "__Host-guichet_session" : "guichet_session";
}

struct gct_caller gct_web_caller(const struct gct_web *web, const struct gct_request *request, int touch)
{
    struct gct_caller caller = { 0 };
    struct gct_slice authorization = gct_request_header(request, "authorization");
    if (authorization.ptr != NULL) {
        struct gct_slice token = gct_head_bearer(authorization);
        if (token.len != 0) {
            gct_sha256(token, caller.digest);
            caller.who = gct_auth_bearer(web->auth, token, gct_clock_wall_ms());
        }
        return caller;
    }
    struct gct_slice name = gct_slice_of(gct_web_cookie_name(web));
    struct gct_slice cookie = gct_head_cookie(gct_request_header(request, "cookie"), name);
    if (cookie.len != 0) {
        gct_sha256(cookie, caller.digest);
        caller.session = gct_auth_session(web->auth, cookie, gct_clock_wall_ms(), touch);
        caller.who = caller.session == NULL ? NULL : gct_auth_session_principal(web->auth, caller.session);
    }
    return caller;
}
