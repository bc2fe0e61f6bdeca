#include "router/thread/step.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/clock.h"

#define NOW INT64_C(1000000000)
#define REOPEN (72 * GCT_HOUR_MS)

static void the_first_message_opens_a_ticket_in_the_status_of_its_writer(void **state)
{
    (void)state;
    static const struct {
        enum step_writer writer;
        enum gct_ticket_status status;
    } CASES[] = { { STEP_CUSTOMER, GCT_TICKET_OPEN },
                  { STEP_STANDBY, GCT_TICKET_PENDING },
                  { STEP_ELSEWHERE, GCT_TICKET_PENDING } };
    for (size_t i = 0; i < GCT_COUNT(CASES); i++) {
        struct step_ticket none = { 0 };
        struct step_turn turn = step_turn(&none, CASES[i].writer, NOW, REOPEN);
        assert_true(turn.open && !turn.close && !turn.reopened);
        assert_int_equal(turn.status, CASES[i].status);
    }
}

static void only_what_somebody_set_is_reopened(void **state)
{
    (void)state;
    struct step_ticket set = { .id = 1, .status = GCT_TICKET_PENDING, .status_set = 1 };
    struct step_ticket born = { .id = 1, .status = GCT_TICKET_PENDING };
    assert_int_equal(step_turn(&set, STEP_CUSTOMER, NOW, REOPEN).reopened, 1);
    assert_int_equal(step_turn(&born, STEP_CUSTOMER, NOW, REOPEN).reopened, 0);
    assert_int_equal(set.status, GCT_TICKET_OPEN);
    assert_int_equal(born.status, GCT_TICKET_OPEN);
}

static void the_hours_of_reopening_end_to_the_millisecond(void **state)
{
    (void)state;
    struct step_ticket solved = { .id = 1, .status = GCT_TICKET_SOLVED, .status_set = 1, .solved_ms = NOW };
    struct step_ticket late = solved;
    struct step_turn turn = step_turn(&solved, STEP_CUSTOMER, NOW + REOPEN, REOPEN);
    assert_true(turn.reopened && !turn.open);
    assert_int_equal(turn.reopened_from, GCT_TICKET_SOLVED);
    turn = step_turn(&late, STEP_CUSTOMER, NOW + REOPEN + 1, REOPEN);
    assert_true(turn.close && turn.open && !turn.reopened);
    assert_int_equal(late.status, GCT_TICKET_SOLVED);
}

static void our_own_words_from_elsewhere_reopen_nothing(void **state)
{
    (void)state;
    for (int status = GCT_TICKET_OPEN; status < GCT_TICKET_CLOSED; status++) {
        struct step_ticket ticket = { .id = 1, .status = (enum gct_ticket_status)status, .status_set = 1 };
        struct step_turn turn = step_turn(&ticket, STEP_ELSEWHERE, NOW, REOPEN);
        assert_true(!turn.open && !turn.close && !turn.reopened);
        assert_int_equal(ticket.status, status);
    }
}

/* Every order of two customer's messages and two answers leaves the same waiting. */
static void who_waits_does_not_depend_on_the_order_of_arrival(void **state)
{
    (void)state;
    static const int64_t TIMES[][4] = { { 1, 3, 2, 4 }, { 1, 4, 2, 3 }, { 2, 2, 1, 2 }, { 3, 4, 1, 2 } };
    for (size_t c = 0; c < GCT_COUNT(TIMES); c++) {
        const int64_t *times = TIMES[c];
        int64_t in = times[0] > times[1] ? times[0] : times[1];
        int64_t out = times[2] > times[3] ? times[2] : times[3];
        for (int order = 0; order < 256; order++) {
            int at[4] = { order & 3, (order >> 2) & 3, (order >> 4) & 3, (order >> 6) & 3 };
            if (at[0] == at[1] || at[0] == at[2] || at[0] == at[3] || at[1] == at[2] || at[1] == at[3] ||
                at[2] == at[3]) {
                continue;
            }
            struct step_ticket ticket = { .id = 1 };
            for (int i = 0; i < 4; i++) {
                step_wrote(&ticket, at[i] < 2 ? STEP_CUSTOMER : STEP_ELSEWHERE, times[at[i]], 0);
            }
            assert_int_equal(ticket.unanswered, in > out);
            assert_int_equal(ticket.messages_in, 2);
            assert_int_equal(ticket.first_response_ms, times[2] < times[3] ? times[2] : times[3]);
        }
    }
}

static void solving_ends_the_waiting_and_a_late_message_begins_it_again(void **state)
{
    (void)state;
    struct step_ticket ticket = { .id = 1 };
    step_wrote(&ticket, STEP_CUSTOMER, 10, 0);
    assert_int_equal(step_set(&ticket, GCT_ACT_SET_SOLVED, 0, NOW), 1);
    assert_int_equal(ticket.unanswered, 0);
    assert_int_equal(ticket.solved_ms, NOW);
    ticket.answered_ms = 20;
    step_wrote(&ticket, STEP_CUSTOMER, 5, 1); /* older than the answer, but it reopened the ticket */
    assert_int_equal(ticket.unanswered, 1);
}

static void a_closed_ticket_takes_no_status(void **state)
{
    (void)state;
    struct step_ticket ticket = { .id = 1, .status = GCT_TICKET_CLOSED, .closed_ms = 5 };
    assert_int_equal(step_set(&ticket, GCT_ACT_SET_OPEN, 0, NOW), 0);
    assert_int_equal(ticket.status, GCT_TICKET_CLOSED);
    assert_int_equal(ticket.closed_ms, 5);
}

static void a_message_is_logged_as_what_it_holds(void **state)
{
    (void)state;
    static const struct {
        uint32_t kind;
        enum gct_engagement_kind type;
    } CASES[] = {
        { GCT_ATTACHMENT_IMAGE, GCT_ENGAGEMENT_MESSAGE_RECEIVED },
        { GCT_ATTACHMENT_REEL, GCT_ENGAGEMENT_SHARE_RECEIVED },
        { GCT_ATTACHMENT_STORY_MENTION, GCT_ENGAGEMENT_STORY_MENTIONED },
        { GCT_ATTACHMENT_STORY_REPLY, GCT_ENGAGEMENT_STORY_REPLIED },
    };
    for (size_t i = 0; i < GCT_COUNT(CASES); i++) {
        struct gct_attachment attachment = { .size = sizeof attachment, .kind = CASES[i].kind };
        const struct gct_attachment *const list[] = { &attachment };
        struct gct_event_message message = { .attachments = list, .attachment_count = 1 };
        assert_int_equal(step_message_kind(&message), CASES[i].type);
        assert_int_equal(step_content_kind(&message), CASES[i].kind);
    }
    struct gct_context story = { .size = sizeof story, .kind = GCT_CONTEXT_STORY_REPLY };
    struct gct_event_message text = { .context = &story };
    assert_int_equal(step_message_kind(&text), GCT_ENGAGEMENT_STORY_REPLIED);
    text.context = NULL;
    assert_int_equal(step_message_kind(&text), GCT_ENGAGEMENT_MESSAGE_RECEIVED);
    assert_int_equal(step_content_kind(&text), GCT_ABOUT_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_message_opens_a_ticket_in_the_status_of_its_writer),
        cmocka_unit_test(only_what_somebody_set_is_reopened),
        cmocka_unit_test(the_hours_of_reopening_end_to_the_millisecond),
        cmocka_unit_test(our_own_words_from_elsewhere_reopen_nothing),
        cmocka_unit_test(who_waits_does_not_depend_on_the_order_of_arrival),
        cmocka_unit_test(solving_ends_the_waiting_and_a_late_message_begins_it_again),
        cmocka_unit_test(a_closed_ticket_takes_no_status),
        cmocka_unit_test(a_message_is_logged_as_what_it_holds),
    };
    return cmocka_run_group_tests_name("router/step", tests, NULL, NULL);
}
