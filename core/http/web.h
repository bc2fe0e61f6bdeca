/* What every handler of the HTTP layer works with. Made by the daemon, read by all, owned by none of them.
 * Loop thread. */
#ifndef GUICHET_CORE_HTTP_WEB_H
#define GUICHET_CORE_HTTP_WEB_H

#include "auth/auth.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/network.h"
#include "net/server.h"
#include "router/directory.h"
#include "store/store.h"

struct gct_feed;
struct gct_console;

#define GCT_RELOAD_WAITING_TEXT 200u

/* A reload of the configuration that somebody waits for; the caller's until done(). */
struct gct_reload {
    enum gct_status status; /* GCT_OK; else the running configuration was kept */
    struct gct_error err;
    const char *actor;                       /* in the audit trail: "user:3", "cli" */
    char waiting[GCT_RELOAD_WAITING_TEXT];   /* "listen, tls": changes that take effect at the next start */
    void (*done)(struct gct_reload *reload); /* loop thread */
};

/* What the daemon can tell and do for the HTTP layer. Loop thread. */
struct gct_web_services {
    void (*reload)(void *arg, struct gct_reload *reload);
    /* Plugins as a list of the API: a JSON array, which the caller frees. */
    struct gct_json *(*plugins)(void *arg);
    /* One line a cause that the gateway is not ready; nothing when it is. */
    void (*readiness)(void *arg, struct gct_buffer *causes);
    /* OpenMetrics text without the closing line. */
    void (*metrics)(void *arg, struct gct_buffer *out);
    /* Raw hooks were set aside, or quarantined ones released: somebody should look at the inbox. */
    void (*inbox_due)(void *arg);
    void *arg;
};

struct gct_web {
    struct gct_loop *loop;
    struct gct_store *store;
    struct gct_auth *auth;
    struct gct_directory_slot *directory;
    struct gct_feed *feed;
    const struct gct_console *console;
    const char *const
        *origins; /* "https://desk.example.com": where the console may run; the first is public_url */
    size_t origin_count;
    int secure; /* the console is reached over TLS: __Host- cookie, HSTS */
    struct gct_web_services services;
    uint32_t hook_body_bytes;
    const struct gct_network *proxies; /* whose X-Forwarded-For is believed; a reload sets others */
    size_t proxy_count;
};

/* 1 when a browser's Origin is one of ours. */
int gct_web_origin_allowed(const struct gct_web *web, struct gct_slice origin);

/* Who makes a request, by cookie or bearer token. */
struct gct_caller {
    const struct gct_principal *who;        /* NULL: nobody known */
    const struct gct_session *session;      /* NULL with a token */
    unsigned char digest[GCT_SHA256_BYTES]; /* of the cookie or token */
};

/* touch: the request counts as the user's activity. Borrowed until the next turn of the loop. */
struct gct_caller gct_web_caller(const struct gct_web *web, const struct gct_request *request, int touch);

/* The session cookie's name: __Host-guichet_session under TLS, guichet_session on plain loopback. */
const char *gct_web_cookie_name(const struct gct_web *web);

#endif
