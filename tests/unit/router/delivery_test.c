#include "router/delivery/account.c"
#include "router/delivery/claim.c"
#include "router/delivery/fate.c"
#include "router/delivery/proof.c"

#include "desk.h"

struct part_job {
    int64_t id;
    uint32_t part, parts;
    const char *remote_id;
    int settled;
};

static enum gct_status sent_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct part_job *job = arg;
    (void)desk;
    return gct_delivery_sent(tx, job->id, job->part, job->parts, SLICE(job->remote_id), &job->settled, err);
}

static int take(struct desk *desk, int64_t id, uint32_t part, uint32_t parts, const char *remote_id)
{
    struct part_job job = { id, part, parts, remote_id, 0 };
    desk_ok(desk, desk_write(desk, sent_run, &job));
    return job.settled;
}

static enum gct_status unclear_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    return gct_delivery_unclear(tx, desk->directory, *(int64_t *)arg, 0, err);
}

static enum gct_status recover_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    return gct_delivery_recover(tx, desk->directory, arg, err);
}

static enum gct_status retry_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    return gct_delivery_retry(tx, *(int64_t *)arg, desk->now_ms + 5000, err);
}

static enum gct_status blocked_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_delivery_failed(tx, *(int64_t *)arg, GCT_PROBLEM_CUSTOMER_BLOCKED, SLICE("551"),
                               SLICE("not available"), err);
}

static enum gct_status parts_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_delivery_parts(tx, *(int64_t *)arg, 2, err);
}

static const char *delivery(struct desk *desk)
{
    return desk_text(desk, "SELECT delivery, remote_id, error_code FROM message_card WHERE direction = 1 AND "
                           "kind = 0 ORDER BY id");
}

/* A customer wrote, an agent answered, the sender claimed it. */
static struct gct_outgoing begin(struct desk *desk)
{
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    assert_int_not_equal(desk_reply(desk, 1, "Hi"), 0);
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    return claim.out[0];
}

static const char *mark_of(struct desk *desk, const char *suffix)
{
    return gct_arena_cstr(desk->arena,
                          gct_arena_format(desk->arena, "%s%s",
                                           desk_text(desk, "SELECT mark FROM message WHERE mark IS NOT NULL"),
                                           suffix));
}

static void a_claim_is_on_the_disk_and_ready_for_encode(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    assert_string_equal(delivery(desk), "1|-|-");
    assert_true(gct_slice_is(out.message.text, "Hi"));
    assert_true(gct_slice_is(out.message.account, "100"));
    assert_true(gct_slice_is(out.message.customer, "c1"));
    assert_true(gct_slice_starts(out.message.mark, GCT_LIT("guichet:")));
    assert_int_equal(out.message.window, GCT_WINDOW_OPEN);
    assert_int_equal(out.attempts, 1);
    assert_int_equal(desk_claim(desk).count, 0);
}

static void the_answer_and_then_the_echo_are_one_message(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk->now_ms += 1000;
    assert_int_equal(take(desk, out.id, 0, 1, "x1"), 1);
    assert_string_equal(delivery(desk), "2|x1|-");
    assert_string_equal(desk_text(desk, "SELECT unanswered, first_response_ms FROM ticket"),
                        "0|1767225600000");
    desk_event(desk, &desk_echo(desk, "x1", "Hi", mark_of(desk, ":0"), T0 + 1500)->head);
    assert_string_equal(desk_text(desk, "SELECT count(*), max(sent_ms) FROM message WHERE direction = 1"),
                        "1|1767225601500");
    assert_string_equal(
        desk_text(desk, "SELECT actor, agent FROM engagement_event WHERE type = 'message.sent'"),
        "agent|aaaaaaaaaaaaaaaaaaaaaaaaaa");
}

/* The platform's time of a message becomes known little by little; when we had it stays. */
static void what_becomes_known_of_a_messages_time_leaves_ours_alone(void **state)
{
    static const char TIMES[] = "SELECT sent_ms, received_ms FROM message_card WHERE direction = 1";
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    assert_string_equal(desk_text(desk, TIMES), "1767225600000|1767225600000");
    desk->now_ms += 1000;
    assert_int_equal(take(desk, out.id, 0, 1, "x1"), 1);
    desk_event(desk, desk_receipt(desk, "d1", GCT_RECEIPT_DELIVERED, "x1", T0 - 300, T0 - 200));
    assert_string_equal(desk_text(desk, TIMES), "1767225599700|1767225600000");
    desk_event(desk, &desk_echo(desk, "x1", "Hi", mark_of(desk, ":0"), T0 + 700)->head);
    assert_string_equal(desk_text(desk, TIMES), "1767225600700|1767225600000");
}

/* The mark of a database that is no more, or of another gateway for the same Page. */
static void an_echo_of_ours_under_a_mark_that_nobody_knows_is_ours(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    assert_int_equal(take(desk, out.id, 0, 1, "x1"), 1);
    desk_event(desk, &desk_echo(desk, "x1", "Hi", "guichet:unknown:0", T0 + 700)->head);
    assert_string_equal(delivery(desk), "2|x1|-");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM quarantine"), 0);
}

static void an_echo_before_the_answer_settles_it(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk_event(desk, &desk_echo(desk, "x1", "Hi", mark_of(desk, ":0"), T0 + 500)->head);
    assert_string_equal(delivery(desk), "2|x1|-");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(take(desk, out.id, 0, 1, "x1"), 1);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message"), 2);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'message.sent'"),
                     1);
    assert_int_equal(desk_number(desk, "SELECT sent_ms FROM message WHERE direction = 1"), T0 + 500);
}

/* The echo settles a reply, the next one is written, and only then comes the answer to the first: it must not
 * be taken for the second one's, which would then never be sent. */
static void an_answer_that_comes_late_finds_no_other_reply_in_its_place(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk_event(desk, &desk_echo(desk, "x1", "Hi", mark_of(desk, ":0"), T0 + 500)->head);
    assert_int_not_equal(desk_reply(desk, 1, "More"), 0);
    assert_int_equal(take(desk, out.id, 0, 1, "x1"), 1);
    assert_string_equal(desk_text(desk, "SELECT delivery, remote_id FROM message WHERE mark IS NOT NULL "
                                        "ORDER BY id DESC LIMIT 1"),
                        "0|-");
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    assert_true(claim.out[0].id > out.id);
}

static void an_echo_without_mark_before_the_answer_is_adopted(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk_event(desk, &desk_echo(desk, "x1", "Hi", "", T0 + 500)->head);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message WHERE direction = 1"), 2);
    assert_int_equal(take(desk, out.id, 0, 1, "x1"), 1);
    assert_string_equal(desk_text(desk, "SELECT author, remote_id, delivery FROM message"
                                        " WHERE direction = 1 AND flags & 2 = 0"),
                        "2|x1|2");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'message.sent'"),
                     1);
}

/* Regression: without an echo only our own time is known, and the platform's clock may be behind it. */
static void a_clock_behind_ours_does_not_hide_that_a_reply_without_echo_was_read(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    assert_int_equal(take(desk, out.id, 0, 1, "x1"), 1);
    desk_event(desk, desk_receipt(desk, "d1", GCT_RECEIPT_DELIVERED, "x1", T0 - 300, T0 - 200));
    assert_string_equal(delivery(desk), "3|x1|-");
    desk_event(desk, desk_receipt(desk, "d2", GCT_RECEIPT_READ, NULL, T0 - 300, T0 - 100));
    assert_string_equal(delivery(desk), "4|x1|-");
}

static void a_receipt_before_the_answer_is_kept_for_it(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk_event(desk, desk_receipt(desk, "d1", GCT_RECEIPT_DELIVERED, "x1", 0, T0 + 600));
    assert_int_equal(take(desk, out.id, 0, 1, "x1"), 1);
    assert_string_equal(delivery(desk), "3|x1|-");
}

static void a_reply_of_several_parts_is_sent_with_its_last(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk_ok(desk, desk_write(desk, parts_run, &out.id));
    assert_int_equal(take(desk, out.id, 0, 2, "x1"), 0);
    assert_string_equal(delivery(desk), "1|x1|-");
    assert_int_equal(take(desk, out.id, 1, 2, "x2"), 1);
    assert_string_equal(delivery(desk), "2|x1|-");
    /* The echo of the second part is known, too. */
    desk_event(desk, &desk_echo(desk, "x2", "Hi", mark_of(desk, ":1"), T0 + 500)->head);
    desk_event(desk, &desk_echo(desk, "x2", "Hi", "", T0 + 500)->head);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message"), 2);
}

static void after_a_crash_an_echo_proves_the_sending(void **state)
{
    struct desk *desk = *state;
    size_t count = 0;
    (void)begin(desk);
    desk_ok(desk, desk_write(desk, recover_run, &count));
    assert_int_equal(count, 1);
    assert_string_equal(delivery(desk), "1|-|-");
    assert_int_equal(desk_claim(desk).count, 0); /* never again by itself */
    desk_event(desk, &desk_echo(desk, "x1", "Hi", mark_of(desk, ":0"), T0 + 500)->head);
    assert_string_equal(delivery(desk), "2|x1|-");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM outbox"), 0);
}

static void after_a_crash_without_echo_it_fails_visibly_and_a_late_echo_still_counts(void **state)
{
    struct desk *desk = *state;
    size_t count = 0;
    (void)begin(desk);
    desk_ok(desk, desk_write(desk, recover_run, &count));
    desk->now_ms += GCT_ECHO_GRACE_MS - 1;
    (void)desk_chores(desk);
    assert_string_equal(delivery(desk), "1|-|-");
    desk->now_ms += 1;
    (void)desk_chores(desk);
    assert_string_equal(delivery(desk), "5|-|unconfirmed");
    assert_string_equal(desk_text(desk, "SELECT reason FROM engagement_event WHERE type = 'message.failed'"),
                        "unconfirmed");
    desk_event(desk, &desk_echo(desk, "x1", "Hi", mark_of(desk, ":0"), T0 + 500)->head);
    assert_string_equal(delivery(desk), "2|x1|-");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM outbox"), 0);
}

static void an_echo_of_the_first_part_lets_the_second_be_sent_after_a_crash(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk_ok(desk, desk_write(desk, parts_run, &out.id));
    desk_ok(desk, desk_write(desk, unclear_run, &out.id));
    desk_event(desk, &desk_echo(desk, "x1", "Hi", mark_of(desk, ":0"), T0 + 500)->head);
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    assert_int_equal(claim.out[0].part, 1);
}

static void an_echo_while_waiting_for_a_retry_prevents_a_double(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk_ok(desk, desk_write(desk, retry_run, &out.id));
    assert_string_equal(delivery(desk), "0|-|-");
    desk_event(desk, &desk_echo(desk, "x1", "Hi", mark_of(desk, ":0"), T0 + 500)->head);
    desk->now_ms += GCT_MINUTE_MS;
    assert_int_equal(desk_claim(desk).count, 0);
    assert_string_equal(delivery(desk), "2|x1|-");
}

static void replies_of_one_conversation_go_in_order_one_at_a_time(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    (void)desk_reply(desk, 1, "Second");
    assert_int_equal(desk_claim(desk).count, 0);
    desk_ok(desk, desk_write(desk, retry_run, &out.id));
    assert_int_equal(desk_claim(desk).count, 0); /* the first is not due, the second waits for it */
    desk->now_ms += 5000;
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    assert_int_equal(claim.out[0].id, out.id);
    assert_int_equal(claim.out[0].attempts, 2);
    (void)take(desk, out.id, 0, 1, "x1");
    assert_true(gct_slice_is(desk_claim(desk).out[0].message.text, "Second"));
}

static void a_window_that_closed_in_the_queue_fails_the_reply(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    (void)desk_reply(desk, 1, "Hi");
    desk->now_ms = T0 + 8 * GCT_DAY_MS;
    assert_int_equal(desk_claim(desk).count, 0);
    assert_string_equal(delivery(desk), "5|-|window-closed");
    assert_int_equal(desk_number(desk, "SELECT state FROM outbox"), GCT_OUTBOX_FAILED);
    assert_int_equal(desk_claim(desk).count, 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'message.failed'"),
                     1);
}

static void a_customer_who_cannot_be_reached_locks_until_they_write(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    desk_ok(desk, desk_write(desk, blocked_run, &out.id));
    assert_string_equal(delivery(desk), "5|-|customer-blocked");
    assert_string_equal(desk_text(desk, "SELECT error_text FROM message_card WHERE error_text IS NOT NULL"),
                        "not available (551)");
    assert_int_equal(desk_reply(desk, 1, "Hi?"), 0);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_CUSTOMER_BLOCKED);
    desk_event(desk, &desk_message(desk, "m2", "Here", T0 + 1000)->head);
    assert_int_not_equal(desk_reply(desk, 1, "Hi!"), 0);
    /* Once each, and an answer that is told twice changes nothing. */
    desk_ok(desk, desk_write(desk, blocked_run, &out.id));
    assert_string_equal(desk_text(desk,
                                  "SELECT type, actor, occurred_ms FROM engagement_event WHERE type LIKE "
                                  "'contact.%blocked' ORDER BY seq"),
                        "contact.blocked|customer|1767225600000\n"
                        "contact.unblocked|customer|1767225601000");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'message.failed'"),
                     1);
}

static enum gct_status too_late_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_delivery_failed(tx, *(int64_t *)arg, GCT_PROBLEM_WINDOW_CLOSED, SLICE("10/2018278"), GCT_EMPTY,
                               err);
}

static enum gct_status again_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_actor actor = { GCT_ACTOR_USER, desk->user };
    struct gct_action_result result;
    return gct_action_retry(tx, desk->directory, &actor, *(int64_t *)arg, &result, &desk->refusal, err);
}

static void a_window_that_the_platform_says_is_closed_is(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    int64_t message = desk_reply(desk, 1, "Hi");
    desk->now_ms = T0 + 23 * GCT_HOUR_MS;
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.out[0].message.window, GCT_WINDOW_OPEN);
    desk_ok(desk, desk_write(desk, too_late_run, &claim.out[0].id));
    assert_string_equal(
        desk_text(desk, "SELECT occurred_ms FROM engagement_event WHERE type = 'window.expired'"),
        "1767308400000");
    assert_int_equal(desk_number(desk, "SELECT window_closes_ms FROM conversation"), desk->now_ms);
    assert_int_equal(desk_number(desk, "SELECT deadline_ms FROM ticket"), T0 + 7 * GCT_DAY_MS);
    desk_ok(desk, desk_write(desk, again_run, &message));
    claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    assert_int_equal(claim.out[0].message.window, GCT_WINDOW_HUMAN);
    /* Not even to a person: then it is closed. */
    desk->now_ms += 1;
    desk_ok(desk, desk_write(desk, too_late_run, &claim.out[0].id));
    assert_int_equal(desk_write(desk, again_run, &message), GCT_CONFLICT);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_WINDOW_CLOSED);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'window.expired'"),
                     1);
}

static enum gct_status state_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_account_set_state(tx, 1, *(enum gct_account_state *)arg, SLICE("190"),
                                 SLICE("the token expired"), err);
}

static enum gct_status pause_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_account_pause_until(tx, 1, *(int64_t *)arg, err);
}

static enum gct_status profile_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_contact_set_profile(tx, 1, arg, err);
}

static enum gct_status accounts_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_outbox_account *accounts = NULL;
    size_t count = 0;
    enum gct_status status = gct_outbox_accounts(gct_tx_db(tx), desk->arena, &accounts, &count, err);
    *(int64_t *)arg = count == 0 ? 0 : accounts[0].next_ms;
    return status;
}

static void an_account_without_authority_keeps_its_queue_and_goes_on_afterwards(void **state)
{
    struct desk *desk = *state;
    enum gct_account_state lost = GCT_ACCOUNT_AUTHORITY_LOST;
    enum gct_account_state fine = GCT_ACCOUNT_OK;
    int64_t next = 0;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    (void)desk_reply(desk, 1, "Hi");
    desk_ok(desk, desk_write(desk, state_run, &lost));
    assert_string_equal(desk_text(desk, "SELECT state, error_code, error_text FROM account WHERE id = 1"),
                        "2|190|the token expired");
    assert_int_equal(desk_claim(desk).count, 0);
    desk_ok(desk, desk_write(desk, accounts_run, &next));
    assert_int_equal(next, 0);
    assert_int_equal(desk_reply(desk, 1, "Hi"), 0);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_CHANNEL_PAUSED);
    desk_ok(desk, desk_write(desk, state_run, &fine));
    assert_string_equal(desk_text(desk, "SELECT state, error_code FROM account WHERE id = 1"), "0|-");
    assert_int_equal(desk_claim(desk).count, 1);
}

static void a_pause_of_the_platform_delays_and_refuses_nothing(void **state)
{
    struct desk *desk = *state;
    int64_t until = T0 + 5000;
    int64_t next = 0;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_ok(desk, desk_write(desk, pause_run, &until));
    assert_int_not_equal(desk_reply(desk, 1, "Hi"), 0);
    assert_int_equal(desk_claim(desk).count, 0);
    desk_ok(desk, desk_write(desk, accounts_run, &next));
    assert_int_equal(next, until);
    /* A shorter one does not end it. */
    until -= 3000;
    desk_ok(desk, desk_write(desk, pause_run, &until));
    desk->now_ms = until;
    assert_int_equal(desk_claim(desk).count, 0);
    desk->now_ms += 3000;
    assert_int_equal(desk_claim(desk).count, 1);
    until = 0;
    desk_ok(desk, desk_write(desk, pause_run, &until));
    assert_int_equal(desk_number(desk, "SELECT paused_until_ms IS NULL FROM account WHERE id = 1"), 1);
}

static void a_name_can_be_found_and_an_old_one_cannot(void **state)
{
    struct desk *desk = *state;
    struct gct_profile profile = { .name = SLICE("Chlo\xc3\xa9 Roy") };
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_ok(desk, desk_write(desk, profile_run, &profile));
    assert_int_equal(desk_number(desk, "SELECT rowid FROM contact_fts WHERE contact_fts MATCH 'chloe'"), 1);
    profile = (struct gct_profile){ .name = SLICE("C. Roy"), .handle = SLICE("croy") };
    desk_ok(desk, desk_write(desk, profile_run, &profile));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM contact_fts WHERE contact_fts MATCH 'chloe'"),
                     0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM contact_fts WHERE contact_fts MATCH 'croy'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_claim_is_on_the_disk_and_ready_for_encode),
        DESK_TEST(the_answer_and_then_the_echo_are_one_message),
        DESK_TEST(what_becomes_known_of_a_messages_time_leaves_ours_alone),
        DESK_TEST(an_echo_of_ours_under_a_mark_that_nobody_knows_is_ours),
        DESK_TEST(an_echo_before_the_answer_settles_it),
        DESK_TEST(an_answer_that_comes_late_finds_no_other_reply_in_its_place),
        DESK_TEST(an_echo_without_mark_before_the_answer_is_adopted),
        DESK_TEST(a_clock_behind_ours_does_not_hide_that_a_reply_without_echo_was_read),
        DESK_TEST(a_receipt_before_the_answer_is_kept_for_it),
        DESK_TEST(a_reply_of_several_parts_is_sent_with_its_last),
        DESK_TEST(after_a_crash_an_echo_proves_the_sending),
        DESK_TEST(after_a_crash_without_echo_it_fails_visibly_and_a_late_echo_still_counts),
        DESK_TEST(an_echo_of_the_first_part_lets_the_second_be_sent_after_a_crash),
        DESK_TEST(an_echo_while_waiting_for_a_retry_prevents_a_double),
        DESK_TEST(replies_of_one_conversation_go_in_order_one_at_a_time),
        DESK_TEST(a_window_that_closed_in_the_queue_fails_the_reply),
        DESK_TEST(a_customer_who_cannot_be_reached_locks_until_they_write),
        DESK_TEST(a_window_that_the_platform_says_is_closed_is),
        DESK_TEST(an_account_without_authority_keeps_its_queue_and_goes_on_afterwards),
        DESK_TEST(a_pause_of_the_platform_delays_and_refuses_nothing),
        DESK_TEST(a_name_can_be_found_and_an_old_one_cannot),
    };
    return cmocka_run_group_tests_name("router/delivery", tests, NULL, NULL);
}
