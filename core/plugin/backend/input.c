#include "plugin/backend/input.h"

#include "base/slice.h"

/* Each function below sets *failed when the arena has no room; the callers look at it once, at the end. */
static struct gct_slice keep(struct gct_arena *arena, struct gct_slice text, int *failed)
{
    struct gct_slice copy = gct_arena_copy(arena, text);
    *failed |= copy.len != text.len;
    return copy;
}

static const struct gct_header *keep_headers(struct gct_arena *arena, const struct gct_header *headers,
                                             size_t count, int *failed)
{
    struct gct_header *copies = GCT_ARENA_ARRAY(arena, struct gct_header, count);
    *failed |= copies == NULL;
    for (size_t i = 0; !*failed && i < count; i++) {
        copies[i].name = keep(arena, headers[i].name, failed);
        copies[i].value = keep(arena, headers[i].value, failed);
    }
    return copies;
}

static void copy_hook(struct gct_arena *arena, const struct gct_http_request *from,
                      struct gct_http_request *to, int *failed)
{
    to->size = sizeof *to;
    to->flags = from->flags;
    to->method = keep(arena, from->method, failed);
    to->path = keep(arena, from->path, failed);
    to->query = keep(arena, from->query, failed);
    to->headers = keep_headers(arena, from->headers, from->header_count, failed);
    to->header_count = from->header_count;
    to->body = keep(arena, from->body, failed);
}

static void copy_reply(struct gct_arena *arena, const struct gct_http_response *from,
                       struct gct_http_response *to, int *failed)
{
    to->size = sizeof *to;
    to->status = from->status;
    to->headers = keep_headers(arena, from->headers, from->header_count, failed);
    to->header_count = from->header_count;
    to->body = keep(arena, from->body, failed);
    to->account = keep(arena, from->account, failed);
}

static const struct gct_attachment *copy_attachment(struct gct_arena *arena,
                                                    const struct gct_attachment *from, int *failed)
{
    struct gct_attachment *to = GCT_ARENA_NEW(arena, gct_attachment);
    if (to == NULL) {
        *failed = 1;
        return NULL;
    }
    *to = *from;
    to->size = sizeof *to;
    to->url = keep(arena, from->url, failed);
    to->mime = keep(arena, from->mime, failed);
    to->name = keep(arena, from->name, failed);
    to->remote_id = keep(arena, from->remote_id, failed);
    to->raw = keep(arena, from->raw, failed);
    return to;
}

static const struct gct_quick_reply *copy_quick_reply(struct gct_arena *arena,
                                                      const struct gct_quick_reply *from, int *failed)
{
    struct gct_quick_reply *to = GCT_ARENA_NEW(arena, gct_quick_reply);
    if (to == NULL) {
        *failed = 1;
        return NULL;
    }
    to->size = sizeof *to;
    to->title = keep(arena, from->title, failed);
    to->payload = keep(arena, from->payload, failed);
    to->image_url = keep(arena, from->image_url, failed);
    return to;
}

static void copy_message(struct gct_arena *arena, const struct gct_message *from, struct gct_message *to,
                         int *failed)
{
    const struct gct_attachment **attachments =
        GCT_ARENA_ARRAY(arena, const struct gct_attachment *, from->attachment_count);
    const struct gct_quick_reply **quick_replies =
        GCT_ARENA_ARRAY(arena, const struct gct_quick_reply *, from->quick_reply_count);
    *failed |= attachments == NULL || quick_replies == NULL;
    *to = *from;
    to->size = sizeof *to;
    to->account = keep(arena, from->account, failed);
    to->customer = keep(arena, from->customer, failed);
    to->mark = keep(arena, from->mark, failed);
    to->text = keep(arena, from->text, failed);
    to->reply_to = keep(arena, from->reply_to, failed);
    for (uint32_t i = 0; !*failed && i < from->attachment_count; i++) {
        attachments[i] = copy_attachment(arena, from->attachments[i], failed);
    }
    for (uint32_t i = 0; !*failed && i < from->quick_reply_count; i++) {
        quick_replies[i] = copy_quick_reply(arena, from->quick_replies[i], failed);
    }
    to->attachments = attachments;
    to->quick_replies = quick_replies;
}

enum gct_status plugin_input_copy(const struct gct_translation *translation, struct gct_arena *arena,
                                  struct plugin_input *out)
{
    int failed = 0;
    switch (translation->kind) {
    case GCT_DECODE: copy_hook(arena, translation->hook, &out->hook, &failed); break;
    case GCT_ENCODE: copy_message(arena, translation->message, &out->message, &failed); break;
    case GCT_CLASSIFY:
    case GCT_PROFILE_READ: copy_reply(arena, translation->reply, &out->reply, &failed); break;
    case GCT_PROFILE_REQUEST:
        out->account = keep(arena, translation->account, &failed);
        out->customer = keep(arena, translation->customer, &failed);
        break;
    }
    return failed ? GCT_LIMIT : GCT_OK;
}
