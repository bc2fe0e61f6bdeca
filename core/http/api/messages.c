/* The thread of a ticket: reading it, replying, notes, and what to do with a message that failed. */
#include "base/slice.h"
#include "http/api/handlers.h"
#include "http/view/message.h"

/* Where the page ends: before this message (before= or the cursor), or at the newest. */
static enum gct_status page_end(struct gct_api_request *request, struct gct_db *db, int64_t *sent_ms,
                                int64_t *id, struct gct_error *err)
{
    const struct gct_query_value *before = gct_api_query(request, "before");
    struct gct_slice cursor = gct_api_query(request, "cursor")->value;
    *sent_ms = INT64_MAX;
    *id = before->value.ptr != NULL ? before->integer : 0;
    if (*id == 0 && cursor.ptr != NULL && gct_slice_integer(cursor, 1, INT64_MAX, id) != GCT_OK) {
        return gct_api_invalid(request, "cursor", "must be the next_cursor of the page before");
    }
    if (*id == 0) {
        return GCT_OK;
    }
    enum gct_status st =
        gct_db_integer(db, GCT_SQL_message_moment, GCT_BIND(GCT_V_INT(*id), GCT_V_INT(request->id)),
                       INT64_MIN, sent_ms, err);
    return st == GCT_OK && *sent_ms == INT64_MIN
               ? gct_api_invalid(request, "before", "is no message of this ticket")
               : st;
}

/* Newest first in the query, oldest first in the answer. */
static struct gct_json *reversed(struct gct_json **list)
{
    struct gct_json *turned = gct_json_array();
    for (size_t i = gct_json_count(*list); i > 0; i--) {
        gct_json_push(turned, gct_json_share(gct_json_at(*list, i - 1u)));
    }
    gct_json_free(list);
    return turned;
}

GCT_VIEW(gct_api_messages)
{
    struct gct_rows *rows = NULL;
    struct gct_json *items = NULL;
    struct gct_slice next = GCT_EMPTY;
    size_t limit = gct_api_limit(request);
    int64_t sent_ms = 0;
    int64_t id = 0;
    enum gct_status st = page_end(request, db, &sent_ms, &id, err);
    if (st != GCT_OK) {
        return st;
    }
    items = gct_json_array();
    st = gct_db_query(
        db, GCT_SQL_messages_before,
        GCT_BIND(GCT_V_INT(request->id), GCT_V_INT(sent_ms), GCT_V_INT(id), GCT_V_INT(limit + 1u)), &rows,
        err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_json *message = NULL;
        if (gct_json_count(items) == limit) {
            next = gct_json_text(gct_json_get(gct_json_at(items, limit - 1u), "id"));
            break;
        }
        st = gct_view_message(db, rows, &message, err);
        if (st == GCT_OK) {
            gct_json_push(items, message);
        }
    }
    gct_rows_close(&rows);
    if (st != GCT_OK && st != GCT_DONE) {
        gct_json_free(&items);
        return st;
    }
    next = gct_arena_copy(request->arena, next);
    request->result = gct_api_page(reversed(&items), next);
    return GCT_OK;
}

/* ---- writing ---- */

static enum gct_status read_attachment(struct gct_api_request *request, const struct gct_json *json,
                                       struct gct_new_attachment *out)
{
    static const struct gct_param members[] = {
        { "kind", GCT_P_CHOICE, GCT_P_REQUIRED, 0, 0, "image|video|audio|file" },
        { "url", GCT_P_TEXT, GCT_P_REQUIRED, 9, 2000, NULL },
        { "name", GCT_P_TEXT, 0, 0, 200, NULL },
    };
    struct gct_json *problem = NULL;
    if (gct_params_check(json, members, GCT_COUNT(members), &problem) != GCT_OK) {
        gct_json_free(&problem);
        return gct_api_invalid(request, "attachments", "each is {kind, url, name?}");
    }
    out->url = gct_json_text(gct_json_get(json, "url"));
    out->name = gct_json_text(gct_json_get(json, "name"));
    if (!gct_slice_starts(out->url, GCT_LIT("https://"))) {
        return gct_api_invalid(request, "attachments", "an attachment's url is https");
    }
    return gct_attachment_kind_read(gct_json_text(gct_json_get(json, "kind")), &out->kind);
}

GCT_PREPARE(gct_api_message_prepare)
{
    struct gct_new_message *message = GCT_ARENA_NEW(request->arena, gct_new_message);
    const struct gct_json *attachments = gct_api_member(request, "attachments");
    size_t count = gct_json_count(attachments);
    struct gct_new_attachment *list = GCT_ARENA_ARRAY(request->arena, struct gct_new_attachment, count + 1u);
    enum gct_status st = GCT_OK;
    GCT_CHECK(message != NULL && list != NULL);
    for (size_t i = 0; st == GCT_OK && i < count; i++) {
        st = read_attachment(request, gct_json_at(attachments, i), &list[i]);
    }
    message->actor = request->actor;
    message->ticket = request->id;
    message->kind = gct_slice_is(gct_json_text(gct_api_member(request, "kind")), "note") ? GCT_KIND_NOTE
                                                                                         : GCT_KIND_MESSAGE;
    message->text = gct_json_text(gct_api_member(request, "text"));
    message->attachments = list;
    message->attachment_count = count;
    message->reply_to = gct_api_member_id(request, "reply_to");
    message->after = gct_api_member_id(request, "after");
    message->once = request->once;
    request->state = message;
    if (st == GCT_OK && count == 0 && gct_slice_trim(message->text).len == 0) {
        st = gct_api_invalid(request, "text", "is needed unless there is an attachment");
    }
    return st;
}

GCT_ACT(gct_api_message_post)
{
    return gct_api_action(request, gct_action_message(tx, request->directory, request->state, &request->done,
                                                      &request->refusal, err));
}

GCT_ACT(gct_api_message_retry)
{
    return gct_api_action(request, gct_action_retry(tx, request->directory, &request->actor, request->id,
                                                    &request->done, &request->refusal, err));
}

GCT_ACT(gct_api_message_discard)
{
    return gct_api_action(request, gct_action_discard(tx, &request->actor, request->id, &request->done,
                                                      &request->refusal, err));
}

GCT_VIEW(gct_api_message_done)
{
    int64_t message = request->done.message != 0 ? request->done.message : request->id;
    return gct_view_message_one(db, message, &request->result, NULL, err);
}
