/* A reader's part of the feed: what changed, as it is now, as JSON. An object that changed several times in a
 * batch is read once, at its last place; when it was made in the batch, the frame says so. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/heap.h"
#include "base/slice.h"
#include "http/live/inside.h"
#include "http/view/channel.h"
#include "http/view/message.h"
#include "http/view/ticket.h"

enum subject { TICKET, MESSAGE, CHANNEL };

struct subject_key {
    int64_t id;
    int64_t kind;
};

struct seen {
    struct subject_key key;
    size_t last;
    int created;
    UT_hash_handle hh;
};

static struct subject_key key_of(const struct gct_effect *effect)
{
    switch (effect->kind) {
    case GCT_EFFECT_MESSAGE_CREATED:
    case GCT_EFFECT_MESSAGE_UPDATED: return (struct subject_key){ effect->message, MESSAGE };
    case GCT_EFFECT_CHANNEL_UPDATED: return (struct subject_key){ effect->account, CHANNEL };
    default: return (struct subject_key){ effect->ticket, TICKET };
    }
}

static struct gct_slice frame_rest(const char *type, struct gct_json *data)
{
    struct gct_buffer text = { 0 };
    gct_buffer_add_format(&text, "\"type\":\"%s\",\"data\":", type);
    gct_json_write(data, &text);
    gct_buffer_add(&text, GCT_LIT("}"));
    return gct_buffer_slice(&text); /* the draft owns the bytes */
}

static enum gct_status place_of_ticket(struct gct_db *db, int64_t ticket, struct frame_draft *draft,
                                       struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_ticket_place, GCT_BIND(GCT_V_INT(ticket)), &rows, err);
    if (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        draft->account = gct_rows_integer(rows, 0);
        draft->team = gct_rows_integer(rows, 1);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}

static enum gct_status read_ticket(struct gct_db *db, const struct gct_directory *directory, int64_t id,
                                   int created, struct frame_draft *draft, struct gct_error *err)
{
    struct gct_json *data = NULL;
    int64_t version = 0;
    enum gct_status st = place_of_ticket(db, id, draft, err);
    if (st == GCT_OK) {
        st = gct_view_ticket_one(db, directory, 0, id, gct_clock_wall_ms(), 0, &data, &version, err);
    }
    if (st == GCT_OK) {
        draft->rest = frame_rest(created ? "ticket.created" : "ticket.updated", data);
    }
    gct_json_free(&data);
    return st;
}

static enum gct_status read_message(struct gct_db *db, int64_t id, int created, struct frame_draft *draft,
                                    struct gct_error *err)
{
    struct gct_json *data = NULL;
    struct gct_message_place place = { 0 };
    enum gct_status st = gct_view_message_one(db, id, &data, &place, err);
    if (st == GCT_OK) {
        draft->account = place.account;
        draft->team = place.team;
        draft->rest = frame_rest(created ? "message.created" : "message.updated", data);
    }
    gct_json_free(&data);
    return st;
}

static enum gct_status read_channel(struct gct_db *db, const struct gct_directory *directory, int64_t account,
                                    struct frame_draft *draft, struct gct_error *err)
{
    struct gct_json *data = NULL;
    const struct gct_directory_account *found = gct_directory_account(directory, account);
    enum gct_status st =
        found == NULL ? GCT_NOT_FOUND : gct_view_channel(db, found->channel, NULL, &data, err);
    if (st == GCT_OK) {
        draft->account = account;
        draft->rest = frame_rest("channel.updated", data);
    }
    gct_json_free(&data);
    return st;
}

static void note_effects(const struct gct_effect *effects, size_t count, struct seen **table)
{
    for (size_t i = 0; i < count; i++) {
        struct subject_key key = key_of(&effects[i]);
        struct seen *entry = NULL;
        HASH_FIND(hh, *table, &key, sizeof key, entry);
        if (entry == NULL) {
            entry = gct_heap_new(sizeof *entry);
            entry->key = key;
            HASH_ADD(hh, *table, key, sizeof entry->key, entry);
        }
        entry->last = i;
        entry->created |=
            effects[i].kind == GCT_EFFECT_TICKET_CREATED || effects[i].kind == GCT_EFFECT_MESSAGE_CREATED;
    }
}

static void free_table(struct seen **table)
{
    while (*table != NULL) {
        struct seen *entry = *table;
        HASH_DEL(*table, entry);
        free(entry);
    }
}

static enum gct_status read_subject(struct gct_db *db, const struct gct_directory *directory,
                                    const struct seen *entry, struct frame_draft *draft,
                                    struct gct_error *err)
{
    if (entry->key.kind == TICKET) {
        return read_ticket(db, directory, entry->key.id, entry->created, draft, err);
    }
    return entry->key.kind == MESSAGE ? read_message(db, entry->key.id, entry->created, draft, err)
                                      : read_channel(db, directory, entry->key.id, draft, err);
}

enum gct_status feed_collect(struct gct_db *db, const struct gct_directory *directory,
                             const struct gct_effect *effects, size_t count, struct frame_draft **drafts,
                             size_t *draft_count, struct gct_error *err)
{
    struct seen *table = NULL;
    enum gct_status st = GCT_OK;
    *drafts = gct_heap_array(count, sizeof **drafts);
    *draft_count = 0;
    note_effects(effects, count, &table);
    for (size_t i = 0; st == GCT_OK && i < count; i++) {
        struct subject_key key = key_of(&effects[i]);
        struct seen *entry = NULL;
        HASH_FIND(hh, table, &key, sizeof key, entry);
        GCT_CHECK(entry != NULL);
        if (entry->last == i) {
            struct frame_draft draft = { 0 };
            st = read_subject(db, directory, entry, &draft, err);
            if (st == GCT_OK) {
                (*drafts)[(*draft_count)++] = draft;
            }
            st = st == GCT_NOT_FOUND ? GCT_OK : st;
        }
    }
    free_table(&table);
    return st;
}
