/* Reading JSON of platforms: members by name, with the freedoms that platforms take. */
#ifndef GUICHET_PLUGINS_KIT_READER_H
#define GUICHET_PLUGINS_KIT_READER_H

#include "kit/call.h"

/* Most bytes of an id in an event. */
#define GCT_KIT_ID_BYTES 512u

const struct gct_json_value *gct_kit_get(const struct gct_kit *kit, const struct gct_json_value *object,
                                         const char *name);
const struct gct_json_value *gct_kit_at(const struct gct_kit *kit, const struct gct_json_value *array,
                                        size_t index);
size_t gct_kit_count(const struct gct_kit *kit, const struct gct_json_value *value);
bool gct_kit_is_object(const struct gct_kit *kit, const struct gct_json_value *value);
bool gct_kit_is_array(const struct gct_kit *kit, const struct gct_json_value *value);
bool gct_kit_truth(const struct gct_kit *kit, const struct gct_json_value *object, const char *name);

/* Text of a member; empty when it is absent or no string. One that is longer than an event may hold makes its
 * item an oversized one: no text is cut. */
struct gct_slice gct_kit_text(struct gct_kit *kit, const struct gct_json_value *object, const char *name);

/* Text of a member that must be one line, such as an address; empty when it is none. */
struct gct_slice gct_kit_line(struct gct_kit *kit, const struct gct_json_value *object, const char *name);

/* An id, written as string or as number: digit for digit. Empty when it is longer than any id or no line. */
struct gct_slice gct_kit_id(struct gct_kit *kit, const struct gct_json_value *object, const char *name);

/* A whole number, written as number or as a string of digits; else fallback. */
int64_t gct_kit_integer(const struct gct_kit *kit, const struct gct_json_value *object, const char *name,
                        int64_t fallback);

/* The value as JSON text, of any length. */
struct gct_slice gct_kit_write(struct gct_kit *kit, const struct gct_json_value *value);

/* The same without secrets, for events. Empty when that is longer than an event may hold: JSON that is kept
 * beside what was understood is not worth losing it. */
struct gct_slice gct_kit_raw(struct gct_kit *kit, const struct gct_json_value *value);

/* Texts joined to one, within the same limit. */
struct gct_slice gct_kit_join_text(struct gct_kit *kit, const struct gct_slice *parts, size_t count,
                                   struct gct_slice between);

#endif
