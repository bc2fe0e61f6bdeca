#include "egress/pump/lane.c"

#include "egress/stage.h"

static void slow_but_well(struct platform *platform, const struct platform_heard *heard,
                          struct platform_says *says)
{
    (void)heard;
    says_sent(platform, says);
    says->delay_ms = 30;
}

static void replies_of_a_conversation_keep_their_order_and_others_go_beside(void **state)
{
    struct stage *stage = stage_open(slow_but_well);
    char customer[16];
    char text[32];
    (void)state;
    for (int i = 0; i < 6; i++) {
        (void)snprintf(customer, sizeof customer, "c%d", i);
        stage_customer(stage, i % 2 == 0 ? "100" : "200", customer);
    }
    stage_send(stage, (struct gct_sender_limits){ 0 });
    for (int k = 0; k < 5; k++) {
        for (int i = 0; i < 6; i++) {
            (void)snprintf(customer, sizeof customer, "c%d", i);
            (void)snprintf(text, sizeof text, "words %d-%d.", i, k);
            (void)stage_reply(stage, customer, text, NULL);
        }
    }
    stage_wait(stage, STAGE_SENT, 30);
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(platform_count(&stage->platform), 30);
    for (int i = 0; i < 6; i++) {
        int next = 0;
        for (size_t h = 0; h < stage->platform.count; h++) {
            (void)snprintf(text, sizeof text, "words %d-", i);
            const char *found = strstr(stage->platform.heard[h].text, text);
            if (found != NULL) {
                assert_int_equal(found[strlen(text)] - '0', next);
                next++;
            }
        }
        assert_int_equal(next, 5);
    }
    assert_true(stage->platform.most_busy > 1u);
    assert_true(stage->platform.most_busy <= 6u);
    /* The token is in a header alone, and each account has its own. */
    assert_int_equal(platform_heard_count(&stage->platform, "Authorization: Bearer token-of-maple\r\n"), 15);
    assert_int_equal(platform_heard_count(&stage->platform, "POST /v25.0/200/messages?appsecret_proof="), 15);
    stage_close(stage);
}

static void an_account_has_no_more_in_hand_than_it_may(void **state)
{
    struct stage *stage = stage_open(slow_but_well);
    char customer[16];
    (void)state;
    for (int i = 0; i < 12; i++) {
        (void)snprintf(customer, sizeof customer, "c%d", i);
        stage_customer(stage, "100", customer);
        (void)stage_reply(stage, customer, "words", NULL);
    }
    stage_send(stage, (struct gct_sender_limits){ .replies_per_account = 3 });
    stage_wait(stage, STAGE_SENT, 12);
    assert_int_equal(stage->platform.most_busy, 3);
    stage_close(stage);
}

static void the_first_lane_goes_last(void **state)
{
    struct gct_sender sender = { 0 };
    (void)state;
    assert_int_equal(pthread_mutex_init(&sender.lock, NULL), 0);
    rotate(&sender);
    struct lane *one = lane_of(&sender, 1);
    rotate(&sender);
    assert_ptr_equal(sender.lanes, one);
    struct lane *two = lane_of(&sender, 2);
    assert_ptr_equal(sender.lanes, two);
    rotate(&sender);
    assert_ptr_equal(sender.lanes, one);
    assert_ptr_equal(one->next, two);
    assert_null(two->next);
    assert_ptr_equal(lane_of(&sender, 2), two);
    lane_due(two, 50);
    lane_due(two, 70);
    assert_int_equal(two->due_ms, 50);
    lane_free_all(&sender);
    assert_null(sender.lanes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_of_a_conversation_keep_their_order_and_others_go_beside),
        cmocka_unit_test(an_account_has_no_more_in_hand_than_it_may),
        cmocka_unit_test(the_first_lane_goes_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
