#include "router/ingest/news.c"

#include "desk.h"

static void a_notice_blocks_the_account_and_an_older_clearing_does_not_free_it(void **state)
{
    struct desk *desk = *state;
    struct gct_event_notice notice = { .head = desk_head(GCT_EVENT_NOTICE, sizeof notice, "n1", T0),
                                       .state = GCT_NOTICE_BLOCKED,
                                       .code = SLICE("block"),
                                       .sentence = SLICE("too many complaints") };
    notice.head.customer = GCT_EMPTY;
    desk_event(desk, &notice.head);
    assert_string_equal(desk_text(desk, "SELECT state, error_text FROM account WHERE remote_id = '100'"),
                        "3|too many complaints");
    notice.state = GCT_NOTICE_CLEARED;
    notice.head.key = SLICE("n0");
    notice.head.at_ms = T0 - 1;
    desk_event(desk, &notice.head);
    assert_int_equal(desk_number(desk, "SELECT state FROM account WHERE remote_id = '100'"), 3);
    notice.head.key = SLICE("n2");
    notice.head.at_ms = T0 + 1;
    desk_event(desk, &notice.head);
    assert_string_equal(desk_text(desk, "SELECT state, error_text FROM account WHERE remote_id = '100'"),
                        "0|-");
}

static void feedback_is_a_survey_answer(void **state)
{
    struct desk *desk = *state;
    struct gct_event_feedback feedback = { .head = desk_head(GCT_EVENT_FEEDBACK, sizeof feedback, "k1", T0),
                                           .score = 5 };
    desk_event(desk, &feedback.head);
    assert_string_equal(desk_text(desk, "SELECT score FROM engagement_event WHERE type = 'survey.answered'"),
                        "5");
    /* The line waits for a ticket, and is in its thread when one opens. */
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message WHERE ticket_id IS NULL"), 1);
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message WHERE ticket_id = 1"), 2);
}

static void a_handover_says_who_answers_and_is_a_line(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_event(desk, desk_handover(desk, "h1", GCT_HANDOVER_OTHERS, T0 + 2));
    desk_event(desk, desk_handover(desk, "h0", GCT_HANDOVER_OURS, T0 + 1));
    assert_int_equal(desk_number(desk, "SELECT thread_owner FROM conversation"), GCT_THREAD_OTHERS);
    assert_string_equal(desk_text(desk, "SELECT context FROM message WHERE kind = 2 ORDER BY sent_ms"),
                        "{\"kind\":\"handover\",\"action\":\"pass\",\"app\":\"app\"}\n"
                        "{\"kind\":\"handover\",\"action\":\"take\",\"app\":\"app\"}");
}

static void a_handover_is_logged_by_who_answers_now(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    int64_t seq = desk_number(desk, "SELECT max(seq) FROM engagement_event");
    desk_event(desk, desk_handover(desk, "h1", GCT_HANDOVER_OTHERS, T0 + 1));
    desk_event(desk, desk_handover(desk, "h1", GCT_HANDOVER_OTHERS, T0 + 1)); /* told twice */
    desk_event(desk, desk_handover(desk, "h2", GCT_HANDOVER_REQUESTED, T0 + 2));
    desk_event(desk, desk_handover(desk, "h3", GCT_HANDOVER_OURS, T0 + 3));
    desk_event(desk, desk_handover(desk, "h4", GCT_HANDOVER_IDLE, T0 + 4));
    desk_event(desk, desk_handover(desk, "h5", GCT_HANDOVER_PEOPLE, T0 + 5));
    assert_int_equal(seq, 4);
    assert_string_equal(desk_text(desk,
                                  "SELECT type, actor, occurred_ms, ticket, agent FROM engagement_event "
                                  "WHERE seq > 4 ORDER BY seq"),
                        "handover.to_automation|system|1767225600001|1|-\n"
                        "handover.to_human|system|1767225600003|1|-\n"
                        "handover.to_human|system|1767225600005|1|-");
    assert_int_equal(desk_number(desk, "SELECT thread_owner FROM conversation"), GCT_THREAD_OTHERS);
}

static void a_consent_is_logged_and_opens_no_ticket(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, desk_consent(desk, "k1", 1, T0));
    desk_event(desk, desk_consent(desk, "k1", 1, T0));
    desk_event(desk, desk_consent(desk, "k2", 0, T0 + 1));
    assert_string_equal(desk_text(desk, "SELECT type FROM engagement_event ORDER BY seq"),
                        "contact.started\ncontact.opted_in\ncontact.opted_out");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM ticket"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_notice_blocks_the_account_and_an_older_clearing_does_not_free_it),
        DESK_TEST(feedback_is_a_survey_answer),
        DESK_TEST(a_handover_says_who_answers_and_is_a_line),
        DESK_TEST(a_handover_is_logged_by_who_answers_now),
        DESK_TEST(a_consent_is_logged_and_opens_no_ticket),
    };
    return cmocka_run_group_tests_name("router/news", tests, NULL, NULL);
}
