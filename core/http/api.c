#include "http/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/slice.h"
#include "http/answer.h"
#include "http/head.h"
#include "http/view/refusal.h"

#define API_PREFIX "/api/v1"

/* ---- the end of a request ---- */

static void release(struct gct_api_request *request)
{
    gct_json_free(&request->body);
    gct_json_free(&request->result);
    gct_json_free(&request->problem);
    gct_buffer_free(&request->text);
    gct_directory_free(&request->directory);
}

void gct_api_header(struct gct_api_request *request, const char *name, struct gct_slice value)
{
    GCT_CHECK(request->header_count < GCT_COUNT(request->headers));
    request->headers[request->header_count++] = (struct gct_header){ gct_slice_of(name), value };
}

/* The request lives in its exchange, which is gone with the answer: what it owns is kept beside it until
 * then. */
static void answer(struct gct_api_request *request)
{
    struct gct_exchange *exchange = request->exchange;
    struct gct_slice body = gct_buffer_slice(&request->text);
    struct gct_api_request owner = *request;
    int is_problem = request->status >= 400u;
    if (request->etag != 0) {
        gct_api_header(request, "etag", gct_arena_format(request->arena, "\"%" PRId64 "\"", request->etag));
    }
    gct_answer_api(request->web, exchange, request->status, is_problem, request->headers,
                   request->header_count, body);
    release(&owner);
}

/* Writes the document that the answer is; on the thread that built it, so that the loop need not. */
static void write_text(struct gct_api_request *request)
{
    const struct gct_json *document = request->problem != NULL ? request->problem : request->result;
    if (document != NULL) {
        gct_json_write(document, &request->text);
    }
}

/* The problem that an outcome without a document of its own stands for. */
static void explain_outcome(struct gct_api_request *request)
{
    char reference[GCT_KEY_TEXT];
    enum gct_status outcome = request->outcome;
    if (outcome == GCT_NOT_FOUND) {
        request->problem = gct_problem_json(GCT_PROBLEM_NOT_FOUND, NULL);
    } else if (outcome == GCT_AGAIN || outcome == GCT_UNAVAILABLE || outcome == GCT_TIMEOUT) {
        request->problem = gct_problem_json(GCT_PROBLEM_UNAVAILABLE, NULL);
        gct_api_header(request, "retry-after", GCT_LIT("2"));
    } else {
        gct_random_key(reference);
        request->problem = gct_problem_json(GCT_PROBLEM_INTERNAL, NULL);
        gct_json_set_text(request->problem, "reference", gct_slice_of(reference));
        GCT_LOG(GCT_LEVEL_ERROR, "api.failed", GCT_F_CSTR("reference", reference),
                GCT_F_CSTR("route", request->route == NULL ? "none" : request->route->path),
                GCT_F_CSTR("status", gct_status_name(outcome)), GCT_F_CSTR("reason", request->err.text));
    }
}

/* Status and text of the answer. */
static void settle(struct gct_api_request *request, enum gct_status outcome)
{
    request->outcome = outcome;
    if (outcome == GCT_OK) {
        request->status = request->status == 0 ? request->route->success : request->status;
    } else {
        gct_buffer_free(&request->text);
        if (request->problem == NULL) {
            explain_outcome(request);
        }
        request->status = (unsigned)gct_json_integer(gct_json_get(request->problem, "status"), 500);
    }
    if (request->text.len == 0) {
        write_text(request);
    }
}

void gct_api_finish(struct gct_api_request *request, enum gct_status outcome)
{
    settle(request, outcome);
    answer(request);
}

enum gct_status gct_api_refuse(struct gct_api_request *request, enum gct_problem problem, const char *detail)
{
    gct_json_free(&request->problem);
    request->problem = gct_problem_json(problem, detail);
    return GCT_CONFLICT;
}

enum gct_status gct_api_invalid(struct gct_api_request *request, const char *field, const char *reason)
{
    if (request->problem == NULL) {
        (void)gct_api_refuse(request, GCT_PROBLEM_INVALID,
                             "a member or parameter of the request is not valid");
    }
    gct_problem_field(request->problem, gct_slice_of(field), reason);
    return GCT_CONFLICT;
}

/* ---- the store's part ---- */

static void finish_post(struct gct_post *post)
{
    struct gct_api_request *request = GCT_STRUCT_OF(post, gct_api_request, post);
    gct_api_finish(request, request->outcome);
}

/* Back to the loop, which goes on with run. */
static void hand_back(struct gct_api_request *request, enum gct_status status, const struct gct_error *err,
                      void (*run)(struct gct_post *post))
{
    request->outcome = status;
    request->err = *err;
    request->post.run = run;
    gct_mailbox_put(gct_loop_box(request->web->loop), &request->post);
}

static enum gct_status see_now(struct gct_api_request *request, struct gct_db *db, struct gct_error *err)
{
    return request->route->see == NULL ? GCT_OK : request->route->see(request, db, err);
}

static enum gct_status view_now(struct gct_api_request *request, struct gct_db *db, struct gct_error *err)
{
    enum gct_status st = request->route->view == NULL ? GCT_OK : request->route->view(request, db, err);
    if (st == GCT_OK) {
        write_text(request);
    }
    return st;
}

static enum gct_status read_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct gct_api_request *request = GCT_STRUCT_OF(read, gct_api_request, read);
    enum gct_status st = see_now(request, db, err);
    return st == GCT_OK ? view_now(request, db, err) : st;
}

static void read_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    hand_back(GCT_STRUCT_OF(read, gct_api_request, read), status, err, finish_post);
}

/* GCT_OK: an earlier request with the same Idempotency-Key did it. GCT_NOT_FOUND: none did. */
static enum gct_status find_once(struct gct_api_request *request, struct gct_db *db, struct gct_error *err)
{
    int status = 0;
    int64_t object = 0;
    enum gct_status st =
        gct_once_find(db, &request->actor, &request->once, &status, &object, &request->refusal, err);
    request->done.replayed = st == GCT_OK;
    return st;
}

enum gct_status gct_api_keep_once(struct gct_api_request *request, struct gct_tx *tx, struct gct_error *err)
{
    enum gct_status st = find_once(request, gct_tx_db(tx), err);
    if (st == GCT_OK) {
        return gct_error_set(err, GCT_AGAIN, "a request with the same Idempotency-Key came first");
    }
    return st == GCT_NOT_FOUND ? gct_once_keep(tx, &request->actor, &request->once,
                                               (int)request->route->success, request->id, err)
                               : st;
}

/* The act, once for each Idempotency-Key; what it did is then shown in the same transaction. */
static enum gct_status act_once(struct gct_api_request *request, struct gct_tx *tx, struct gct_error *err)
{
    const struct gct_route *route = request->route;
    enum gct_status st =
        (route->flags & GCT_ROUTE_ONCE) == 0 ? find_once(request, gct_tx_db(tx), err) : GCT_NOT_FOUND;
    if (st != GCT_NOT_FOUND) {
        return st;
    }
    st = route->act(request, tx, err);
    if (st == GCT_OK && (route->flags & GCT_ROUTE_ONCE) == 0) {
        st = gct_once_keep(tx, &request->actor, &request->once, (int)route->success, request->id, err);
    }
    return st;
}

/* The refusal as a document, which may show a ticket or a message as it is now. */
static void explain_refusal(struct gct_api_request *request, struct gct_db *db, enum gct_status status)
{
    if (status == GCT_CONFLICT && request->problem == NULL && request->refusal.problem != GCT_PROBLEM_NONE) {
        request->problem = gct_view_refusal(request, db);
    }
}

static enum gct_status write_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct gct_api_request *request = GCT_STRUCT_OF(write, gct_api_request, write);
    enum gct_status st = see_now(request, gct_tx_db(tx), err);
    st = st == GCT_OK ? act_once(request, tx, err) : st;
    explain_refusal(request, gct_tx_db(tx), st);
    return st == GCT_OK ? view_now(request, gct_tx_db(tx), err) : st;
}

static void write_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    hand_back(GCT_STRUCT_OF(write, gct_api_request, write), status, err, finish_post);
}

static enum gct_status begin_view(struct gct_api_request *request)
{
    request->read.run = read_run;
    request->read.done = read_done;
    return gct_store_read(request->web->store, &request->read);
}

static void begin(struct gct_api_request *request)
{
    const struct gct_route *route = request->route;
    enum gct_status st = route->prepare == NULL ? GCT_OK : route->prepare(request);
    if (request->deferred) {
        return;
    }
    if (st == GCT_OK && route->act != NULL) {
        request->write.run = write_run;
        request->write.done = write_done;
        st = gct_store_write(request->web->store, &request->write);
    } else if (st == GCT_OK && route->view != NULL) {
        st = begin_view(request);
    } else {
        gct_api_finish(request, st);
        return;
    }
    if (st != GCT_OK) {
        gct_api_finish(request, st);
    }
}

/* ---- what is done later, but once ---- */

static enum gct_status once_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct gct_api_request *request = GCT_STRUCT_OF(read, gct_api_request, read);
    enum gct_status st = find_once(request, db, err);
    explain_refusal(request, db, st);
    return st;
}

/* Loop: a key that is new begins, one that is known gets its answer again. */
static void once_known(struct gct_post *post)
{
    struct gct_api_request *request = GCT_STRUCT_OF(post, gct_api_request, post);
    enum gct_status st = request->outcome;
    if (st == GCT_NOT_FOUND) {
        begin(request);
        return;
    }
    if (st != GCT_OK || request->route->view == NULL || (st = begin_view(request)) != GCT_OK) {
        gct_api_finish(request, st);
    }
}

static void once_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    hand_back(GCT_STRUCT_OF(read, gct_api_request, read), status, err, once_known);
}

static void start(struct gct_api_request *request)
{
    if (request->once.key.len == 0 || (request->route->flags & GCT_ROUTE_LATER) == 0) {
        begin(request);
        return;
    }
    request->read.run = once_run;
    request->read.done = once_done;
    if (gct_store_read(request->web->store, &request->read) != GCT_OK) {
        gct_api_finish(request, GCT_UNAVAILABLE);
    }
}

/* ---- the beginning of a request ---- */

static int is_unsafe(enum gct_method method)
{
    return method != GCT_METHOD_GET && method != GCT_METHOD_HEAD;
}

/* A request that a browser made for somebody else's page is refused, whatever cookie it brings. */
static enum gct_status check_browser(struct gct_api_request *request, const struct gct_session *session)
{
    const struct gct_request *head = &request->exchange->request;
    struct gct_slice origin = gct_request_header(head, "origin");
    struct gct_slice site = gct_request_header(head, "sec-fetch-site");
    if (!is_unsafe(head->method)) {
        return GCT_OK;
    }
    if (origin.ptr != NULL && !gct_web_origin_allowed(request->web, origin)) {
        return gct_api_refuse(request, GCT_PROBLEM_ORIGIN, NULL);
    }
    if (site.ptr != NULL && !gct_slice_is(site, "same-origin") && !gct_slice_is(site, "none")) {
        return gct_api_refuse(request, GCT_PROBLEM_ORIGIN, "the request comes from another site");
    }
    if (session != NULL &&
        !gct_equal_secret(gct_request_header(head, "x-csrf-token"), gct_slice_of(session->csrf))) {
        return gct_api_refuse(request, GCT_PROBLEM_CSRF, NULL);
    }
    return GCT_OK;
}

/* Who asks, and may they? */
static enum gct_status admit(struct gct_api_request *request)
{
    const struct gct_route *route = request->route;
    struct gct_caller caller = gct_web_caller(request->web, &request->exchange->request, 1);
    if ((route->flags & GCT_ROUTE_OPEN) != 0) {
        return check_browser(request, NULL);
    }
    if (caller.who == NULL) {
        return gct_api_refuse(request, GCT_PROBLEM_NOT_SIGNED_IN, NULL);
    }
    request->who = gct_principal_copy(caller.who, request->arena);
    request->by_session = caller.session != NULL;
    memcpy(request->session, caller.digest, sizeof request->session);
    request->actor =
        (struct gct_actor){ caller.session != NULL ? GCT_ACTOR_USER : GCT_ACTOR_TOKEN, caller.who->id };
    if (!gct_access_role(caller.who, route->roles)) {
        return gct_api_refuse(request, GCT_PROBLEM_FORBIDDEN, NULL);
    }
    if ((route->flags & GCT_ROUTE_USER) != 0 && !request->by_session) {
        return gct_api_refuse(request, GCT_PROBLEM_FORBIDDEN,
                              "a token has no settings, drafts or reading position");
    }
    return check_browser(request, caller.session);
}

static enum gct_status read_body(struct gct_api_request *request)
{
    const struct gct_route *route = request->route;
    struct gct_exchange *exchange = request->exchange;
    struct gct_slice type = gct_request_header(&exchange->request, "content-type");
    struct gct_error err = { 0 };
    if (route->body_count == 0) {
        return exchange->body.len == 0
                   ? GCT_OK
                   : gct_api_refuse(request, GCT_PROBLEM_INVALID, "this request takes no body");
    }
    struct gct_slice essence = gct_slice_trim(gct_slice_head(type, gct_slice_find(type, ';')));
    if (!gct_slice_eq_nocase(essence, GCT_LIT("application/json"))) {
        return gct_api_refuse(request, GCT_PROBLEM_UNSUPPORTED_MEDIA_TYPE,
                              "the body must be application/json");
    }
    request->body = gct_json_parse(exchange->body, &err);
    if (request->body == NULL) {
        (void)gct_api_refuse(request, GCT_PROBLEM_INVALID, err.text);
        gct_json_set_number(request->problem, "status", 400);
        return GCT_CONFLICT;
    }
    return gct_params_check(request->body, route->body, route->body_count, &request->problem) == GCT_OK
               ? GCT_OK
               : GCT_CONFLICT;
}

static enum gct_status read_query(struct gct_api_request *request)
{
    const struct gct_route *route = request->route;
    request->query = GCT_ARENA_ARRAY(request->arena, struct gct_query_value, route->query_count + 1u);
    GCT_CHECK(request->query != NULL);
    return gct_params_query(request->exchange->request.query, route->query, route->query_count,
                            request->arena, request->query, &request->problem) == GCT_OK
               ? GCT_OK
               : GCT_CONFLICT;
}

static enum gct_status read_key(struct gct_api_request *request)
{
    struct gct_exchange *exchange = request->exchange;
    struct gct_slice key = gct_request_header(&exchange->request, "idempotency-key");
    if (key.ptr == NULL || !is_unsafe(exchange->request.method)) {
        return GCT_OK;
    }
    if (!gct_head_is_key(key)) {
        return gct_api_invalid(request, "Idempotency-Key", "must be 1 to 128 visible ASCII characters");
    }
    struct gct_buffer text = { 0 };
    gct_buffer_add_format(&text, "%s %.*s\n", gct_method_name(exchange->request.method),
                          GCT_ARG(exchange->request.path));
    gct_buffer_add(&text, exchange->body);
    gct_sha256(gct_buffer_slice(&text), request->once.digest);
    gct_buffer_free(&text);
    request->once.key = key;
    return GCT_OK;
}

static enum gct_status read_id(struct gct_api_request *request)
{
    if (request->id_text.len == 0 || (request->route->flags & GCT_ROUTE_NAME) != 0) {
        return GCT_OK;
    }
    return gct_slice_integer(request->id_text, 1, INT64_MAX, &request->id) == GCT_OK ? GCT_OK : GCT_NOT_FOUND;
}

void gct_api_handle(const struct gct_web *web, struct gct_exchange *exchange)
{
    static enum gct_status (*const steps[])(struct gct_api_request *) = { admit, read_id, read_query,
                                                                          read_body, read_key };
    struct gct_api_request *request = GCT_ARENA_NEW(exchange->request.arena, gct_api_request);
    struct gct_slice path = gct_slice_from(exchange->request.path, sizeof API_PREFIX - 1u);
    enum gct_status st = GCT_OK;
    char allow[64];
    GCT_CHECK(request != NULL);
    request->web = web;
    request->exchange = exchange;
    request->arena = exchange->request.arena;
    request->now_ms = gct_clock_wall_ms();
    request->route = gct_route_find(exchange->request.method, path, &request->id_text, allow);
    if (request->route == NULL) {
        (void)gct_api_refuse(request,
                             allow[0] == '\0' ? GCT_PROBLEM_NOT_FOUND : GCT_PROBLEM_METHOD_NOT_ALLOWED, NULL);
        if (allow[0] != '\0') {
            gct_api_header(request, "allow", gct_arena_format(request->arena, "%s", allow));
        }
        gct_api_finish(request, GCT_CONFLICT);
        return;
    }
    request->directory = gct_directory_get(web->directory);
    for (size_t i = 0; st == GCT_OK && i < GCT_COUNT(steps); i++) {
        st = steps[i](request);
    }
    if (st != GCT_OK) {
        gct_api_finish(request, st);
        return;
    }
    start(request);
}

/* ---- for handlers ---- */

const struct gct_query_value *gct_api_query(const struct gct_api_request *request, const char *name)
{
    size_t i = 0;
    while (i < request->route->query_count && strcmp(request->route->query[i].name, name) != 0) {
        i++;
    }
    GCT_CHECK(i < request->route->query_count); /* handlers ask for what their own row names */
    return &request->query[i];
}

const struct gct_json *gct_api_member(const struct gct_api_request *request, const char *name)
{
    return gct_json_get(request->body, name);
}

int64_t gct_api_member_id(const struct gct_api_request *request, const char *name)
{
    int64_t id = 0;
    struct gct_slice text = gct_json_text(gct_json_get(request->body, name));
    return gct_slice_integer(text, 1, INT64_MAX, &id) == GCT_OK ? id : 0;
}
