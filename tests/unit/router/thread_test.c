#include "router/thread/cache.c"
#include "router/thread/record.c"
#include "router/thread/thread.c"
#include "router/thread/ticket.c"

#include "desk.h"

static void solved_reopens_within_the_hours_and_not_after(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_sql(desk, "UPDATE ticket SET status = 3, status_set = 1, solved_ms = 1767225600000, unanswered = 0");
    desk_sql(desk, "INSERT INTO setting VALUES ('x', '1')");
    /* The cache is the store's; a write that fails empties it, as a restart does. */
    struct desk_hook lost = { .channel = "nowhere" };
    assert_int_equal(desk_write(desk, desk_hook_run, &lost), GCT_NOT_FOUND);
    desk->now_ms = T0 + 72 * GCT_HOUR_MS;
    desk_event(desk, &desk_message(desk, "m2", "Still there?", desk->now_ms)->head);
    assert_string_equal(desk_text(desk, "SELECT id, status, unanswered, solved_ms FROM ticket"), "1|0|1|-");
    assert_string_equal(desk_text(desk, "SELECT context FROM message WHERE kind = 2"),
                        "{\"kind\":\"status\",\"from\":\"solved\",\"to\":\"open\",\"reason\":\"customer\"}");
    desk_sql(desk, "UPDATE ticket SET status = 3, status_set = 1, solved_ms = 1767225600000");
    assert_int_equal(desk_write(desk, desk_hook_run, &lost), GCT_NOT_FOUND);
    desk->now_ms = T0 + 72 * GCT_HOUR_MS + 1;
    desk_event(desk, &desk_message(desk, "m3", "Another matter", desk->now_ms)->head);
    assert_string_equal(desk_text(desk, "SELECT id, status FROM ticket ORDER BY id"), "1|4\n2|0");
    assert_string_equal(
        desk_text(desk, "SELECT type FROM engagement_event WHERE type LIKE 'ticket.%' ORDER BY seq"),
        "ticket.opened\nticket.reopened\nticket.closed\nticket.opened");
}

/* The column is written only when it changes, and the ticket after a closed one begins anew. */
static void whether_a_ticket_waits_is_kept_with_each_ticket(void **state)
{
    static const char ASK[] =
        "SELECT group_concat(unanswered) FROM (SELECT unanswered FROM ticket ORDER BY id)";
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_event(desk, &desk_message(desk, "m2", "Hello?", T0 + 1)->head);
    assert_string_equal(desk_text(desk, ASK), "1");
    desk_event(desk, &desk_echo(desk, "e1", "Anna here", "", T0 + 2)->head);
    assert_string_equal(desk_text(desk, ASK), "0");
    desk_event(desk, &desk_message(desk, "m3", "Thanks", T0 + 3)->head);
    assert_string_equal(desk_text(desk, ASK), "1");
    desk_ok(desk, desk_write(desk, desk_status_run, &(enum gct_ticket_status){ GCT_TICKET_CLOSED }));
    assert_string_equal(desk_text(desk, ASK), "0");
    desk_event(desk, &desk_message(desk, "m4", "One more thing", T0 + 4)->head);
    assert_string_equal(desk_text(desk, ASK), "0,1");
}

static void a_repeat_of_an_old_message_opens_no_ticket(void **state)
{
    struct desk *desk = *state;
    const struct gct_event *event = &desk_message(desk, "m1", "Hello", T0)->head;
    struct desk_hook lost = { .channel = "nowhere" };
    desk_event(desk, event);
    desk_sql(desk, "UPDATE ticket SET status = 4, closed_ms = 1767225600000");
    assert_int_equal(desk_write(desk, desk_hook_run, &lost), GCT_NOT_FOUND);
    desk_event(desk, event);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM ticket"), 1);
}

static void an_echo_to_somebody_unknown_opens_a_pending_ticket_that_waits_for_nothing(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_echo(desk, "x1", "From the Page inbox", "", T0)->head);
    assert_string_equal(desk_text(desk, "SELECT status, unanswered, messages_in FROM ticket"), "1|0|0");
    assert_string_equal(desk_text(desk, "SELECT author, direction, delivery FROM message"), "3|1|2");
    assert_string_equal(desk_text(desk, "SELECT actor FROM engagement_event WHERE type = 'message.sent'"),
                        "external");
    desk_event(desk, &desk_message(desk, "m1", "Thanks", T0 + 1000)->head);
    assert_string_equal(desk_text(desk, "SELECT status, unanswered FROM ticket"), "0|1");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message WHERE kind = 2"), 0);
    assert_int_equal(
        desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'ticket.reopened'"), 0);
}

static void a_customer_who_is_not_in_memory_is_found_on_the_disk(void **state)
{
    struct desk *desk = *state;
    struct desk_hook lost = { .channel = "nowhere" };
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    const char *before = desk_text(desk, "SELECT * FROM conversation");
    assert_int_equal(desk_write(desk, desk_hook_run, &lost), GCT_NOT_FOUND); /* empties the memory */
    desk_event(desk, desk_consent(desk, "k1", 1, T0 + 1));
    assert_string_equal(desk_text(desk, "SELECT * FROM conversation"), before);
    desk_event(desk, &desk_message(desk, "m2", "Hello", T0 + 1)->head);
    assert_string_equal(desk_text(desk, "SELECT count(*), max(messages_in) FROM ticket"), "1|2");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM contact"), 1);
}

static enum gct_status half_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    enum gct_status status = desk_hook_run(desk, tx, arg, err);
    return status == GCT_OK ? GCT_DENIED : status;
}

static void a_write_that_is_undone_leaves_nothing_in_memory_either(void **state)
{
    struct desk *desk = *state;
    const struct gct_event *first = &desk_message(desk, "m1", "Hello", T0)->head;
    const struct gct_event *second = &desk_message(desk, "m2", "Hello", T0 + 1)->head;
    struct desk_hook job = { .channel = "maple", .events = &first, .count = 1 };
    assert_int_equal(desk_write(desk, half_run, &job), GCT_DENIED);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM contact"), 0);
    desk_event(desk, first);
    job.events = &second;
    assert_int_equal(desk_write(desk, half_run, &job), GCT_DENIED);
    desk_event(desk, second);
    assert_string_equal(desk_text(desk, "SELECT messages_in, (SELECT count(*) FROM message) FROM ticket"),
                        "2|2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(solved_reopens_within_the_hours_and_not_after),
        DESK_TEST(whether_a_ticket_waits_is_kept_with_each_ticket),
        DESK_TEST(a_repeat_of_an_old_message_opens_no_ticket),
        DESK_TEST(an_echo_to_somebody_unknown_opens_a_pending_ticket_that_waits_for_nothing),
        DESK_TEST(a_customer_who_is_not_in_memory_is_found_on_the_disk),
        DESK_TEST(a_write_that_is_undone_leaves_nothing_in_memory_either),
    };
    return cmocka_run_group_tests_name("router/thread", tests, NULL, NULL);
}
