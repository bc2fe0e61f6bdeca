#include "vector.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/json.h"
#include "base/slice.h"

#define FILE_LIMIT ((size_t)8u << 20)
#define DEFAULT_NOW_MS INT64_C(1767225700000)

struct reader {
    struct gct_arena *arena;
    struct gct_error *err;
    const char *file;
    int failed;
};

static void fail(struct reader *reader, const char *reason)
{
    if (!reader->failed)
        (void)gct_error_set(reader->err, GCT_INVALID, "%s: %s", reader->file, reason);
    reader->failed = 1;
}

static struct gct_slice text(struct reader *reader, const struct gct_json *object, const char *name)
{
    return gct_arena_copy(reader->arena, gct_json_text(gct_json_get(object, name)));
}

/* A constant by its name in the SDK's tables. */
struct constant {
    const char *name;
    uint32_t value;
};

#define AS_CONSTANT(name, value, ...) { #name, value },
static const struct constant attachment_kinds[] = { GCT_ATTACHMENT_TABLE(AS_CONSTANT) };
static const struct constant authors[] = { GCT_AUTHOR_TABLE(AS_CONSTANT) };
static const struct constant acts[] = { { "REPLY", GCT_ACT_REPLY },
                                        { "TYPING_ON", GCT_ACT_TYPING_ON },
                                        { "TYPING_OFF", GCT_ACT_TYPING_OFF },
                                        { "SEEN", GCT_ACT_SEEN },
                                        { "NONE_SUCH", 99 } };
static const struct constant windows[] = { { "NONE", GCT_WINDOW_NONE },
                                           { "OPEN", GCT_WINDOW_OPEN },
                                           { "HUMAN", GCT_WINDOW_HUMAN },
                                           { "CLOSED", GCT_WINDOW_CLOSED } };

#define CONSTANT(reader, object, name, table)                                                                \
    constant((reader), (object), (name), (table), sizeof(table) / sizeof((table)[0]))

static uint32_t constant(struct reader *reader, const struct gct_json *object, const char *name,
                         const struct constant *table, size_t count)
{
    struct gct_slice word = gct_json_text(gct_json_get(object, name));

    for (size_t i = 0; i < count; i++) {
        if (gct_slice_is(word, table[i].name))
            return table[i].value;
    }
    fail(reader, name);
    return 0;
}

/* ---- HTTP ---- */

/* "repeat": {"mark": [piece, times]}: each mark in text gives way to so many pieces. */
static struct gct_slice repeated(struct reader *reader, const struct gct_json *http, struct gct_slice text)
{
    const struct gct_json *repeats = gct_json_get(http, "repeat");

    for (size_t i = 0; i < gct_json_count(repeats); i++) {
        struct gct_slice mark = GCT_EMPTY;
        const struct gct_json *repeat = gct_json_member(repeats, i, &mark);
        struct gct_buffer buffer = { 0 };
        const char *at = NULL;

        while (mark.len != 0 && (at = memmem(text.ptr, text.len, mark.ptr, mark.len)) != NULL) {
            gct_buffer_add(&buffer, (struct gct_slice){ text.ptr, (size_t)(at - text.ptr) });
            for (int64_t n = gct_json_integer(gct_json_at(repeat, 1), 0); n > 0; n--) {
                gct_buffer_add(&buffer, gct_json_text(gct_json_at(repeat, 0)));
            }
            text = gct_slice_from(text, (size_t)(at - text.ptr) + mark.len);
        }
        gct_buffer_add(&buffer, text);
        text = gct_arena_copy(reader->arena, gct_buffer_slice(&buffer));
        gct_buffer_free(&buffer);
    }
    return text;
}

/* "body": any JSON value, written compactly; "body_text": exact characters; "body_hex": exact bytes. */
static struct gct_slice body(struct reader *reader, const struct gct_json *http)
{
    const struct gct_json *value = gct_json_get(http, "body");
    const struct gct_json *hex = gct_json_get(http, "body_hex");
    struct gct_buffer buffer = { 0 };
    struct gct_slice out = text(reader, http, "body_text");

    if (value) {
        gct_json_write(value, &buffer);
        out = gct_arena_copy(reader->arena, gct_buffer_slice(&buffer));
    } else if (hex) {
        size_t len = gct_json_text(hex).len / 2;
        unsigned char *bytes = GCT_ARENA_ARRAY(reader->arena, unsigned char, len);

        if (gct_hex_decode(gct_json_text(hex), bytes, len) != GCT_OK)
            fail(reader, "body_hex is not hex");
        out = (struct gct_slice){ (const char *)bytes, len };
    }
    gct_buffer_free(&buffer);
    return repeated(reader, http, out);
}

static const struct gct_header *headers(struct reader *reader, const struct gct_json *http, size_t *count)
{
    const struct gct_json *object = gct_json_get(http, "headers");
    struct gct_header *list;

    *count = gct_json_count(object);
    list = GCT_ARENA_ARRAY(reader->arena, struct gct_header, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        struct gct_slice name = GCT_EMPTY;
        const struct gct_json *value = gct_json_member(object, i, &name);

        list[i].name = gct_arena_copy(reader->arena, name);
        list[i].value = gct_arena_copy(reader->arena, gct_json_text(value));
    }
    return list;
}

static void read_hook(struct reader *reader, const struct gct_json *json, struct vector *vector)
{
    struct gct_http_request *hook = &vector->hook;

    hook->size = sizeof(*hook);
    hook->method = text(reader, json, "method");
    if (hook->method.len == 0)
        hook->method = GCT_LIT("POST");
    hook->path = text(reader, json, "path");
    hook->query = text(reader, json, "query");
    hook->headers = headers(reader, json, &hook->header_count);
    hook->body = body(reader, json);
}

static void read_reply(struct reader *reader, const struct gct_json *json, struct vector *vector)
{
    struct gct_http_response *reply = &vector->reply;

    reply->size = sizeof(*reply);
    reply->status = (uint32_t)gct_json_integer(gct_json_get(json, "status"), 0);
    reply->headers = headers(reader, json, &reply->header_count);
    reply->body = body(reader, json);
    reply->account = text(reader, json, "account");
    if (reply->status == 0)
        fail(reader, "status is missing");
}

static void read_contact(struct reader *reader, const struct gct_json *json, struct vector *vector)
{
    vector->account = text(reader, json, "account");
    vector->customer = text(reader, json, "customer");
    if (vector->account.len == 0 || vector->customer.len == 0)
        fail(reader, "account or customer is missing");
}

/* ---- message ---- */

/* "text", or "text_repeat": [piece, times] for long ones. */
static struct gct_slice message_text(struct reader *reader, const struct gct_json *json)
{
    const struct gct_json *repeat = gct_json_get(json, "text_repeat");
    struct gct_slice piece = gct_json_text(gct_json_at(repeat, 0));
    struct gct_buffer buffer = { 0 };
    struct gct_slice out = text(reader, json, "text");

    for (int64_t i = gct_json_integer(gct_json_at(repeat, 1), 0); i > 0; i--) {
        gct_buffer_add(&buffer, piece);
    }
    if (repeat)
        out = gct_arena_copy(reader->arena, gct_buffer_slice(&buffer));
    gct_buffer_free(&buffer);
    return out;
}

static void read_attachments(struct reader *reader, const struct gct_json *list, struct gct_message *message)
{
    size_t count = gct_json_count(list);
    const struct gct_attachment **pointers =
        GCT_ARENA_ARRAY(reader->arena, const struct gct_attachment *, count + 1);

    for (size_t i = 0; i < count; i++) {
        const struct gct_json *json = gct_json_at(list, i);
        struct gct_attachment *attachment = GCT_ARENA_NEW(reader->arena, gct_attachment);

        attachment->size = sizeof(*attachment);
        attachment->kind = CONSTANT(reader, json, "kind", attachment_kinds);
        attachment->url = text(reader, json, "url");
        attachment->mime = text(reader, json, "mime");
        attachment->name = text(reader, json, "name");
        attachment->remote_id = text(reader, json, "remote_id");
        attachment->bytes = gct_json_integer(gct_json_get(json, "bytes"), -1);
        attachment->duration_ms = -1;
        pointers[i] = attachment;
    }
    message->attachments = pointers;
    message->attachment_count = (uint32_t)count;
}

static void read_quick_replies(struct reader *reader, const struct gct_json *list,
                               struct gct_message *message)
{
    size_t count = gct_json_count(list);
    const struct gct_quick_reply **pointers =
        GCT_ARENA_ARRAY(reader->arena, const struct gct_quick_reply *, count + 1);

    for (size_t i = 0; i < count; i++) {
        const struct gct_json *json = gct_json_at(list, i);
        struct gct_quick_reply *reply = GCT_ARENA_NEW(reader->arena, gct_quick_reply);

        reply->size = sizeof(*reply);
        reply->title = text(reader, json, "title");
        reply->payload = text(reader, json, "payload");
        reply->image_url = text(reader, json, "image_url");
        pointers[i] = reply;
    }
    message->quick_replies = pointers;
    message->quick_reply_count = (uint32_t)count;
}

static void read_message(struct reader *reader, const struct gct_json *json, struct vector *vector)
{
    struct gct_message *message = &vector->message;

    message->size = sizeof(*message);
    message->act = CONSTANT(reader, json, "act", acts);
    message->author = CONSTANT(reader, json, "author", authors);
    message->window = CONSTANT(reader, json, "window", windows);
    message->account = text(reader, json, "account");
    message->customer = text(reader, json, "customer");
    message->mark = text(reader, json, "mark");
    message->text = message_text(reader, json);
    message->reply_to = text(reader, json, "reply_to");
    read_attachments(reader, gct_json_get(json, "attachments"), message);
    read_quick_replies(reader, gct_json_get(json, "quick_replies"), message);
}

/* ---- files ---- */

#define AS_SUFFIXES(name, given, wanted) { given, wanted },
static const struct {
    const char *given;
    const char *wanted;
} suffixes[] = { VECTOR_KIND_TABLE(AS_SUFFIXES) };

/* VECTOR_KIND_COUNT when the file is not the first one of a vector. */
static enum vector_kind kind_of(struct gct_slice name)
{
    enum vector_kind kind = VECTOR_HOOK;

    while (kind < VECTOR_KIND_COUNT && !gct_slice_ends(name, gct_slice_of(suffixes[kind].given))) {
        kind++;
    }
    return kind;
}

static const char *path_in(const char *folder, struct gct_slice name, const char *suffix,
                           struct gct_arena *arena)
{
    return gct_arena_cstr(arena, gct_arena_format(arena, "%s/%.*s%s", folder, GCT_ARG(name), suffix));
}

static enum gct_status read_file(const char *folder, const char *name, struct gct_arena *arena,
                                 struct vector *vector, struct gct_error *err)
{
    struct gct_slice file = gct_slice_of(name);
    struct gct_slice bytes = GCT_EMPTY;
    const char *path = path_in(folder, file, "", arena);
    struct reader reader = { arena, err, path, 0 };
    struct gct_json *json = NULL;
    enum gct_status status = gct_file_read(path, FILE_LIMIT, arena, &bytes, err);

    if (status != GCT_OK)
        return status;
    json = gct_json_parse(bytes, err);
    if (!json)
        return gct_error_prefix(err, "%s", path);
    vector->kind = kind_of(file);
    vector->name =
        gct_arena_copy(arena, gct_slice_head(file, file.len - strlen(suffixes[vector->kind].given)));
    vector->wanted = path_in(folder, vector->name, suffixes[vector->kind].wanted, arena);
    vector->now_ms = gct_json_integer(gct_json_get(json, "now_ms"), DEFAULT_NOW_MS);
    vector->channel = text(&reader, json, "channel");
    if (vector->channel.len == 0)
        vector->channel = GCT_LIT("default");
    switch (vector->kind) {
    case VECTOR_HOOK: read_hook(&reader, gct_json_get(json, "hook"), vector); break;
    case VECTOR_MESSAGE: read_message(&reader, gct_json_get(json, "message"), vector); break;
    case VECTOR_REPLY: read_reply(&reader, gct_json_get(json, "reply"), vector); break;
    case VECTOR_CONTACT: read_contact(&reader, gct_json_get(json, "contact"), vector); break;
    case VECTOR_ANSWER: read_reply(&reader, gct_json_get(json, "answer"), vector); break;
    default: fail(&reader, "no vector"); break;
    }
    gct_json_free(&json);
    return reader.failed ? GCT_INVALID : GCT_OK;
}

static int is_given(const struct dirent *entry)
{
    return kind_of(gct_slice_of(entry->d_name)) != VECTOR_KIND_COUNT;
}

/* A second file whose first file is gone would never be looked at. */
static int is_wanted(const struct dirent *entry)
{
    size_t found = 0;

    for (size_t i = 0; i < GCT_COUNT(suffixes); i++) {
        found += (size_t)gct_slice_ends(gct_slice_of(entry->d_name), gct_slice_of(suffixes[i].wanted));
    }
    return found != 0;
}

static enum gct_status check_partners(const char *folder, struct gct_arena *arena,
                                      const struct vector *vectors, size_t count, struct gct_error *err)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, is_wanted, alphasort);
    enum gct_status status = GCT_OK;

    for (int i = 0; i < found; i++) {
        const char *path = path_in(folder, gct_slice_of(entries[i]->d_name), "", arena);
        size_t v = 0;

        while (v < count && strcmp(vectors[v].wanted, path) != 0) {
            v++;
        }
        if (v == count)
            status = gct_error_set(err, GCT_INVALID, "%s: the first file of this vector is missing", path);
        free(entries[i]);
    }
    free(entries);
    return status;
}

enum gct_status vector_read_all(const char *folder, struct gct_arena *arena, struct vector **vectors,
                                size_t *count, struct gct_error *err)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, is_given, alphasort);
    enum gct_status status = GCT_OK;

    if (found < 0)
        return gct_error_set(err, GCT_NOT_FOUND, "%s: %s", folder, strerror(errno));
    *vectors = GCT_ARENA_ARRAY(arena, struct vector, (size_t)found + 1);
    for (int i = 0; i < found; i++) {
        if (status == GCT_OK)
            status = read_file(folder, entries[i]->d_name, arena, &(*vectors)[i], err);
        free(entries[i]);
    }
    free(entries);
    *count = (size_t)found;
    return status == GCT_OK ? check_partners(folder, arena, *vectors, *count, err) : status;
}
