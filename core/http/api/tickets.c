/* The list of tickets, one ticket, and changes to it. */
#include "base/clock.h"
#include "base/slice.h"
#include "http/api/handlers.h"
#include "http/head.h"
#include "http/view/ticket.h"
#include "store/fulltext.h"

#define LIVE_STATUSES 0x0fu
#define ALL_STATUSES 0x1fu
#define ALL_PRIORITIES 0x0fu

/* The sorts: statements without and with closed tickets, column of the cursor's key, and the key before the
 * first row. */
static const struct ticket_sort {
    const char *name;
    enum gct_sql live;
    enum gct_sql with_closed;
    enum gct_ticket_column key;
    int64_t first;
} sorts[] = {
    { "window", GCT_SQL_tickets_by_window, GCT_SQL_tickets_with_closed_by_window, GCT_TICKET_COL_DEADLINE_MS,
      INT64_MIN },
    { "updated", GCT_SQL_tickets_by_update, GCT_SQL_tickets_with_closed_by_update, GCT_TICKET_COL_UPDATED_MS,
      INT64_MAX },
    { "created", GCT_SQL_tickets_by_creation, GCT_SQL_tickets_with_closed_by_creation,
      GCT_TICKET_COL_CREATED_MS, INT64_MAX },
    { "priority", GCT_SQL_tickets_by_priority, GCT_SQL_tickets_with_closed_by_priority,
      GCT_TICKET_COL_PRIORITY, INT64_MAX },
    { "sla", GCT_SQL_tickets_by_sla, GCT_SQL_tickets_with_closed_by_sla, GCT_TICKET_COL_ID, 0 },
};

enum list_place {
    P_USER,
    P_STATUSES,
    P_CHANNELS,
    P_ASSIGNEE,
    P_TEAM,
    P_TAGS,
    P_PRIORITIES,
    P_CUSTOMER,
    P_UNANSWERED,
    P_WORDS,
    P_ACCOUNTS,
    P_TEAMS,
    P_KEY,
    P_ID,
    P_LIMIT,
    P_COUNT
};

struct ticket_list {
    const struct ticket_sort *sort;
    int with_closed;
    struct gct_value values[P_COUNT];
    size_t limit;
};

/* The texts of a comma-separated parameter as a JSON array, for json_each. */
static struct gct_value texts_value(struct gct_api_request *request, const char *name)
{
    struct gct_slice rest = gct_api_query(request, name)->value;
    struct gct_slice part;
    struct gct_json *list = NULL;
    struct gct_buffer text = { 0 };
    if (rest.ptr == NULL) {
        return GCT_V_NULL;
    }
    list = gct_json_array();
    while (gct_slice_split(&rest, ',', &part)) {
        gct_json_push(list, gct_json_string(part));
    }
    gct_json_write(list, &text);
    gct_json_free(&list);
    struct gct_slice copy = gct_arena_copy(request->arena, gct_buffer_slice(&text));
    gct_buffer_free(&text);
    return GCT_V_TEXT(copy);
}

/* A set of statuses or priorities as bits; every one when the parameter is absent. */
static unsigned set_of(struct gct_api_request *request, const char *name,
                       enum gct_status (*read)(struct gct_slice text, unsigned *value), unsigned absent)
{
    struct gct_slice rest = gct_api_query(request, name)->value;
    struct gct_slice part;
    unsigned set = 0;
    unsigned value = 0;
    while (gct_slice_split(&rest, ',', &part)) {
        if (read(part, &value) == GCT_OK) {
            set |= 1u << value;
        } else {
            (void)gct_api_invalid(request, name, "has an element that is not known");
        }
    }
    return set == 0 ? absent : set;
}

static enum gct_status read_status(struct gct_slice text, unsigned *value)
{
    enum gct_ticket_status status = GCT_TICKET_OPEN;
    enum gct_status st = gct_ticket_status_read(text, &status);
    *value = (unsigned)status;
    return st;
}

static enum gct_status read_priority(struct gct_slice text, unsigned *value)
{
    enum gct_priority priority = GCT_PRIORITY_LOW;
    enum gct_status st = gct_priority_read(text, &priority);
    *value = (unsigned)priority;
    return st;
}

static struct gct_value assignee_value(struct gct_api_request *request)
{
    struct gct_slice text = gct_api_query(request, "assignee")->value;
    int64_t id = 0;
    if (text.ptr == NULL) {
        return GCT_V_NULL;
    }
    if (gct_slice_is(text, "me")) {
        id = gct_api_user(request);
        if (id == 0) {
            (void)gct_api_invalid(request, "assignee", "a token is nobody");
        }
        return GCT_V_INT(id);
    }
    if (!gct_slice_is(text, "none") && gct_slice_integer(text, 1, INT64_MAX, &id) != GCT_OK) {
        (void)gct_api_invalid(request, "assignee", "must be me, none or a user's id");
    }
    return GCT_V_INT(id);
}

static struct gct_value id_value(struct gct_api_request *request, const char *name)
{
    const struct gct_query_value *value = gct_api_query(request, name);
    return value->value.ptr == NULL ? GCT_V_NULL : GCT_V_INT(value->integer);
}

static void read_filters(struct gct_api_request *request, struct ticket_list *list, unsigned statuses)
{
    struct gct_value *v = list->values;
    struct gct_slice q = gct_api_query(request, "q")->value;
    v[P_USER] = GCT_V_INT(gct_api_user(request));
    v[P_STATUSES] = GCT_V_INT(statuses);
    v[P_CHANNELS] = texts_value(request, "channel");
    v[P_ASSIGNEE] = assignee_value(request);
    v[P_TEAM] = id_value(request, "team");
    v[P_TAGS] = texts_value(request, "tag");
    v[P_PRIORITIES] = GCT_V_INT(set_of(request, "priority", read_priority, ALL_PRIORITIES));
    v[P_CUSTOMER] = id_value(request, "customer");
    v[P_UNANSWERED] = id_value(request, "unanswered");
    v[P_WORDS] = q.ptr == NULL ? GCT_V_NULL
                               : gct_value_text(gct_store_search_query(q, GCT_SEARCH_ALL, request->arena));
    v[P_ACCOUNTS] = gct_api_accounts(request);
    v[P_TEAMS] = gct_api_teams(request);
}

GCT_PREPARE(gct_api_tickets_prepare)
{
    struct ticket_list *list = GCT_ARENA_NEW(request->arena, ticket_list);
    struct gct_slice sort = gct_api_query(request, "sort")->value;
    unsigned statuses = set_of(request, "status", read_status, LIVE_STATUSES);
    int64_t key = 0;
    int64_t id = 0;
    GCT_CHECK(list != NULL);
    list->sort = &sorts[0];
    for (size_t i = 0; i < GCT_COUNT(sorts); i++) {
        list->sort = gct_slice_is(sort, sorts[i].name) ? &sorts[i] : list->sort;
    }
    list->with_closed = (statuses & (1u << GCT_TICKET_CLOSED)) != 0;
    read_filters(request, list, statuses);
    list->limit = gct_api_limit(request);
    if (request->problem != NULL || gct_api_cursor_read(request, &key, &id) != GCT_OK) {
        return GCT_CONFLICT;
    }
    int has_cursor = gct_api_query(request, "cursor")->value.ptr != NULL;
    list->values[P_KEY] = GCT_V_INT(has_cursor ? key : list->sort->first);
    list->values[P_ID] = GCT_V_INT(id);
    list->values[P_LIMIT] = GCT_V_INT(list->limit + 1u);
    request->state = list;
    return GCT_OK;
}

static enum gct_status count_tickets(struct gct_db *db, const struct ticket_list *list, int64_t *total,
                                     struct gct_error *err)
{
    enum gct_sql sql = list->with_closed ? GCT_SQL_tickets_count_with_closed : GCT_SQL_tickets_count;
    return gct_db_integer(db, sql, list->values, P_COUNT, 0, total, err);
}

/* Where the next page begins: after this row. */
static int64_t key_of(const struct ticket_list *list, struct gct_rows *rows)
{
    if (list->sort->key == GCT_TICKET_COL_DEADLINE_MS &&
        gct_rows_integer(rows, GCT_TICKET_COL_STATUS) == GCT_TICKET_CLOSED) {
        return GCT_FAR_FUTURE_MS;
    }
    return gct_rows_integer(rows, (int)list->sort->key);
}

GCT_VIEW(gct_api_tickets)
{
    const struct ticket_list *list = request->state;
    struct gct_json *items = gct_json_array();
    struct gct_rows *rows = NULL;
    struct gct_slice next = GCT_EMPTY;
    int64_t total = 0;
    int64_t key = 0;
    int64_t id = 0;
    enum gct_sql sql = list->with_closed ? list->sort->with_closed : list->sort->live;
    enum gct_status st = gct_db_query(db, sql, list->values, P_COUNT, &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        if (gct_json_count(items) == list->limit) {
            next = gct_api_cursor_write(request, key, id);
            break;
        }
        key = key_of(list, rows);
        id = gct_rows_integer(rows, GCT_TICKET_COL_ID);
        gct_json_push(items, gct_view_ticket(rows, request->directory, request->now_ms, 1));
    }
    gct_rows_close(&rows);
    st = st == GCT_OK || st == GCT_DONE ? count_tickets(db, list, &total, err) : st;
    if (st != GCT_OK) {
        gct_json_free(&items);
        return st;
    }
    request->result = gct_api_page(items, next);
    gct_json_set_number(request->result, "total", total);
    return GCT_OK;
}

GCT_VIEW(gct_api_ticket)
{
    return gct_view_ticket_one(db, request->directory, gct_api_user(request), request->id, request->now_ms, 1,
                               &request->result, &request->etag, err);
}

/* ---- changes ---- */

static enum gct_status read_if_match(struct gct_api_request *request, int64_t *version)
{
    struct gct_slice tag = gct_request_header(&request->exchange->request, "if-match");
    if (tag.ptr == NULL || gct_head_if_match(tag, version) == GCT_OK) {
        return GCT_OK;
    }
    return gct_api_invalid(request, "If-Match", "must be the ETag of a ticket");
}

static enum gct_status read_assignee(struct gct_api_request *request, struct gct_ticket_patch *patch)
{
    struct gct_slice text = gct_json_text(gct_api_member(request, "assignee"));
    if (gct_slice_is(text, "me")) {
        patch->assignee = gct_api_user(request);
        return patch->assignee != 0 ? GCT_OK : gct_api_invalid(request, "assignee", "a token is nobody");
    }
    patch->assignee = gct_api_member_id(request, "assignee");
    return text.ptr == NULL || patch->assignee != 0
               ? GCT_OK
               : gct_api_invalid(request, "assignee", "must be a user's id or me");
}

static enum gct_status read_tags(struct gct_api_request *request, struct gct_ticket_patch *patch)
{
    const struct gct_json *tags = gct_api_member(request, "tags");
    size_t count = gct_json_count(tags);
    struct gct_slice *list = GCT_ARENA_ARRAY(request->arena, struct gct_slice, count + 1u);
    GCT_CHECK(list != NULL);
    for (size_t i = 0; i < count; i++) {
        list[i] = gct_json_text(gct_json_at(tags, i));
        if (gct_slice_find(list[i], ',') != list[i].len) {
            return gct_api_invalid(request, "tags", "a tag holds no comma");
        }
    }
    patch->tags = list;
    patch->tag_count = count;
    return GCT_OK;
}

GCT_PREPARE(gct_api_ticket_patch_prepare)
{
    static const struct {
        const char *name;
        unsigned bit;
    } members[] = { { "status", GCT_PATCH_STATUS },     { "priority", GCT_PATCH_PRIORITY },
                    { "assignee", GCT_PATCH_ASSIGNEE }, { "team", GCT_PATCH_TEAM },
                    { "tags", GCT_PATCH_TAGS },         { "snoozed_until", GCT_PATCH_SNOOZED_UNTIL } };
    struct gct_ticket_patch *patch = GCT_ARENA_NEW(request->arena, gct_ticket_patch);
    enum gct_status st = GCT_OK;
    GCT_CHECK(patch != NULL);
    for (size_t i = 0; i < GCT_COUNT(members); i++) {
        patch->set |= gct_api_member(request, members[i].name) != NULL ? members[i].bit : 0u;
    }
    if (patch->set == 0) {
        return gct_api_invalid(request, "", "at least one member is needed");
    }
    patch->ticket = request->id;
    patch->actor = request->actor;
    patch->team = gct_api_member_id(request, "team");
    if ((patch->set & GCT_PATCH_STATUS) != 0) {
        st = gct_ticket_status_read(gct_json_text(gct_api_member(request, "status")), &patch->status);
    }
    if (st == GCT_OK && (patch->set & GCT_PATCH_PRIORITY) != 0) {
        st = gct_priority_read(gct_json_text(gct_api_member(request, "priority")), &patch->priority);
    }
    if (st == GCT_OK && gct_json_text(gct_api_member(request, "snoozed_until")).ptr != NULL) {
        st = gct_time_read(gct_json_text(gct_api_member(request, "snoozed_until")), &patch->snoozed_until_ms);
    }
    GCT_CHECK_EQ(st, GCT_OK); /* the route's table let only good values in */
    request->state = patch;
    st = read_assignee(request, patch);
    st = st == GCT_OK ? read_tags(request, patch) : st;
    return st == GCT_OK ? read_if_match(request, &patch->if_version) : st;
}

GCT_ACT(gct_api_ticket_patch)
{
    return gct_api_action(request, gct_action_patch(tx, request->directory, request->state, &request->done,
                                                    &request->refusal, err));
}
