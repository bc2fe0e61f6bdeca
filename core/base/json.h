/* JSON for the core: reading what strangers wrote within limits, and building answers.
 *
 * Reading functions take NULL or a value of another type and then give the empty answer. Values are counted
 * references; a value belongs to the object or array it was put into, and the root to whoever made it. One
 * thread at a time. */
#ifndef GUICHET_CORE_BASE_JSON_H
#define GUICHET_CORE_BASE_JSON_H

#include <guichet/abi.h>

#include "base/buffer.h"
#include "base/error.h"

#define GCT_JSON_DEPTH 64u
#define GCT_JSON_BYTES ((size_t)16u << 20)

struct gct_json;

/* The document, which the caller frees; NULL with a sentence in err (status GCT_INVALID, or GCT_LIMIT past
 * GCT_JSON_DEPTH or GCT_JSON_BYTES). Duplicate keys, reals that are none and anything after the document are
 * refused; an escape that is no character (lone surrogate, \u0000) reads as U+FFFD, and an integer beyond
 * int64, which can only be an id, as a string of its digits. */
GCT_NODISCARD struct gct_json *gct_json_parse(struct gct_slice text, struct gct_error *err);
void gct_json_free(struct gct_json **json);
/* One more reference to the same value: both must be freed. */
struct gct_json *gct_json_share(const struct gct_json *json);

enum gct_json_type {
    GCT_JSON_IS_NONE, /* no value at all */
    GCT_JSON_IS_NULL,
    GCT_JSON_IS_BOOLEAN,
    GCT_JSON_IS_INTEGER,
    GCT_JSON_IS_REAL,
    GCT_JSON_IS_STRING,
    GCT_JSON_IS_ARRAY,
    GCT_JSON_IS_OBJECT
};

enum gct_json_type gct_json_type(const struct gct_json *json);
size_t gct_json_count(const struct gct_json *json);
struct gct_json *gct_json_get(const struct gct_json *object, const char *name);
struct gct_json *gct_json_at(const struct gct_json *array, size_t index);
/* Member number index in the document's order; *name borrowed from it. */
struct gct_json *gct_json_member(const struct gct_json *object, size_t index, struct gct_slice *name);
/* All members in the document's order, in one walk. take must not change the object. */
void gct_json_each(const struct gct_json *object,
                   void (*take)(void *arg, struct gct_slice name, struct gct_json *value), void *arg);
struct gct_slice gct_json_text(const struct gct_json *json);
int64_t gct_json_integer(const struct gct_json *json, int64_t fallback);
double gct_json_real(const struct gct_json *json, double fallback);
int gct_json_truth(const struct gct_json *json);

/* Builders never fail. text must be UTF-8; what is not becomes U+FFFD. */
struct gct_json *gct_json_object(void);
struct gct_json *gct_json_array(void);
struct gct_json *gct_json_string(struct gct_slice text);
struct gct_json *gct_json_number(int64_t number);
/* Not a number and the infinities become null. */
struct gct_json *gct_json_decimal(double number);
struct gct_json *gct_json_boolean(int truth);
struct gct_json *gct_json_null(void);

/* Put a member (replacing) or append; take the child. */
void gct_json_set(struct gct_json *object, const char *name, struct gct_json *child);
void gct_json_push(struct gct_json *array, struct gct_json *child);

/* Shorthands. An empty slice with ptr NULL is written as null by gct_json_set_text. */
void gct_json_set_text(struct gct_json *object, const char *name, struct gct_slice text);
void gct_json_set_number(struct gct_json *object, const char *name, int64_t number);
void gct_json_set_truth(struct gct_json *object, const char *name, int truth);
/* An id as a string of digits; 0 is written as null. */
void gct_json_set_id(struct gct_json *object, const char *name, int64_t id);
/* RFC 3339 UTC with milliseconds; 0 is written as null. */
void gct_json_set_time(struct gct_json *object, const char *name, int64_t ms);

/* Compact text, members in the order they were set, a real with as few digits as it needs, appended to out.
 */
void gct_json_write(const struct gct_json *json, struct gct_buffer *out);

#endif
