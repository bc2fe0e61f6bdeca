#include "router/ingest/context.c"
#include "router/ingest/keep.c"
#include "router/ingest/message.c"

#include "desk.h"

static void a_message_opens_one_ticket_and_logs_each_fact_once(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0 - 1000)->head);
    assert_string_equal(desk_text(desk, "SELECT status, unanswered, messages_in, deadline_ms FROM ticket"),
                        "0|1|1|1767311999000");
    assert_string_equal(desk_text(desk, "SELECT type, actor FROM engagement_event ORDER BY seq"),
                        "contact.started|customer\nticket.opened|system\nwindow.opened|platform\n"
                        "message.received|customer");
    assert_string_equal(desk_text(desk, "SELECT origin FROM engagement_event WHERE type = 'contact.started'"),
                        "organic");
    assert_string_equal(desk_text(desk, "SELECT sent_ms, received_ms FROM message_card"),
                        "1767225599000|1767225600000");
    assert_int_equal(desk_number(desk, "SELECT last_in_ms FROM account WHERE remote_id = '100'"), T0);
}

static void the_same_message_told_again_in_any_way_is_one(void **state)
{
    struct desk *desk = *state;
    const struct gct_event *one = &desk_message(desk, "m1", "Hello", T0)->head;
    const struct gct_event *twice[] = { one, one };
    struct desk_hook other = { .channel = "maple-2", .events = twice, .count = 1 };
    desk_hook(desk, twice, 2);
    desk_event(desk, one);
    desk_ok(desk, desk_write(desk, desk_hook_run, &other));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message"), 1);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM ticket"), 1);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event"), 4);
    assert_int_equal(desk->counts.messages, 1);
    assert_int_equal(desk->counts.repeats, 3);
}

static void a_message_in_an_open_window_is_one_line_of_the_log(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    int64_t lines = desk_number(desk, "SELECT max(seq) FROM engagement_event");
    desk_event(desk, &desk_message(desk, "m2", "Anybody?", T0 + 1000)->head);
    desk_event(desk, &desk_message(desk, "m3", "Hello?", T0 + 2000)->head);
    assert_int_equal(desk_number(desk, "SELECT window_closes_ms FROM conversation"), T0 + 2000 + GCT_DAY_MS);
    assert_int_equal(desk_number(desk, "SELECT max(seq) FROM engagement_event"), lines + 2);
}

static void what_a_program_sent_is_no_answer_of_a_person(void **state)
{
    struct desk *desk = *state;
    struct gct_event_message *bot = desk_echo(desk, "b1", "I am a bot", "", T0 + 1000);
    bot->author = GCT_AUTHOR_AUTOMATION;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_event(desk, &bot->head);
    assert_string_equal(desk_text(desk, "SELECT author, delivery FROM message WHERE direction = 1"), "4|2");
    assert_string_equal(
        desk_text(desk, "SELECT status, unanswered, first_response_ms, answered_ms FROM ticket"), "0|1|-|0");
    desk_event(desk, &desk_echo(desk, "e1", "Anna here", "", T0 + 2000)->head);
    assert_string_equal(desk_text(desk, "SELECT unanswered, first_response_ms FROM ticket"),
                        "0|1767225602000");
    assert_string_equal(
        desk_text(desk, "SELECT actor FROM engagement_event WHERE type = 'message.sent' ORDER BY seq"),
        "automation\nexternal");
}

static void one_hook_may_hold_several_accounts(void **state)
{
    struct desk *desk = *state;
    struct gct_event_message *second = desk_message(desk, "m2", "Bonjour", T0);
    second->head.account = SLICE("200");
    const struct gct_event *events[] = { &desk_message(desk, "m1", "Hello", T0)->head, &second->head };
    desk_hook(desk, events, 2);
    assert_int_equal(desk_number(desk, "SELECT count(DISTINCT account_id) FROM ticket"), 2);
}

static void an_unknown_account_is_quarantined_and_makes_no_ticket(void **state)
{
    struct desk *desk = *state;
    struct gct_event_message *stranger = desk_message(desk, "m2", "Hello?", T0);
    stranger->head.account = SLICE("999");
    const struct gct_event *events[] = { &stranger->head, &desk_message(desk, "m1", "Hello", T0)->head };
    desk_hook(desk, events, 2);
    desk_hook(desk, events, 2);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM ticket"), 1);
    assert_string_equal(desk_text(desk, "SELECT reason, channel, headers FROM quarantine"),
                        "unknown_account|maple|[[\"Content-Type\",\"application/json\"]]");
}

static void strangers(struct desk *desk, const char *body)
{
    struct gct_event_message *stranger = desk_message(desk, "m2", "Hello?", T0);
    stranger->head.account = SLICE("999");
    const struct gct_event *events[] = { &stranger->head, &desk_message(desk, body, "Hello", T0)->head };
    struct desk_hook job = { .channel = "maple", .events = events, .count = 2, .body = body };
    desk_ok(desk, desk_write(desk, desk_hook_run, &job));
}

static void unknown_accounts_fill_the_quarantine_up_to_a_bound_and_others_do_not(void **state)
{
    static const char FILL[] =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) "
        "INSERT INTO quarantine (channel, arrived_ms, path, query, headers, body, digest, reason, sentence, "
        "set_ms) SELECT 'maple', 0, '/', '', '[]', zeroblob(9), zeroblob(32), 'unknown_account', '', 0 FROM "
        "n";
    struct desk *desk = *state;
    desk_sql(desk, FILL);
    strangers(desk, "one");
    assert_int_equal(desk->counts.unkept, 0);
    strangers(desk, "two");
    assert_int_equal(desk->counts.unkept, 1);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM quarantine"), GCT_STRANGERS_MOST);
    /* What was for us is there, and what nobody understood is kept whole. */
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message"), 2);
    struct desk_hook odd = { .channel = "maple", .status = GCT_UNSUPPORTED, .body = "odd" };
    desk_ok(desk, desk_write(desk, desk_hook_run, &odd));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM quarantine"), GCT_STRANGERS_MOST + 1);
    assert_false(is_full(GCT_STRANGERS_MOST - 1, GCT_STRANGERS_BYTES - 1));
    assert_true(is_full(1, GCT_STRANGERS_BYTES)); /* few, but large */
}

static void tests_of_the_platform_and_public_events_leave_nothing(void **state)
{
    struct desk *desk = *state;
    struct gct_event_message *test = desk_message(desk, "m1", "random", T0);
    struct gct_event_message *comment = desk_message(desk, "m2", "nice", T0);
    test->head.flags = GCT_EVENT_TEST;
    comment->head.flags = GCT_EVENT_PUBLIC;
    desk_event(desk, &test->head);
    desk_event(desk, &comment->head);
    assert_int_equal(desk->counts.tests, 1);
    assert_int_equal(desk->counts.publics, 1);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM contact"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event"), 0);
}

static void an_answer_from_elsewhere_ends_the_waiting(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_event(desk, &desk_echo(desk, "x1", "Yes?", "", T0 + 500)->head);
    assert_string_equal(desk_text(desk, "SELECT unanswered, first_response_ms FROM ticket"),
                        "0|1767225600500");
}

static void a_postback_without_id_is_a_message_once(void **state)
{
    struct desk *desk = *state;
    struct gct_context context = { .size = sizeof context,
                                   .kind = GCT_CONTEXT_POSTBACK,
                                   .title = SLICE("Get started"),
                                   .payload = SLICE("START") };
    struct gct_event_message *postback = desk_message(desk, "", "Get started", T0);
    postback->head.key = SLICE("pb1");
    postback->head.opener = SLICE("postback");
    postback->context = &context;
    desk_event(desk, &postback->head);
    desk_event(desk, &postback->head);
    assert_string_equal(
        desk_text(desk, "SELECT text, context FROM message"),
        "Get started|{\"kind\":\"postback\",\"title\":\"Get started\",\"payload\":\"START\"}");
    assert_string_equal(desk_text(desk, "SELECT window_opened_by FROM conversation"), "postback");
}

static void an_advertisement_is_the_origin_of_a_contact_and_then_a_return(void **state)
{
    struct desk *desk = *state;
    struct gct_context ad = { .size = sizeof ad,
                              .kind = GCT_CONTEXT_AD,
                              .ref = SLICE("Spring-Sale"),
                              .remote_id = SLICE("6045246247433") };
    struct gct_event_message *first = desk_message(desk, "m1", "Hi", T0);
    struct gct_event_message *second = desk_message(desk, "m2", "Hi again", T0 + 1000);
    first->context = &ad;
    second->context = &ad;
    desk_event(desk, &first->head);
    desk_event(desk, &second->head);
    assert_string_equal(desk_text(desk, "SELECT type, origin, campaign FROM engagement_event"
                                        " WHERE type LIKE 'contact.%' ORDER BY seq"),
                        "contact.started|ad|spring-sale\ncontact.referred|ad|spring-sale");
}

static void an_unknown_kind_is_kept_and_shown(void **state)
{
    struct desk *desk = *state;
    struct gct_event_unknown unknown = { .head = desk_head(GCT_EVENT_UNKNOWN, sizeof unknown, "q1", T0),
                                         .name = SLICE("game_play"),
                                         .raw = SLICE("{\"game\":1}") };
    const struct gct_event *events[] = { &unknown.head };
    struct desk_hook job = { .channel = "maple", .events = events, .count = 1, .status = GCT_UNSUPPORTED };
    desk_ok(desk, desk_write(desk, desk_hook_run, &job));
    desk_ok(desk, desk_write(desk, desk_hook_run, &job));
    assert_string_equal(desk_text(desk, "SELECT a.kind, a.raw, m.context FROM attachment a JOIN message m"
                                        " ON m.id = a.message_id"),
                        "14|{\"game\":1}|{\"kind\":\"unsupported\",\"name\":\"game_play\"}");
    assert_string_equal(desk_text(desk, "SELECT reason, sentence FROM quarantine"), "unsupported|said so");
}

static void a_standby_message_is_seen_but_waits_for_nobody_of_ours(void **state)
{
    struct desk *desk = *state;
    struct gct_event_message *standby = desk_message(desk, "m1", "To the other app", T0);
    standby->head.flags = GCT_EVENT_STANDBY;
    desk_event(desk, &standby->head);
    assert_string_equal(
        desk_text(desk, "SELECT t.status, t.unanswered, v.thread_owner FROM ticket t JOIN conversation v"
                        " ON v.id = t.conversation_id"),
        "1|0|2");
}

static void what_was_taken_back_leaves_the_search(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "secretword", T0)->head);
    for (int i = 0;
         i < 200 && desk_number(desk, "SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'fts'") < 1;
         i++) {
        (void)usleep(20000);
    }
    assert_int_equal(
        desk_number(desk, "SELECT count(*) FROM message_fts WHERE message_fts MATCH 'secretword'"), 1);
    desk_event(desk, desk_unsend(desk, "u1", "m1", T0 + 1000));
    assert_int_equal(
        desk_number(desk, "SELECT count(*) FROM message_fts WHERE message_fts MATCH 'secretword'"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message WHERE text IS NOT NULL"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'message.unsent'"),
                     1);
}

static void a_time_far_ahead_of_ours_is_not_believed(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "From the future", T0 + 400 * GCT_DAY_MS)->head);
    assert_int_equal(desk_number(desk, "SELECT sent_ms FROM message"), T0);
    assert_int_equal(desk_number(desk, "SELECT window_closes_ms FROM conversation"), T0 + GCT_DAY_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_message_opens_one_ticket_and_logs_each_fact_once),
        DESK_TEST(the_same_message_told_again_in_any_way_is_one),
        DESK_TEST(a_message_in_an_open_window_is_one_line_of_the_log),
        DESK_TEST(what_a_program_sent_is_no_answer_of_a_person),
        DESK_TEST(one_hook_may_hold_several_accounts),
        DESK_TEST(an_unknown_account_is_quarantined_and_makes_no_ticket),
        DESK_TEST(unknown_accounts_fill_the_quarantine_up_to_a_bound_and_others_do_not),
        DESK_TEST(tests_of_the_platform_and_public_events_leave_nothing),
        DESK_TEST(an_answer_from_elsewhere_ends_the_waiting),
        DESK_TEST(a_postback_without_id_is_a_message_once),
        DESK_TEST(an_advertisement_is_the_origin_of_a_contact_and_then_a_return),
        DESK_TEST(an_unknown_kind_is_kept_and_shown),
        DESK_TEST(a_standby_message_is_seen_but_waits_for_nobody_of_ours),
        DESK_TEST(what_was_taken_back_leaves_the_search),
        DESK_TEST(a_time_far_ahead_of_ours_is_not_believed),
    };
    return cmocka_run_group_tests_name("router/ingest", tests, NULL, NULL);
}
