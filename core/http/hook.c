#include "http/hook.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "http/answer.h"
#include "plugin/verify.h"

#define HOOK_PREFIX "/hooks/"
#define RETRY_SECONDS 5u

struct gct_hook_door {
    const struct gct_web *web;
    struct gct_ingest_totals *totals;
    struct gct_hook_counts counts;
};

/* One hook on its way. It owns a copy of what came, since it may outlive its exchange. */
struct job {
    struct gct_hook_door *door;
    struct gct_exchange *exchange; /* NULL once it was answered */
    struct gct_directory *directory;
    struct gct_arena *arena;
    struct gct_http_request request;
    struct gct_hook hook;
    struct gct_translation translation;
    struct gct_write write;
    struct gct_post post;
    struct gct_timer patience;
    enum gct_status outcome;
    int raw;
    int aside;                /* its events were refused: it goes to quarantine */
    struct gct_slice refusal; /* why */
    struct gct_ingest_counts counts;
};

struct gct_hook_door *gct_hook_door_new(const struct gct_web *web, struct gct_ingest_totals *totals)
{
    struct gct_hook_door *door = gct_heap_new(sizeof *door);
    door->totals = totals;
    door->web = web;
    return door;
}

void gct_hook_door_free(struct gct_hook_door **door)
{
    free(*door);
    *door = NULL;
}

struct gct_hook_counts gct_hook_counts(const struct gct_hook_door *door)
{
    return door->counts;
}

/* The channel's name and what follows it. */
static struct gct_slice split_path(struct gct_slice path, struct gct_slice *rest)
{
    struct gct_slice below = gct_slice_from(path, sizeof HOOK_PREFIX - 1u);
    size_t end = gct_slice_find(below, '/');
    *rest = gct_slice_from(below, end);
    return gct_slice_head(below, end);
}

void gct_hook_admit(struct gct_hook_door *door, const struct gct_request *request,
                    struct gct_admission *admission)
{
    struct gct_slice rest;
    struct gct_directory *directory = gct_directory_get(door->web->directory);
    int known =
        directory != NULL && gct_directory_channel(directory, split_path(request->path, &rest)) != NULL;
    gct_directory_free(&directory);
    admission->body_bytes = door->web->hook_body_bytes;
    if (!known) {
        admission->status = 404u;
        admission->problem = GCT_PROBLEM_NOT_FOUND;
        admission->detail = "There is no such channel.";
    } else if (request->method != GCT_METHOD_GET && request->method != GCT_METHOD_POST) {
        admission->status = 405u;
        admission->problem = GCT_PROBLEM_METHOD_NOT_ALLOWED;
        admission->detail = "A hook is a POST, a verification request a GET.";
        admission->allow = "GET, POST";
    } else if (gct_request_header(request, "content-encoding").ptr != NULL) {
        admission->status = 415u;
        admission->problem = GCT_PROBLEM_UNSUPPORTED_MEDIA_TYPE;
        admission->detail = "A hook is not compressed.";
    }
}

/* ---- the end ---- */

static void answer_unavailable(struct job *job)
{
    job->door->counts.unavailable++;
    gct_answer_problem(job->door->web, job->exchange, GCT_PROBLEM_UNAVAILABLE,
                       "The hook could not be kept. Send it again.", NULL, RETRY_SECONDS);
    job->exchange = NULL;
}

static void store_job(struct job *job);

/* What the store does not take now it may take later; what it refuses otherwise it would refuse again, from
 * each of the platform's tries, until the platform gives the channel up. */
static int is_refused(const struct job *job)
{
    return !job->raw && !job->aside && gct_ingest_is_refused(job->outcome);
}

/* Loop: the fate of the hook is known. */
static void job_end(struct gct_post *post)
{
    struct job *job = GCT_STRUCT_OF(post, job, post);
    struct gct_hook_door *door = job->door;
    if (is_refused(job)) {
        job->aside = 1;
        store_job(job);
        return;
    }
    gct_timer_cancel(&job->patience);
    if (job->outcome == GCT_OK) {
        door->counts.accepted += job->exchange != NULL;
        door->counts.raw += job->raw != 0;
        door->counts.aside += job->aside != 0;
        gct_ingest_total(door->totals, &job->hook, &job->translation, &job->counts);
    }
    if (job->exchange != NULL && job->outcome == GCT_OK) {
        gct_answer_text(door->web, job->exchange, 200u, GCT_LIT("EVENT_RECEIVED"));
    } else if (job->exchange != NULL) {
        answer_unavailable(job);
    }
    gct_directory_free(&job->directory);
    gct_arena_free(&job->arena);
    free(job);
}

static void job_finish(struct job *job, enum gct_status outcome)
{
    job->outcome = outcome;
    job->post.run = job_end;
    gct_mailbox_put(gct_loop_box(job->door->web->loop), &job->post);
}

/* Loop: it takes too long. The platform is told to send it again; should this one be kept after all, the
 * second one is known by then. */
static void patience_over(struct gct_timer *timer)
{
    struct job *job = GCT_STRUCT_OF(timer, job, patience);
    if (job->exchange != NULL) {
        answer_unavailable(job);
    }
}

/* ---- the store's part ---- */

static enum gct_status keep(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct job *job = GCT_STRUCT_OF(write, job, write);
    job->counts = (struct gct_ingest_counts){ 0 };
    if (job->raw) {
        return gct_ingest_raw(tx, &job->hook, err);
    }
    if (job->aside) {
        return gct_ingest_set_aside(tx, &job->hook, job->refusal, &job->counts, err);
    }
    return gct_ingest_translation(tx, job->directory, &job->hook, &job->translation, &job->counts, err);
}

static void kept(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct job *job = GCT_STRUCT_OF(write, job, write);
    if (status != GCT_OK) {
        GCT_LOG_LIMITED(GCT_LOG_MINUTELY, GCT_LEVEL_WARN, "hook.not_kept", job->hook.channel,
                        GCT_F_TEXT("channel", job->hook.channel),
                        GCT_F_CSTR("status", gct_status_name(status)), GCT_F_CSTR("reason", err->text));
        job->refusal = gct_arena_copy(job->arena, gct_slice_of(err->text));
    }
    job_finish(job, status);
}

/* Any thread. */
static void store_job(struct job *job)
{
    job->write.run = keep;
    job->write.done = kept;
    job->write.repeatable = 1;
    enum gct_status st = gct_store_write(job->door->web->store, &job->write);
    if (st != GCT_OK) {
        job_finish(job, st);
    }
}

/* The plugin's thread. */
static void translated(struct gct_translation *translation)
{
    store_job(GCT_STRUCT_OF(translation, job, translation));
}

/* ---- the beginning ---- */

/* What proves the sender is used up by the verification, and goes nowhere else. */
static int is_credential(struct gct_slice name)
{
    return gct_slice_is(name, "authorization") || gct_slice_is(name, "cookie") ||
           gct_slice_is(name, "x-csrf-token");
}

/* A deep copy of what the plugin and the inbox see of a request. */
static void copy_request(struct job *job, const struct gct_exchange *exchange, struct gct_slice below)
{
    const struct gct_request *head = &exchange->request;
    struct gct_header *headers = GCT_ARENA_ARRAY(job->arena, struct gct_header, head->header_count + 1u);
    GCT_CHECK(headers != NULL);
    size_t count = 0;
    for (size_t i = 0; i < head->header_count; i++) {
        if (!is_credential(head->headers[i].name)) {
            headers[count].name = gct_arena_copy(job->arena, head->headers[i].name);
            headers[count++].value = gct_arena_copy(job->arena, head->headers[i].value);
        }
    }
    job->request = (struct gct_http_request){
        .size = sizeof job->request,
        .method = GCT_LIT("POST"),
        .path = gct_arena_copy(job->arena, below),
        .query = gct_arena_copy(job->arena, head->query),
        .headers = headers,
        .header_count = count,
        .body = gct_arena_copy(job->arena, exchange->body),
    };
}

static struct job *job_new(struct gct_hook_door *door, struct gct_exchange *exchange,
                           struct gct_directory *directory, const struct gct_directory_channel *channel,
                           struct gct_slice below)
{
    struct job *job = gct_heap_new(sizeof *job);
    job->door = door;
    job->exchange = exchange;
    job->directory = directory;
    job->arena = gct_arena_new(GCT_CALL_ARENA + exchange->body.len + ((size_t)64u << 10));
    copy_request(job, exchange, below);
    job->hook = (struct gct_hook){ channel->name, &job->request, gct_clock_wall_ms() };
    job->translation.kind = GCT_DECODE;
    job->translation.now_ms = job->hook.arrived_ms;
    job->translation.hook = &job->request;
    job->translation.arena = job->arena;
    job->translation.done = translated;
    job->patience.fire = patience_over;
    return job;
}

static void take_hook(struct gct_hook_door *door, struct gct_exchange *exchange,
                      struct gct_directory *directory, const struct gct_directory_channel *channel,
                      struct gct_slice below)
{
    struct job *job = job_new(door, exchange, directory, channel, below);
    gct_timer_start(door->web->loop, &job->patience, GCT_HOOK_PATIENCE_MS);
    /* A raw row is a sixth of the work: in a rush hooks are kept first and understood afterwards. */
    if (gct_store_behind(door->web->store) || gct_translate(channel->instance, &job->translation) != GCT_OK) {
        job->raw = 1;
        store_job(job);
    }
}

static void answer_challenge(struct gct_hook_door *door, struct gct_exchange *exchange,
                             const struct gct_directory_channel *channel)
{
    struct gct_error err = { 0 };
    struct gct_slice answer = GCT_EMPTY;
    struct gct_slice query = exchange->request.query;
    char *room = gct_arena_alloc(exchange->request.arena, query.len + 1u, 1u);
    GCT_CHECK(room != NULL);
    enum gct_status st = gct_verify_challenge(channel->instance, query, room, &answer, &err);
    if (st == GCT_OK) {
        door->counts.challenges++;
        gct_answer_text(door->web, exchange, 200u, answer);
        return;
    }
    GCT_LOG_LIMITED(GCT_LOG_MINUTELY, GCT_LEVEL_WARN, "hook.challenge_refused", channel->name,
                    GCT_F_TEXT("channel", channel->name), GCT_F_CSTR("reason", err.text));
    gct_answer_problem(door->web, exchange,
                       st == GCT_NOT_FOUND ? GCT_PROBLEM_METHOD_NOT_ALLOWED : GCT_PROBLEM_FORBIDDEN,
                       st == GCT_NOT_FOUND ? "This channel has no verification request."
                                           : "The verification token is not the configured one.",
                       st == GCT_NOT_FOUND ? "POST" : NULL, 0);
}

void gct_hook_handle(struct gct_hook_door *door, struct gct_exchange *exchange)
{
    struct gct_slice below;
    struct gct_error err = { 0 };
    struct gct_directory *directory = gct_directory_get(door->web->directory);
    const struct gct_directory_channel *channel =
        gct_directory_channel(directory, split_path(exchange->request.path, &below));
    enum gct_status st = GCT_UNAVAILABLE;
    if (channel != NULL && channel->instance != NULL && exchange->request.method == GCT_METHOD_POST) {
        st = gct_verify_hook(channel->instance, below, exchange->request.headers,
                             exchange->request.header_count, exchange->body, gct_clock_wall_ms(), &err);
        if (st == GCT_OK) {
            take_hook(door, exchange, directory, channel, below);
            return;
        }
    }
    if (channel == NULL || st == GCT_NOT_FOUND) {
        gct_answer_problem(door->web, exchange, GCT_PROBLEM_NOT_FOUND, "No hooks are taken on this path.",
                           NULL, 0);
    } else if (channel->instance == NULL) {
        /* The plugin was refused at start: without it nobody can tell a hook from a forgery. */
        door->counts.unavailable++;
        gct_answer_problem(door->web, exchange, GCT_PROBLEM_UNAVAILABLE, "The channel does not run.", NULL,
                           60u);
    } else if (exchange->request.method == GCT_METHOD_GET) {
        answer_challenge(door, exchange, channel);
    } else {
        door->counts.denied++;
        GCT_LOG_LIMITED(GCT_LOG_MINUTELY, GCT_LEVEL_WARN, "hook.denied", channel->name,
                        GCT_F_TEXT("channel", channel->name), GCT_F_CSTR("reason", err.text));
        gct_answer_problem(door->web, exchange, GCT_PROBLEM_BAD_SIGNATURE, NULL, NULL, 0);
    }
    gct_directory_free(&directory);
}
