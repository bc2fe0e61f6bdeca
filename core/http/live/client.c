/* Consoles on the feed: handshake, hello, replay, what they say, and the end of their right to listen. */
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/json.h"
#include "base/slice.h"
#include "http/live/inside.h"
#include "http/params.h"

#define FRAMES_IN_WINDOW 20u
#define WINDOW_MS 10000
#define FRAME_MOST 4096u

void feed_client_send(struct client *client, struct gct_blob *blob)
{
    client->feed->sent++;
    gct_socket_send(client->socket, blob);
}

static void send_text(struct client *client, struct gct_slice rest)
{
    struct gct_blob *blob = feed_blob(client->feed->seq, rest);
    feed_client_send(client, blob);
    gct_blob_drop(&blob);
}

void feed_client_hello(struct client *client)
{
    struct gct_feed *feed = client->feed;
    struct gct_json *data = gct_json_object();
    struct gct_buffer text = { 0 };
    const struct gct_session *session =
        client->who->kind == GCT_BY_USER
            ? gct_people_session(gct_auth_people(feed->web->auth), client->digest)
            : NULL;
    gct_json_set_time(data, "server_time", gct_clock_wall_ms());
    gct_json_set(data, "console_build", gct_json_string(gct_slice_of(feed->build)));
    gct_json_set_time(data, "session_expires_at", session == NULL ? 0 : gct_session_ends_ms(session));
    gct_buffer_add(&text, GCT_LIT("\"type\":\"hello\",\"data\":"));
    gct_json_write(data, &text);
    gct_buffer_add(&text, GCT_LIT("}"));
    send_text(client, gct_buffer_slice(&text));
    gct_buffer_free(&text);
    gct_json_free(&data);
}

void feed_client_replay(struct client *client)
{
    struct gct_feed *feed = client->feed;
    if (client->since < 0 || client->since == feed->seq) {
        return;
    }
    if (client->since < feed->complete_from || client->since > feed->seq) {
        feed->resyncs++;
        send_text(client, GCT_LIT("\"type\":\"resync\",\"data\":{}}"));
        return;
    }
    for (size_t i = 0; i < feed->count; i++) {
        const struct frame *frame = &feed->frames[(feed->first + i) % GCT_FEED_FRAMES];
        if (frame->seq > client->since && feed_visible(client, &frame->reach)) {
            feed_client_send(client, frame->blob);
        }
    }
}

/* ---- the socket's life ---- */

static void on_open(struct gct_socket *socket)
{
    struct client *client = gct_socket_user(socket);
    struct gct_feed *feed = client->feed;
    client->socket = socket;
    client->next = feed->clients;
    client->link = &feed->clients;
    if (feed->clients != NULL) {
        feed->clients->link = &client->next;
    }
    feed->clients = client;
    feed->client_count++;
    audience_join(client);
    feed_client_hello(client);
    feed_client_replay(client);
}

static void on_closed(struct gct_socket *socket)
{
    struct client *client = gct_socket_user(socket);
    struct gct_feed *feed = client->feed;
    if (client->socket != NULL) {
        *client->link = client->next;
        if (client->next != NULL) {
            client->next->link = client->link;
        }
        client->socket = NULL;
        feed->client_count--;
        audience_leave(client);
        feed->idle_since_ms = gct_clock_mono_ms();
        feed_presence_leave(client);
    }
    gct_arena_free(&client->arena);
    free(client);
}

static int too_talkative(struct client *client)
{
    int64_t now = gct_clock_mono_ms();
    if (now - client->window_ms > WINDOW_MS) {
        client->window_ms = now;
        client->window_frames = 0;
    }
    return ++client->window_frames > FRAMES_IN_WINDOW;
}

/* {"type":"ping"} or {"type":"presence","data":{"ticket","state"}}. */
static int read_frame(const struct gct_json *frame, struct feed_word *word)
{
    static const char *const states[] = { "viewing", "away", "typing", "left" };
    struct gct_slice type = gct_json_text(gct_json_get(frame, "type"));
    const struct gct_json *data = gct_json_get(frame, "data");
    struct gct_slice ticket = gct_json_text(gct_json_get(data, "ticket"));
    struct gct_slice state = gct_json_text(gct_json_get(data, "state"));
    *word = (struct feed_word){ 0 };
    if (gct_slice_is(type, "ping")) {
        return 1;
    }
    for (size_t i = 0; i < GCT_COUNT(states); i++) {
        word->state = gct_slice_is(state, states[i]) ? states[i] : word->state;
    }
    return gct_slice_is(type, "presence") && word->state != NULL &&
           gct_slice_integer(ticket, 1, INT64_MAX, &word->ticket) == GCT_OK;
}

int feed_word_read(struct gct_slice text, struct feed_word *word)
{
    struct gct_json *frame = text.len <= FRAME_MOST ? gct_json_parse(text, NULL) : NULL;
    int read = frame != NULL && read_frame(frame, word);
    gct_json_free(&frame);
    return read;
}

static void on_text(struct gct_socket *socket, struct gct_slice text)
{
    struct client *client = gct_socket_user(socket);
    struct feed_word word;
    if (too_talkative(client) || !feed_word_read(text, &word)) {
        gct_socket_close(socket, GCT_SOCKET_POLICY);
    } else if (word.ticket == 0) {
        feed_client_hello(client);
    } else {
        feed_presence_tell(client, word.ticket, word.state);
    }
}

static const struct gct_socket_handler handler = { on_open, on_text, on_closed };

/* ---- the handshake ---- */

static void refuse(struct gct_socket_verdict *verdict, unsigned status, enum gct_problem problem,
                   const char *detail)
{
    verdict->status = status;
    verdict->problem = problem;
    verdict->detail = detail;
}

static int read_since(const struct gct_request *request, int64_t *since)
{
    static const struct gct_param params[] = { { "since", GCT_P_INTEGER, 0, 0, INT64_MAX, NULL } };
    struct gct_query_value value;
    struct gct_json *problem = NULL;
    enum gct_status st = gct_params_query(request->query, params, 1u, request->arena, &value, &problem);
    gct_json_free(&problem);
    *since = st == GCT_OK && value.value.ptr != NULL ? value.integer : -1;
    return st == GCT_OK;
}

void gct_feed_accept(struct gct_feed *feed, const struct gct_request *request,
                     struct gct_socket_verdict *verdict)
{
    const struct gct_caller caller = gct_web_caller(feed->web, request, 0);
    struct gct_slice origin = gct_request_header(request, "origin");
    int64_t since = -1;
    if (!gct_slice_is(request->path, "/api/v1/live")) {
        refuse(verdict, 404u, GCT_PROBLEM_NOT_FOUND, "there is no WebSocket here");
    } else if (origin.ptr != NULL && !gct_web_origin_allowed(feed->web, origin)) {
        refuse(verdict, 403u, GCT_PROBLEM_ORIGIN, "the page comes from another site");
    } else if (caller.who == NULL) {
        refuse(verdict, 401u, GCT_PROBLEM_NOT_SIGNED_IN, "no sign-in, or one that ended");
    } else if (origin.ptr == NULL && caller.session != NULL) {
        refuse(verdict, 403u, GCT_PROBLEM_ORIGIN, "with the cookie, Origin must be sent");
    } else if (!gct_access_role(caller.who, GCT_FOR_STAFF)) {
        refuse(verdict, 403u, GCT_PROBLEM_FORBIDDEN, "the feed is for agents and admins");
    } else if (!read_since(request, &since)) {
        refuse(verdict, 422u, GCT_PROBLEM_INVALID, "since is the seq of a frame");
    } else {
        struct client *client = gct_heap_new(sizeof *client);
        client->feed = feed;
        client->arena = gct_arena_new((size_t)64u << 10);
        client->who = gct_principal_copy(caller.who, client->arena);
        memcpy(client->digest, caller.digest, sizeof client->digest);
        client->since = since;
        verdict->handler = &handler;
        verdict->user = client;
    }
}

void gct_feed_recheck(struct gct_feed *feed)
{
    int64_t now = gct_clock_wall_ms();
    for (struct client *client = feed->clients; client != NULL; client = client->next) {
        const struct gct_principal *who =
            gct_auth_again(feed->web->auth, client->who->kind, client->digest, now);
        if (who == NULL) {
            gct_socket_close(client->socket, GCT_SOCKET_SESSION_ENDED);
        } else if (!feed_same_rights(who, client->who)) {
            gct_socket_close(client->socket, GCT_SOCKET_RIGHTS_CHANGED);
        }
    }
}
