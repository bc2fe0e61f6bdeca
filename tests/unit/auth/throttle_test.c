#include <stdio.h>

#include "auth/throttle.c"
#include "cmocka_all.h"

static void waiting_begins_after_ten_failures_and_doubles_to_a_limit(void **state)
{
    (void)state;
    struct gct_throttle *throttle = gct_throttle_new();
    struct gct_slice login = GCT_LIT("lea");
    struct gct_slice address = GCT_LIT("192.0.2.1");
    for (unsigned i = 0; i < GCT_THROTTLE_FREE - 1u; i++) {
        gct_throttle_failed(throttle, login, address, 0);
        assert_int_equal(gct_throttle_wait_ms(throttle, login, address, 0), 0);
    }
    gct_throttle_failed(throttle, login, address, 0);
    assert_int_equal(gct_throttle_wait_ms(throttle, login, address, 0), 1000);
    assert_int_equal(gct_throttle_wait_ms(throttle, login, address, 400), 600);
    assert_int_equal(gct_throttle_wait_ms(throttle, login, address, 1000), 0);
    gct_throttle_failed(throttle, login, address, 1000);
    assert_int_equal(gct_throttle_wait_ms(throttle, login, address, 1000), 2000);
    for (unsigned i = 0; i < 100u; i++) {
        gct_throttle_failed(throttle, login, address, 1000);
    }
    assert_int_equal(gct_throttle_wait_ms(throttle, login, address, 1000), GCT_THROTTLE_LONGEST_MS);
    gct_throttle_free(&throttle);
    assert_null(throttle);
}

static void nobody_locks_out_somebody_else(void **state)
{
    (void)state;
    struct gct_throttle *throttle = gct_throttle_new();
    for (unsigned i = 0; i < 30u; i++) {
        gct_throttle_failed(throttle, GCT_LIT("lea"), GCT_LIT("192.0.2.1"), 0);
    }
    assert_true(gct_throttle_wait_ms(throttle, GCT_LIT("LEA"), GCT_LIT("192.0.2.1"), 0) > 0);
    assert_int_equal(gct_throttle_wait_ms(throttle, GCT_LIT("lea"), GCT_LIT("192.0.2.2"), 0), 0);
    assert_int_equal(gct_throttle_wait_ms(throttle, GCT_LIT("max"), GCT_LIT("192.0.2.1"), 0), 0);
    gct_throttle_passed(throttle, GCT_LIT("lea"), GCT_LIT("192.0.2.1"));
    assert_int_equal(gct_throttle_wait_ms(throttle, GCT_LIT("lea"), GCT_LIT("192.0.2.1"), 0), 0);
    gct_throttle_free(&throttle);
}

static void memory_is_bounded_and_the_oldest_pair_goes_first(void **state)
{
    (void)state;
    struct gct_throttle *throttle = gct_throttle_new();
    for (unsigned i = 0; i < GCT_THROTTLE_PAIRS + 10u; i++) {
        char login[32];
        int len = snprintf(login, sizeof login, "user%u", i);
        gct_throttle_failed(throttle, (struct gct_slice){ login, (size_t)len }, GCT_LIT("a"), 0);
    }
    assert_int_equal(HASH_COUNT(throttle->pairs), GCT_THROTTLE_PAIRS);
    assert_null(find(throttle, GCT_LIT("user9"), GCT_LIT("a")));
    assert_non_null(find(throttle, GCT_LIT("user10"), GCT_LIT("a")));
    gct_throttle_free(&throttle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_begins_after_ten_failures_and_doubles_to_a_limit),
        cmocka_unit_test(nobody_locks_out_somebody_else),
        cmocka_unit_test(memory_is_bounded_and_the_oldest_pair_goes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
