/* The twin of arena.c for sanitizer builds: each allocation is a heap block of its own. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/heap.h"

#define ARENA_MAGIC 0x41524e47u

struct arena_block {
    struct arena_block *next;
    void *memory;
};

struct gct_arena {
    uint32_t magic;
    size_t limit;
    size_t used;
    struct arena_block *blocks;
};

struct gct_arena *gct_arena_new(size_t limit)
{
    struct gct_arena *arena = gct_heap_new(sizeof *arena);
    arena->magic = ARENA_MAGIC;
    arena->limit = limit;
    return arena;
}

void gct_arena_reset(struct gct_arena *arena)
{
    GCT_CHECK_OBJ(arena, ARENA_MAGIC);
    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block->memory);
        free(block);
    }
    arena->used = 0;
}

void gct_arena_free(struct gct_arena **arena)
{
    if (*arena != NULL) {
        gct_arena_reset(*arena);
        (*arena)->magic = 0;
        free(*arena);
        *arena = NULL;
    }
}

void *gct_arena_alloc(struct gct_arena *arena, size_t bytes, size_t align)
{
    GCT_CHECK_OBJ(arena, ARENA_MAGIC);
    GCT_CHECK(align != 0 && (align & (align - 1u)) == 0 && align <= 64u);
    if (bytes > arena->limit - arena->used) {
        return NULL;
    }
    arena->used += bytes;
    struct arena_block *block = gct_heap_new(sizeof *block);
    int rc = posix_memalign(&block->memory, align < sizeof(void *) ? sizeof(void *) : align,
                            bytes == 0 ? 1u : bytes);
    GCT_CHECK_EQ(rc, 0);
    memset(block->memory, 0, bytes);
    block->next = arena->blocks;
    arena->blocks = block;
    return block->memory;
}

size_t gct_arena_used(const struct gct_arena *arena)
{
    GCT_CHECK_OBJ(arena, ARENA_MAGIC);
    return arena->used;
}
