#include "egress/pump/reply.c"

#include "egress/stage.h"

/* 503 for the first two, then all is well. */
static void down_for_a_while(struct platform *platform, const struct platform_heard *heard,
                             struct platform_says *says)
{
    (void)heard;
    if (platform->count <= 2u) {
        says_error(says, 503, 2);
    } else {
        says_sent(platform, says);
    }
}

static void after_a_failing_platform_all_is_sent_in_order_at_most_one_call_a_second(void **state)
{
    struct stage *stage = stage_open(down_for_a_while);
    (void)state;
    stage_customer(stage, "100", "c1");
    (void)stage_reply(stage, "c1", "words 0.", NULL);
    (void)stage_reply(stage, "c1", "words 1.", NULL);
    stage_send(stage, (struct gct_sender_limits){ 0 });
    stage_wait(stage, STAGE_SENT, 2);
    assert_int_equal(platform_count(&stage->platform), 4);
    for (size_t i = 1; i < 3u; i++) {
        assert_true(stage->platform.heard[i].at_ms - stage->platform.heard[i - 1u].at_ms >= 990);
        assert_non_null(strstr(stage->platform.heard[i].text, "words 0."));
    }
    assert_non_null(strstr(stage->platform.heard[3].text, "words 1."));
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM message WHERE remote_id = 'mid_3'"), 1);
    stage_close(stage);
}

static void the_parts_of_a_reply_follow_each_other_and_each_leaves_its_id(void **state)
{
    struct stage *stage = stage_open(all_is_well);
    (void)state;
    stage_customer(stage, "100", "c1");
    stage_send(stage, (struct gct_sender_limits){ 0 });
    (void)stage_reply(stage, "c1", "look", "https://example.com/a.png");
    stage_wait(stage, STAGE_SENT, 1);
    assert_int_equal(platform_count(&stage->platform), 2);
    assert_non_null(strstr(stage->platform.heard[0].body, "look"));
    assert_non_null(strstr(stage->platform.heard[1].body, "https://example.com/a.png"));
    assert_int_equal(stage_number(stage,
                                  "SELECT count(*) FROM (SELECT remote_id FROM message WHERE direction = 1 "
                                  "UNION SELECT remote_id FROM message_part)"),
                     2);
    stage_close(stage);
}

static void second_fails(struct platform *platform, const struct platform_heard *heard,
                         struct platform_says *says)
{
    (void)heard;
    if (platform->count == 2u) {
        says_error(says, 503, 2);
    } else {
        says_sent(platform, says);
    }
}

static void a_part_that_was_sent_is_not_sent_again(void **state)
{
    struct stage *stage = stage_open(second_fails);
    (void)state;
    stage_customer(stage, "100", "c1");
    stage_send(stage, (struct gct_sender_limits){ 0 });
    (void)stage_reply(stage, "c1", "look", "https://example.com/a.png");
    stage_wait(stage, STAGE_SENT, 1);
    assert_int_equal(platform_count(&stage->platform), 3);
    assert_int_equal(platform_heard_count(&stage->platform, "look"), 1);
    assert_int_equal(platform_heard_count(&stage->platform, "a.png"), 2);
    stage_close(stage);
}

static void blocked(struct platform *platform, const struct platform_heard *heard, struct platform_says *says)
{
    (void)platform;
    (void)heard;
    says_error(says, 400, 551);
}

static void what_the_platform_refuses_fails_with_its_reason(void **state)
{
    struct stage *stage = stage_open(blocked);
    (void)state;
    stage_customer(stage, "100", "c1");
    stage_send(stage, (struct gct_sender_limits){ 0 });
    (void)stage_reply(stage, "c1", "words", NULL);
    stage_wait(stage, STAGE_FAILED, 1);
    assert_int_equal(stage_number(stage,
                                  "SELECT count(*) FROM message_card WHERE error_code = 'customer-blocked' "
                                  "AND error_text LIKE '%(551)'"),
                     1);
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM outbox WHERE state < 3"), 0);
    assert_int_equal(platform_count(&stage->platform), 1);
    stage_close(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_failing_platform_all_is_sent_in_order_at_most_one_call_a_second),
        cmocka_unit_test(the_parts_of_a_reply_follow_each_other_and_each_leaves_its_id),
        cmocka_unit_test(a_part_that_was_sent_is_not_sent_again),
        cmocka_unit_test(what_the_platform_refuses_fails_with_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
