/* Messages for tests of the full-text index: one conversation, written from outside. */
#ifndef GUICHET_TESTS_UNIT_STORE_MESSAGES_H
#define GUICHET_TESTS_UNIT_STORE_MESSAGES_H

#include "store/fixture.h"

static void messages_base(const char *path)
{
    fixture_sql(
        path,
        "INSERT INTO channel (id, name, plugin) VALUES (1, 'c', 'p');"
        "INSERT INTO account (id, channel_id, plugin, remote_id, name) VALUES (1, 1, 'p', '1', 'a');"
        "INSERT INTO contact (id, customer_key, created_ms, updated_ms) VALUES (1, 'k', 0, 0);"
        "INSERT INTO identity (id, account_id, remote_id, contact_id, created_ms) VALUES (1, 1, 'r', 1, 0);"
        "INSERT INTO engagement_key (id, key) VALUES (1, 'k');"
        "INSERT INTO conversation (id, account_id, contact_id, person, created_ms)"
        " VALUES (1, 1, 1, 1, 0);"
        "INSERT INTO ticket (id, conversation_id, account_id, contact_id, status, last_message_ms,"
        " deadline_ms, created_ms, updated_ms) VALUES (1, 1, 1, 1, 0, 0, 0, 0, 0);");
}

#define MESSAGE_COLUMNS                                                                                      \
    "(conversation_id, ticket_id, account_id, direction, kind, author, sent_ms, lag_ms, text)"

/* text is SQL: a literal, NULL. The store hears of it with its own next commit, which this makes. */
static void messages_add(struct fixture *fixture, const char *text)
{
    char sql[512];
    struct gct_error err;
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO message " MESSAGE_COLUMNS " VALUES (1, 1, 1, 0, 0, 0, 0, 0, %s)", text);
    fixture_sql(fixture->path, sql);
    assert_ok(put_now(fixture->store, "heard", text, &err), err);
}

static void messages_indexed(struct fixture *fixture)
{
    wait_until(fixture_number(fixture->path, "SELECT (SELECT value FROM setting WHERE name = 'fts') = "
                                             "(SELECT max(id) FROM message)") == 1);
}

#endif
