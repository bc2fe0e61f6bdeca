/* Text in plugins: comparing, counting as platforms count, joining, numbers. */
#ifndef GUICHET_PLUGINS_KIT_TEXT_H
#define GUICHET_PLUGINS_KIT_TEXT_H

#include "kit/call.h"

#define GCT_KIT_SLICE(literal) ((struct gct_slice){ GCT_TEXT(literal) })
#define GCT_KIT_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

bool gct_kit_equal(struct gct_slice left, struct gct_slice right);
bool gct_kit_is(struct gct_slice text, const char *expected);
/* As header names compare: ASCII letters without regard to case. */
bool gct_kit_is_name(struct gct_slice text, const char *expected);
bool gct_kit_begins(struct gct_slice text, const char *prefix);

/* True when there is no control character in it: fit for an id, an address, a name. */
bool gct_kit_is_line(struct gct_slice text);

/* First of two that is not empty. */
struct gct_slice gct_kit_either(struct gct_slice first, struct gct_slice second);

/* Length of text (UTF-8) in unit GCT_UNIT_…. */
size_t gct_kit_length(struct gct_slice text, int64_t unit);

/* Decimal digits with an optional sign, nothing else, within int64. False: *number is left alone. */
bool gct_kit_parse_integer(struct gct_slice text, int64_t *number);
struct gct_slice gct_kit_integer_text(struct gct_kit *kit, int64_t number);

/* parts one after the other with `between` in each gap. */
struct gct_slice gct_kit_join(struct gct_kit *kit, const struct gct_slice *parts, size_t count,
                              struct gct_slice between);

/* The key of an event from what makes it unique. Fits the limits of ids: one that would be longer, or hold a
 * control character, is a digest of the whole. */
struct gct_slice gct_kit_key(struct gct_kit *kit, const struct gct_slice *parts, size_t count);

/* Not for secrets: 16 hex digits that stand for a text in a key. */
struct gct_slice gct_kit_digest(struct gct_kit *kit, struct gct_slice text);

/* GCT_KIT_KEY(kit, a, b, …): the parts written where they are used. */
#define GCT_KIT_KEY(kit, ...)                                                                                \
    gct_kit_key((kit), (const struct gct_slice[]){ __VA_ARGS__ },                                            \
                sizeof((const struct gct_slice[]){ __VA_ARGS__ }) / sizeof(struct gct_slice))

#endif
