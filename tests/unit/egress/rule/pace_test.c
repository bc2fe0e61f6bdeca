#include "egress/rule/pace.c"

#include "cmocka_all.h"

#define T0 INT64_C(1000000)

static const struct pace_rules RULES = { .rate = 10, .media = 2, .gap_ms = 0 };

static struct pace begun(const struct pace_rules *rules)
{
    struct pace pace;
    pace_begin(&pace, rules, T0);
    return pace;
}

static void rules_come_from_the_table_and_stay_within_reason(void **state)
{
    static const struct gct_rule all[] = {
        { sizeof(struct gct_rule), GCT_RULE_RATE, 300, "", "" },
        { sizeof(struct gct_rule), GCT_RULE_RATE_MEDIA, 10, "", "" },
        { sizeof(struct gct_rule), GCT_RULE_THREAD_GAP, 500, "", "" },
        { sizeof(struct gct_rule), GCT_RULE_TEXT_LIMIT, 2000, "", "" },
    };
    static const struct gct_rule odd[] = {
        { sizeof(struct gct_rule), GCT_RULE_RATE, -4, "", "" },
        { sizeof(struct gct_rule), GCT_RULE_RATE_MEDIA, INT64_MAX, "", "" },
        { sizeof(struct gct_rule), GCT_RULE_THREAD_GAP, INT64_MAX, "", "" },
    };
    static const struct gct_rule *const all_rules[] = { &all[0], &all[1], &all[2], &all[3] };
    static const struct gct_rule *const odd_rules[] = { &odd[0], &odd[1], &odd[2] };
    const struct gct_ext_rules table = { .size = sizeof table, .rules = all_rules, .rule_count = 4 };
    const struct gct_ext_rules strange = { .size = sizeof strange, .rules = odd_rules, .rule_count = 3 };
    (void)state;
    struct pace_rules rules = pace_rules_of(&table);
    assert_int_equal(rules.rate, 300);
    assert_int_equal(rules.media, 10);
    assert_int_equal(rules.gap_ms, 500);
    rules = pace_rules_of(&strange);
    assert_int_equal(rules.rate, 1);
    assert_int_equal(rules.media, 1);
    assert_int_equal(rules.gap_ms, GCT_MINUTE_MS);
    rules = pace_rules_of(NULL);
    assert_int_equal(rules.rate, PACE_STANDARD_RATE);
    assert_int_equal(rules.media, PACE_STANDARD_RATE);
    assert_int_equal(rules.gap_ms, 0);
}

static void a_second_holds_as_many_calls_as_the_rate_says(void **state)
{
    struct pace pace = begun(&RULES);
    int64_t now = T0;
    (void)state;
    assert_int_equal(pace_room(&pace, now), 10);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(pace_next_ms(&pace, 0, 1, now), now);
        pace_take(&pace, 0, 1, now);
    }
    assert_int_equal(pace_room(&pace, now), 0);
    assert_int_equal(pace_next_ms(&pace, 0, 1, now), now + 100);
    assert_int_equal(pace_next_ms(&pace, 1, 1, now), now); /* media have their own */
    now += 100;
    assert_int_equal(pace_room(&pace, now), 1);
    pace_take(&pace, 0, 1, now);
    assert_int_equal(pace_next_ms(&pace, 0, 1, now), now + 100);
    now += GCT_HOUR_MS;
    assert_int_equal(pace_room(&pace, now), 10); /* what was not used is not saved up */
    pace_end(&pace);
}

static void media_are_slower(void **state)
{
    struct pace pace = begun(&RULES);
    (void)state;
    pace_take(&pace, 1, 1, T0);
    pace_take(&pace, 1, 1, T0);
    assert_int_equal(pace_next_ms(&pace, 1, 1, T0), T0 + 500);
    assert_int_equal(pace_next_ms(&pace, 0, 1, T0), T0);
    pace_end(&pace);
}

static void one_customer_is_not_written_to_faster_than_the_gap(void **state)
{
    const struct pace_rules rules = { .rate = 1000, .media = 1000, .gap_ms = 1000 };
    struct pace pace = begun(&rules);
    (void)state;
    for (int64_t i = 1; i <= 40; i++) {
        assert_int_equal(pace_next_ms(&pace, 0, i, T0), T0);
        pace_take(&pace, 0, i, T0);
    }
    assert_int_equal(pace.gap_count, 40);
    assert_int_equal(pace_next_ms(&pace, 0, 7, T0 + 1), T0 + 1000);
    assert_int_equal(pace_next_ms(&pace, 0, 41, T0 + 1), T0 + 1);
    assert_int_equal(pace_next_ms(&pace, 0, 7, T0 + 1000), T0 + 1000);
    pace_take(&pace, 0, 7, T0 + 1000);
    assert_int_equal(pace.gap_count, 1); /* the others are over */
    assert_int_equal(pace_next_ms(&pace, 0, 7, T0 + 1500), T0 + 2000);
    pace_end(&pace);
}

static void it_slows_down_from_75_percent_and_stops_at_90(void **state)
{
    static const struct {
        unsigned percent;
        int64_t rate;
    } cases[] = { { 74, 10 }, { 75, 10 }, { 80, 6 }, { 85, 3 }, { 89, 1 } };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct pace pace = begun(&RULES);
        pace_heard_usage(&pace, cases[i].percent, T0);
        assert_int_equal(rate_of(&pace, 0, T0), cases[i].rate);
        assert_int_equal(rate_of(&pace, 0, T0 + USAGE_MEMORY_MS), 10); /* forgotten */
        pace_heard_usage(&pace, 0, T0);                                /* says nothing */
        assert_int_equal(rate_of(&pace, 0, T0), cases[i].rate);
        pace_end(&pace);
    }
    struct pace pace = begun(&RULES);
    pace_heard_usage(&pace, 90, T0);
    assert_int_equal(pace_room(&pace, T0), 0);
    assert_int_equal(pace_next_ms(&pace, 0, 1, T0), T0 + GCT_MINUTE_MS);
    pace_hold(&pace, 20 * GCT_MINUTE_MS, T0); /* the estimated time */
    assert_int_equal(pace_next_ms(&pace, 0, 1, T0), T0 + 20 * GCT_MINUTE_MS);
    pace_hold(&pace, 5000, T0);
    assert_int_equal(pace_next_ms(&pace, 0, 1, T0), T0 + 20 * GCT_MINUTE_MS);
    pace_end(&pace);
}

static void a_pause_is_between_a_second_and_an_hour(void **state)
{
    (void)state;
    assert_int_equal(pace_clamp_ms(-1), 1000);
    assert_int_equal(pace_clamp_ms(0), 1000);
    assert_int_equal(pace_clamp_ms(1500), 1500);
    assert_int_equal(pace_clamp_ms(INT64_MAX), 3600000);
}

static void a_failing_platform_gets_a_call_a_second_at_most_with_growing_pauses(void **state)
{
    struct pace pace = begun(&RULES);
    int64_t now = T0;
    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        int64_t longest = GCT_SECOND_MS << (i < 6 ? i : 6);
        pace_failed(&pace, now, UINT64_MAX - i, now);
        int64_t next = pace_next_ms(&pace, 0, 1, now);
        assert_in_range(next - now, 1000, longest > 1000 ? longest : 1000);
        assert_true(next - now >= longest / 2 || longest > GCT_MINUTE_MS);
        assert_true(next - now <= GCT_MINUTE_MS);
        assert_int_equal(pace_room(&pace, now), 0);
        now = next;
        assert_int_equal(pace_room(&pace, now), 1);
        pace_take(&pace, 0, 1, now);
        assert_true(pace_next_ms(&pace, 0, 2, now) >= now + 1000);
    }
    pace_worked(&pace);
    assert_int_equal(pace_next_ms(&pace, 0, 1, now), now);
    pace_end(&pace);
}

static void calls_that_fail_together_count_once(void **state)
{
    struct pace pace = begun(&RULES);
    (void)state;
    for (int64_t i = 0; i < 8; i++) { /* all began at T0, and end one after the other */
        pace_failed(&pace, T0, UINT64_MAX, T0 + 25000 + i);
    }
    assert_int_equal(pace_next_ms(&pace, 0, 1, T0 + 25000), T0 + 26000);
    pace_failed(&pace, T0 + 26000, UINT64_MAX, T0 + 51000);
    assert_true(pace_next_ms(&pace, 0, 1, T0 + 51000) > T0 + 51999);
    assert_int_equal(pace.failures, 2);
    pace_worked(&pace);
    pace_failed(&pace, T0, UINT64_MAX, T0 + 60000);
    assert_int_equal(pace.failures, 1);
    pace_end(&pace);
}

static void new_rules_keep_what_was_used(void **state)
{
    const struct pace_rules faster = { .rate = 100, .media = 100, .gap_ms = 0 };
    struct pace pace = begun(&RULES);
    (void)state;
    for (int i = 0; i < 10; i++) {
        pace_take(&pace, 0, 1, T0);
    }
    pace_set_rules(&pace, &faster, T0);
    assert_int_equal(pace_room(&pace, T0), 0);
    assert_int_equal(pace_next_ms(&pace, 0, 1, T0), T0 + 10);
    pace_end(&pace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_come_from_the_table_and_stay_within_reason),
        cmocka_unit_test(a_second_holds_as_many_calls_as_the_rate_says),
        cmocka_unit_test(media_are_slower),
        cmocka_unit_test(one_customer_is_not_written_to_faster_than_the_gap),
        cmocka_unit_test(it_slows_down_from_75_percent_and_stops_at_90),
        cmocka_unit_test(a_pause_is_between_a_second_and_an_hour),
        cmocka_unit_test(a_failing_platform_gets_a_call_a_second_at_most_with_growing_pauses),
        cmocka_unit_test(calls_that_fail_together_count_once),
        cmocka_unit_test(new_rules_keep_what_was_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
