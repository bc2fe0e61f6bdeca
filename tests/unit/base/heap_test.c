#include "base/heap.c"
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

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(memory_is_zeroed_and_texts_are_ended) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
