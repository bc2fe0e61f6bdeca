#include "model/names.c"
#include "model/ticket.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/slice.h"

#define OPEN GCT_TICKET_OPEN
#define PENDING GCT_TICKET_PENDING
#define SNOOZED GCT_TICKET_SNOOZED
#define SOLVED GCT_TICKET_SOLVED
#define CLOSED GCT_TICKET_CLOSED
#define NEW GCT_TICKET_NEW
#define NO GCT_TICKET_NO

/* Every cell, written out: the table is the product's promise, so a change of it is a change here too. */
#define CELL_TABLE(X)                                                                                        \
    X(CUSTOMER_WROTE, OPEN, OPEN)                                                                            \
    X(CUSTOMER_WROTE, PENDING, OPEN)                                                                         \
    X(CUSTOMER_WROTE, SNOOZED, OPEN)                                                                         \
    X(CUSTOMER_WROTE, SOLVED, OPEN)                                                                          \
    X(CUSTOMER_WROTE, CLOSED, NEW)                                                                           \
    X(CUSTOMER_WROTE_LATE, OPEN, OPEN)                                                                       \
    X(CUSTOMER_WROTE_LATE, PENDING, OPEN)                                                                    \
    X(CUSTOMER_WROTE_LATE, SNOOZED, OPEN)                                                                    \
    X(CUSTOMER_WROTE_LATE, SOLVED, NEW)                                                                      \
    X(CUSTOMER_WROTE_LATE, CLOSED, NEW)                                                                      \
    X(OTHERS_WROTE, OPEN, OPEN)                                                                              \
    X(OTHERS_WROTE, PENDING, PENDING)                                                                        \
    X(OTHERS_WROTE, SNOOZED, SNOOZED)                                                                        \
    X(OTHERS_WROTE, SOLVED, SOLVED)                                                                          \
    X(OTHERS_WROTE, CLOSED, NEW)                                                                             \
    X(SET_OPEN, OPEN, OPEN)                                                                                  \
    X(SET_OPEN, PENDING, OPEN)                                                                               \
    X(SET_OPEN, SNOOZED, OPEN)                                                                               \
    X(SET_OPEN, SOLVED, OPEN)                                                                                \
    X(SET_OPEN, CLOSED, NO)                                                                                  \
    X(SET_PENDING, OPEN, PENDING)                                                                            \
    X(SET_PENDING, PENDING, PENDING)                                                                         \
    X(SET_PENDING, SNOOZED, PENDING)                                                                         \
    X(SET_PENDING, SOLVED, PENDING)                                                                          \
    X(SET_PENDING, CLOSED, NO)                                                                               \
    X(SET_SNOOZED, OPEN, SNOOZED)                                                                            \
    X(SET_SNOOZED, PENDING, SNOOZED)                                                                         \
    X(SET_SNOOZED, SNOOZED, SNOOZED)                                                                         \
    X(SET_SNOOZED, SOLVED, SNOOZED)                                                                          \
    X(SET_SNOOZED, CLOSED, NO)                                                                               \
    X(SET_SOLVED, OPEN, SOLVED)                                                                              \
    X(SET_SOLVED, PENDING, SOLVED)                                                                           \
    X(SET_SOLVED, SNOOZED, SOLVED)                                                                           \
    X(SET_SOLVED, SOLVED, SOLVED)                                                                            \
    X(SET_SOLVED, CLOSED, NO)                                                                                \
    X(SET_CLOSED, OPEN, CLOSED)                                                                              \
    X(SET_CLOSED, PENDING, CLOSED)                                                                           \
    X(SET_CLOSED, SNOOZED, CLOSED)                                                                           \
    X(SET_CLOSED, SOLVED, CLOSED)                                                                            \
    X(SET_CLOSED, CLOSED, NO)                                                                                \
    X(SNOOZE_OVER, OPEN, OPEN)                                                                               \
    X(SNOOZE_OVER, PENDING, PENDING)                                                                         \
    X(SNOOZE_OVER, SNOOZED, OPEN)                                                                            \
    X(SNOOZE_OVER, SOLVED, SOLVED)                                                                           \
    X(SNOOZE_OVER, CLOSED, CLOSED)                                                                           \
    X(REOPEN_OVER, OPEN, OPEN)                                                                               \
    X(REOPEN_OVER, PENDING, PENDING)                                                                         \
    X(REOPEN_OVER, SNOOZED, SNOOZED)                                                                         \
    X(REOPEN_OVER, SOLVED, CLOSED)                                                                           \
    X(REOPEN_OVER, CLOSED, CLOSED)

#define CELL_TEST(act, from, to)                                                                             \
    static void act##_in_##from##_gives_##to(void **state)                                                   \
    {                                                                                                        \
        (void)state;                                                                                         \
        assert_int_equal(gct_ticket_next(GCT_ACT_##act, GCT_TICKET_##from), to);                             \
    }
CELL_TABLE(CELL_TEST)

static void every_cell_of_the_table_has_a_test(void **state)
{
    (void)state;
#define CELL_ONE(act, from, to) +1
    assert_int_equal(0 CELL_TABLE(CELL_ONE), GCT_TICKET_ACT_COUNT * GCT_TICKET_STATUS_COUNT);
}

static void setting_a_status_reaches_exactly_that_status(void **state)
{
    (void)state;
    for (int to = 0; to < GCT_TICKET_STATUS_COUNT; to++) {
        assert_int_equal(gct_ticket_next(gct_ticket_set_act((enum gct_ticket_status)to), GCT_TICKET_OPEN),
                         to);
    }
}

static void names_are_read_back_as_the_same_value(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < GCT_TICKET_STATUS_COUNT; i++) {
        enum gct_ticket_status status;
        assert_int_equal(gct_ticket_status_read(gct_slice_of(gct_ticket_status_name(i)), &status), GCT_OK);
        assert_int_equal(status, i);
    }
    enum gct_priority priority;
    assert_int_equal(gct_priority_read(GCT_LIT("urgent"), &priority), GCT_OK);
    assert_int_equal(priority, GCT_PRIORITY_URGENT);
    assert_int_equal(gct_priority_read(GCT_LIT("Urgent"), &priority), GCT_NOT_FOUND);
    assert_string_equal(gct_ticket_status_name(99), "unknown");
}

static void numbers_are_those_that_the_schema_relies_on(void **state)
{
    (void)state;
    assert_int_equal(GCT_TICKET_CLOSED, 4);  /* ticket_live … WHERE status < 4 */
    assert_int_equal(GCT_TICKET_SNOOZED, 2); /* ticket_snoozed … WHERE status = 2 */
    assert_int_equal(GCT_PRIORITY_NORMAL, 1);
}

#define CELL_ENTRY(act, from, to) cmocka_unit_test(act##_in_##from##_gives_##to),

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TABLE(CELL_ENTRY) cmocka_unit_test(every_cell_of_the_table_has_a_test),
        cmocka_unit_test(setting_a_status_reaches_exactly_that_status),
        cmocka_unit_test(names_are_read_back_as_the_same_value),
        cmocka_unit_test(numbers_are_those_that_the_schema_relies_on),
    };
    return cmocka_run_group_tests_name("model/ticket", tests, NULL, NULL);
}
