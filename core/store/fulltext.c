#include "store/fulltext.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/slice.h"
#include "store/store_priv.h"

/* What one write may take of the writer's time, in which others wait for their answers: so many messages or
 * milliseconds, and so many pages of the index brought together. The engine's own merging comes in bursts of
 * 20 ms. */
#define MESSAGES_A_TURN 256
#define TURN_US 1000
#define MERGE_PAGES 24

/* Bytes of typed text that are looked at. */
#define TYPED_BYTES 512u

enum gct_status fulltext_advance(struct gct_db *db, int64_t *lag, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    int64_t mark = 0;
    int64_t last = 0;
    int64_t end_us = gct_clock_mono_us() + TURN_US;
    enum gct_status status = gct_db_integer(db, GCT_SQL_fulltext_mark, GCT_NO_VALUES, 0, &mark, err);
    if (status != GCT_OK)
        goto out;
    last = mark;
    status = gct_db_query(db, GCT_SQL_fulltext_next, GCT_BIND(GCT_V_INT(mark), GCT_V_INT(MESSAGES_A_TURN)),
                          &rows, err);
    if (status != GCT_OK)
        goto out;
    while ((last == mark || gct_clock_mono_us() < end_us) && (status = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_slice text = gct_rows_bytes(rows, 1);
        last = gct_rows_integer(rows, 0);
        if (text.len == 0)
            continue;
        status = gct_db_run(db, GCT_SQL_fulltext_add, GCT_BIND(GCT_V_INT(last), GCT_V_TEXT(text)), err);
        if (status != GCT_OK)
            goto out;
    }
    if (status == GCT_DONE)
        status = GCT_OK;
    if (status == GCT_OK && last != mark)
        status = gct_db_run(db, GCT_SQL_fulltext_mark_set, GCT_BIND(GCT_V_INT(last)), err);
    if (status == GCT_OK)
        status = gct_db_run(db, GCT_SQL_fulltext_merge, GCT_BIND(GCT_V_INT(MERGE_PAGES)), err);
    if (status == GCT_OK)
        status = gct_db_integer(db, GCT_SQL_fulltext_lag, GCT_NO_VALUES, 0, lag, err);
out:
    gct_rows_close(&rows);
    return status;
}

enum gct_status gct_store_reindex(struct gct_tx *tx, int64_t message_id, struct gct_slice old_text,
                                  struct gct_slice new_text, struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    int64_t mark = 0;
    enum gct_status status = gct_db_integer(db, GCT_SQL_fulltext_mark, GCT_NO_VALUES, 0, &mark, err);
    /* What is not indexed yet will be, with the text that it has then. */
    if (status != GCT_OK || message_id > mark)
        return status;
    if (old_text.len > 0) {
        status = gct_db_run(db, GCT_SQL_fulltext_remove,
                            GCT_BIND(GCT_V_INT(message_id), GCT_V_TEXT(old_text)), err);
    }
    if (status == GCT_OK && new_text.len > 0) {
        status =
            gct_db_run(db, GCT_SQL_fulltext_add, GCT_BIND(GCT_V_INT(message_id), GCT_V_TEXT(new_text)), err);
    }
    return status;
}

static int is_gap(char byte)
{
    return (unsigned char)byte <= 0x20 || byte == 0x7f;
}

/* A quotation mark inside quotes is written twice; everything else stands for itself. */
static void add_quoted(struct gct_buffer *out, struct gct_slice word)
{
    gct_buffer_add(out, GCT_LIT("\""));
    for (size_t i = 0; i < word.len; i++) {
        gct_buffer_add(out, gct_slice_head(gct_slice_from(word, i), 1u));
        if (word.ptr[i] == '"')
            gct_buffer_add(out, GCT_LIT("\""));
    }
    gct_buffer_add(out, GCT_LIT("\""));
}

/* The words, quoted; 1 when the last one runs to the end: it may be the beginning of one. */
static int add_words(struct gct_buffer *out, struct gct_slice typed)
{
    unsigned words = 0;
    int begun = 0;
    for (size_t at = 0; at < typed.len && words < GCT_SEARCH_WORDS;) {
        size_t end = at;
        while (end < typed.len && !is_gap(typed.ptr[end])) {
            end++;
        }
        if (end > at) {
            if (words++ > 0)
                gct_buffer_add(out, GCT_LIT(" "));
            add_quoted(out, gct_slice_head(gct_slice_from(typed, at), end - at));
            begun = end == typed.len;
        }
        at = end + 1u;
    }
    return begun;
}

struct gct_slice gct_store_search_query(struct gct_slice typed, enum gct_search_part part,
                                        struct gct_arena *arena)
{
    struct gct_buffer words = { .limit = (size_t)4 * TYPED_BYTES };
    int begun = add_words(&words, gct_utf8_head(typed, TYPED_BYTES));
    struct gct_slice whole = gct_buffer_slice(&words);
    struct gct_slice query = GCT_EMPTY;
    if (part == GCT_SEARCH_WHOLE || (part == GCT_SEARCH_ALL && !begun)) {
        query = gct_arena_copy(arena, whole);
    } else if (part == GCT_SEARCH_ALL) {
        query = gct_arena_format(arena, "%.*s*", GCT_ARG(whole));
    } else if (begun) {
        query = gct_arena_format(arena, "(%.*s*) NOT (%.*s)", GCT_ARG(whole), GCT_ARG(whole));
    }
    gct_buffer_free(&words);
    return query;
}

enum gct_status gct_store_search(struct gct_db *db, struct gct_slice query, int64_t before, int64_t *ids,
                                 size_t most, size_t *count, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *count = 0;
    if (query.len == 0)
        return GCT_OK;
    if (before == 0)
        before = INT64_MAX;
    enum gct_status status =
        gct_db_query(db, GCT_SQL_fulltext_find,
                     GCT_BIND(GCT_V_TEXT(query), GCT_V_INT(before), GCT_V_INT(most)), &rows, err);
    if (status != GCT_OK)
        goto out;
    while (*count < most && (status = gct_rows_next(rows, err)) == GCT_OK) {
        ids[(*count)++] = gct_rows_integer(rows, 0);
    }
    if (status == GCT_DONE)
        status = GCT_OK;
out:
    gct_rows_close(&rows);
    return status;
}
