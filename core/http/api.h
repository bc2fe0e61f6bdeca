/* One request of the REST API, from the route table to its answer.
 *
 * A route says the method, the path, the roles, the body's shape and four functions: prepare (loop thread:
 * reads parameters into request->state), see (does {id} lie within the caller's scope?), act (store thread,
 * inside a write) and view (builds the answer: a reader's connection, or the write's own after act). What is
 * absent is skipped. Nothing of a handler blocks the loop; the role is checked before any of them runs, the
 * scope by see, before act and view, and in the queries of lists.
 *
 * A request and all that hangs on it lives in the exchange's arena until it is answered. */
#ifndef GUICHET_CORE_HTTP_API_H
#define GUICHET_CORE_HTTP_API_H

#include "http/params.h"
#include "http/problem.h"
#include "http/web.h"
#include "router/actions.h"

struct gct_api_request;

/* Bits of gct_route.flags. */
#define GCT_ROUTE_OPEN 1u /* no sign-in */
#define GCT_ROUTE_NAME 2u /* {id} is a name, not a number */
#define GCT_ROUTE_USER 4u /* for people, not for tokens (one's own settings, drafts, reading position) */
#define GCT_ROUTE_ONCE 8u /* act remembers Idempotency-Key by itself */
/* prepare may take the request over: an Idempotency-Key is looked up before it, and what it does calls
 * gct_api_keep_once. */
#define GCT_ROUTE_LATER 16u

struct gct_route {
    enum gct_method method;
    const char *path; /* below /api/v1; "{id}" stands for one part */
    unsigned roles;   /* set of GCT_ROLE_BIT */
    unsigned flags;
    unsigned success; /* status of the answer when all went well */
    const struct gct_param *body;
    size_t body_count; /* 0: no body is taken */
    const struct gct_param *query;
    size_t query_count;
    enum gct_status (*prepare)(struct gct_api_request *request);
    /* GCT_NOT_FOUND: for this caller there is no such object */
    enum gct_status (*see)(struct gct_api_request *request, struct gct_db *db, struct gct_error *err);
    enum gct_status (*act)(struct gct_api_request *request, struct gct_tx *tx, struct gct_error *err);
    enum gct_status (*view)(struct gct_api_request *request, struct gct_db *db, struct gct_error *err);
};

/* How a handler refuses: it sets request->problem (a document of its own, taken) or request->refusal and
 * gives GCT_CONFLICT back; a GCT_CONFLICT without either is our fault (500). GCT_NOT_FOUND is answered with
 * 404 by itself, any other status with 500 or 503. */
struct gct_api_request {
    struct gct_exchange *exchange;
    const struct gct_web *web;
    const struct gct_route *route;
    struct gct_arena *arena;         /* the exchange's */
    struct gct_directory *directory; /* a reference, for the life of the request */
    const struct gct_principal *who; /* a copy; NULL where the route is open */
    struct gct_actor actor;
    unsigned char session[GCT_SHA256_BYTES]; /* digest of the cookie or token */
    int by_session;
    int64_t now_ms;
    int64_t id; /* {id} of the path */
    struct gct_slice id_text;
    struct gct_json *body;
    struct gct_query_value *query; /* in the order of the route's table */
    struct gct_request_key once;
    void *state; /* the handler's own, in arena */

    /* What becomes the answer. */
    unsigned status;
    struct gct_json *result; /* built by view (or prepare); freed by the API */
    struct gct_json *problem;
    struct gct_refusal refusal;
    struct gct_action_result done;
    int64_t etag;                 /* 0: none */
    struct gct_header headers[4]; /* further ones */
    size_t header_count;
    int deferred; /* prepare took the request over: it ends with gct_api_finish */

    /* The API's. */
    struct gct_read read;
    struct gct_write write;
    struct gct_post post;
    struct gct_buffer text;
    enum gct_status outcome;
    struct gct_error err;
};

extern const struct gct_route gct_routes[];
extern const size_t gct_route_count;

/* The route of a path below /api/v1, or NULL; *id gets its {id}. allow (room for 64) gets the methods that
 * the path knows, empty for a path that is unknown. HEAD is GET. */
const struct gct_route *gct_route_find(enum gct_method method, struct gct_slice path, struct gct_slice *id,
                                       char allow[64]);

/* Takes an exchange whose path begins with /api/v1/. Loop thread. */
void gct_api_handle(const struct gct_web *web, struct gct_exchange *exchange);

/* Ends a deferred request. Loop thread. */
void gct_api_finish(struct gct_api_request *request, enum gct_status outcome);

/* Remembers that the request was done, in the write that does it; without an Idempotency-Key nothing. Gives
 * GCT_AGAIN when another request with the key came first: this one must not be done. Store thread. */
GCT_NODISCARD enum gct_status gct_api_keep_once(struct gct_api_request *request, struct gct_tx *tx,
                                                struct gct_error *err);

/* A refusal by its problem alone. Gives GCT_CONFLICT back. */
enum gct_status gct_api_refuse(struct gct_api_request *request, enum gct_problem problem, const char *detail);

/* A refusal of one member or parameter (422). Gives GCT_CONFLICT back. */
enum gct_status gct_api_invalid(struct gct_api_request *request, const char *field, const char *reason);

/* Adds a header to the answer; value must live as long as the request. */
void gct_api_header(struct gct_api_request *request, const char *name, struct gct_slice value);

/* The value of a query parameter by its name in the route's table; ptr NULL when it was not given. */
const struct gct_query_value *gct_api_query(const struct gct_api_request *request, const char *name);

/* A member of the body; NULL when it is absent. */
const struct gct_json *gct_api_member(const struct gct_api_request *request, const char *name);

/* An id member of the body: 0 when absent or null. */
int64_t gct_api_member_id(const struct gct_api_request *request, const char *name);

#endif
