#include "daemon/control/frame.c"

#include <string.h>

#include "cmocka_all.h"

static void a_frame_is_read_however_it_is_cut(void **state)
{
    static const char bytes[] = "\x05\x00\x00\x00hello+";
    (void)state;
    for (size_t step = 1; step < sizeof bytes; step++) {
        struct gct_frame frame;
        struct gct_error err = { GCT_OK, "" };
        enum gct_status st = GCT_AGAIN;
        size_t at = 0;
        gct_frame_begin(&frame, 100);
        while (st == GCT_AGAIN) {
            size_t used = 0;
            struct gct_slice part = { bytes + at,
                                      step < sizeof bytes - 1u - at ? step : sizeof bytes - 1u - at };
            st = gct_frame_take(&frame, part, &used, &err);
            at += used;
        }
        assert_int_equal(st, GCT_OK);
        assert_int_equal(at, 9);
        assert_slice(gct_buffer_slice(&frame.body), "hello");
        gct_frame_free(&frame);
    }
}

static void a_length_costs_no_memory(void **state)
{
    struct gct_frame frame;
    struct gct_error err = { GCT_OK, "" };
    size_t used = 0;
    (void)state;
    gct_frame_begin(&frame, GCT_REQUEST_BYTES);
    assert_int_equal(gct_frame_take(&frame, (struct gct_slice){ "\xff\xff\xff\xff", 4 }, &used, &err),
                     GCT_LIMIT);
    assert_non_null(strstr(err.text, "4294967295"));
    gct_frame_begin(&frame, GCT_REQUEST_BYTES);
    assert_int_equal(gct_frame_take(&frame, (struct gct_slice){ "\x00\x00\x10\x00x", 5 }, &used, &err),
                     GCT_AGAIN);
    assert_true(frame.body.room < 4096u);
    gct_frame_free(&frame);
}

static void one_byte_past_the_limit_is_refused(void **state)
{
    struct gct_frame frame;
    struct gct_error err = { GCT_OK, "" };
    size_t used = 0;
    (void)state;
    gct_frame_begin(&frame, 4);
    assert_int_equal(gct_frame_take(&frame, (struct gct_slice){ "\x04\x00\x00\x00wxyz", 8 }, &used, &err),
                     GCT_OK);
    gct_frame_free(&frame);
    gct_frame_begin(&frame, 4);
    assert_int_equal(gct_frame_take(&frame, (struct gct_slice){ "\x05\x00\x00\x00wxyz.", 9 }, &used, &err),
                     GCT_LIMIT);
    assert_int_equal(frame.body.len, 0);
}

static void an_empty_frame_is_refused(void **state)
{
    struct gct_frame frame;
    struct gct_error err = { GCT_OK, "" };
    size_t used = 0;
    (void)state;
    gct_frame_begin(&frame, 100);
    assert_int_equal(gct_frame_take(&frame, (struct gct_slice){ "\0\0\0\0", 4 }, &used, &err), GCT_INVALID);
}

static void a_head_is_what_is_read_again(void **state)
{
    unsigned char head[GCT_FRAME_HEAD];
    struct gct_frame frame;
    struct gct_error err = { GCT_OK, "" };
    size_t used = 0;
    (void)state;
    gct_frame_write_head(0x030201u, head);
    assert_memory_equal(head, "\x01\x02\x03\x00", 4);
    gct_frame_begin(&frame, GCT_ANSWER_BYTES);
    assert_int_equal(gct_frame_take(&frame, (struct gct_slice){ (const char *)head, 4 }, &used, &err),
                     GCT_AGAIN);
    assert_int_equal(frame.want, 0x030201u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_read_however_it_is_cut),  cmocka_unit_test(a_length_costs_no_memory),
        cmocka_unit_test(one_byte_past_the_limit_is_refused), cmocka_unit_test(an_empty_frame_is_refused),
        cmocka_unit_test(a_head_is_what_is_read_again),
    };
    return cmocka_run_group_tests_name("daemon/control/frame", tests, NULL, NULL);
}
