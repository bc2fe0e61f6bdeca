/* A server with nothing behind the door, for tests and measurements.
 *
 *   door_server [--listen ADDRESS]… [--tls CERTIFICATE KEY] [LIMIT=NUMBER]…
 *
 * Prints "listening PORT" for each address, then serves until SIGTERM or SIGINT; the exit status is 0 after
 * an orderly stop. LIMIT is a name of GCT_SERVER_LIMIT_TABLE.
 *
 *   GET /hello          "hello"                       POST /echo    the body
 *   GET /slow?ms=N      "slow", N ms later            POST /work    the body, from another thread
 *   GET /large          3 MiB of a shared blob        POST /small   the same as /echo, at most 16 bytes
 *   GET /bytes?n=N      N bytes, copied               GET /counts   the counters as JSON
 *   GET /healthz        "ok", vital                   GET /ticket   what the request looks like
 *   GET /hidden         "hidden"; counted             any other     404
 *   GET /live           WebSocket; Origin http://good.example, or a bearer token without an Origin
 *
 * What a socket is told: "echo TEXT" is sent back, "burst N" sends N frames of 1 KiB, "close CODE" closes. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/buffer.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "net/server.h"

#define LARGE_BYTES ((size_t)3 << 20)

struct door {
    struct gct_loop *loop;
    struct gct_server *server;
    struct gct_blob *large;
    struct gct_blob *kilobyte;
    struct gct_mailbox *work; /* of the second thread */
    struct job *jobs;
    int64_t hidden, gone, opened, closed, reloads;
};

/* An exchange that waits: for its timer, or for the other thread. */
struct job {
    struct gct_timer timer;
    struct gct_post post;
    struct gct_exchange *exchange;
    struct door *door;
    struct job *prev, *next;
};

/* ---- answers ---- */

static void answer_text(struct gct_exchange *exchange, unsigned status, struct gct_slice text)
{
    struct gct_header header = { { GCT_TEXT("Content-Type") }, { GCT_TEXT("text/plain; charset=utf-8") } };

    gct_exchange_answer(exchange, status, &header, 1, text);
}

static int64_t query_number(const struct gct_request *request)
{
    int64_t number = 0;

    if (gct_slice_integer(gct_slice_from(request->query, gct_slice_find(request->query, '=') + 1), 0,
                          10000000, &number) != GCT_OK) {
        return 0;
    }
    return number;
}

static void on_gone(struct gct_exchange *exchange)
{
    struct job *job = exchange->user;

    job->door->gone++;
}

static struct job *job_new(struct door *door, struct gct_exchange *exchange)
{
    struct job *job = gct_heap_new(sizeof *job);

    job->door = door;
    job->exchange = exchange;
    DL_APPEND(door->jobs, job);
    exchange->user = job;
    exchange->on_gone = on_gone;
    return job;
}

static void job_end(struct job *job, struct gct_slice text)
{
    gct_timer_cancel(&job->timer);
    DL_DELETE(job->door->jobs, job);
    answer_text(job->exchange, 200, text);
    free(job);
}

static void on_slow(struct gct_timer *timer)
{
    job_end(GCT_STRUCT_OF(timer, job, timer), GCT_LIT("slow"));
}

static void on_worked(struct gct_post *post)
{
    struct job *job = GCT_STRUCT_OF(post, job, post);

    job_end(job, job->exchange->body);
}

static void on_work(struct gct_post *post)
{
    struct job *job = GCT_STRUCT_OF(post, job, post);

    post->run = on_worked;
    gct_mailbox_put(gct_loop_box(job->door->loop), post);
}

static void *work_thread(void *arg)
{
    struct door *door = arg;
    struct gct_post *post;

    while ((post = gct_mailbox_wait(door->work, -1)) != NULL || !gct_mailbox_closed(door->work)) {
        while (post != NULL) {
            struct gct_post *next = post->next;

            post->run(post);
            post = next;
        }
    }
    return NULL;
}

static void answer_counts(struct door *door, struct gct_exchange *exchange)
{
    const struct gct_server_counts *counts = gct_server_counts(door->server);
    struct gct_buffer text = { .limit = 4096 };

    gct_buffer_add_format(&text,
                          "{\"hidden\":%lld,\"gone\":%lld,\"opened\":%lld,\"closed\":%lld,\"reloads\":%lld",
                          (long long)door->hidden, (long long)door->gone, (long long)door->opened,
                          (long long)door->closed, (long long)door->reloads);
#define DOOR_COUNT(name, description)                                                                        \
    gct_buffer_add_format(&text, ",\"" #name "\":%llu", (unsigned long long)counts->name);
    GCT_SERVER_COUNT_TABLE(DOOR_COUNT)
#undef DOOR_COUNT
    gct_buffer_add(&text, GCT_LIT("}"));
    answer_text(exchange, 200, gct_buffer_slice(&text));
    gct_buffer_free(&text);
}

static void answer_bytes(struct gct_exchange *exchange, int64_t count)
{
    char *bytes = gct_heap_new((size_t)count + 1);

    memset(bytes, 'b', (size_t)count);
    answer_text(exchange, 200, (struct gct_slice){ bytes, (size_t)count });
    free(bytes);
}

static void answer_ticket(struct gct_exchange *exchange)
{
    const struct gct_request *request = &exchange->request;
    struct gct_buffer text = { .limit = 65536 };

    gct_buffer_add_format(&text, "%s %.*s?%.*s %s %s\n", gct_method_name(request->method),
                          GCT_ARG(request->path), GCT_ARG(request->query), request->address,
                          request->tls ? "tls" : "plain");
    for (size_t i = 0; i < request->header_count; i++)
        gct_buffer_add_format(&text, "%.*s: %.*s\n", GCT_ARG(request->headers[i].name),
                              GCT_ARG(request->headers[i].value));
    answer_text(exchange, 200, gct_buffer_slice(&text));
    gct_buffer_free(&text);
}

/* ---- what the server calls ---- */

static int is(const struct gct_request *request, const char *path)
{
    return gct_slice_is(request->path, path);
}

static void admit(void *arg, const struct gct_request *request, struct gct_admission *admission)
{
    static const char *const posts[] = { "/echo", "/work", "/small" };
    int post = 0;

    (void)arg;
    admission->vital = is(request, "/healthz") || is(request, "/counts");
    if (is(request, "/small"))
        admission->body_bytes = 16;
    for (size_t i = 0; i < GCT_COUNT(posts); i++)
        post |= is(request, posts[i]);
    if (post && (request->method == GCT_METHOD_GET || request->method == GCT_METHOD_HEAD)) {
        admission->status = 405;
        admission->problem = GCT_PROBLEM_METHOD_NOT_ALLOWED;
        admission->detail = "Send something.";
        admission->allow = "POST, PATCH, DELETE";
    }
}

static void handle(void *arg, struct gct_exchange *exchange)
{
    struct door *door = arg;
    const struct gct_request *request = &exchange->request;

    if (is(request, "/hello")) {
        answer_text(exchange, 200, GCT_LIT("hello"));
    } else if (is(request, "/healthz")) {
        answer_text(exchange, 200, GCT_LIT("ok"));
    } else if (is(request, "/echo") || is(request, "/small")) {
        answer_text(exchange, 200, exchange->body);
    } else if (is(request, "/work")) {
        struct job *job = job_new(door, exchange);

        job->post.run = on_work;
        gct_mailbox_put(door->work, &job->post);
    } else if (is(request, "/slow")) {
        struct job *job = job_new(door, exchange);

        job->timer.fire = on_slow;
        gct_timer_start(door->loop, &job->timer, query_number(request));
    } else if (is(request, "/large")) {
        gct_exchange_answer_blob(exchange, 200, NULL, 0, door->large, gct_blob_text(door->large));
    } else if (is(request, "/bytes")) {
        answer_bytes(exchange, query_number(request));
    } else if (is(request, "/hidden")) {
        door->hidden++;
        answer_text(exchange, 200, GCT_LIT("hidden"));
    } else if (is(request, "/counts")) {
        answer_counts(door, exchange);
    } else if (is(request, "/ticket")) {
        answer_ticket(exchange);
    } else {
        answer_text(exchange, 404, GCT_LIT("nothing here"));
    }
}

/* ---- sockets ---- */

static void on_open(struct gct_socket *socket)
{
    struct door *door = gct_socket_user(socket);
    struct gct_blob *hello = gct_blob_new(GCT_LIT("hello"));

    door->opened++;
    gct_socket_send(socket, hello);
    gct_blob_drop(&hello);
}

static void on_text(struct gct_socket *socket, struct gct_slice text)
{
    struct door *door = gct_socket_user(socket);
    int64_t number = 0;

    if (gct_slice_starts(text, GCT_LIT("burst ")) &&
        gct_slice_integer(gct_slice_from(text, 6), 0, 1000000, &number) == GCT_OK) {
        while (number-- > 0)
            gct_socket_send(socket, door->kilobyte);
    } else if (gct_slice_starts(text, GCT_LIT("close ")) &&
               gct_slice_integer(gct_slice_from(text, 6), 1000, 4999, &number) == GCT_OK) {
        gct_socket_close(socket, (enum gct_socket_code)number);
    } else {
        struct gct_blob *echo = gct_blob_new(text);

        gct_socket_send(socket, echo);
        gct_blob_drop(&echo);
    }
}

static void on_closed(struct gct_socket *socket)
{
    struct door *door = gct_socket_user(socket);

    door->closed++;
}

static const struct gct_socket_handler live = { .on_open = on_open,
                                                .on_text = on_text,
                                                .on_closed = on_closed };

static void accept_socket(void *arg, const struct gct_request *request, struct gct_socket_verdict *verdict)
{
    struct gct_slice origin = gct_request_header(request, "origin");
    int bearer = gct_slice_is(gct_request_header(request, "authorization"), "Bearer token");

    verdict->handler = &live;
    verdict->user = arg;
    if (!is(request, "/live")) {
        verdict->status = 404;
        verdict->problem = GCT_PROBLEM_NOT_FOUND;
        verdict->detail = "The live feed is elsewhere.";
    } else if (origin.ptr == NULL ? !bearer : !gct_slice_is(origin, "http://good.example")) {
        verdict->status = 403;
        verdict->problem = GCT_PROBLEM_ORIGIN;
        verdict->detail = "This page may not open the live feed.";
    }
}

/* ---- the program ---- */

static void on_stopped(void *arg)
{
    struct door *door = arg;

    gct_loop_stop(door->loop);
}

static void on_signal(void *arg, enum gct_loop_signal signal)
{
    struct door *door = arg;
    static const char stopping[] = "stopping\n";

    if (signal == GCT_LOOP_HUP) {
        door->reloads++;
    } else if (door->server != NULL) {
        fputs(stopping, stdout);
        fflush(stdout);
        gct_server_stop(door->server, on_stopped, door);
    }
}

static int limit_set(struct gct_server_limits *limits, struct gct_slice name, int64_t value)
{
#define DOOR_LIMIT(field, standard, text)                                                                    \
    if (gct_slice_is(name, #field)) {                                                                        \
        limits->field = (uint32_t)value;                                                                     \
        return 1;                                                                                            \
    }
    GCT_SERVER_LIMIT_TABLE(DOOR_LIMIT)
#undef DOOR_LIMIT
    return 0;
}

static int arguments_read(int argc, char **argv, struct gct_server_options *options, const char **listen)
{
    for (int i = 1; i < argc; i++) {
        struct gct_slice argument = gct_slice_of(argv[i]);
        size_t equals = gct_slice_find(argument, '=');
        int64_t value = 0;

        if (strcmp(argv[i], "--listen") == 0 && i + 1 < argc && options->listen_count < 4) {
            listen[options->listen_count++] = argv[++i];
        } else if (strcmp(argv[i], "--tls") == 0 && i + 2 < argc) {
            options->tls_certificate = argv[++i];
            options->tls_key = argv[++i];
        } else if (gct_slice_integer(gct_slice_from(argument, equals + 1), 0, INT32_MAX, &value) != GCT_OK ||
                   !limit_set(&options->limits, gct_slice_head(argument, equals), value)) {
            fprintf(stderr, "door_server: what is %s?\n", argv[i]);
            return 0;
        }
    }
    if (options->listen_count == 0)
        listen[options->listen_count++] = "127.0.0.1:0";
    options->listen = listen;
    return 1;
}

static struct gct_blob *blob_of(size_t len, char byte)
{
    char *bytes = gct_heap_new(len);
    struct gct_blob *blob;

    memset(bytes, byte, len);
    blob = gct_blob_new((struct gct_slice){ bytes, len });
    free(bytes);
    return blob;
}

static enum gct_status serve(struct door *door, struct gct_server_options *options, struct gct_error *err)
{
    struct gct_loop_options loop_options = { .on_signal = on_signal, .arg = door };
    enum gct_status status = gct_loop_new(&loop_options, &door->loop, err);
    struct job *job, *next;
    pthread_t worker;

    if (status != GCT_OK)
        return status;
    pthread_create(&worker, NULL, work_thread, door);
    status = gct_server_new(door->loop, options, &door->server, err);
    if (status == GCT_OK) {
        for (size_t i = 0; i < options->listen_count; i++)
            printf("listening %u\n", gct_server_port(door->server, i));
        fflush(stdout);
        gct_loop_run(door->loop);
    }
    gct_mailbox_close(door->work);
    pthread_join(worker, NULL);
    while (gct_mailbox_run(gct_loop_box(door->loop)) > 0)
        continue;
    gct_server_free(&door->server);
    /* Who was asked must answer, also when nobody listens any more. */
    DL_FOREACH_SAFE (door->jobs, job, next) {
        job_end(job, GCT_EMPTY);
    }
    gct_loop_free(&door->loop);
    return status;
}

int main(int argc, char **argv)
{
    struct door door = { .hidden = 0 };
    const char *listen[4];
    struct gct_server_options options = {
        .admit = admit, .handle = handle, .accept = accept_socket, .arg = &door
    };
    struct gct_error err;
    enum gct_status status;

    if (!arguments_read(argc, argv, &options, listen))
        return 2;
    gct_log_start(GCT_LOG_LOGFMT, GCT_LEVEL_INFO);
    door.large = blob_of(LARGE_BYTES, 'l');
    door.kilobyte = blob_of(1024, 'k');
    door.work = gct_mailbox_new(100000, NULL, NULL);
    status = serve(&door, &options, &err);
    if (status != GCT_OK)
        fprintf(stderr, "door_server: %s\n", err.text);
    gct_mailbox_free(&door.work);
    gct_blob_drop(&door.large);
    gct_blob_drop(&door.kilobyte);
    return status == GCT_OK ? 0 : 1;
}
