/* Commands about hooks that need a person. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/audit.h"
#include "base/crypto.h"
#include "base/heap.h"
#include "base/slice.h"
#include "daemon/control/call.h"
#include "router/ingest.h"

/* Rows of one answer. */
#define PART 1000u
#define LIST_BYTES ((size_t)8u << 20)
#define HOOK_BYTES ((size_t)64u << 20)

/* ---- list ---- */

static struct gct_json *row_json(const struct gct_quarantine_row *row)
{
    struct gct_json *json = gct_json_object();
    char digest[2u * GCT_SHA256_BYTES + 1u];
    GCT_CHECK_EQ(row->digest.len, GCT_SHA256_BYTES);
    gct_hex_encode((const unsigned char *)row->digest.ptr, row->digest.len, digest);
    gct_json_set_id(json, "id", row->id);
    gct_json_set(json, "channel", gct_json_string(row->hook.channel));
    gct_json_set_time(json, "received_at", row->hook.arrived_ms);
    gct_json_set_number(json, "size", row->bytes);
    gct_json_set_text(json, "digest", gct_slice_of(digest));
    gct_json_set(json, "reason", gct_json_string(row->sentence));
    return json;
}

static enum gct_status list(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct gct_command_call *call = arg;
    struct gct_slice text = call->values[GCT_ARGUMENT_AFTER];
    struct gct_arena *arena = gct_arena_new(LIST_BYTES);
    struct gct_quarantine_row *rows = NULL;
    size_t count = 0;
    int64_t after = 0;
    enum gct_status st = GCT_OK;
    if (text.len != 0 && gct_slice_integer(text, 0, INT64_MAX, &after) != GCT_OK) {
        st = gct_error_set(err, GCT_INVALID, "\"after\" is a number");
        goto out;
    }
    st = gct_quarantine_list(db, GCT_EMPTY, after, PART + 1u, arena, &rows, &count, err);
    for (size_t i = 0; st == GCT_OK && i < count && i < PART; i++) {
        gct_json_push(call->items, row_json(&rows[i]));
    }
    if (st == GCT_OK && count > PART) {
        gct_json_set_id(call->answer, "next", rows[PART - 1u].id);
    }
out:
    gct_arena_free(&arena);
    return st;
}

enum gct_status command_quarantine_list(struct gct_command_call *call, struct gct_error *err)
{
    return gct_store_read_wait(call->context->store, list, call, err);
}

/* ---- one ---- */

/* A hook out of the store, with the arena that it lives in. */
struct one {
    const struct gct_command_call *call;
    int64_t id;
    struct gct_arena *arena;
    struct gct_quarantine_row row;
    struct gct_translation translation;
    const struct gct_directory *directory;
};

static enum gct_status load(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct one *one = arg;
    return gct_quarantine_load(db, one->id, one->arena, &one->row, err);
}

static enum gct_status one_begin(struct one *one, const struct gct_command_call *call, struct gct_error *err)
{
    *one = (struct one){ .call = call, .arena = gct_arena_new(HOOK_BYTES) };
    return command_id(call, &one->id, err);
}

static enum gct_status one_load(struct one *one, struct gct_error *err)
{
    return gct_store_read_wait(one->call->context->store, load, one, err);
}

static struct gct_json *headers_json(const struct gct_http_request *request)
{
    struct gct_json *list_json = gct_json_array();
    for (size_t i = 0; i < request->header_count; i++) {
        struct gct_json *pair = gct_json_array();
        gct_json_push(pair, gct_json_string(request->headers[i].name));
        gct_json_push(pair, gct_json_string(request->headers[i].value));
        gct_json_push(list_json, pair);
    }
    return list_json;
}

/* As text where it is text; otherwise byte for byte in hex. */
static void set_body(struct gct_json *json, struct gct_slice body)
{
    if (gct_utf8_valid(body)) {
        gct_json_set(json, "body", gct_json_string(body));
        return;
    }
    char *hex = gct_heap_new(2u * body.len + 1u);
    gct_hex_encode((const unsigned char *)body.ptr, body.len, hex);
    gct_json_set_text(json, "body_hex", gct_slice_of(hex));
    free(hex);
}

enum gct_status command_quarantine_show(struct gct_command_call *call, struct gct_error *err)
{
    struct one one;
    enum gct_status st = one_begin(&one, call, err);
    if (st == GCT_OK) {
        st = one_load(&one, err);
    }
    if (st == GCT_OK) {
        const struct gct_http_request *request = one.row.hook.request;
        struct gct_json *json = row_json(&one.row);
        gct_json_set(json, "cause", gct_json_string(one.row.reason));
        gct_json_set_time(json, "set_aside_at", one.row.set_ms);
        gct_json_set(json, "path", gct_json_string(request->path));
        gct_json_set(json, "query", gct_json_string(request->query));
        gct_json_set(json, "headers", headers_json(request));
        set_body(json, request->body);
        gct_json_push(call->items, json);
    }
    gct_arena_free(&one.arena);
    return st;
}

static enum gct_status note(struct gct_tx *tx, const char *action, int64_t id, struct gct_error *err)
{
    char object[40];
    (void)snprintf(object, sizeof object, "quarantine:%" PRId64, id);
    const struct gct_audit entry = { GCT_COMMAND_ACTOR, gct_slice_of(action), gct_slice_of(object), NULL };
    return gct_audit_write(tx, &entry, err);
}

/* ---- release ---- */

static enum gct_status keep(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct one *one = arg;
    struct gct_ingest_counts counts = { 0 };
    enum gct_status st =
        gct_quarantine_release(tx, one->directory, &one->row, &one->translation, &counts, err);
    return st == GCT_OK ? note(tx, "quarantine.release", one->id, err) : st;
}

/* In the gateway: the plugin reads it again, at once. */
static enum gct_status release_now(struct one *one, struct gct_error *err)
{
    const struct gct_directory_channel *channel = NULL;
    enum gct_status st = one_load(one, err);
    if (st != GCT_OK) {
        return st;
    }
    channel = gct_directory_channel(one->directory, one->row.hook.channel);
    if (channel == NULL || channel->instance == NULL) {
        return gct_error_set(err, GCT_UNAVAILABLE, "no plugin runs for the channel %.*s",
                             GCT_ARG(one->row.hook.channel));
    }
    one->translation = (struct gct_translation){ .kind = GCT_DECODE,
                                                 .now_ms = one->row.hook.arrived_ms,
                                                 .hook = one->row.hook.request,
                                                 .arena = one->arena };
    st = gct_translate_wait(channel->instance, &one->translation);
    if (st == GCT_AGAIN || st == GCT_UNAVAILABLE) {
        return gct_error_set(err, st, "the plugin of channel %.*s is busy or down; try again later",
                             GCT_ARG(one->row.hook.channel));
    }
    return gct_store_write_wait(one->call->context->store, keep, one, err);
}

static enum gct_status requeue(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct one *one = arg;
    enum gct_status st = gct_quarantine_requeue(tx, one->id, err);
    return st == GCT_OK ? note(tx, "quarantine.release", one->id, err) : st;
}

enum gct_status command_quarantine_release(struct gct_command_call *call, struct gct_error *err)
{
    struct one one;
    struct gct_directory *directory = gct_directory_get(call->context->directory);
    enum gct_status st = one_begin(&one, call, err);
    one.directory = directory;
    if (st == GCT_OK && call->context->reload != NULL) {
        st = release_now(&one, err);
        command_say(call, "hook %" PRId64 " was understood", one.id);
    } else if (st == GCT_OK) {
        st = gct_store_write_wait(call->context->store, requeue, &one, err);
        command_say(call, "hook %" PRId64 " is read again when the gateway runs", one.id);
    }
    gct_directory_free(&directory);
    gct_arena_free(&one.arena);
    return st;
}

/* ---- drop ---- */

static enum gct_status drop(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct one *one = arg;
    enum gct_status st = gct_quarantine_drop(tx, one->id, err);
    return st == GCT_OK ? note(tx, "quarantine.drop", one->id, err) : st;
}

enum gct_status command_quarantine_drop(struct gct_command_call *call, struct gct_error *err)
{
    struct one one = { .call = call };
    enum gct_status st = command_id(call, &one.id, err);
    if (st == GCT_OK) {
        st = gct_store_write_wait(call->context->store, drop, &one, err);
    }
    if (st == GCT_OK) {
        command_say(call, "hook %" PRId64 " was deleted", one.id);
    }
    return st;
}
