#include "store/fulltext.c"

#include "store/messages.h"

struct search {
    const char *typed;
    enum gct_search_part part;
    int64_t before;
    int64_t ids[8];
    size_t count;
};

static enum gct_status search_run(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct search *search = arg;
    struct gct_arena *arena = gct_arena_new(65536);
    struct gct_slice query = gct_store_search_query(gct_slice_of(search->typed), search->part, arena);
    enum gct_status status =
        gct_store_search(db, query, search->before, search->ids, GCT_COUNT(search->ids), &search->count, err);
    gct_arena_free(&arena);
    return status;
}

/* How many messages are found; the first ones' ids are in search. */
static size_t find(struct fixture *fixture, const char *typed, struct search *search)
{
    struct gct_error err = { GCT_OK, "" };
    *search = (struct search){ .typed = typed };
    assert_ok(gct_store_read_wait(fixture->store, search_run, search, &err), err);
    return search->count;
}

static void words_are_found_without_their_accents_and_by_their_beginning(void **state)
{
    struct fixture *fixture = *state;
    struct search search;
    messages_base(fixture->path);
    messages_add(fixture, "'Où est ma commande n° 104857600000123 ? Très déçue.'");
    messages_add(fixture, "NULL");
    messages_add(fixture, "'Giày này bán ở đâu vậy?'");
    messages_add(fixture, "'ma commande est arrivée, merci'");
    messages_indexed(fixture);
    assert_int_equal(find(fixture, "commande", &search), 2);
    assert_int_equal(search.ids[0], 4); /* newest first */
    assert_int_equal(search.ids[1], 1);
    assert_int_equal(find(fixture, "DECUE commande", &search), 1);
    assert_int_equal(find(fixture, "déçu", &search), 1);
    assert_int_equal(find(fixture, "déçu ", &search), 0); /* a space ends the word */
    assert_int_equal(find(fixture, "arrivee", &search), 1);
    assert_int_equal(find(fixture, "1048576", &search), 1);
    assert_int_equal(find(fixture, "giay nay", &search), 1);
    assert_int_equal(find(fixture, "commande livrée", &search), 0);
    search = (struct search){ .typed = "commande", .before = 4 };
    struct gct_error err = { GCT_OK, "" };
    assert_ok(gct_store_read_wait(fixture->store, search_run, &search, &err), err);
    assert_int_equal(search.count, 1);
    assert_int_equal(search.ids[0], 1);
}

static size_t find_part(struct fixture *fixture, const char *typed, enum gct_search_part part,
                        struct search *search)
{
    struct gct_error err = { GCT_OK, "" };
    *search = (struct search){ .typed = typed, .part = part };
    assert_ok(gct_store_read_wait(fixture->store, search_run, search, &err), err);
    return search->count;
}

static void whole_words_and_their_beginnings_are_parts_that_share_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct search search;
    messages_base(fixture->path);
    messages_add(fixture, "'ma commande'");
    messages_add(fixture, "'deux commandes'");
    messages_add(fixture, "'une commande, des commandes'");
    messages_indexed(fixture);
    assert_int_equal(find_part(fixture, "commande", GCT_SEARCH_ALL, &search), 3);
    assert_int_equal(find_part(fixture, "commande", GCT_SEARCH_WHOLE, &search), 2);
    assert_int_equal(search.ids[0], 3);
    assert_int_equal(search.ids[1], 1);
    assert_int_equal(find_part(fixture, "commande", GCT_SEARCH_BEGUN, &search), 1);
    assert_int_equal(search.ids[0], 2);
    assert_int_equal(find_part(fixture, "commande ", GCT_SEARCH_BEGUN, &search), 0);
    assert_int_equal(find_part(fixture, "deux comm", GCT_SEARCH_BEGUN, &search), 1);
    assert_int_equal(find_part(fixture, "une comm", GCT_SEARCH_WHOLE, &search), 0);
}

static void whatever_is_typed_is_words_and_never_syntax(void **state)
{
    static const char *const typed[] = {
        "\"",
        "\"\"\"",
        "'; DROP TABLE message; --",
        "text:hello",
        "NEAR(a b)",
        "a AND",
        "OR",
        "NOT x",
        "^a",
        "*",
        "a*b",
        "(",
        ")",
        "{text}: x",
        "-a",
        "+",
        "!!!",
        "\\",
        "a\tb\nc",
        "\xf0\x9f\x98\x80",
        "a - b",
        "%",
        "_",
        "\x01\x02",
    };
    struct fixture *fixture = *state;
    struct search search;
    messages_base(fixture->path);
    messages_add(fixture, "'hello near and or not text'");
    messages_indexed(fixture);
    for (size_t i = 0; i < GCT_COUNT(typed); i++) {
        for (int part = GCT_SEARCH_ALL; part <= GCT_SEARCH_BEGUN; part++) {
            (void)find_part(fixture, typed[i], (enum gct_search_part)part, &search);
        }
    }
    assert_int_equal(find(fixture, "AND \"OR\" not:", &search), 1);
    assert_int_equal(find(fixture, "hello !!! ", &search), 1);
    assert_int_equal(find(fixture, "", &search), 0);
    assert_int_equal(find(fixture, "  \t ", &search), 0);
}

static void a_query_is_quoted_words_and_a_beginning(void **state)
{
    struct gct_arena *arena = gct_arena_new(65536);
    char many[1024];
    (void)state;
    assert_slice(gct_store_search_query(GCT_LIT("  two  words"), GCT_SEARCH_ALL, arena),
                 "\"two\" \"words\"*");
    assert_slice(gct_store_search_query(GCT_LIT("done "), GCT_SEARCH_ALL, arena), "\"done\"");
    assert_slice(gct_store_search_query(GCT_LIT("say \"x\""), GCT_SEARCH_ALL, arena),
                 "\"say\" \"\"\"x\"\"\"*");
    assert_slice(gct_store_search_query(GCT_LIT(" \n"), GCT_SEARCH_ALL, arena), "");
    memset(many, 0, sizeof many);
    for (size_t i = 0; i + 2u < sizeof many; i += 2) {
        memcpy(many + i, "w ", 2);
    }
    assert_int_equal(gct_store_search_query(gct_slice_of(many), GCT_SEARCH_ALL, arena).len,
                     GCT_SEARCH_WORDS * 4u - 1u);
    memset(many, '"', sizeof many - 1u);
    assert_int_equal(gct_store_search_query(gct_slice_of(many), GCT_SEARCH_ALL, arena).len,
                     TYPED_BYTES * 2u + 3u);
    gct_arena_free(&arena);
}

struct change {
    int64_t id;
    const char *from;
    const char *to;
};

static enum gct_status change_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct change *change = arg;
    return gct_store_reindex(tx, change->id, gct_slice_of(change->from), gct_slice_of(change->to), err);
}

static void an_edited_text_is_found_by_its_new_words_only(void **state)
{
    struct fixture *fixture = *state;
    struct search search;
    struct gct_error err = { GCT_OK, "" };
    messages_base(fixture->path);
    messages_add(fixture, "'the old words'");
    messages_add(fixture, "'something secret'");
    messages_indexed(fixture);
    fixture_sql(fixture->path, "UPDATE message SET text = 'the new words' WHERE id = 1;"
                               "UPDATE message SET text = NULL WHERE id = 2");
    struct change edit = { 1, "the old words", "the new words" };
    struct change unsend = { 2, "something secret", "" };
    assert_ok(gct_store_write_wait(fixture->store, change_run, &edit, &err), err);
    assert_ok(gct_store_write_wait(fixture->store, change_run, &unsend, &err), err);
    assert_int_equal(find(fixture, "old", &search), 0);
    assert_int_equal(find(fixture, "new words", &search), 1);
    assert_int_equal(find(fixture, "secret", &search), 0);
    fixture_sql(fixture->path, "INSERT INTO message_fts (message_fts) VALUES ('integrity-check')");
}

static void a_text_that_changes_before_it_is_indexed_is_indexed_once(void **state)
{
    struct fixture *fixture = *state;
    struct search search;
    struct gct_error err = { GCT_OK, "" };
    struct change edit = { 1, "first", "second" };
    messages_base(fixture->path);
    /* Message 1 is not there yet for the index: the mark is at 0. */
    assert_ok(gct_store_write_wait(fixture->store, change_run, &edit, &err), err);
    assert_int_equal(find(fixture, "second", &search), 0);
    messages_add(fixture, "'second'");
    messages_indexed(fixture);
    assert_int_equal(find(fixture, "second", &search), 1);
    fixture_sql(fixture->path, "INSERT INTO message_fts (message_fts) VALUES ('integrity-check')");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_are_found_without_their_accents_and_by_their_beginning,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(whole_words_and_their_beginnings_are_parts_that_share_nothing,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(whatever_is_typed_is_words_and_never_syntax, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test(a_query_is_quoted_words_and_a_beginning),
        cmocka_unit_test_setup_teardown(an_edited_text_is_found_by_its_new_words_only, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_text_that_changes_before_it_is_indexed_is_indexed_once,
                                        fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
