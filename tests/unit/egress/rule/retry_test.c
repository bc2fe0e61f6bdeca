#include "egress/rule/retry.c"

#include <string.h>

#include "cmocka_all.h"

static const struct retry_case FIRST = { .status = 400, .attempts = 1, .age_ms = 1000, .random = 7 };

static struct gct_verdict verdict_of(uint32_t outcome)
{
    return (struct gct_verdict){ .size = sizeof(struct gct_verdict),
                                 .outcome = outcome,
                                 .retry_after_ms = -1,
                                 .code = GCT_LIT("1/2"),
                                 .sentence = GCT_LIT("Why.") };
}

static void each_outcome_has_its_fate(void **state)
{
    static const struct {
        uint32_t outcome;
        enum fate_kind kind;
        enum gct_problem problem;
        enum gct_account_state account;
    } cases[] = {
        { GCT_OUTCOME_SENT, FATE_SENT, GCT_PROBLEM_NONE, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_RETRY, FATE_RETRY, GCT_PROBLEM_NONE, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_REFUSED, FATE_FAILED, GCT_PROBLEM_PLATFORM_REFUSED, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_WINDOW_CLOSED, FATE_FAILED, GCT_PROBLEM_WINDOW_CLOSED, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_AUTHORITY_LOST, FATE_PUT_BACK, GCT_PROBLEM_NONE, GCT_ACCOUNT_AUTHORITY_LOST },
        { GCT_OUTCOME_RATE_LIMITED, FATE_RETRY, GCT_PROBLEM_NONE, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_UNREACHABLE, FATE_FAILED, GCT_PROBLEM_CUSTOMER_BLOCKED, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_NOT_OWNER, FATE_FAILED, GCT_PROBLEM_THREAD_OWNED, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_RESTRICTED, FATE_PUT_BACK, GCT_PROBLEM_NONE, GCT_ACCOUNT_RESTRICTED },
        { GCT_OUTCOME_MEDIA_REJECTED, FATE_FAILED, GCT_PROBLEM_MEDIA_REJECTED, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_MESSAGE_GONE, FATE_FAILED, GCT_PROBLEM_MESSAGE_GONE, GCT_ACCOUNT_OK },
        { GCT_OUTCOME_UNCLEAR, FATE_UNCLEAR, GCT_PROBLEM_NONE, GCT_ACCOUNT_OK },
        { 99, FATE_UNCLEAR, GCT_PROBLEM_NONE, GCT_ACCOUNT_OK },
    };
    (void)state;
    assert_int_equal(GCT_COUNT(cases), GCT_OUTCOME_COUNT); /* and one that is none */
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        const struct gct_verdict verdict = verdict_of(cases[i].outcome);
        struct fate fate = retry_judge(&verdict, &FIRST);
        assert_int_equal(fate.kind, cases[i].kind);
        assert_int_equal(fate.problem, cases[i].problem);
        assert_int_equal(fate.account, cases[i].account);
        assert_int_equal(fate.pause_ms > 0, cases[i].outcome == GCT_OUTCOME_RATE_LIMITED);
        assert_slice(fate.code, "1/2");
        assert_slice(fate.sentence, "Why.");
    }
}

static void pauses_grow_to_ten_minutes_with_full_jitter(void **state)
{
    static const int64_t longest[] = { 1000,  2000,   4000,   8000,   16000, 32000,
                                       64000, 128000, 256000, 512000, 600000 };
    (void)state;
    for (uint32_t attempts = 0; attempts < 200u; attempts++) {
        int64_t most = longest[attempts < 10u ? attempts : 10u];
        int64_t lowest = INT64_MAX;
        int64_t highest = 0;
        for (uint64_t random = 0; random < 700000u; random += 1009u) {
            int64_t delay = retry_delay_ms(attempts, random);
            lowest = delay < lowest ? delay : lowest;
            highest = delay > highest ? delay : highest;
        }
        assert_in_range(lowest, 1000, 2100);
        assert_true(highest <= most);
        assert_true(highest >= most - 1500);
        assert_in_range(retry_delay_ms(attempts, UINT64_MAX), 1000, most);
    }
}

static void what_the_platform_says_about_time_is_clamped(void **state)
{
    static const struct {
        int64_t retry_after_ms, pause_ms, delay_ms;
    } cases[] = {
        { 5000, 0, 5000 },      { 1, 0, 1000 },           { INT64_C(1000000000000), 0, 3600000 },
        { -1, 120000, 120000 }, { 2000, 120000, 120000 }, { INT64_MAX, INT64_MAX, 3600000 },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_verdict verdict = verdict_of(GCT_OUTCOME_RATE_LIMITED);
        verdict.retry_after_ms = cases[i].retry_after_ms;
        verdict.pause_ms = cases[i].pause_ms;
        struct fate fate = retry_judge(&verdict, &FIRST);
        assert_int_equal(fate.kind, FATE_RETRY);
        assert_int_equal(fate.delay_ms, cases[i].delay_ms);
        assert_int_equal(fate.pause_ms, cases[i].delay_ms);
    }
    /* Down with a time: the account waits; an answer that went well and asks for a pause is heard, too. */
    struct gct_verdict down = verdict_of(GCT_OUTCOME_RETRY);
    struct retry_case at_503 = FIRST;
    at_503.status = 503;
    down.retry_after_ms = 120000;
    struct fate fate = retry_judge(&down, &at_503);
    assert_int_equal(fate.delay_ms, 120000);
    assert_int_equal(fate.pause_ms, 120000);
    struct gct_verdict sent = verdict_of(GCT_OUTCOME_SENT);
    sent.pause_ms = 60000;
    assert_int_equal(retry_judge(&sent, &FIRST).pause_ms, 60000);
    assert_int_equal(retry_judge(&sent, &FIRST).kind, FATE_SENT);
}

static void it_ends_after_many_attempts_or_a_long_time(void **state)
{
    static const struct {
        uint32_t attempts;
        int64_t age_ms;
        enum fate_kind kind;
    } cases[] = {
        { 1, 0, FATE_RETRY },
        { 99, GCT_HOUR_MS, FATE_RETRY },
        { 100, GCT_HOUR_MS, FATE_FAILED },
        { 5, 8 * GCT_HOUR_MS, FATE_FAILED },
        { 4, 8 * GCT_HOUR_MS, FATE_RETRY },
        { 1, 30 * GCT_DAY_MS, FATE_RETRY }, /* it waited for an admin, not for the platform */
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        const struct retry_case of = { .attempts = cases[i].attempts,
                                       .age_ms = cases[i].age_ms,
                                       .random = 3 };
        struct fate fate = retry_not_taken(&of, GCT_LIT("no route"));
        assert_int_equal(fate.kind, cases[i].kind);
        if (fate.kind == FATE_FAILED) {
            assert_int_equal(fate.problem, GCT_PROBLEM_PLATFORM_UNREACHABLE);
        }
    }
}

static void what_may_be_repeated_is_and_what_is_optional_never_fails_a_reply(void **state)
{
    struct retry_case of = FIRST;
    (void)state;
    assert_int_equal(retry_unclear(&of, GCT_EMPTY).kind, FATE_UNCLEAR);
    of.flags = GCT_HTTP_REPEATABLE;
    assert_int_equal(retry_unclear(&of, GCT_EMPTY).kind, FATE_RETRY);
    of.flags = GCT_HTTP_REPEATABLE | GCT_HTTP_OPTIONAL;
    for (uint32_t outcome = 1; outcome < GCT_OUTCOME_COUNT; outcome++) {
        const struct gct_verdict verdict = verdict_of(outcome);
        struct fate fate = retry_judge(&verdict, &of);
        assert_int_not_equal(fate.kind, FATE_FAILED);
        assert_int_not_equal(fate.kind, FATE_UNCLEAR);
    }
    assert_int_equal(retry_unclear(&of, GCT_EMPTY).kind, FATE_SENT);
    assert_int_equal(retry_not_taken(&of, GCT_EMPTY).kind, FATE_SENT);
}

static void a_plugin_that_fails_is_asked_a_few_times(void **state)
{
    struct retry_case of = FIRST;
    (void)state;
    of.attempts = 4;
    assert_int_equal(retry_untranslated(&of, GCT_EMPTY).kind, FATE_RETRY);
    of.attempts = 5;
    assert_int_equal(retry_untranslated(&of, GCT_EMPTY).kind, FATE_FAILED);
    assert_int_equal(retry_untranslated(&of, GCT_EMPTY).problem, GCT_PROBLEM_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_outcome_has_its_fate),
        cmocka_unit_test(pauses_grow_to_ten_minutes_with_full_jitter),
        cmocka_unit_test(what_the_platform_says_about_time_is_clamped),
        cmocka_unit_test(it_ends_after_many_attempts_or_a_long_time),
        cmocka_unit_test(what_may_be_repeated_is_and_what_is_optional_never_fails_a_reply),
        cmocka_unit_test(a_plugin_that_fails_is_asked_a_few_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
