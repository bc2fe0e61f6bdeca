/* What a person types into the search: the query that is made of it is one that the engine understands,
 * whatever was typed. */
#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "base/slice.h"
#include "store/fulltext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A table like message_fts, with a row to find, and the search in it; for the whole run. */
static sqlite3 *db;
static sqlite3_stmt *search;

static void close_search(void)
{
    (void)sqlite3_finalize(search);
    (void)sqlite3_close(db);
}

static void open_search(void)
{
    assert(sqlite3_open(":memory:", &db) == SQLITE_OK);
    assert(sqlite3_exec(db,
                        "CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = "
                        "\"unicode61 remove_diacritics 2\");"
                        "INSERT INTO words (text) VALUES ('une commande de raquettes')",
                        NULL, NULL, NULL) == SQLITE_OK);
    assert(sqlite3_prepare_v2(db, "SELECT rowid FROM words WHERE words MATCH ?1", -1, &search, NULL) ==
           SQLITE_OK);
    assert(atexit(close_search) == 0);
}

static void check(struct gct_slice query)
{
    int found = SQLITE_ROW;
    assert(sqlite3_bind_text(search, 1, query.ptr, (int)query.len, SQLITE_STATIC) == SQLITE_OK);
    while (found == SQLITE_ROW) {
        found = sqlite3_step(search);
    }
    assert(found == SQLITE_DONE);
    assert(sqlite3_reset(search) == SQLITE_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice typed = { (const char *)data, size };
    if (search == NULL) {
        open_search();
    }
    if (!gct_utf8_valid(typed)) {
        return 0; /* a query's parameters are UTF-8 when they come here */
    }
    struct gct_arena *arena = gct_arena_new((size_t)64u << 10);
    for (enum gct_search_part part = GCT_SEARCH_ALL; part <= GCT_SEARCH_BEGUN; part++) {
        struct gct_slice query = gct_store_search_query(typed, part, arena);
        if (query.len != 0) {
            check(query);
        }
    }
    gct_arena_free(&arena);
    return 0;
}
