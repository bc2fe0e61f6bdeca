#include "net/blob.c"

#include "cmocka_all.h"

static void it_lives_until_its_last_holder_lets_go(void **state)
{
    struct gct_blob *blob = gct_blob_new((struct gct_slice){ "shared", 6 });
    struct gct_blob *second = gct_blob_hold(blob);

    (void)state;
    gct_blob_drop(&blob);
    assert_null(blob);
    assert_int_equal(gct_blob_text(second).len, 6);
    assert_memory_equal(gct_blob_text(second).ptr, "shared", 6);
    gct_blob_drop(&second);
    gct_blob_drop(&second);
}

static void the_room_for_the_frame_head_is_right_before_the_text(void **state)
{
    struct gct_blob *blob = gct_blob_new((struct gct_slice){ NULL, 0 });

    (void)state;
    assert_int_equal(gct_blob_text(blob).len, 0);
    assert_ptr_equal(gct_blob_text(blob).ptr, blob->room + LWS_PRE);
    gct_blob_drop(&blob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_lives_until_its_last_holder_lets_go),
        cmocka_unit_test(the_room_for_the_frame_head_is_right_before_the_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
