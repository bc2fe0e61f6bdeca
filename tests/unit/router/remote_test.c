#include "router/remote.c"

#include <stdio.h>
#include <stdlib.h>

#include "desk.h"

static int64_t key_of(const char *id)
{
    return remote_key(gct_slice_of(id)).integer;
}

/* They are in databases. */
static void numbers_do_not_change(void **state)
{
    (void)state;
    assert_int_equal(key_of("m_a"), -323329835);
    assert_int_equal(key_of("m_AbCdEf0123456789"), 405647616);
    assert_int_equal(key_of("aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAyNzc4NDg4Njg5OjM0MDI4MjM2ZDZD"),
                     -588425903);
    assert_int_equal(key_of("1"), -323329035);
    assert_int_equal(remote_key(GCT_EMPTY).kind, GCT_VALUE_NULL);
}

static int by_number(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* How many of 100,000 ids that differ between head and tail share their number with another one. */
static size_t shared(const char *head, const char *tail)
{
    static const size_t count = 100000;
    int64_t *keys = calloc(count, sizeof *keys);
    size_t same = 0;
    assert_non_null(keys);
    for (size_t i = 0; i < count; i++) {
        char id[80];
        (void)snprintf(id, sizeof id, "%s%zu%s", head, i, tail);
        keys[i] = key_of(id);
        assert_true(keys[i] >= INT32_MIN && keys[i] <= INT32_MAX);
    }
    qsort(keys, count, sizeof *keys, by_number);
    for (size_t i = 1; i < count; i++) {
        same += keys[i] == keys[i - 1];
    }
    free(keys);
    return same;
}

static void few_ids_share_a_number_wherever_they_differ(void **state)
{
    (void)state;
    assert_true(shared("", "") < 1000);      /* a thousand of them have 65,536 numbers */
    assert_true(shared("m_", "ZDZD") < 100); /* always the same end */
    assert_true(shared("17841402778488689:000000000000", "") < 1000);
    assert_true(shared("", ":the same for all of them") < 100);
}

static void ids_of_a_platform_that_counts_are_close_together(void **state)
{
    (void)state;
    assert_int_equal(key_of("m_1234567000") >> END_BITS, key_of("m_1234567999") >> END_BITS);
    assert_int_not_equal(key_of("m_1234567000") >> END_BITS, key_of("m_1234568000") >> END_BITS);
}

static void messages_of_one_number_are_told_apart(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(key_of("m_612724"), key_of("m_612549"));
    struct gct_event_message *answer = desk_message(desk, "m_x", "The second one", T0 + 2000);
    answer->reply_to = GCT_LIT("m_612549");
    desk_event(desk, &desk_message(desk, "m_612724", "One", T0)->head);
    desk_event(desk, &desk_message(desk, "m_612549", "Two", T0 + 1000)->head);
    desk_event(desk, &desk_message(desk, "m_612549", "Two", T0 + 1000)->head);
    desk_event(desk, &answer->head);
    desk_event(desk, desk_edit(desk, "e1", "m_612549", "2", 1, T0 + 3000));
    assert_string_equal(desk_text(desk, "SELECT text FROM message ORDER BY id"), "One\n2\nThe second one");
    assert_string_equal(desk_text(desk, "SELECT reply_to_id FROM message_card ORDER BY id"), "-\n-\n2");
}

struct again {
    const char *remote;
    int64_t account;
};

static enum gct_status again_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    const struct again *again = arg;
    struct gct_slice id = gct_slice_of(again->remote);
    (void)desk;
    const struct remote remote = { again->account, GCT_DIRECTION_IN, id };
    struct gct_value row[] = { GCT_V_INT(1),   GCT_V_INT(1),  GCT_V_INT(again->account),
                               GCT_V_INT(0),   GCT_V_INT(0),  GCT_V_INT(0),
                               GCT_V_NULL,     GCT_V_NULL,    GCT_V_TEXT(id),
                               remote_key(id), GCT_V_NULL,    GCT_V_NULL,
                               GCT_V_NULL,     GCT_V_INT(T0), GCT_V_INT(T0),
                               GCT_V_NULL,     GCT_V_INT(0),  GCT_V_NULL,
                               GCT_V_NULL,     GCT_V_INT(0) };
    return remote_write(gct_tx_db(tx), GCT_SQL_message_insert, &remote, row, GCT_COUNT(row), err);
}

/* What the engine says against a row of that id that nobody asked for; empty when it is taken. */
static const char *insert_again(struct desk *desk, const char *remote, int64_t account)
{
    struct again again = { remote, account };
    enum gct_status status = desk_write(desk, again_run, &again);
    const char *words = strstr(desk->err.text, "UNIQUE");
    return status == GCT_OK ? "" : words == NULL ? desk->err.text : words;
}

/* Whatever the code believes. */
static void the_schema_refuses_a_message_that_is_there(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_event(desk, &desk_message(desk, "m_612724", "One", T0 + 1000)->head);
    desk_event(desk, &desk_message(desk, "m_612549", "Two", T0 + 2000)->head);
    assert_non_null(strstr(insert_again(desk, "m1", 1), "UNIQUE constraint failed: message.remote_key"));
    assert_string_equal(insert_again(desk, "m2", 1), "");
    assert_string_equal(insert_again(desk, "m1", 2), ""); /* of another account */
    assert_string_equal(insert_again(desk, "m_612724", 2), "");
    assert_string_equal(
        desk_text(desk, "SELECT remote_twin FROM message WHERE remote_key = -2114290834 ORDER BY id"),
        "0\n1\n2");
}

static void a_number_without_an_id_is_refused(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    static const char *const CHANGES[] = { "UPDATE message SET remote_key = NULL",
                                           "UPDATE message SET remote_id = NULL",
                                           "UPDATE message SET reply_to = 'm0'",
                                           "UPDATE message SET reply_key = 3" };
    for (size_t i = 0; i < GCT_COUNT(CHANGES); i++) {
        assert_int_equal(sqlite3_exec(desk->raw, CHANGES[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    }
}

/* An id belongs to an account: the same one may come from two. */
static void one_id_of_two_accounts_is_two_messages(void **state)
{
    struct desk *desk = *state;
    struct gct_event_message *other = desk_message(desk, "m1", "Bonjour", T0);
    struct gct_event_message *answer = desk_message(desk, "m3", "Yes", T0 + 2000);
    other->head.account = SLICE("200");
    answer->reply_to = SLICE("m2");
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_event(desk, &other->head);
    other = desk_message(desk, "m2", "Oui?", T0 + 1000);
    other->head.account = SLICE("200");
    desk_event(desk, &other->head);
    desk_event(desk, &answer->head);
    assert_string_equal(desk_text(desk, "SELECT text FROM message ORDER BY id"), "Hello\nBonjour\nOui?\nYes");
    assert_string_equal(desk_text(desk, "SELECT reply_to_id FROM message_card WHERE text = 'Yes'"), "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_do_not_change),
        cmocka_unit_test(few_ids_share_a_number_wherever_they_differ),
        cmocka_unit_test(ids_of_a_platform_that_counts_are_close_together),
        cmocka_unit_test_setup_teardown(messages_of_one_number_are_told_apart, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(a_number_without_an_id_is_refused, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(one_id_of_two_accounts_is_two_messages, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(the_schema_refuses_a_message_that_is_there, desk_open, desk_close),
    };
    return cmocka_run_group_tests_name("router/remote", tests, NULL, NULL);
}
