/* Borrowed text: comparing, cutting, numbers, and UTF-8. Pure functions, any thread. */
#ifndef GUICHET_CORE_BASE_SLICE_H
#define GUICHET_CORE_BASE_SLICE_H

#include <guichet/abi.h>

#include "base/error.h"

/* A string literal as a slice value. */
#define GCT_LIT(literal) ((struct gct_slice){ "" literal, sizeof(literal) - 1u })

/* The two arguments of printf's "%.*s". */
#define GCT_ARG(slice) (int)(slice).len, ((slice).ptr == NULL ? "" : (slice).ptr)

#define GCT_EMPTY ((struct gct_slice){ NULL, 0 })

/* The slice of a NUL-terminated string; NULL gives the empty slice. */
struct gct_slice gct_slice_of(const char *text);

int gct_slice_eq(struct gct_slice a, struct gct_slice b);
int gct_slice_is(struct gct_slice a, const char *text);
/* Equal but for the case of ASCII letters. */
int gct_slice_eq_nocase(struct gct_slice a, struct gct_slice b);
/* Byte order, shorter first: for sorting. */
int gct_slice_cmp(struct gct_slice a, struct gct_slice b);
int gct_slice_starts(struct gct_slice text, struct gct_slice prefix);
int gct_slice_ends(struct gct_slice text, struct gct_slice suffix);

/* The part from offset on (empty past the end). */
struct gct_slice gct_slice_from(struct gct_slice text, size_t offset);
/* At most len first bytes. */
struct gct_slice gct_slice_head(struct gct_slice text, size_t len);
/* Without spaces and tabs at both ends. */
struct gct_slice gct_slice_trim(struct gct_slice text);

/* Offset of the first byte, or text.len. */
size_t gct_slice_find(struct gct_slice text, char byte);

/* Cuts the part before the next separator off *rest. Gives 0 when *rest is spent. A text without separator is
 * one part; "a,,b" has three, "" none. */
int gct_slice_split(struct gct_slice *rest, char separator, struct gct_slice *part);

/* The one number parser: an optional minus and decimal digits, nothing else, within [least, most]. */
GCT_NODISCARD enum gct_status gct_slice_integer(struct gct_slice text, int64_t least, int64_t most,
                                                int64_t *out);

/* Lower-case hex of bytes into text, which has room for 2 * len + 1; NUL-terminated. */
void gct_hex_encode(const unsigned char *bytes, size_t len, char *text);

/* Lower-case hex of exactly 2 * len characters into bytes; GCT_INVALID otherwise. */
GCT_NODISCARD enum gct_status gct_hex_decode(struct gct_slice text, unsigned char *bytes, size_t len);

/* Percent-decodes a query value ('+' is a space) into room of text.len bytes; gives the length, or
 * GCT_INVALID. */
GCT_NODISCARD enum gct_status gct_percent_decode(struct gct_slice text, char *room, size_t *len);

/* 1 when text is valid UTF-8 (no overlong forms, no surrogates). */
int gct_utf8_valid(struct gct_slice text);
/* Characters (code points) of valid UTF-8. */
size_t gct_utf8_count(struct gct_slice text);
/* UTF-16 units of valid UTF-8. */
size_t gct_utf8_count_utf16(struct gct_slice text);
/* The longest head of at most bytes bytes that does not split a character. */
struct gct_slice gct_utf8_head(struct gct_slice text, size_t bytes);

#endif
