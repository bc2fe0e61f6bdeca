#include "cli/database.c"

#include <sqlite3.h>

#include "cli/site.h"

/* The item of a check. */
static const struct gct_json *item(const struct gct_json *items, const char *check)
{
    for (size_t i = 0; i < gct_json_count(items); i++) {
        if (gct_slice_is(gct_json_text(gct_json_get(gct_json_at(items, i), "check")), check)) {
            return gct_json_at(items, i);
        }
    }
    fail_msg("there is no check %s", check);
    return NULL;
}

static void a_sound_database_has_no_faults(void **state)
{
    struct site *site = *state;
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *items = gct_json_array();
    size_t faults = 9;
    site_fill(site);
    assert_ok(cli_database_check(site->database, items, &faults, &err), err);
    assert_int_equal(faults, 0);
    assert_int_equal(gct_json_count(items), GCT_COUNT(checks));
    assert_int_equal(gct_json_integer(gct_json_get(item(items, "inbox"), "rows"), -1), 1);
    assert_int_equal(gct_json_integer(gct_json_get(item(items, "quarantine"), "rows"), -1), 1);
    assert_int_equal(gct_json_integer(gct_json_get(item(items, "audit"), "rows"), -1), 2);
    gct_json_free(&items);
}

static void assert_found(struct site *site, const char *words, const char *check)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *items = gct_json_array();
    size_t faults = 0;
    site_fill(site);
    site_damage(site, words);
    assert_ok(cli_database_check(site->database, items, &faults, &err), err);
    assert_int_equal(faults, 1);
    assert_false(gct_json_truth(gct_json_get(item(items, check), "ok")));
    assert_true(gct_json_text(gct_json_get(item(items, check), "sentence")).len != 0);
    assert_true(gct_json_truth(gct_json_get(item(items, "structure"), "ok")));
    gct_json_free(&items);
}

static void a_flipped_bit_in_the_inbox_is_found(void **state)
{
    assert_found(*state, SITE_INBOX, "inbox");
}

static void a_flipped_bit_in_the_quarantine_is_found(void **state)
{
    assert_found(*state, SITE_QUARANTINE, "quarantine");
}

static void a_flipped_bit_in_the_audit_trail_is_found(void **state)
{
    assert_found(*state, SITE_AUDIT, "audit");
}

#define MESSAGE(id, remote, key)                                                                             \
    "INSERT INTO message (id, conversation_id, account_id, direction, kind, author, sent_ms, lag_ms,"        \
    " remote_id, remote_key, remote_twin) VALUES (" #id ", 1, 1, 0, 0, 1, 0, 0, '" remote "', " key ", " #id \
    ");"

/* The sentence about messages, empty when nothing is wrong with them. */
static void assert_messages(struct site *site, const char *sql, const char *sentence)
{
    static const char BASE[] =
        "INSERT INTO channel (id, name, plugin) VALUES (1, 'c', 'p');"
        "INSERT INTO account (id, channel_id, plugin, remote_id, name) VALUES (1, 1, 'p', '1', 'a');"
        "INSERT INTO contact (id, customer_key, created_ms, updated_ms) VALUES (1, 'k', 0, 0);"
        "INSERT INTO identity (id, account_id, remote_id, contact_id, created_ms) VALUES (1, 1, 'r', 1, 0);"
        "INSERT INTO engagement_key (id, key) VALUES (1, 'k');"
        "INSERT INTO conversation (id, account_id, contact_id, person, created_ms) VALUES (1, 1, 1, 1, 0);";
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *items = gct_json_array();
    size_t faults = 0;
    sqlite3 *db = NULL;
    site_fill(site);
    assert_int_equal(sqlite3_open(site->database, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, BASE, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_ok(cli_database_check(site->database, items, &faults, &err), err);
    assert_int_equal(faults, *sentence != '\0');
    const struct gct_json *messages = item(items, "messages");
    assert_int_equal(gct_json_integer(gct_json_get(messages, "rows"), -1), 3);
    assert_true(gct_slice_is(gct_json_text(gct_json_get(messages, "sentence")), sentence));
    gct_json_free(&items);
}

static void messages_of_one_number_are_fine(void **state)
{
    assert_messages(*state,
                    MESSAGE(1, "m_612724", "-2114290834") MESSAGE(2, "m_612549", "-2114290834")
                        MESSAGE(3, "m_a", "-323329835"),
                    "");
}

static void a_message_that_is_there_twice_is_found(void **state)
{
    assert_messages(*state,
                    MESSAGE(1, "m_a", "-323329835") MESSAGE(2, "m_b", "-323318869")
                        MESSAGE(3, "m_a", "-323329835"),
                    "message 3 is message 1 of the platform again");
}

static void a_message_under_a_wrong_number_is_found(void **state)
{
    assert_messages(*state,
                    MESSAGE(1, "m_a", "7") MESSAGE(2, "m_b", "-323318869") MESSAGE(3, "m_c", "-323299519"),
                    "message 1 is not found by its platform's id");
}

static void an_answer_under_a_wrong_number_is_found(void **state)
{
    assert_messages(
        *state,
        MESSAGE(1, "m_a", "-323329835") MESSAGE(2, "m_b", "-323318869")
            MESSAGE(3, "m_c",
                    "-323299519") "UPDATE message SET reply_to = 'm_a', reply_key = -323329835 WHERE id = 2;"
                                  "UPDATE message SET reply_to = 'm_a', reply_key = 7 WHERE id = 3",
        "message 3 does not find what it answers");
}

static void a_page_of_noise_is_found(void **state)
{
    struct site *site = *state;
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *items = gct_json_array();
    struct stat info;
    char noise[4096];
    size_t faults = 0;
    site_fill(site);
    memset(noise, 0x5a, sizeof noise);
    assert_int_equal(stat(site->database, &info), 0);
    int fd = open(site->database, O_WRONLY);
    assert_int_equal(pwrite(fd, noise, sizeof noise, info.st_size - (off_t)sizeof noise), sizeof noise);
    assert_int_equal(close(fd), 0);
    assert_ok(cli_database_check(site->database, items, &faults, &err), err);
    assert_true(faults >= 1);
    assert_false(gct_json_truth(gct_json_get(item(items, "structure"), "ok")));
    gct_json_free(&items);
}

static void it_works_beside_a_gateway(void **state)
{
    struct site *site = *state;
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *items = gct_json_array();
    char copy[128];
    size_t faults = 0;
    int64_t bytes = 0;
    (void)snprintf(copy, sizeof copy, "%s/copy.db", site->folder);
    site_open(site);
    assert_ok(gct_store_write_wait(site->store, site_write, NULL, &err), err);
    assert_ok(cli_database_check(site->database, items, &faults, &err), err);
    assert_int_equal(faults, 0);
    assert_int_equal(gct_json_integer(gct_json_get(item(items, "inbox"), "rows"), -1), 1);
    gct_json_free(&items);
    assert_ok(cli_database_copy(site->database, copy, &bytes, &err), err);
    assert_ok(gct_store_write_wait(site->store, site_write, NULL, &err), err);
    items = gct_json_array();
    assert_ok(cli_database_check(copy, items, &faults, &err), err);
    assert_int_equal(faults, 0);
    assert_int_equal(gct_json_integer(gct_json_get(item(items, "inbox"), "rows"), -1), 1);
    assert_true(bytes > 4096);
    gct_json_free(&items);
}

static void without_a_database_nothing_is_made(void **state)
{
    struct site *site = *state;
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *items = gct_json_array();
    char copy[128];
    size_t faults = 0;
    int64_t bytes = 0;
    (void)snprintf(copy, sizeof copy, "%s/copy.db", site->folder);
    assert_int_equal(cli_database_check(site->database, items, &faults, &err), GCT_NOT_FOUND);
    assert_int_equal(cli_database_copy(site->database, copy, &bytes, &err), GCT_NOT_FOUND);
    assert_int_not_equal(access(site->database, F_OK), 0);
    assert_int_not_equal(access(copy, F_OK), 0);
    gct_json_free(&items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(a_sound_database_has_no_faults),
        ON_SITE(a_flipped_bit_in_the_inbox_is_found),
        ON_SITE(a_flipped_bit_in_the_quarantine_is_found),
        ON_SITE(a_flipped_bit_in_the_audit_trail_is_found),
        ON_SITE(messages_of_one_number_are_fine),
        ON_SITE(a_message_that_is_there_twice_is_found),
        ON_SITE(a_message_under_a_wrong_number_is_found),
        ON_SITE(an_answer_under_a_wrong_number_is_found),
        ON_SITE(a_page_of_noise_is_found),
        ON_SITE(it_works_beside_a_gateway),
        ON_SITE(without_a_database_nothing_is_made),
    };
    return cmocka_run_group_tests_name("cli/database", tests, NULL, NULL);
}
