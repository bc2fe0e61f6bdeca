#include "model/window.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/clock.h"

#define T0 INT64_C(1767225600000)

static const struct gct_window_rules PAGE = { .window_ms = GCT_DAY_MS, .human_ms = 7 * GCT_DAY_MS };
static const struct gct_window_rules PLAIN = { .window_ms = 48 * GCT_HOUR_MS };
static const struct gct_window_rules FREE = { 0, 0 };

static uint32_t state_at(const struct gct_window_facts *facts, const struct gct_window_rules *rules,
                         int64_t now)
{
    return gct_window_state(facts, rules, now).state;
}

static void a_window_is_open_then_for_people_then_closed_to_the_millisecond(void **state)
{
    (void)state;
    struct gct_window_facts facts = { 0 };
    assert_int_equal(gct_window_act(&facts, &PAGE, T0, 0), GCT_WINDOW_OPENED);
    assert_int_equal(state_at(&facts, &PAGE, T0), GCT_WINDOW_OPEN);
    assert_int_equal(state_at(&facts, &PAGE, T0 + GCT_DAY_MS - 1), GCT_WINDOW_OPEN);
    assert_int_equal(state_at(&facts, &PAGE, T0 + GCT_DAY_MS), GCT_WINDOW_HUMAN);
    assert_int_equal(state_at(&facts, &PAGE, T0 + 7 * GCT_DAY_MS - 1), GCT_WINDOW_HUMAN);
    assert_int_equal(state_at(&facts, &PAGE, T0 + 7 * GCT_DAY_MS), GCT_WINDOW_CLOSED);
    assert_int_equal(gct_window_state(&facts, &PAGE, T0 + 9 * GCT_DAY_MS).closes_ms, T0 + 7 * GCT_DAY_MS);
}

static void a_channel_without_human_time_closes_at_once(void **state)
{
    (void)state;
    struct gct_window_facts facts = { 0 };
    (void)gct_window_act(&facts, &PLAIN, T0, 0);
    assert_int_equal(state_at(&facts, &PLAIN, T0 + 48 * GCT_HOUR_MS), GCT_WINDOW_CLOSED);
    assert_int_equal(gct_window_state(&facts, &PLAIN, T0).human_until_ms, 0);
}

static void a_channel_without_window_is_always_answerable(void **state)
{
    (void)state;
    struct gct_window_facts facts = { 0 };
    assert_int_equal(gct_window_act(&facts, &FREE, T0, 0), GCT_WINDOW_SAME);
    struct gct_window window = gct_window_state(&facts, &FREE, T0);
    assert_int_equal(window.state, GCT_WINDOW_NONE);
    assert_int_equal(gct_window_refusal(&window, GCT_AUTHOR_AUTOMATION), GCT_PROBLEM_NONE);
}

static void a_window_that_was_never_opened_is_closed_without_a_time(void **state)
{
    (void)state;
    struct gct_window_facts facts = { 0 };
    struct gct_window window = gct_window_state(&facts, &PAGE, T0);
    assert_int_equal(window.state, GCT_WINDOW_CLOSED);
    assert_int_equal(window.closes_ms, 0);
}

static void acts_in_any_order_give_the_same_window(void **state)
{
    (void)state;
    static const int64_t AT[] = { T0, T0 + GCT_HOUR_MS, T0 + 30 * GCT_HOUR_MS };
    static const int64_t OWN[] = { 7 * GCT_DAY_MS, 0, 0 };
    static const int ORDERS[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    struct gct_window_facts first = { 0 };
    for (int order = 0; order < 6; order++) {
        struct gct_window_facts facts = { 0 };
        for (int i = 0; i < 3; i++) {
            (void)gct_window_act(&facts, &PAGE, AT[ORDERS[order][i]], OWN[ORDERS[order][i]]);
        }
        if (order == 0) {
            first = facts;
        }
        assert_int_equal(facts.closes_ms, first.closes_ms);
        assert_int_equal(facts.opened_ms, first.opened_ms);
        assert_int_equal(facts.human_until_ms, first.human_until_ms);
    }
    assert_int_equal(first.closes_ms, T0 + 7 * GCT_DAY_MS); /* the ad's own length outlives the later acts */
}

static void an_act_says_whether_it_opened_or_extended(void **state)
{
    (void)state;
    struct gct_window_facts facts = { 0 };
    assert_int_equal(gct_window_act(&facts, &PAGE, T0, 0), GCT_WINDOW_OPENED);
    assert_int_equal(gct_window_act(&facts, &PAGE, T0 + GCT_DAY_MS - 1, 0), GCT_WINDOW_EXTENDED);
    assert_int_equal(gct_window_act(&facts, &PAGE, T0, 0), GCT_WINDOW_LATE);
    assert_int_equal(gct_window_act(&facts, &PAGE, T0 + 9 * GCT_DAY_MS, 0), GCT_WINDOW_OPENED);
}

static void only_a_person_may_answer_in_the_human_time(void **state)
{
    (void)state;
    struct gct_window_facts facts = { 0 };
    (void)gct_window_act(&facts, &PAGE, T0, 0);
    struct gct_window window = gct_window_state(&facts, &PAGE, T0 + 2 * GCT_DAY_MS);
    assert_int_equal(gct_window_refusal(&window, GCT_AUTHOR_AGENT), GCT_PROBLEM_NONE);
    assert_int_equal(gct_window_refusal(&window, GCT_AUTHOR_AUTOMATION), GCT_PROBLEM_WINDOW_CLOSED);
}

static void locks_refuse_although_the_window_is_open(void **state)
{
    (void)state;
    static const struct {
        struct gct_window_facts facts;
        enum gct_problem problem;
        const char *name;
    } CASES[] = {
        { { .closes_ms = T0 + 1, .channel_paused = 1 }, GCT_PROBLEM_CHANNEL_PAUSED, "paused" },
        { { .closes_ms = T0 + 1, .account_state = GCT_ACCOUNT_PAUSED },
          GCT_PROBLEM_CHANNEL_PAUSED,
          "paused" },
        { { .closes_ms = T0 + 1, .account_state = GCT_ACCOUNT_AUTHORITY_LOST },
          GCT_PROBLEM_CHANNEL_PAUSED,
          "reconnect" },
        { { .closes_ms = T0 + 1, .account_state = GCT_ACCOUNT_RESTRICTED },
          GCT_PROBLEM_POLICY_RESTRICTED,
          "restricted" },
        { { .closes_ms = T0 + 1, .unreachable = 1 }, GCT_PROBLEM_CUSTOMER_BLOCKED, "blocked" },
    };
    for (size_t i = 0; i < GCT_COUNT(CASES); i++) {
        struct gct_window window = gct_window_state(&CASES[i].facts, &PAGE, T0);
        assert_int_equal(window.state, GCT_WINDOW_OPEN);
        assert_string_equal(gct_lock_name(window.lock), CASES[i].name);
        assert_int_equal(gct_window_refusal(&window, GCT_AUTHOR_AGENT), CASES[i].problem);
    }
    assert_null(gct_lock_name(GCT_LOCK_NONE));
}

static void the_next_change_is_the_end_of_the_present_state(void **state)
{
    (void)state;
    struct gct_window_facts facts = { 0 };
    assert_int_equal(gct_window_next_change(&facts, &PAGE, T0), 0);
    (void)gct_window_act(&facts, &PAGE, T0, 0);
    assert_int_equal(gct_window_next_change(&facts, &PAGE, T0), T0 + GCT_DAY_MS);
    assert_int_equal(gct_window_next_change(&facts, &PAGE, T0 + GCT_DAY_MS), T0 + 7 * GCT_DAY_MS);
    assert_int_equal(gct_window_next_change(&facts, &PAGE, T0 + 7 * GCT_DAY_MS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_open_then_for_people_then_closed_to_the_millisecond),
        cmocka_unit_test(a_channel_without_human_time_closes_at_once),
        cmocka_unit_test(a_channel_without_window_is_always_answerable),
        cmocka_unit_test(a_window_that_was_never_opened_is_closed_without_a_time),
        cmocka_unit_test(acts_in_any_order_give_the_same_window),
        cmocka_unit_test(an_act_says_whether_it_opened_or_extended),
        cmocka_unit_test(only_a_person_may_answer_in_the_human_time),
        cmocka_unit_test(locks_refuse_although_the_window_is_open),
        cmocka_unit_test(the_next_change_is_the_end_of_the_present_state),
    };
    return cmocka_run_group_tests_name("model/window", tests, NULL, NULL);
}
