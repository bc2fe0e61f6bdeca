/* Host extension gct.json/1. A document is parsed by base/json.h and copied into values in the call's arena:
 * they die with the call, count against its budget, and are not shared with anything.
 *
 * A value is in one place only: it has at most one parent, and no tree is deeper than GCT_JSON_DEPTH, so that
 * every walk ends. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/slice.h"
#include "plugin/host/host.h"

#define LARGEST_REAL 9223372036854775807.0 /* rounds to 2^63, the first value that does not fit */

struct gct_json_value {
    uint32_t type;
    uint32_t height; /* 1 for a leaf */
    uint32_t in_row; /* 1: the children stand in one row, first + n is child n */
    uint32_t truth;
    size_t count; /* children */
    int64_t integer;
    double real;
    struct gct_slice text;
    struct gct_slice name; /* as a member */
    struct gct_json_value *first;
    struct gct_json_value *last;
    struct gct_json_value *next;
    struct gct_json_value *parent;
    struct gct_arena *arena; /* of the values that may be changed; NULL for parsed ones */
};

/* ---- parsing ---- */

struct copying {
    struct gct_arena *arena;
    struct gct_json_value *parent;
    size_t done;
    int failed;
};

static void copy_value(struct copying *copying, const struct gct_json *json, struct gct_json_value *out);

static void copy_text(struct copying *copying, struct gct_slice text, struct gct_slice *out)
{
    *out = gct_arena_copy(copying->arena, text);
    copying->failed |= out->len != text.len;
}

static void copy_child(void *arg, struct gct_slice name, struct gct_json *json)
{
    struct copying *copying = arg;
    struct gct_json_value *parent = copying->parent;
    if (!copying->failed) {
        struct gct_json_value *child = parent->first + copying->done;
        copying->done++;
        child->parent = parent;
        child->next = copying->done < parent->count ? child + 1 : NULL;
        parent->last = child;
        copy_text(copying, name, &child->name);
        copy_value(copying, json, child);
        parent->height = parent->height > child->height ? parent->height : child->height + 1u;
    }
}

static void copy_children(struct copying *outer, const struct gct_json *json, struct gct_json_value *out)
{
    struct copying inner = { outer->arena, out, 0, 0 };
    out->count = gct_json_count(json);
    out->in_row = 1;
    out->first = GCT_ARENA_ARRAY(outer->arena, struct gct_json_value, out->count);
    inner.failed = out->first == NULL;
    if (out->count == 0) {
        out->first = NULL;
    } else if (out->type == GCT_JSON_OBJECT) {
        gct_json_each(json, copy_child, &inner);
    } else {
        for (size_t i = 0; i < out->count; i++) {
            copy_child(&inner, GCT_EMPTY, gct_json_at(json, i));
        }
    }
    outer->failed |= inner.failed;
}

static void copy_value(struct copying *copying, const struct gct_json *json, struct gct_json_value *out)
{
    out->height = 1;
    switch (gct_json_type(json)) {
    case GCT_JSON_IS_NONE:
    case GCT_JSON_IS_NULL: out->type = GCT_JSON_NULL; break;
    case GCT_JSON_IS_BOOLEAN:
        out->type = GCT_JSON_BOOLEAN;
        out->truth = gct_json_truth(json) != 0;
        break;
    case GCT_JSON_IS_INTEGER:
        out->type = GCT_JSON_INTEGER;
        out->integer = gct_json_integer(json, 0);
        break;
    case GCT_JSON_IS_REAL:
        out->type = GCT_JSON_REAL;
        out->real = gct_json_real(json, 0.0);
        break;
    case GCT_JSON_IS_STRING:
        out->type = GCT_JSON_STRING;
        copy_text(copying, gct_json_text(json), &out->text);
        break;
    case GCT_JSON_IS_ARRAY:
        out->type = GCT_JSON_ARRAY;
        copy_children(copying, json, out);
        break;
    case GCT_JSON_IS_OBJECT:
        out->type = GCT_JSON_OBJECT;
        copy_children(copying, json, out);
        break;
    }
}

static const struct gct_json_value *json_parse(const struct gct_call *base, struct gct_slice text)
{
    struct plugin_call *call = plugin_call_of(base);
    struct gct_json_value *value = NULL;
    struct gct_json *json = call == NULL || text.ptr == NULL ? NULL : gct_json_parse(text, NULL);
    if (json != NULL) {
        struct copying copying = { call->json, NULL, 0, 0 };
        value = GCT_ARENA_NEW(call->json, gct_json_value);
        if (value != NULL) {
            copy_value(&copying, json, value);
            value = copying.failed ? NULL : value;
        }
        gct_json_free(&json);
    }
    return value;
}

/* ---- reading ---- */

static uint32_t json_type(const struct gct_json_value *value)
{
    return value == NULL ? GCT_JSON_NONE : value->type;
}

static struct gct_json_value *find_member(const struct gct_json_value *object, struct gct_slice name)
{
    struct gct_json_value *child = json_type(object) == GCT_JSON_OBJECT ? object->first : NULL;
    while (child != NULL && !gct_slice_eq(child->name, name)) {
        child = child->next;
    }
    return child;
}

static const struct gct_json_value *json_get(const struct gct_json_value *object, const char *name)
{
    return name == NULL ? NULL : find_member(object, gct_slice_of(name));
}

static size_t json_count(const struct gct_json_value *value)
{
    return value == NULL ? 0 : value->count;
}

static const struct gct_json_value *child_at(const struct gct_json_value *value, size_t index)
{
    const struct gct_json_value *child = NULL;
    if (index < json_count(value)) {
        child = value->in_row ? value->first + index : value->first;
        while (!value->in_row && index != 0) {
            child = child->next;
            index--;
        }
    }
    return child;
}

static const struct gct_json_value *json_at(const struct gct_json_value *array, size_t index)
{
    return json_type(array) == GCT_JSON_ARRAY ? child_at(array, index) : NULL;
}

static const struct gct_json_value *json_member(const struct gct_json_value *object, size_t index,
                                                struct gct_slice *name)
{
    const struct gct_json_value *child =
        json_type(object) == GCT_JSON_OBJECT ? child_at(object, index) : NULL;
    if (name != NULL) {
        *name = child == NULL ? GCT_EMPTY : child->name;
    }
    return child;
}

static struct gct_slice json_string(const struct gct_json_value *value)
{
    return json_type(value) == GCT_JSON_STRING ? value->text : GCT_EMPTY;
}

static int64_t real_to_integer(double real, int64_t fallback)
{
    return real >= -LARGEST_REAL && real < LARGEST_REAL ? (int64_t)real : fallback;
}

static int64_t json_integer(const struct gct_json_value *value, int64_t fallback)
{
    uint32_t type = json_type(value);
    return type == GCT_JSON_INTEGER ? value->integer
           : type == GCT_JSON_REAL  ? real_to_integer(value->real, fallback)
                                    : fallback;
}

static uint32_t json_boolean(const struct gct_json_value *value)
{
    return json_type(value) == GCT_JSON_BOOLEAN ? value->truth : 0;
}

static int64_t json_number(const struct gct_json_value *value, int64_t scale, int64_t fallback)
{
    int64_t product = 0;
    if (json_type(value) == GCT_JSON_INTEGER) {
        return __builtin_mul_overflow(value->integer, scale, &product) ? fallback : product;
    }
    return json_type(value) == GCT_JSON_REAL ? real_to_integer(round(value->real * (double)scale), fallback)
                                             : fallback;
}

static struct gct_slice json_id(const struct gct_call *base, const struct gct_json_value *value)
{
    struct plugin_call *call = plugin_call_of(base);
    return json_type(value) == GCT_JSON_INTEGER && call != NULL
               ? gct_arena_format(call->json, "%" PRId64, value->integer)
               : json_string(value);
}

/* ---- writing ---- */

static struct gct_json *to_json(struct gct_arena *arena, const struct gct_json_value *value)
{
    struct gct_json *json = NULL;
    const struct gct_json_value *child = value->first;
    switch (value->type) {
    case GCT_JSON_BOOLEAN: return gct_json_boolean((int)value->truth);
    case GCT_JSON_INTEGER: return gct_json_number(value->integer);
    case GCT_JSON_REAL: return gct_json_decimal(value->real);
    case GCT_JSON_STRING: return gct_json_string(value->text);
    case GCT_JSON_ARRAY:
        for (json = gct_json_array(); child != NULL; child = child->next) {
            gct_json_push(json, to_json(arena, child));
        }
        return json;
    case GCT_JSON_OBJECT:
        for (json = gct_json_object(); child != NULL; child = child->next) {
            char *name = gct_arena_cstr(arena, child->name);
            gct_json_set(json, name == NULL ? "" : name, to_json(arena, child));
        }
        return json;
    default: return gct_json_null();
    }
}

static struct gct_slice json_write(const struct gct_call *base, const struct gct_json_value *value)
{
    struct plugin_call *call = plugin_call_of(base);
    struct gct_buffer text = { .limit = PLUGIN_JSON_BYTES };
    struct gct_slice written = GCT_EMPTY;
    if (call != NULL && value != NULL) {
        struct gct_json *json = to_json(call->json, value);
        gct_json_write(json, &text);
        gct_json_free(&json);
        written = text.overflowed ? GCT_EMPTY : gct_arena_copy(call->memory, gct_buffer_slice(&text));
        gct_buffer_free(&text);
    }
    return written;
}

/* ---- building ---- */

static struct gct_json_value *new_value(const struct gct_call *base, uint32_t type)
{
    struct plugin_call *call = plugin_call_of(base);
    struct gct_json_value *value = call == NULL ? NULL : GCT_ARENA_NEW(call->json, gct_json_value);
    if (value != NULL) {
        value->type = type;
        value->height = 1;
        value->arena = call->json;
    }
    return value;
}

static struct gct_json_value *json_new_object(const struct gct_call *call)
{
    return new_value(call, GCT_JSON_OBJECT);
}

static struct gct_json_value *json_new_array(const struct gct_call *call)
{
    return new_value(call, GCT_JSON_ARRAY);
}

static struct gct_json_value *json_new_string(const struct gct_call *call, struct gct_slice text)
{
    int sane = (text.ptr != NULL || text.len == 0) && gct_utf8_valid(text);
    struct gct_json_value *value = sane ? new_value(call, GCT_JSON_STRING) : NULL;
    if (value != NULL) {
        value->text = gct_arena_copy(value->arena, text);
    }
    return value == NULL || value->text.len != text.len ? NULL : value;
}

static struct gct_json_value *json_new_integer(const struct gct_call *call, int64_t number)
{
    struct gct_json_value *value = new_value(call, GCT_JSON_INTEGER);
    if (value != NULL) {
        value->integer = number;
    }
    return value;
}

static struct gct_json_value *json_new_boolean(const struct gct_call *call, uint32_t truth)
{
    struct gct_json_value *value = new_value(call, GCT_JSON_BOOLEAN);
    if (value != NULL) {
        value->truth = truth != 0;
    }
    return value;
}

/* Whether child may go below parent: it has no other place, holds not parent itself, and the tree stays low.
 */
static uint32_t check_place(const struct gct_json_value *parent, uint32_t type,
                            const struct gct_json_value *child)
{
    uint32_t depth = 1;
    if (json_type(parent) != type || parent->arena == NULL || child->parent != NULL || child->arena == NULL) {
        return GCT_INVALID;
    }
    for (; parent->parent != NULL; parent = parent->parent) {
        depth++;
    }
    if (parent == child) {
        return GCT_INVALID;
    }
    return depth + child->height > GCT_JSON_DEPTH ? GCT_LIMIT : GCT_OK;
}

/* Tells child where it is, and everything above how high it has become. */
static void settle(struct gct_json_value *parent, struct gct_json_value *child)
{
    child->parent = parent;
    for (uint32_t height = child->height + 1u; parent != NULL && parent->height < height; height++) {
        parent->height = height;
        parent = parent->parent;
    }
}

static void link_last(struct gct_json_value *parent, struct gct_json_value *child)
{
    if (parent->last == NULL) {
        parent->first = child;
    } else {
        parent->last->next = child;
    }
    parent->last = child;
    parent->count++;
    settle(parent, child);
}

/* Puts child where old stood, which is then in no place. */
static void link_instead(struct gct_json_value *parent, struct gct_json_value *old,
                         struct gct_json_value *child)
{
    struct gct_json_value **link = &parent->first;
    while (*link != old) {
        link = &(*link)->next;
    }
    *link = child;
    child->next = old->next;
    parent->last = parent->last == old ? child : parent->last;
    old->next = NULL;
    old->parent = NULL;
    settle(parent, child);
}

static uint32_t json_set(struct gct_json_value *object, const char *name, struct gct_json_value *child)
{
    struct gct_slice text = gct_slice_of(name);
    struct gct_json_value *old = NULL;
    uint32_t st = GCT_OK;
    if (child == NULL) {
        return GCT_OK;
    }
    st = name == NULL || !gct_utf8_valid(text) ? (uint32_t)GCT_INVALID
                                               : check_place(object, GCT_JSON_OBJECT, child);
    if (st != GCT_OK) {
        return st;
    }
    child->name = gct_arena_copy(object->arena, text);
    if (child->name.len != text.len) {
        return GCT_LIMIT;
    }
    old = find_member(object, text);
    if (old == NULL) {
        link_last(object, child);
    } else {
        link_instead(object, old, child);
    }
    return GCT_OK;
}

static uint32_t json_append(struct gct_json_value *array, struct gct_json_value *child)
{
    uint32_t st = child == NULL ? (uint32_t)GCT_INVALID : check_place(array, GCT_JSON_ARRAY, child);
    if (st == GCT_OK) {
        link_last(array, child);
    }
    return st;
}

const struct gct_ext_json plugin_host_json = {
    .size = sizeof(struct gct_ext_json),
    .parse = json_parse,
    .type = json_type,
    .get = json_get,
    .count = json_count,
    .at = json_at,
    .member = json_member,
    .string = json_string,
    .integer = json_integer,
    .boolean = json_boolean,
    .number = json_number,
    .id = json_id,
    .write = json_write,
    .new_object = json_new_object,
    .new_array = json_new_array,
    .new_string = json_new_string,
    .new_integer = json_new_integer,
    .new_boolean = json_new_boolean,
    .set = json_set,
    .append = json_append,
};
