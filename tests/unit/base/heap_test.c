#include "base/heap.c"
#include <stdio.h>
#include <unistd.h>

#include "base/slice.h"
#include "cmocka_all.h"

static void memory_is_zeroed_and_texts_are_ended(void **state)
{
    (void)state;
    unsigned char *memory = gct_heap_new(100u);
    for (size_t i = 0; i < 100u; i++) {
        assert_int_equal(memory[i], 0);
    }
    memory[99] = 7;
    memory = gct_heap_resize(memory, 50u, 4u);
    assert_int_equal(memory[99], 7);
    free(memory);
    char *text = gct_heap_text(GCT_LIT("abc"));
    assert_string_equal(text, "abc");
    free(text);
    text = gct_heap_text(GCT_EMPTY);
    assert_string_equal(text, "");
    free(text);
    free(gct_heap_array(0, 0));
}

static long resident(void)
{
    char line[128];
    int64_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(fclose(file), 0);
    struct gct_slice all = gct_slice_of(line);
    struct gct_slice second = gct_slice_from(all, gct_slice_find(all, ' ') + 1u);
    second = gct_slice_head(second, gct_slice_find(second, ' '));
    assert_int_equal(gct_slice_integer(second, 1, INT32_MAX, &pages), GCT_OK);
    return (long)pages * sysconf(_SC_PAGESIZE);
}

/* Blocks of a kilobyte, the last of which stays: the end of the heap cannot come down by itself. An allocator
 * of a sanitizer, which tells the size that was asked for, has nothing to give back: there nothing may break.
 */
static void what_a_rush_has_used_is_given_back(void **state)
{
    enum { BLOCKS = 40000, SIZE = 1001 };
    char **blocks = gct_heap_array(BLOCKS, sizeof *blocks);
    (void)state;
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = gct_heap_new(SIZE);
        memset(blocks[i], i, SIZE);
    }
    for (int i = 0; i < BLOCKS - 1; i++) {
        free(blocks[i]);
    }
    long held = resident();
    gct_heap_tidy();
    if (malloc_usable_size(blocks[BLOCKS - 1]) > SIZE) {
        assert_true(held - resident() > BLOCKS * SIZE / 2);
    }
    assert_int_equal(blocks[BLOCKS - 1][SIZE - 1], (char)(BLOCKS - 1));
    free(blocks[BLOCKS - 1]);
    free(blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_texts_are_ended),
        cmocka_unit_test(what_a_rush_has_used_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
