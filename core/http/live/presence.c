/* Who is on which ticket. In memory only: a console says so again every few seconds, and twelve seconds of
 * silence are an end. What somebody tells is passed on to those who may see the ticket, after the ticket was
 * looked up. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/json.h"
#include "base/slice.h"
#include "http/live/inside.h"

#define PRESENCE_MS 12000

static struct gct_slice presence_rest(const struct presence *presence, struct gct_buffer *text)
{
    const struct gct_principal *who = presence->client->who;
    struct gct_json *data = gct_json_object();
    struct gct_json *user = gct_json_object();
    gct_json_set_id(user, "id", who->id);
    gct_json_set(user, "name", gct_json_string(who->name));
    gct_json_set_id(data, "ticket", presence->ticket);
    gct_json_set(data, "user", user);
    gct_json_set_text(data, "state", gct_slice_of(presence->state));
    gct_buffer_add(text, GCT_LIT("\"type\":\"presence\",\"data\":"));
    gct_json_write(data, text);
    gct_buffer_add(text, GCT_LIT("}"));
    gct_json_free(&data);
    return gct_buffer_slice(text);
}

/* To one client, or (NULL) to all but the one who told it. */
static void pass_on(struct gct_feed *feed, const struct presence *presence, struct client *only)
{
    struct gct_buffer text = { 0 };
    struct gct_blob *blob = feed_blob(feed->seq, presence_rest(presence, &text));
    if (only == NULL) {
        audience_send(feed, &presence->reach, blob, presence->client);
    } else if (feed_visible(only, &presence->reach)) {
        feed_client_send(only, blob);
    }
    gct_blob_drop(&blob);
    gct_buffer_free(&text);
}

static void remove_at(struct presence **place)
{
    struct presence *gone = *place;
    *place = gone->next;
    free(gone);
}

/* Whoever has been silent for too long is no longer there; consoles know that by their own clocks. */
static void forget_silent(struct gct_feed *feed, int64_t now)
{
    struct presence **place = &feed->presences;
    while (*place != NULL) {
        if (now - (*place)->at_ms > PRESENCE_MS) {
            remove_at(place);
        } else {
            place = &(*place)->next;
        }
    }
}

static struct presence *entry_of(struct gct_feed *feed, struct client *client, int64_t ticket)
{
    struct presence *entry = feed->presences;
    while (entry != NULL && (entry->client != client || entry->ticket != ticket)) {
        entry = entry->next;
    }
    if (entry == NULL) {
        entry = gct_heap_new(sizeof *entry);
        entry->client = client;
        entry->ticket = ticket;
        entry->next = feed->presences;
        feed->presences = entry;
    }
    return entry;
}

struct telling {
    struct gct_read read;
    struct gct_post post;
    struct gct_feed *feed;
    unsigned char digest[GCT_SHA256_BYTES];
    struct client *client; /* may be gone by then: looked for before it is used */
    int64_t ticket;
    struct reach reach;
    const char *state;
    enum gct_status status;
};

static int still_there(const struct gct_feed *feed, const struct client *wanted)
{
    const struct client *client = feed->clients;
    while (client != NULL && client != wanted) {
        client = client->next;
    }
    return client != NULL;
}

static void told(struct gct_post *post)
{
    struct telling *telling = GCT_STRUCT_OF(post, telling, post);
    struct gct_feed *feed = telling->feed;
    struct client *client = telling->client;
    int64_t now = gct_clock_mono_ms();
    forget_silent(feed, now);
    if (telling->status == GCT_OK && still_there(feed, client) &&
        memcmp(client->digest, telling->digest, sizeof client->digest) == 0 &&
        feed_visible(client, &telling->reach)) {
        struct presence *entry = entry_of(feed, client, telling->ticket);
        entry->reach = telling->reach;
        entry->state = telling->state;
        entry->at_ms = now;
        pass_on(feed, entry, NULL);
        for (struct presence *other = feed->presences; other != NULL; other = other->next) {
            if (other->ticket == telling->ticket && other->client != client) {
                pass_on(feed, other, client);
            }
        }
        if (strcmp(telling->state, "left") == 0) {
            entry->at_ms = now - INT64_C(2) * PRESENCE_MS;
            forget_silent(feed, now);
        }
    }
    free(telling);
}

static enum gct_status place_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct telling *telling = GCT_STRUCT_OF(read, telling, read);
    struct gct_rows *rows = NULL;
    enum gct_status st =
        gct_db_query(db, GCT_SQL_ticket_place, GCT_BIND(GCT_V_INT(telling->ticket)), &rows, err);
    if (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        telling->reach.account = gct_rows_integer(rows, 0);
        telling->reach.team = gct_rows_integer(rows, 1);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}

static void place_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    struct telling *telling = GCT_STRUCT_OF(read, telling, read);
    (void)err;
    telling->status = status;
    telling->post.run = told;
    gct_mailbox_put(gct_loop_box(telling->feed->web->loop), &telling->post);
}

void feed_presence_tell(struct client *client, int64_t ticket, const char *state)
{
    struct telling *telling = gct_heap_new(sizeof *telling);
    telling->feed = client->feed;
    telling->client = client;
    memcpy(telling->digest, client->digest, sizeof telling->digest);
    telling->ticket = ticket;
    telling->state = state;
    telling->read.run = place_run;
    telling->read.done = place_done;
    if (gct_store_read(client->feed->web->store, &telling->read) != GCT_OK) {
        free(telling); /* it will be said again in a few seconds */
    }
}

void feed_presence_leave(struct client *client)
{
    struct gct_feed *feed = client->feed;
    struct presence **place = &feed->presences;
    while (*place != NULL) {
        if ((*place)->client == client) {
            (*place)->state = "left";
            pass_on(feed, *place, NULL);
            remove_at(place);
        } else {
            place = &(*place)->next;
        }
    }
}
