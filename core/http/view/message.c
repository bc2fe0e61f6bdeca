#include "http/view/message.h"

#include "base/slice.h"
#include "http/problem.h"
#include "model/message.h"

static int64_t number(struct gct_rows *rows, enum gct_message_column column)
{
    return gct_rows_integer(rows, (int)column);
}

static int is_null(struct gct_rows *rows, enum gct_message_column column)
{
    return gct_rows_is_null(rows, (int)column);
}

static struct gct_slice text(struct gct_rows *rows, enum gct_message_column column)
{
    return is_null(rows, column) ? GCT_EMPTY : gct_rows_bytes(rows, (int)column);
}

static struct gct_json *author_json(uint32_t author, int64_t id, struct gct_slice name)
{
    struct gct_json *json = gct_json_object();
    gct_json_set_text(json, "kind", gct_slice_of(gct_author_name(author)));
    gct_json_set_id(json, "id", id);
    gct_json_set_text(json, "name", name);
    return json;
}

static struct gct_json *author_of(struct gct_rows *rows, uint32_t author)
{
    int is_customer = author == GCT_AUTHOR_CUSTOMER;
    return author_json(author,
                       number(rows, is_customer ? GCT_MESSAGE_COL_CONTACT_ID : GCT_MESSAGE_COL_USER_ID),
                       text(rows, is_customer ? GCT_MESSAGE_COL_CONTACT_NAME : GCT_MESSAGE_COL_USER_NAME));
}

/* The platform's name of a kind that we do not know stands in the raw JSON that was kept. */
static void add_remote_kind(struct gct_json *attachment, struct gct_slice raw)
{
    struct gct_json *json = raw.len == 0 ? NULL : gct_json_parse(raw, NULL);
    struct gct_slice type = gct_json_text(gct_json_get(json, "type"));
    gct_json_set_text(attachment, "remote_kind", type.len == 0 ? GCT_EMPTY : type);
    gct_json_free(&json);
}

static void add_place(struct gct_json *attachment, struct gct_rows *rows)
{
    if (!gct_rows_is_null(rows, 9) && !gct_rows_is_null(rows, 10)) {
        gct_json_set(attachment, "latitude", gct_json_decimal((double)gct_rows_integer(rows, 9) / 1e7));
        gct_json_set(attachment, "longitude", gct_json_decimal((double)gct_rows_integer(rows, 10) / 1e7));
    }
}

static struct gct_slice optional(struct gct_rows *rows, int column)
{
    return gct_rows_is_null(rows, column) ? GCT_EMPTY : gct_rows_bytes(rows, column);
}

/* Of links made by strangers only https leaves the gateway; http on this machine is a simulated platform's.
 */
static int may_link(struct gct_slice url)
{
    return gct_slice_starts(url, GCT_LIT("https://")) || gct_slice_starts(url, GCT_LIT("http://127.0.0.1:"));
}

/* Columns: id, kind, state, url, mime, name, remote_id, raw, bytes, latitude_e7, longitude_e7. */
static struct gct_json *attachment_json(struct gct_rows *rows)
{
    struct gct_json *attachment = gct_json_object();
    uint32_t kind = (uint32_t)gct_rows_integer(rows, 1);
    uint32_t state = (uint32_t)gct_rows_integer(rows, 2);
    struct gct_slice url = optional(rows, 3);
    gct_json_set_id(attachment, "id", gct_rows_integer(rows, 0));
    gct_json_set_text(attachment, "kind", gct_slice_of(gct_attachment_kind_name(kind)));
    gct_json_set_text(attachment, "mime", optional(rows, 4));
    gct_json_set(attachment, "size",
                 gct_rows_is_null(rows, 8) ? gct_json_null() : gct_json_number(gct_rows_integer(rows, 8)));
    gct_json_set_text(attachment, "name", optional(rows, 5));
    gct_json_set_text(attachment, "url", state == GCT_MEDIA_LINKED && may_link(url) ? url : GCT_EMPTY);
    gct_json_set_text(attachment, "state", gct_slice_of(gct_media_state_name(state)));
    add_place(attachment, rows);
    if (kind == GCT_ATTACHMENT_UNSUPPORTED) {
        add_remote_kind(attachment, optional(rows, 7));
    }
    return attachment;
}

static struct gct_json *list_of(struct gct_db *db, enum gct_sql sql, int64_t message,
                                struct gct_json *(*element)(struct gct_rows *rows), struct gct_error *err)
{
    struct gct_json *list = gct_json_array();
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, sql, GCT_BIND(GCT_V_INT(message)), &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        gct_json_push(list, element(rows));
    }
    gct_rows_close(&rows);
    if (st != GCT_DONE) {
        gct_json_free(&list);
    }
    return list;
}

/* Columns: author, emoji. */
static struct gct_json *reaction_json(struct gct_rows *rows)
{
    struct gct_json *reaction = gct_json_object();
    gct_json_set(reaction, "emoji", gct_json_string(gct_rows_bytes(rows, 1)));
    gct_json_set(reaction, "author", author_json((uint32_t)gct_rows_integer(rows, 0), 0, GCT_EMPTY));
    return reaction;
}

static struct gct_json *delivery_of(struct gct_rows *rows)
{
    uint32_t state = (uint32_t)number(rows, GCT_MESSAGE_COL_DELIVERY);
    struct gct_json *delivery = NULL;
    struct gct_json *error = NULL;
    if (is_null(rows, GCT_MESSAGE_COL_DELIVERY)) {
        return gct_json_null();
    }
    delivery = gct_json_object();
    gct_json_set_text(delivery, "state", gct_slice_of(gct_delivery_name(state)));
    if (state == GCT_DELIVERY_FAILED) {
        error = gct_json_object();
        gct_json_set(error, "type", gct_problem_type(gct_problem_of(text(rows, GCT_MESSAGE_COL_ERROR_CODE))));
        gct_json_set_text(error, "detail", text(rows, GCT_MESSAGE_COL_ERROR_TEXT));
        gct_json_set(error, "retry_at", gct_json_null());
    }
    gct_json_set(delivery, "error", error == NULL ? gct_json_null() : error);
    return delivery;
}

static struct gct_json *context_of(struct gct_slice stored)
{
    struct gct_json *context = stored.len == 0 ? NULL : gct_json_parse(stored, NULL);
    return context == NULL ? gct_json_null() : context;
}

enum gct_status gct_view_message(struct gct_db *db, struct gct_rows *rows, struct gct_json **out,
                                 struct gct_error *err)
{
    int64_t id = number(rows, GCT_MESSAGE_COL_ID);
    struct gct_json *attachments = list_of(db, GCT_SQL_attachments_of, id, attachment_json, err);
    struct gct_json *reactions =
        attachments == NULL ? NULL : list_of(db, GCT_SQL_reactions_of, id, reaction_json, err);
    struct gct_json *m = NULL;
    *out = NULL;
    if (reactions == NULL) {
        gct_json_free(&attachments);
        return err->status == GCT_OK ? GCT_INTERNAL : err->status;
    }
    m = gct_json_object();
    gct_json_set_id(m, "id", id);
    gct_json_set_id(m, "ticket_id", number(rows, GCT_MESSAGE_COL_TICKET_ID));
    gct_json_set_number(m, "version", number(rows, GCT_MESSAGE_COL_VERSION));
    gct_json_set_text(m, "direction",
                      gct_slice_of(gct_direction_name((uint32_t)number(rows, GCT_MESSAGE_COL_DIRECTION))));
    gct_json_set_text(m, "kind",
                      gct_slice_of(gct_message_kind_name((uint32_t)number(rows, GCT_MESSAGE_COL_KIND))));
    gct_json_set(m, "author", author_of(rows, (uint32_t)number(rows, GCT_MESSAGE_COL_AUTHOR)));
    gct_json_set_text(m, "text", text(rows, GCT_MESSAGE_COL_TEXT));
    gct_json_set(m, "attachments", attachments);
    gct_json_set_id(m, "reply_to", number(rows, GCT_MESSAGE_COL_REPLY_TO_ID));
    gct_json_set(m, "context", context_of(text(rows, GCT_MESSAGE_COL_CONTEXT)));
    gct_json_set(m, "reactions", reactions);
    gct_json_set_text(m, "remote_id", text(rows, GCT_MESSAGE_COL_REMOTE_ID));
    gct_json_set_text(m, "client_key", text(rows, GCT_MESSAGE_COL_CLIENT_KEY));
    gct_json_set_time(m, "sent_at", number(rows, GCT_MESSAGE_COL_SENT_MS));
    gct_json_set_time(m, "received_at", number(rows, GCT_MESSAGE_COL_RECEIVED_MS));
    gct_json_set_time(m, "edited_at", number(rows, GCT_MESSAGE_COL_EDITED_MS));
    gct_json_set_time(m, "unsent_at", number(rows, GCT_MESSAGE_COL_UNSENT_MS));
    gct_json_set(m, "delivery", delivery_of(rows));
    if ((number(rows, GCT_MESSAGE_COL_FLAGS) & GCT_MESSAGE_DISCARDED) != 0) {
        gct_json_set_truth(m, "discarded", 1);
    }
    *out = m;
    return GCT_OK;
}

enum gct_status gct_view_message_one(struct gct_db *db, int64_t message, struct gct_json **out,
                                     struct gct_message_place *place, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_message_one, GCT_BIND(GCT_V_INT(message)), &rows, err);
    *out = NULL;
    if (st == GCT_OK) {
        st = gct_rows_next(rows, err);
    }
    if (st == GCT_OK) {
        if (place != NULL) {
            *place = (struct gct_message_place){ number(rows, GCT_MESSAGE_COL_ACCOUNT_ID),
                                                 number(rows, GCT_MESSAGE_COL_TEAM_ID),
                                                 number(rows, GCT_MESSAGE_COL_TICKET_ID) };
        }
        st = gct_view_message(db, rows, out, err);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}
