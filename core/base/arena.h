/* Memory with one lifetime: everything of one hook, one request or one call, thrown away in one step.
 *
 * Memory is zeroed, so a result cannot leak what another conversation left there. An arena belongs to one
 * thread at a time and may be handed over with what it holds. The asan build uses arena_guard.c, where each
 * allocation is a heap block of its own, so that an overflow is seen. */
#ifndef GUICHET_CORE_BASE_ARENA_H
#define GUICHET_CORE_BASE_ARENA_H

#include <guichet/abi.h>

#include "base/check.h"

struct gct_arena;

/* A new arena that gives out at most limit bytes between two resets. Never NULL: out of memory for the core
 * itself ends the process. */
struct gct_arena *gct_arena_new(size_t limit);

/* Frees the arena with all it gave; *arena becomes NULL. NULL is fine. */
void gct_arena_free(struct gct_arena **arena);

/* Throws everything away and keeps a little memory for the next round. */
void gct_arena_reset(struct gct_arena *arena);

/* Zeroed memory, align a power of two up to 64; NULL when the limit would be passed. bytes may be 0. */
void *gct_arena_alloc(struct gct_arena *arena, size_t bytes, size_t align);

/* Bytes given out since the last reset. */
size_t gct_arena_used(const struct gct_arena *arena);

/* A copy of text that lives as long as the arena's round; an empty slice stays empty. On a spent limit the
 * result has ptr NULL and len 0. */
struct gct_slice gct_arena_copy(struct gct_arena *arena, struct gct_slice text);

/* A NUL-terminated copy; NULL when the limit is spent. */
char *gct_arena_cstr(struct gct_arena *arena, struct gct_slice text);

/* Formatted text (printf); an empty slice when the limit is spent. */
struct gct_slice gct_arena_format(struct gct_arena *arena, const char *format, ...) GCT_PRINTF(2, 3);

#define GCT_ARENA_NEW(arena, tag)                                                                            \
    ((struct tag *)gct_arena_alloc((arena), sizeof(struct tag), _Alignof(struct tag)))
#define GCT_ARENA_ARRAY(arena, type, count)                                                                  \
    ((type *)gct_arena_array((arena), (count), sizeof(type), _Alignof(type)))

/* count elements of size bytes, zeroed; NULL when the limit is spent or the product overflows. */
void *gct_arena_array(struct gct_arena *arena, size_t count, size_t size, size_t align);

#endif
