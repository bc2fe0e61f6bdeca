/* The full-text index over message text: search for what a person typed, and changes of text that is indexed.
 *
 * New messages are indexed by the store itself, soon after they were committed, in the order of their ids; a
 * mark in the database says how far. Who changes or clears the text of a message must say so in the same
 * transaction. Rows of message stay (an erased one has no text): an id that came back would not be indexed.
 */
#ifndef GUICHET_CORE_STORE_FULLTEXT_H
#define GUICHET_CORE_STORE_FULLTEXT_H

#include "base/arena.h"
#include "store/store.h"

/* Words that a query holds at most; further ones are left out. */
#define GCT_SEARCH_WORDS 16u

/* The text of a message is changed from old_text to new_text (empty: cleared) in this transaction. Writer
 * only. */
GCT_NODISCARD enum gct_status gct_store_reindex(struct gct_tx *tx, int64_t message_id,
                                                struct gct_slice old_text, struct gct_slice new_text,
                                                struct gct_error *err);

/* Which hits: the last word that a person typed may be the beginning of one. What matches a whole word is
 * found without delay however many there are; all that begins with it must be brought together first. */
enum gct_search_part {
    GCT_SEARCH_ALL,
    GCT_SEARCH_WHOLE, /* the last word is a word */
    GCT_SEARCH_BEGUN  /* the others */
};

/* An FTS5 query for what a person typed: all the words, each quoted, whatever characters they have. Empty
 * when nothing is left to look for. The value for MATCH, in the arena. */
struct gct_slice gct_store_search_query(struct gct_slice typed, enum gct_search_part part,
                                        struct gct_arena *arena);

/* Ids of messages that match a query of gct_store_search_query and are older than the message before (0:
 * all), newest first, at most most. An empty query gives none. */
GCT_NODISCARD enum gct_status gct_store_search(struct gct_db *db, struct gct_slice query, int64_t before,
                                               int64_t *ids, size_t most, size_t *count,
                                               struct gct_error *err);

#endif
