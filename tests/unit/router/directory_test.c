#include "router/directory.c"

#include "desk.h"

static void channels_and_accounts_have_numbers_that_stay(void **state)
{
    struct desk *desk = *state;
    const struct gct_directory_account *account =
        gct_directory_account_of(desk->directory, SLICE("messenger"), SLICE("100"));
    const struct gct_directory_channel *second = gct_directory_channel(desk->directory, SLICE("maple-2"));
    int64_t id = account->id;
    assert_ptr_equal(second->accounts[0], account); /* two channels, one account */
    assert_ptr_equal(account->channel, gct_directory_at(desk->directory, 0));
    assert_ptr_equal(gct_directory_account(desk->directory, id), account);
    assert_ptr_equal(gct_directory_channel_by_id(desk->directory, second->id), second);
    desk_ok(desk, desk_write(desk, desk_sync, NULL));
    assert_int_equal(account->id, id);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM account"), 2);
    assert_null(gct_directory_account_of(desk->directory, SLICE("instagram"), SLICE("100")));
    assert_null(gct_directory_channel(desk->directory, SLICE("none")));
    assert_null(gct_directory_at(desk->directory, 2));
}

static void a_pause_survives_a_reload(void **state)
{
    struct desk *desk = *state;
    desk_sql(desk, "UPDATE channel SET paused = 1");
    desk_sql(desk, "UPDATE account SET state = 2");
    desk_ok(desk, desk_write(desk, desk_sync, NULL));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM channel WHERE paused = 1"), 2);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM account WHERE state = 2"), 2);
}

static void count_release(void *owner)
{
    ++*(int *)owner;
}

static void the_old_directory_lives_until_its_last_reader_is_done(void **state)
{
    int released = 0;
    (void)state;
    struct gct_directory_slot *slot = gct_directory_slot_new();
    assert_null(gct_directory_get(slot));
    struct gct_directory *first =
        gct_directory_new(&(struct gct_directory_options){ .release = count_release, .owner = &released });
    struct gct_directory *second = gct_directory_new(&(struct gct_directory_options){ .reopen_ms = 5 });
    first->synchronised = 1;
    second->synchronised = 1;
    gct_directory_set(slot, first);
    struct gct_directory *reader = gct_directory_get(slot);
    assert_ptr_equal(reader, first);
    gct_directory_set(slot, second);
    assert_int_equal(released, 0);
    gct_directory_free(&reader);
    assert_int_equal(released, 1);
    assert_int_equal(gct_directory_reopen_ms(second), 5);
    gct_directory_slot_free(&slot);
    assert_null(slot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(channels_and_accounts_have_numbers_that_stay),
        DESK_TEST(a_pause_survives_a_reload),
        cmocka_unit_test(the_old_directory_lives_until_its_last_reader_is_done),
    };
    return cmocka_run_group_tests_name("router/directory", tests, NULL, NULL);
}
