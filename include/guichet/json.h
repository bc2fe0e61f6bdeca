/* Host extension "gct.json/1": JSON for plugins, so that a plugin links no parser.
 *
 * Values belong to the call and die with it. Every reader takes NULL or a value of another type and then
 * gives the empty answer, so a path through a strange document needs no checks in between. Integers are exact
 * in the whole int64 range, and one beyond it reads as a string of its digits; an escape that is not a
 * character (a lone surrogate, U+0000) reads as U+FFFD; a document deeper than 64 or with the same key twice
 * is refused. */
#ifndef GUICHET_JSON_H
#define GUICHET_JSON_H

#include <guichet/host.h>

#define GCT_EXT_JSON "gct.json/1"

#ifdef __cplusplus
extern "C" {
#endif

#define GCT_JSON_NONE 0u /* no value at all */
#define GCT_JSON_NULL 1u
#define GCT_JSON_BOOLEAN 2u
#define GCT_JSON_INTEGER 3u
#define GCT_JSON_REAL 4u
#define GCT_JSON_STRING 5u
#define GCT_JSON_ARRAY 6u
#define GCT_JSON_OBJECT 7u

struct gct_json_value; /* opaque */

struct gct_ext_json {
    uint32_t size;
    uint32_t reserved; /* zero */

    /* Parse text; NULL when it is not JSON or beyond the limits. [call] */
    const struct gct_json_value *(*parse)(const struct gct_call *call, struct gct_slice text);

    /* GCT_JSON_… of a value. [call] */
    uint32_t (*type)(const struct gct_json_value *value);

    /* Member of an object by name; NULL when absent. [call] */
    const struct gct_json_value *(*get)(const struct gct_json_value *object, const char *name);

    /* Length of an array, number of members of an object, else 0. [call] */
    size_t (*count)(const struct gct_json_value *value);

    /* Element of an array; NULL past the end. [call] */
    const struct gct_json_value *(*at)(const struct gct_json_value *array, size_t index);

    /* Member number index of an object, in the document's order; *name gets its name. NULL past the end.
     * [call] */
    const struct gct_json_value *(*member)(const struct gct_json_value *object, size_t index,
                                           struct gct_slice *name);

    /* Text of a string; empty for all else. [call] */
    struct gct_slice (*string)(const struct gct_json_value *value);

    /* Integer, or the truncated real, or fallback. [call] */
    int64_t (*integer)(const struct gct_json_value *value, int64_t fallback);

    /* 1 for true, 0 for all else. [call] */
    uint32_t (*boolean)(const struct gct_json_value *value);

    /* A real or integer times scale, rounded half away from zero; fallback when it is neither or does not
     * fit. For coordinates: number(latitude, 10000000, 0). [call] */
    int64_t (*number)(const struct gct_json_value *value, int64_t scale, int64_t fallback);

    /* An id that may be written as a string or as a number: its characters, digit for digit; else empty.
     * [call] */
    struct gct_slice (*id)(const struct gct_call *call, const struct gct_json_value *value);

    /* The value as JSON text, compact, keys in the document's order; empty when the budget is spent. [call]
     */
    struct gct_slice (*write)(const struct gct_call *call, const struct gct_json_value *value);

    /* New values; NULL when the budget is spent. [call] */
    struct gct_json_value *(*new_object)(const struct gct_call *call);
    /* [call] */
    struct gct_json_value *(*new_array)(const struct gct_call *call);
    /* text must be UTF-8. [call] */
    struct gct_json_value *(*new_string)(const struct gct_call *call, struct gct_slice text);
    /* [call] */
    struct gct_json_value *(*new_integer)(const struct gct_call *call, int64_t number);
    /* [call] */
    struct gct_json_value *(*new_boolean)(const struct gct_call *call, uint32_t truth);

    /* Put child into object under name, replacing; child may be NULL (then nothing happens). Returns a
     * gct_status. [call] */
    uint32_t (*set)(struct gct_json_value *object, const char *name, struct gct_json_value *child);

    /* Append child to array. Returns a gct_status. [call] */
    uint32_t (*append)(struct gct_json_value *array, struct gct_json_value *child);
};

#ifdef __cplusplus
}
#endif

#endif
