/* What every other header of the SDK stands on: the ABI number, borrowed text, and how a struct grows.
 *
 * Rules of the ABI, kept by tests/abi/:
 *  - integers have fixed widths; a field that holds a named constant is a uint32_t;
 *  - a struct that crosses the border begins with its size, set by whoever fills it in; a field added after
 *    ABI 1.0 is read only after GCT_HAS said that the writer knew it;
 *  - an array of such structs is an array of pointers, so that its elements may grow too;
 *  - unknown flag bits are written as zero and ignored when read; unknown constants are kept as they are.
 *
 * Every function pointer in these headers says where it may be called, in one or two of these words:
 *  [any]   at any time, from any thread, also before open: returns static data and touches nothing;
 *  [open]  once an instance, never beside another call on it;
 *  [call]  never two at once on one instance; return within 20 ms of processor time, ended at 250 ms;
 *  pure    the same bytes, now_ms and seed give the same results, byte for byte. */
#ifndef GUICHET_ABI_H
#define GUICHET_ABI_H

#include <stddef.h>
#include <stdint.h>

#define GCT_ABI_MAJOR 1u
#define GCT_ABI_MINOR 0u
#define GCT_ABI(major, minor) (((uint32_t)(major) << 16) | (uint32_t)(minor))
#define GCT_ABI_CURRENT GCT_ABI(GCT_ABI_MAJOR, GCT_ABI_MINOR)

#if defined(__GNUC__)
#define GCT_EXPORT __attribute__((visibility("default")))
#else
#define GCT_EXPORT
#endif

/* True when the writer of *obj knew this field. Test it before reading any field added after 1.0. */
#define GCT_HAS(tag, obj, field) ((obj)->size >= offsetof(struct tag, field) + sizeof((obj)->field))

#ifdef __cplusplus
extern "C" {
#endif

/* Borrowed bytes. Text is UTF-8 and not NUL-terminated. ptr may be NULL only when len is 0. */
struct gct_slice {
    const char *ptr;
    size_t len;
};

/* A string literal as a constant slice, for static tables: { GCT_TEXT("abc") }. */
#define GCT_TEXT(literal) literal, sizeof(literal) - 1u

#ifdef __cplusplus
}
#endif

#endif
