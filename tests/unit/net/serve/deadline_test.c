#include "net/serve/deadline.c"

#include "cmocka_all.h"

static void the_earliest_comes_first_and_only_when_it_is_due(void **state)
{
    struct net_span span = { .length_ms = 100 };
    struct net_deadline a = { .span = NULL }, b = { .span = NULL };

    (void)state;
    assert_null(net_span_take(&span, 1000));
    net_deadline_set(&a, &span, 0);
    net_deadline_set(&b, &span, 50);
    assert_null(net_span_take(&span, 99));
    assert_ptr_equal(net_span_take(&span, 100), &a);
    assert_null(net_span_take(&span, 100));
    assert_ptr_equal(net_span_take(&span, 150), &b);
    assert_null(a.span);
    assert_null(net_span_take(&span, 1000000));
}

static void setting_it_again_puts_it_behind_the_others(void **state)
{
    struct net_span span = { .length_ms = 100 };
    struct net_deadline a = { .span = NULL }, b = { .span = NULL };

    (void)state;
    net_deadline_set(&a, &span, 0);
    net_deadline_set(&b, &span, 10);
    net_deadline_set(&a, &span, 20);
    assert_ptr_equal(net_span_take(&span, 115), &b);
    assert_null(net_span_take(&span, 115));
    assert_ptr_equal(net_span_take(&span, 120), &a);
}

static void it_moves_from_one_span_to_another(void **state)
{
    struct net_span brief = { .length_ms = 10 }, wide = { .length_ms = 1000 };
    struct net_deadline a = { .span = NULL };

    (void)state;
    net_deadline_set(&a, &brief, 0);
    net_deadline_set(&a, &wide, 0);
    assert_null(net_span_take(&brief, 500));
    assert_ptr_equal(net_span_take(&wide, 1000), &a);
}

static void what_was_cleared_never_comes(void **state)
{
    struct net_span span = { .length_ms = 10 };
    struct net_deadline a = { .span = NULL }, b = { .span = NULL }, c = { .span = NULL };

    (void)state;
    net_deadline_set(&a, &span, 0);
    net_deadline_set(&b, &span, 0);
    net_deadline_set(&c, &span, 0);
    net_deadline_clear(&b);
    net_deadline_clear(&b);
    assert_ptr_equal(net_span_take(&span, 10), &a);
    assert_ptr_equal(net_span_take(&span, 10), &c);
    assert_null(net_span_take(&span, 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_comes_first_and_only_when_it_is_due),
        cmocka_unit_test(setting_it_again_puts_it_behind_the_others),
        cmocka_unit_test(it_moves_from_one_span_to_another),
        cmocka_unit_test(what_was_cleared_never_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
