#include "base/buffer.c"
#include "base/slice.h"
#include "cmocka_all.h"

static void text_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct gct_buffer buffer = { 0 };
    for (int i = 0; i < 1000; i++) {
        gct_buffer_add_format(&buffer, "%d,", i % 10);
    }
    assert_int_equal(buffer.len, 2000);
    assert_int_equal(buffer.ptr[buffer.len], '\0');
    gct_buffer_free(&buffer);
    assert_int_equal(gct_buffer_slice(&buffer).len, 0);
    gct_buffer_add(&buffer, GCT_LIT("again"));
    assert_slice(gct_buffer_slice(&buffer), "again");
    gct_buffer_free(&buffer);
}

static void what_does_not_fit_is_left_out_whole(void **state)
{
    (void)state;
    struct gct_buffer buffer = { .limit = 10u };
    gct_buffer_add(&buffer, GCT_LIT("12345678"));
    assert_false(buffer.overflowed);
    gct_buffer_add_format(&buffer, "%s", "abc");
    assert_true(buffer.overflowed);
    assert_slice(gct_buffer_slice(&buffer), "12345678");
    gct_buffer_add(&buffer, GCT_LIT("90"));
    assert_slice(gct_buffer_slice(&buffer), "1234567890");
    gct_buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_and_stays_terminated),
        cmocka_unit_test(what_does_not_fit_is_left_out_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
