/* JSON as text: compact, members in the order they were set, a real with as few digits as read back to it, so
 * that what a stranger wrote as 148.8583 stays that. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/slice.h"

#define LEAST_DIGITS 15 /* as many as every double keeps */
#define MOST_DIGITS 17  /* as many as tell any two doubles apart */

static void write_text(struct gct_slice text, struct gct_buffer *out)
{
    static const char names[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'
    };
    size_t plain = 0; /* bytes that may stay as they are */
    gct_buffer_add(out, GCT_LIT("\""));
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        char name = c < sizeof names ? names[c] : '\0';
        if (c >= 0x20 && name == '\0') {
            plain++;
            continue;
        }
        gct_buffer_add(out, (struct gct_slice){ text.ptr + i - plain, plain });
        plain = 0;
        if (name == '\0') {
            gct_buffer_add_format(out, "\\u%04X", c);
        } else {
            gct_buffer_add(out, (struct gct_slice){ (const char[]){ '\\', name }, 2u });
        }
    }
    gct_buffer_add(out, (struct gct_slice){ text.ptr + text.len - plain, plain });
    gct_buffer_add(out, GCT_LIT("\""));
}

static void write_real(double number, struct gct_buffer *out)
{
    char text[32];
    int digits = LEAST_DIGITS;
    do {
        (void)snprintf(text, sizeof text, "%.*g", digits, number);
    } while (strtod(text, NULL) != number && ++digits <= MOST_DIGITS);
    gct_buffer_add(out, gct_slice_of(text));
    if (strpbrk(text, ".e") == NULL) { /* it is to be read as a real again */
        gct_buffer_add(out, GCT_LIT(".0"));
    }
}

static void write_integer(int64_t number, struct gct_buffer *out)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    gct_buffer_add(out, gct_slice_of(text));
}

struct members {
    struct gct_buffer *out;
    const char *before; /* what stands before the next one */
};

static void write_member(void *arg, struct gct_slice name, struct gct_json *value)
{
    struct members *members = arg;
    gct_buffer_add(members->out, gct_slice_of(members->before));
    write_text(name, members->out);
    gct_buffer_add(members->out, GCT_LIT(":"));
    gct_json_write(value, members->out);
    members->before = ",";
}

void gct_json_write(const struct gct_json *json, struct gct_buffer *out)
{
    struct members members = { out, "" };
    size_t count = gct_json_count(json);
    switch (gct_json_type(json)) {
    case GCT_JSON_IS_NONE:
    case GCT_JSON_IS_NULL: gct_buffer_add(out, GCT_LIT("null")); break;
    case GCT_JSON_IS_BOOLEAN:
        gct_buffer_add(out, gct_json_truth(json) ? GCT_LIT("true") : GCT_LIT("false"));
        break;
    case GCT_JSON_IS_INTEGER: write_integer(gct_json_integer(json, 0), out); break;
    case GCT_JSON_IS_REAL: write_real(gct_json_real(json, 0.0), out); break;
    case GCT_JSON_IS_STRING: write_text(gct_json_text(json), out); break;
    case GCT_JSON_IS_ARRAY:
        gct_buffer_add(out, GCT_LIT("["));
        for (size_t i = 0; i < count; i++) {
            gct_buffer_add(out, i == 0 ? GCT_EMPTY : GCT_LIT(","));
            gct_json_write(gct_json_at(json, i), out);
        }
        gct_buffer_add(out, GCT_LIT("]"));
        break;
    case GCT_JSON_IS_OBJECT:
        gct_buffer_add(out, GCT_LIT("{"));
        gct_json_each(json, write_member, &members);
        gct_buffer_add(out, GCT_LIT("}"));
        break;
    }
}
