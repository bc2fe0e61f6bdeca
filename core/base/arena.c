#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

#define ARENA_MAGIC 0x41524e41u
/* Each chunk is twice as large as the one before: most arenas are a request's, and hundreds of them live at
 * once. */
#define ARENA_FIRST_CHUNK ((size_t)4u << 10)
#define ARENA_LARGEST_CHUNK ((size_t)256u << 10)

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;
    size_t used;
    _Alignas(64) unsigned char bytes[];
};

struct gct_arena {
    uint32_t magic;
    size_t limit;
    size_t used;
    struct arena_chunk *chunks; /* the one in use first */
};

static struct arena_chunk *chunk_new(size_t size)
{
    struct arena_chunk *chunk = NULL;
    size_t whole = (sizeof *chunk + size + 63u) & ~(size_t)63u;
    chunk = aligned_alloc(64u, whole);
    GCT_CHECK(chunk != NULL);
    chunk->next = NULL;
    chunk->size = size;
    chunk->used = 0;
    return chunk;
}

struct gct_arena *gct_arena_new(size_t limit)
{
    struct gct_arena *arena = gct_heap_new(sizeof *arena);
    arena->magic = ARENA_MAGIC;
    arena->limit = limit;
    return arena;
}

static void chunks_free(struct arena_chunk *chunk)
{
    while (chunk != NULL) {
        struct arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void gct_arena_free(struct gct_arena **arena)
{
    if (*arena != NULL) {
        GCT_CHECK_OBJ(*arena, ARENA_MAGIC);
        chunks_free((*arena)->chunks);
        (*arena)->magic = 0;
        free(*arena);
        *arena = NULL;
    }
}

void gct_arena_reset(struct gct_arena *arena)
{
    GCT_CHECK_OBJ(arena, ARENA_MAGIC);
    struct arena_chunk *keep = NULL;
    while (arena->chunks != NULL) {
        struct arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        if (keep == NULL && chunk->size == ARENA_FIRST_CHUNK) {
            keep = chunk;
            keep->next = NULL;
            keep->used = 0;
        } else {
            free(chunk);
        }
    }
    arena->chunks = keep;
    arena->used = 0;
}

static size_t next_size(const struct arena_chunk *last, size_t bytes)
{
    size_t size = last == NULL ? ARENA_FIRST_CHUNK : 2u * last->size;
    size = size < ARENA_LARGEST_CHUNK ? size : ARENA_LARGEST_CHUNK;
    return bytes > size ? bytes : size;
}

/* Room for bytes at align in the newest chunk, or in a new one that is put first. */
static unsigned char *chunk_take(struct gct_arena *arena, size_t bytes, size_t align)
{
    struct arena_chunk *chunk = arena->chunks;
    size_t start = chunk == NULL ? 0 : (chunk->used + align - 1u) & ~(align - 1u);
    if (chunk == NULL || start > chunk->size || bytes > chunk->size - start) {
        chunk = chunk_new(next_size(chunk, bytes));
        chunk->next = arena->chunks;
        arena->chunks = chunk;
        start = 0;
    }
    chunk->used = start + bytes;
    return chunk->bytes + start;
}

void *gct_arena_alloc(struct gct_arena *arena, size_t bytes, size_t align)
{
    GCT_CHECK_OBJ(arena, ARENA_MAGIC);
    GCT_CHECK(align != 0 && (align & (align - 1u)) == 0 && align <= 64u);
    if (bytes > arena->limit - arena->used) {
        return NULL;
    }
    arena->used += bytes;
    unsigned char *memory = chunk_take(arena, bytes == 0 ? 1u : bytes, align);
    memset(memory, 0, bytes);
    return memory;
}

size_t gct_arena_used(const struct gct_arena *arena)
{
    GCT_CHECK_OBJ(arena, ARENA_MAGIC);
    return arena->used;
}
