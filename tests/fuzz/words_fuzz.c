/* What a person types into the search: the query that is made of it is one that the engine understands,
 * whatever was typed. */
#include <assert.h>
#include <sqlite3.h>

#include "base/slice.h"
#include "store/fulltext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A table like message_fts, with a row to find; for the whole run. */
static sqlite3_stmt *open_search(void)
{
    static sqlite3 *db;
    sqlite3_stmt *search = NULL;
    assert(sqlite3_open(":memory:", &db) == SQLITE_OK);
    assert(sqlite3_exec(db,
                        "CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = "
                        "\"unicode61 remove_diacritics 2\");"
                        "INSERT INTO words (text) VALUES ('une commande de raquettes')",
                        NULL, NULL, NULL) == SQLITE_OK);
    assert(sqlite3_prepare_v2(db, "SELECT rowid FROM words WHERE words MATCH ?1", -1, &search, NULL) ==
           SQLITE_OK);
    return search;
}

static void check(sqlite3_stmt *search, struct gct_slice query)
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
    static sqlite3_stmt *search;
    struct gct_slice typed = { (const char *)data, size };
    search = search == NULL ? open_search() : search;
    if (!gct_utf8_valid(typed)) {
        return 0; /* a query's parameters are UTF-8 when they come here */
    }
    struct gct_arena *arena = gct_arena_new((size_t)64u << 10);
    for (enum gct_search_part part = GCT_SEARCH_ALL; part <= GCT_SEARCH_BEGUN; part++) {
        struct gct_slice query = gct_store_search_query(typed, part, arena);
        if (query.len != 0) {
            check(search, query);
        }
    }
    gct_arena_free(&arena);
    return 0;
}
