#include "base/json.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/json_scan.h"
#include "base/slice.h"

/* struct gct_json is a jansson value under another name; these two are the only border. */
static struct gct_json *ours(const json_t *value)
{
    return (struct gct_json *)(uintptr_t)value;
}

static json_t *theirs(const struct gct_json *value)
{
    return (json_t *)(uintptr_t)value;
}

struct gct_json *gct_json_parse(struct gct_slice text, struct gct_error *err)
{
    json_error_t problem;
    json_t *value = NULL;
    char *repaired = NULL;
    size_t room = 0;
    if (text.len > GCT_JSON_BYTES) {
        (void)gct_error_set(err, GCT_LIMIT, "JSON of %zu bytes, at most %zu are read", text.len,
                            GCT_JSON_BYTES);
        return NULL;
    }
    if (gct_json_scan(text, GCT_JSON_DEPTH, &room, err) != GCT_OK) {
        return NULL;
    }
    if (room != 0) {
        repaired = gct_heap_new(room);
        gct_json_repair(text, repaired);
        text = (struct gct_slice){ repaired, room };
    }
    value = json_loadb(text.ptr == NULL ? "" : text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                       &problem);
    if (value == NULL) {
        /* jansson's own text quotes the document, which may be private. */
        (void)gct_error_set(
            err, GCT_INVALID, "not JSON: %s at byte %d",
            json_error_code(&problem) == json_error_duplicate_key            ? "a key stands twice"
            : json_error_code(&problem) == json_error_invalid_utf8           ? "bytes that are not UTF-8"
            : json_error_code(&problem) == json_error_numeric_overflow       ? "a number out of range"
            : json_error_code(&problem) == json_error_premature_end_of_input ? "the text ends too early"
                                                                             : "a syntax error",
            problem.position);
    }
    free(repaired);
    return ours(value);
}

void gct_json_free(struct gct_json **json)
{
    json_decref(theirs(*json));
    *json = NULL;
}

struct gct_json *gct_json_share(const struct gct_json *json)
{
    return ours(json_incref(theirs(json)));
}

enum gct_json_type gct_json_type(const struct gct_json *json)
{
    if (json == NULL) {
        return GCT_JSON_IS_NONE;
    }
    switch (json_typeof(theirs(json))) {
    case JSON_OBJECT: return GCT_JSON_IS_OBJECT;
    case JSON_ARRAY: return GCT_JSON_IS_ARRAY;
    case JSON_STRING: return GCT_JSON_IS_STRING;
    case JSON_INTEGER: return GCT_JSON_IS_INTEGER;
    case JSON_REAL: return GCT_JSON_IS_REAL;
    case JSON_TRUE:
    case JSON_FALSE: return GCT_JSON_IS_BOOLEAN;
    case JSON_NULL:
    default: return GCT_JSON_IS_NULL;
    }
}

size_t gct_json_count(const struct gct_json *json)
{
    return json_is_object(theirs(json)) ? json_object_size(theirs(json)) : json_array_size(theirs(json));
}

struct gct_json *gct_json_get(const struct gct_json *object, const char *name)
{
    return ours(json_object_get(theirs(object), name));
}

struct gct_json *gct_json_at(const struct gct_json *array, size_t index)
{
    return ours(json_array_get(theirs(array), index));
}

struct gct_json *gct_json_member(const struct gct_json *object, size_t index, struct gct_slice *name)
{
    void *iterator = json_object_iter(theirs(object));
    while (iterator != NULL && index != 0) {
        iterator = json_object_iter_next(theirs(object), iterator);
        index--;
    }
    *name = iterator == NULL ? GCT_EMPTY : gct_slice_of(json_object_iter_key(iterator));
    return iterator == NULL ? NULL : ours(json_object_iter_value(iterator));
}

void gct_json_each(const struct gct_json *object,
                   void (*take)(void *arg, struct gct_slice name, struct gct_json *value), void *arg)
{
    for (void *iterator = json_object_iter(theirs(object)); iterator != NULL;
         iterator = json_object_iter_next(theirs(object), iterator)) {
        take(arg, gct_slice_of(json_object_iter_key(iterator)), ours(json_object_iter_value(iterator)));
    }
}

struct gct_slice gct_json_text(const struct gct_json *json)
{
    return json_is_string(theirs(json))
               ? (struct gct_slice){ json_string_value(theirs(json)), json_string_length(theirs(json)) }
               : GCT_EMPTY;
}

int64_t gct_json_integer(const struct gct_json *json, int64_t fallback)
{
    return json_is_integer(theirs(json)) ? (int64_t)json_integer_value(theirs(json)) : fallback;
}

double gct_json_real(const struct gct_json *json, double fallback)
{
    return json_is_number(theirs(json)) ? json_number_value(theirs(json)) : fallback;
}

int gct_json_truth(const struct gct_json *json)
{
    return json_is_true(theirs(json));
}

/* Out of memory ends the process, so a builder never gives NULL. */
static struct gct_json *made(json_t *value)
{
    GCT_CHECK(value != NULL);
    return ours(value);
}

struct gct_json *gct_json_object(void)
{
    return made(json_object());
}

struct gct_json *gct_json_array(void)
{
    return made(json_array());
}

/* A copy of text in which every byte that is no UTF-8 became U+FFFD. */
static struct gct_json *mended_string(struct gct_slice text)
{
    struct gct_buffer out = { 0 };
    struct gct_json *value = NULL;
    while (text.len != 0) {
        size_t len = 1;
        while (len < 4u && len < text.len && !gct_utf8_valid(gct_slice_head(text, len))) {
            len++;
        }
        int valid = gct_utf8_valid(gct_slice_head(text, len));
        gct_buffer_add(&out, valid ? gct_slice_head(text, len) : GCT_LIT("\xef\xbf\xbd"));
        text = gct_slice_from(text, valid ? len : 1u);
    }
    value = made(json_stringn_nocheck(out.ptr == NULL ? "" : out.ptr, out.len));
    gct_buffer_free(&out);
    return value;
}

struct gct_json *gct_json_string(struct gct_slice text)
{
    return gct_utf8_valid(text) ? made(json_stringn_nocheck(text.ptr == NULL ? "" : text.ptr, text.len))
                                : mended_string(text);
}

struct gct_json *gct_json_number(int64_t number)
{
    return made(json_integer(number));
}

struct gct_json *gct_json_decimal(double number)
{
    json_t *value = json_real(number);
    return value == NULL ? gct_json_null() : ours(value);
}

struct gct_json *gct_json_boolean(int truth)
{
    return made(json_boolean(truth));
}

struct gct_json *gct_json_null(void)
{
    return made(json_null());
}

void gct_json_set(struct gct_json *object, const char *name, struct gct_json *child)
{
    GCT_CHECK_EQ(json_object_set_new(theirs(object), name, theirs(child)), 0);
}

void gct_json_push(struct gct_json *array, struct gct_json *child)
{
    GCT_CHECK_EQ(json_array_append_new(theirs(array), theirs(child)), 0);
}

void gct_json_set_text(struct gct_json *object, const char *name, struct gct_slice text)
{
    gct_json_set(object, name, text.ptr == NULL ? gct_json_null() : gct_json_string(text));
}

void gct_json_set_number(struct gct_json *object, const char *name, int64_t number)
{
    gct_json_set(object, name, gct_json_number(number));
}

void gct_json_set_truth(struct gct_json *object, const char *name, int truth)
{
    gct_json_set(object, name, gct_json_boolean(truth));
}

void gct_json_set_id(struct gct_json *object, const char *name, int64_t id)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, id);
    gct_json_set(object, name, id == 0 ? gct_json_null() : gct_json_string(gct_slice_of(text)));
}

void gct_json_set_time(struct gct_json *object, const char *name, int64_t ms)
{
    char text[GCT_TIME_TEXT];
    gct_time_write(ms, text);
    gct_json_set(object, name, ms == 0 ? gct_json_null() : gct_json_string(gct_slice_of(text)));
}
