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

enum subject { TICKET, LEAVING, MESSAGE, CHANNEL };

struct subject_key {
    int64_t id;
    int64_t kind;
    int64_t team; /* LEAVING: which one */
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
    case GCT_EFFECT_MESSAGE_UPDATED: return (struct subject_key){ effect->message, MESSAGE, 0 };
    case GCT_EFFECT_CHANNEL_UPDATED: return (struct subject_key){ effect->account, CHANNEL, 0 };
    case GCT_EFFECT_TICKET_LEFT: return (struct subject_key){ effect->ticket, LEAVING, effect->team };
    default: return (struct subject_key){ effect->ticket, TICKET, 0 };
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

/* The frames of a batch while they are collected; room for two of each effect. */
struct collection {
    struct gct_db *db;
    const struct gct_directory *directory;
    struct frame_draft *drafts;
    size_t count;
};

static void add_draft(struct collection *collection, const char *type, struct gct_json *data,
                      struct reach reach)
{
    collection->drafts[collection->count++] = (struct frame_draft){ frame_rest(type, data), reach };
}

static enum gct_status place_of_ticket(struct gct_db *db, int64_t ticket, struct reach *reach,
                                       struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_ticket_place, GCT_BIND(GCT_V_INT(ticket)), &rows, err);
    if (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        reach->account = gct_rows_integer(rows, 0);
        reach->team = gct_rows_integer(rows, 1);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}

static enum gct_status read_ticket(struct collection *collection, int64_t id, int created,
                                   struct gct_error *err)
{
    struct gct_json *data = NULL;
    int64_t version = 0;
    struct reach reach = { 0 };
    enum gct_status st = place_of_ticket(collection->db, id, &reach, err);
    if (st == GCT_OK) {
        st = gct_view_ticket_one(collection->db, collection->directory, 0, id, gct_clock_wall_ms(), 0, &data,
                                 &version, err);
    }
    if (st == GCT_OK) {
        add_draft(collection, created ? "ticket.created" : "ticket.updated", data, reach);
    }
    gct_json_free(&data);
    return st;
}

/* Who loses sight of a ticket learns that it is gone, and not what became of it. */
static enum gct_status read_leaving(struct collection *collection, int64_t id, int64_t team,
                                    struct gct_error *err)
{
    struct reach reach = { 0 };
    enum gct_status st = place_of_ticket(collection->db, id, &reach, err);
    if (st == GCT_OK) {
        struct gct_json *data = gct_json_object();
        gct_json_set_id(data, "id", id);
        gct_json_set_truth(data, "gone", 1);
        add_draft(collection, "ticket.updated", data,
                  (struct reach){ REACH_LEFT, reach.account, team, reach.team });
        gct_json_free(&data);
    }
    return st;
}

static enum gct_status read_message(struct collection *collection, int64_t id, int created,
                                    struct gct_error *err)
{
    struct gct_json *data = NULL;
    struct gct_message_place place = { 0 };
    enum gct_status st = gct_view_message_one(collection->db, id, &data, &place, err);
    if (st == GCT_OK) {
        add_draft(collection, created ? "message.created" : "message.updated", data,
                  (struct reach){ REACH_OBJECT, place.account, place.team, 0 });
    }
    gct_json_free(&data);
    return st;
}

/* A channel is one thing for who sees all of it; others see a part, each their own, and fetch it. */
static enum gct_status read_channel(struct collection *collection, int64_t account, struct gct_error *err)
{
    struct gct_json *data = NULL;
    const struct gct_directory_account *found = gct_directory_account(collection->directory, account);
    enum gct_status st =
        found == NULL ? GCT_NOT_FOUND : gct_view_channel(collection->db, found->channel, NULL, &data, err);
    if (st == GCT_OK) {
        struct gct_json *hint = gct_json_object();
        gct_json_set_text(hint, "id", found->channel->name);
        add_draft(collection, "channel.updated", data, (struct reach){ REACH_UNLIMITED, account, 0, 0 });
        add_draft(collection, "channel.updated", hint, (struct reach){ REACH_LIMITED, account, 0, 0 });
        gct_json_free(&hint);
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

static enum gct_status read_subject(struct collection *collection, const struct seen *entry,
                                    struct gct_error *err)
{
    switch ((enum subject)entry->key.kind) {
    case LEAVING: return read_leaving(collection, entry->key.id, entry->key.team, err);
    case MESSAGE: return read_message(collection, entry->key.id, entry->created, err);
    case CHANNEL: return read_channel(collection, entry->key.id, err);
    case TICKET: break;
    }
    return read_ticket(collection, entry->key.id, entry->created, err);
}

enum gct_status feed_collect(struct gct_db *db, const struct gct_directory *directory,
                             const struct gct_effect *effects, size_t count, struct frame_draft **drafts,
                             size_t *draft_count, struct gct_error *err)
{
    struct collection collection = { db, directory, gct_heap_array(2u * count, sizeof **drafts), 0 };
    struct seen *table = NULL;
    enum gct_status st = GCT_OK;
    note_effects(effects, count, &table);
    for (size_t i = 0; st == GCT_OK && i < count; i++) {
        struct subject_key key = key_of(&effects[i]);
        struct seen *entry = NULL;
        HASH_FIND(hh, table, &key, sizeof key, entry);
        GCT_CHECK(entry != NULL);
        if (entry->last == i) {
            st = read_subject(&collection, entry, err);
            st = st == GCT_NOT_FOUND ? GCT_OK : st;
        }
    }
    free_table(&table);
    *drafts = collection.drafts;
    *draft_count = collection.count;
    return st;
}
