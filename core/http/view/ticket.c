#include "http/view/ticket.h"

#include "base/slice.h"
#include "model/message.h"
#include "model/ticket.h"
#include "model/window.h"

#define PREVIEW_CHARACTERS 160u

struct gct_json *gct_view_named(int64_t id, struct gct_slice name)
{
    struct gct_json *named = NULL;
    if (id == 0) {
        return gct_json_null();
    }
    named = gct_json_object();
    gct_json_set_id(named, "id", id);
    gct_json_set(named, "name", gct_json_string(name));
    return named;
}

struct gct_json *gct_view_customer(int64_t id, struct gct_slice name, struct gct_slice handle,
                                   struct gct_slice avatar)
{
    struct gct_json *customer = gct_json_object();
    gct_json_set_id(customer, "id", id);
    gct_json_set_text(customer, "name", name);
    gct_json_set_text(customer, "handle", handle);
    /* A picture on the platform's own host would tell it who looks at what: only copies of ours are shown. */
    gct_json_set_text(customer, "avatar_url", gct_slice_starts(avatar, GCT_LIT("/")) ? avatar : GCT_EMPTY);
    return customer;
}

struct gct_slice gct_view_excerpt(struct gct_slice text, size_t characters, char room[GCT_PREVIEW_ROOM])
{
    size_t n = 0;
    size_t count = 0;
    int blank = 1;
    size_t i = 0;
    while (i < text.len && count < characters && n + 8u < GCT_PREVIEW_ROOM) {
        unsigned char c = (unsigned char)text.ptr[i];
        size_t len = c < 0x80 ? 1u : c < 0xe0 ? 2u : c < 0xf0 ? 3u : 4u;
        if (c <= 0x20) {
            if (!blank) {
                room[n++] = ' ';
                count++;
            }
            blank = 1;
        } else {
            for (size_t j = 0; j < len && i + j < text.len; j++) {
                room[n++] = text.ptr[i + j];
            }
            count++;
            blank = 0;
        }
        i += len;
    }
    while (n != 0 && room[n - 1u] == ' ') {
        n--;
    }
    return (struct gct_slice){ room, n };
}

static int64_t number(struct gct_rows *rows, enum gct_ticket_column column)
{
    return gct_rows_integer(rows, (int)column);
}

static struct gct_slice text(struct gct_rows *rows, enum gct_ticket_column column)
{
    return gct_rows_is_null(rows, (int)column) ? GCT_EMPTY : gct_rows_bytes(rows, (int)column);
}

static struct gct_json *window_of(struct gct_rows *rows, const struct gct_directory *directory,
                                  int64_t now_ms)
{
    static const struct gct_window_rules none = { 0, 0 };
    const struct gct_directory_account *account =
        directory == NULL ? NULL : gct_directory_account(directory, number(rows, GCT_TICKET_COL_ACCOUNT_ID));
    const struct gct_window_facts facts = {
        .opened_ms = number(rows, GCT_TICKET_COL_WINDOW_OPENED_MS),
        .closes_ms = number(rows, GCT_TICKET_COL_WINDOW_CLOSES_MS),
        .human_until_ms = number(rows, GCT_TICKET_COL_HUMAN_UNTIL_MS),
        .unreachable = !gct_rows_is_null(rows, GCT_TICKET_COL_UNREACHABLE),
        /* An account that is no longer configured cannot be written to, as if it were paused. */
        .channel_paused = number(rows, GCT_TICKET_COL_CHANNEL_PAUSED) != 0 || account == NULL,
        .account_state = (enum gct_account_state)number(rows, GCT_TICKET_COL_ACCOUNT_STATE),
    };
    const struct gct_window window =
        gct_window_state(&facts, account == NULL ? &none : &account->channel->window, now_ms);
    struct gct_json *json = gct_json_object();
    const char *lock = gct_lock_name(window.lock);
    gct_json_set_text(json, "state", gct_slice_of(gct_window_state_name(window.state)));
    gct_json_set_time(json, "closes_at", window.closes_ms);
    gct_json_set_text(json, "opened_by", text(rows, GCT_TICKET_COL_WINDOW_OPENED_BY));
    gct_json_set(json, "quota_left", gct_json_null());
    gct_json_set_time(json, "human_until", window.human_until_ms);
    gct_json_set_text(json, "lock", lock == NULL ? GCT_EMPTY : gct_slice_of(lock));
    return json;
}

static struct gct_json *tags_of(struct gct_slice joined)
{
    struct gct_json *tags = gct_json_array();
    struct gct_slice tag;
    while (gct_slice_split(&joined, '\x1f', &tag)) {
        gct_json_push(tags, gct_json_string(tag));
    }
    return tags;
}

static void add_preview(struct gct_json *ticket, struct gct_rows *rows)
{
    char room[GCT_PREVIEW_ROOM];
    struct gct_slice excerpt = gct_view_excerpt(text(rows, GCT_TICKET_COL_PREVIEW), PREVIEW_CHARACTERS, room);
    int has_kind = excerpt.len == 0 && !gct_rows_is_null(rows, GCT_TICKET_COL_PREVIEW_KIND);
    int has_direction = !gct_rows_is_null(rows, GCT_TICKET_COL_PREVIEW_DIRECTION);
    gct_json_set_text(ticket, "preview", excerpt.len == 0 ? GCT_EMPTY : excerpt);
    gct_json_set_text(
        ticket, "preview_kind",
        has_kind ? gct_slice_of(gct_attachment_kind_name((uint32_t)number(rows, GCT_TICKET_COL_PREVIEW_KIND)))
                 : GCT_EMPTY);
    gct_json_set_text(ticket, "preview_direction",
                      has_direction ? gct_slice_of(gct_direction_name(
                                          (uint32_t)number(rows, GCT_TICKET_COL_PREVIEW_DIRECTION)))
                                    : GCT_EMPTY);
}

static const struct {
    const char *name;
    enum gct_ticket_column column;
} times[] = {
    { "created_at", GCT_TICKET_COL_CREATED_MS },
    { "updated_at", GCT_TICKET_COL_UPDATED_MS },
    { "last_message_at", GCT_TICKET_COL_LAST_MESSAGE_MS },
    { "first_response_at", GCT_TICKET_COL_FIRST_RESPONSE_MS },
    { "solved_at", GCT_TICKET_COL_SOLVED_MS },
    { "snoozed_until", GCT_TICKET_COL_SNOOZED_UNTIL_MS },
};

struct gct_json *gct_view_ticket(struct gct_rows *rows, const struct gct_directory *directory, int64_t now_ms,
                                 int with_unread)
{
    struct gct_json *ticket = gct_json_object();
    gct_json_set_id(ticket, "id", number(rows, GCT_TICKET_COL_ID));
    gct_json_set_number(ticket, "number", number(rows, GCT_TICKET_COL_ID));
    gct_json_set_number(ticket, "version", number(rows, GCT_TICKET_COL_VERSION));
    gct_json_set_text(ticket, "status",
                      gct_slice_of(gct_ticket_status_name((uint32_t)number(rows, GCT_TICKET_COL_STATUS))));
    gct_json_set_text(ticket, "priority",
                      gct_slice_of(gct_priority_name((uint32_t)number(rows, GCT_TICKET_COL_PRIORITY))));
    gct_json_set_text(ticket, "channel", text(rows, GCT_TICKET_COL_CHANNEL));
    gct_json_set_text(ticket, "plugin", text(rows, GCT_TICKET_COL_PLUGIN));
    gct_json_set(
        ticket, "account",
        gct_view_named(number(rows, GCT_TICKET_COL_ACCOUNT_ID), text(rows, GCT_TICKET_COL_ACCOUNT_NAME)));
    gct_json_set(ticket, "customer",
                 gct_view_customer(number(rows, GCT_TICKET_COL_CONTACT_ID),
                                   text(rows, GCT_TICKET_COL_CONTACT_NAME), text(rows, GCT_TICKET_COL_HANDLE),
                                   text(rows, GCT_TICKET_COL_AVATAR_URL)));
    gct_json_set(
        ticket, "assignee",
        gct_view_named(number(rows, GCT_TICKET_COL_ASSIGNEE_ID), text(rows, GCT_TICKET_COL_ASSIGNEE_NAME)));
    gct_json_set(ticket, "team",
                 gct_view_named(number(rows, GCT_TICKET_COL_TEAM_ID), text(rows, GCT_TICKET_COL_TEAM_NAME)));
    gct_json_set(ticket, "tags", tags_of(text(rows, GCT_TICKET_COL_TAGS)));
    for (size_t i = 0; i < GCT_COUNT(times); i++) {
        gct_json_set_time(ticket, times[i].name, number(rows, times[i].column));
    }
    gct_json_set_number(ticket, "messages_in", number(rows, GCT_TICKET_COL_MESSAGES_IN));
    gct_json_set_truth(ticket, "unanswered", number(rows, GCT_TICKET_COL_UNANSWERED) != 0);
    add_preview(ticket, rows);
    gct_json_set(ticket, "window", window_of(rows, directory, now_ms));
    if (with_unread) {
        gct_json_set_number(ticket, "unread", number(rows, GCT_TICKET_COL_UNREAD));
    }
    return ticket;
}

enum gct_status gct_view_ticket_one(struct gct_db *db, const struct gct_directory *directory, int64_t user,
                                    int64_t ticket, int64_t now_ms, int with_unread, struct gct_json **out,
                                    int64_t *version, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st =
        gct_db_query(db, GCT_SQL_ticket_one, GCT_BIND(GCT_V_INT(user), GCT_V_INT(ticket)), &rows, err);
    *out = NULL;
    if (st == GCT_OK) {
        st = gct_rows_next(rows, err);
    }
    if (st == GCT_OK) {
        *out = gct_view_ticket(rows, directory, now_ms, with_unread);
        *version = number(rows, GCT_TICKET_COL_VERSION);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}
