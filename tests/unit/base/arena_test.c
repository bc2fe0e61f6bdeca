#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include "base/arena_guard.c"
#else
#include "base/arena.c"
#endif
#include "cmocka_all.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct gct_arena *arena = gct_arena_new(1u << 20);
    for (size_t align = 1; align <= 64u; align *= 2u) {
        unsigned char *memory = gct_arena_alloc(arena, 33u, align);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % align, 0);
        for (size_t i = 0; i < 33u; i++) {
            assert_int_equal(memory[i], 0);
        }
        memset(memory, 0xff, 33u);
    }
    gct_arena_free(&arena);
    assert_null(arena);
    gct_arena_free(&arena);
}

static void limit_is_kept_and_comes_back_with_reset(void **state)
{
    (void)state;
    struct gct_arena *arena = gct_arena_new(1000u);
    assert_non_null(gct_arena_alloc(arena, 900u, 1u));
    assert_null(gct_arena_alloc(arena, 101u, 1u));
    assert_non_null(gct_arena_alloc(arena, 100u, 1u));
    assert_int_equal(gct_arena_used(arena), 1000u);
    gct_arena_reset(arena);
    assert_int_equal(gct_arena_used(arena), 0);
    assert_non_null(gct_arena_alloc(arena, 1000u, 1u));
    gct_arena_free(&arena);
}

static void large_blocks_and_many_small_ones_do_not_overlap(void **state)
{
    (void)state;
    struct gct_arena *arena = gct_arena_new((size_t)8u << 20);
    unsigned char *blocks[2000];
    for (size_t i = 0; i < GCT_COUNT(blocks); i++) {
        size_t size = i % 100u == 0 ? 300000u / (1u + i / 100u) : 1u + i % 70u;
        blocks[i] = gct_arena_alloc(arena, size, 8u);
        assert_non_null(blocks[i]);
        memset(blocks[i], (int)(i & 0xffu), size);
    }
    for (size_t i = 0; i < GCT_COUNT(blocks); i++) {
        size_t size = i % 100u == 0 ? 300000u / (1u + i / 100u) : 1u + i % 70u;
        assert_int_equal(blocks[i][0], i & 0xffu);
        assert_int_equal(blocks[i][size - 1u], i & 0xffu);
    }
    gct_arena_free(&arena);
}

static void array_product_that_overflows_is_refused(void **state)
{
    (void)state;
    struct gct_arena *arena = gct_arena_new(SIZE_MAX);
    assert_null(gct_arena_array(arena, SIZE_MAX / 2u, 4u, 8u));
    gct_arena_free(&arena);
}

static void text_is_copied_and_formatted(void **state)
{
    (void)state;
    struct gct_arena *arena = gct_arena_new(64u);
    assert_slice(gct_arena_copy(arena, GCT_LIT("abc")), "abc");
    assert_null(gct_arena_copy(arena, GCT_EMPTY).ptr);
    assert_string_equal(gct_arena_cstr(arena, GCT_LIT("xy")), "xy");
    assert_slice(gct_arena_format(arena, "%d-%s", 7, "z"), "7-z");
    assert_null(gct_arena_format(arena, "%100d", 7).ptr);
    gct_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(limit_is_kept_and_comes_back_with_reset),
        cmocka_unit_test(large_blocks_and_many_small_ones_do_not_overlap),
        cmocka_unit_test(array_product_that_overflows_is_refused),
        cmocka_unit_test(text_is_copied_and_formatted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
