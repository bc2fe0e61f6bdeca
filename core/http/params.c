#include "http/params.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/slice.h"
#include "http/problem.h"

#define REASON_TEXT 120u

int gct_choice_holds(const char *choices, struct gct_slice value)
{
    struct gct_slice rest = gct_slice_of(choices);
    struct gct_slice choice;
    while (gct_slice_split(&rest, '|', &choice)) {
        if (gct_slice_eq(choice, value)) {
            return 1;
        }
    }
    return 0;
}

static void add_fault(struct gct_json **problem, struct gct_slice field, const char *reason)
{
    if (*problem == NULL) {
        *problem = gct_problem_json(GCT_PROBLEM_INVALID, "a member or parameter of the request is not valid");
    }
    gct_problem_field(*problem, field, reason);
}

static const struct gct_param *find_param(const struct gct_param *params, size_t count, struct gct_slice name)
{
    const struct gct_param *found = NULL;
    for (size_t i = 0; found == NULL && i < count; i++) {
        found = gct_slice_is(name, params[i].name) ? &params[i] : NULL;
    }
    return found;
}

/* Is the text within least and most characters, without control characters but tab and line ends? */
static int text_fits(struct gct_slice text, int64_t least, int64_t most)
{
    size_t count = gct_utf8_valid(text) ? gct_utf8_count(text) : 0;
    int fits = gct_utf8_valid(text) && (int64_t)count >= least && (int64_t)count <= most;
    for (size_t i = 0; fits && i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        fits = c >= 0x20 || c == '\n' || c == '\t' || c == '\r';
    }
    return fits;
}

/* Writes why a text value does not fit its parameter; an empty reason when it does. */
static void check_text(const struct gct_param *param, struct gct_slice value, int64_t *integer,
                       char reason[REASON_TEXT])
{
    int64_t ms = 0;
    reason[0] = '\0';
    switch (param->type) {
    case GCT_P_CHOICE:
        if (!gct_choice_holds(param->choices, value)) {
            (void)snprintf(reason, REASON_TEXT, "must be one of %s", param->choices);
        }
        break;
    case GCT_P_ID:
        if (gct_slice_integer(value, 1, INT64_MAX, integer) != GCT_OK) {
            (void)snprintf(reason, REASON_TEXT, "must be an id");
        }
        break;
    case GCT_P_TIME:
        if (gct_time_read(value, &ms) != GCT_OK) {
            (void)snprintf(reason, REASON_TEXT, "must be an RFC 3339 time");
        }
        break;
    case GCT_P_TEXT:
    default:
        if (!text_fits(value, param->least, param->most)) {
            (void)snprintf(reason, REASON_TEXT, "must be text of %" PRId64 " to %" PRId64 " characters",
                           param->least, param->most);
        }
        break;
    }
}

static void check_texts(const struct gct_param *param, const struct gct_json *value, char reason[REASON_TEXT])
{
    size_t count = gct_json_count(value);
    int fits = gct_json_type(value) == GCT_JSON_IS_ARRAY && (int64_t)count <= param->most;
    for (size_t i = 0; fits && i < count; i++) {
        struct gct_slice text = gct_json_text(gct_json_at(value, i));
        fits = gct_json_type(gct_json_at(value, i)) == GCT_JSON_IS_STRING && text_fits(text, 1, 40) &&
               gct_slice_trim(text).len == text.len;
        for (size_t j = 0; fits && j < i; j++) {
            fits = !gct_slice_eq(text, gct_json_text(gct_json_at(value, j)));
        }
    }
    reason[0] = '\0';
    if (!fits) {
        (void)snprintf(reason, REASON_TEXT,
                       "must be a list of at most %" PRId64 " different texts of 1 to 40 characters",
                       param->most);
    }
}

static void check_member(const struct gct_param *param, const struct gct_json *value,
                         char reason[REASON_TEXT])
{
    int64_t integer = 0;
    enum gct_json_type type = gct_json_type(value);
    reason[0] = '\0';
    if (type == GCT_JSON_IS_NULL && (param->flags & GCT_P_NULLABLE) != 0) {
        return;
    }
    switch (param->type) {
    case GCT_P_FLAG:
        if (type != GCT_JSON_IS_BOOLEAN) {
            (void)snprintf(reason, REASON_TEXT, "must be true or false");
        }
        break;
    case GCT_P_INTEGER:
        integer = gct_json_integer(value, INT64_MIN);
        if (type != GCT_JSON_IS_INTEGER || integer < param->least || integer > param->most) {
            (void)snprintf(reason, REASON_TEXT, "must be a whole number from %" PRId64 " to %" PRId64,
                           param->least, param->most);
        }
        break;
    case GCT_P_TEXTS: check_texts(param, value, reason); break;
    case GCT_P_LIST:
        if (type != GCT_JSON_IS_ARRAY || (int64_t)gct_json_count(value) > param->most) {
            (void)snprintf(reason, REASON_TEXT, "must be a list of at most %" PRId64 " elements",
                           param->most);
        }
        break;
    case GCT_P_TEXT:
    case GCT_P_TIME:
    case GCT_P_ID:
    case GCT_P_CHOICE:
    default:
        if (type != GCT_JSON_IS_STRING) {
            (void)snprintf(reason, REASON_TEXT, "must be a string");
        } else {
            check_text(param, gct_json_text(value), &integer, reason);
        }
        break;
    }
}

enum gct_status gct_params_check(const struct gct_json *body, const struct gct_param *params, size_t count,
                                 struct gct_json **problem)
{
    char reason[REASON_TEXT];
    struct gct_slice name;
    *problem = NULL;
    if (gct_json_type(body) != GCT_JSON_IS_OBJECT) {
        add_fault(problem, GCT_LIT(""), "the body must be a JSON object");
        return GCT_INVALID;
    }
    for (size_t i = 0; i < gct_json_count(body) && i < 100u; i++) {
        const struct gct_json *value = gct_json_member(body, i, &name);
        const struct gct_param *param = find_param(params, count, name);
        if (param == NULL) {
            add_fault(problem, gct_utf8_head(name, 64u), "is not known");
        } else {
            check_member(param, value, reason);
            if (reason[0] != '\0') {
                add_fault(problem, name, reason);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        if ((params[i].flags & GCT_P_REQUIRED) != 0 && gct_json_get(body, params[i].name) == NULL) {
            add_fault(problem, gct_slice_of(params[i].name), "is missing");
        }
    }
    return *problem == NULL ? GCT_OK : GCT_INVALID;
}

/* One name=value of a query. */
static void read_query_value(const struct gct_param *param, struct gct_slice value,
                             struct gct_query_value *out, char reason[REASON_TEXT])
{
    reason[0] = '\0';
    out->value = value;
    if (param->type == GCT_P_INTEGER) {
        if (gct_slice_integer(value, param->least, param->most, &out->integer) != GCT_OK) {
            (void)snprintf(reason, REASON_TEXT, "must be a whole number from %" PRId64 " to %" PRId64,
                           param->least, param->most);
        }
    } else if (param->type == GCT_P_FLAG) {
        out->integer = gct_slice_is(value, "true");
        if (!out->integer && !gct_slice_is(value, "false")) {
            (void)snprintf(reason, REASON_TEXT, "must be true or false");
        }
    } else if (param->type == GCT_P_TEXTS) {
        struct gct_slice rest = value;
        struct gct_slice part;
        int64_t parts = 0;
        while (gct_slice_split(&rest, ',', &part)) {
            parts++;
            if (!text_fits(part, 1, 100) || parts > param->most ||
                (param->choices != NULL && !gct_choice_holds(param->choices, part))) {
                (void)snprintf(reason, REASON_TEXT, "has an element that is not valid");
            }
        }
    } else {
        check_text(param, value, &out->integer, reason);
    }
}

enum gct_status gct_params_query(struct gct_slice query, const struct gct_param *params, size_t count,
                                 struct gct_arena *arena, struct gct_query_value *values,
                                 struct gct_json **problem)
{
    char reason[REASON_TEXT];
    struct gct_slice pair;
    *problem = NULL;
    for (size_t i = 0; i < count; i++) {
        values[i] = (struct gct_query_value){ 0 };
    }
    while (gct_slice_split(&query, '&', &pair)) {
        size_t equals = gct_slice_find(pair, '=');
        struct gct_slice name = gct_slice_head(pair, equals);
        struct gct_slice raw = gct_slice_from(pair, equals + 1u);
        const struct gct_param *param = find_param(params, count, name);
        char *room = gct_arena_alloc(arena, raw.len + 1u, 1u);
        size_t len = 0;
        if (param == NULL) {
            add_fault(problem, gct_utf8_head(name, 64u), "is not known");
        } else if (room == NULL || gct_percent_decode(raw, room, &len) != GCT_OK ||
                   values[param - params].value.ptr != NULL) {
            add_fault(problem, name, "is badly encoded or stands twice");
        } else {
            read_query_value(param, (struct gct_slice){ room, len }, &values[param - params], reason);
            if (reason[0] != '\0') {
                add_fault(problem, name, reason);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        if ((params[i].flags & GCT_P_REQUIRED) != 0 && values[i].value.ptr == NULL) {
            add_fault(problem, gct_slice_of(params[i].name), "is missing");
        }
    }
    return *problem == NULL ? GCT_OK : GCT_INVALID;
}
