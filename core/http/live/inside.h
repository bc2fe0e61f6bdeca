/* What the files of this folder share. Loop thread but for collect.c. */
#ifndef GUICHET_CORE_HTTP_LIVE_INSIDE_H
#define GUICHET_CORE_HTTP_LIVE_INSIDE_H

#include "base/clock.h"
#include "http/live/feed.h"
#include "net/loop.h"

enum reach_kind {
    REACH_OBJECT,    /* who may see what belongs to the account and team; account 0: everybody */
    REACH_UNLIMITED, /* who is not limited: a channel with all its accounts */
    REACH_LIMITED,   /* who is limited, and sees the account: that the channel changed, no more */
    REACH_LEFT       /* who saw the object when it was team's, and does not now that it is team_now's */
};

/* Whom a frame is for. */
struct reach {
    enum reach_kind kind;
    int64_t account;
    int64_t team;
    int64_t team_now; /* REACH_LEFT */
};

/* A frame without its number: `"type":"ticket.updated","data":{…}}`. */
struct frame_draft {
    struct gct_slice rest; /* on the heap */
    struct reach reach;
};

struct frame {
    int64_t seq;
    struct reach reach;
    struct gct_blob *blob;
};

/* The consoles that may see the same: a frame asks once for all of them. */
struct audience {
    struct audience *prev, *next;
    struct client *clients;
    struct gct_arena *arena; /* of rights */
    const struct gct_principal *rights;
};

/* One console. */
struct client {
    struct audience *audience;
    struct client *peer_prev, *peer_next; /* in the audience */
    struct client *next;
    struct client **link;
    struct gct_feed *feed;
    struct gct_socket *socket; /* NULL until the handshake is done */
    struct gct_arena *arena;   /* of who */
    const struct gct_principal *who;
    unsigned char digest[GCT_SHA256_BYTES];
    int64_t since;     /* -1: from now on */
    int64_t window_ms; /* frames counted since then */
    unsigned window_frames;
};

struct presence {
    struct presence *next;
    struct client *client;
    int64_t ticket;
    struct reach reach;
    const char *state;
    int64_t at_ms; /* monotonic */
};

struct gct_feed {
    const struct gct_web *web;
    char *build;
    struct gct_timer tick;
    int64_t seq;
    int64_t complete_from; /* frames after this seq are all kept */
    struct frame frames[GCT_FEED_FRAMES];
    size_t first; /* of the ring */
    size_t count;
    size_t bytes;
    struct client *clients;
    struct audience *audiences;
    size_t client_count;
    int64_t idle_since_ms; /* monotonic; 0: somebody is connected */
    struct presence *presences;
    struct gct_effect *pending;
    size_t pending_count;
    size_t pending_room;
    int collecting;
    uint64_t sent;
    uint64_t resyncs;
};

/* feed.c: a number and the rest as a blob. */
struct gct_blob *feed_blob(int64_t seq, struct gct_slice rest);

/* audience.c. Sends to all within reach but to one (NULL: to all). */
void audience_join(struct client *client);
void audience_leave(struct client *client);
void audience_send(struct gct_feed *feed, const struct reach *reach, struct gct_blob *blob,
                   const struct client *but);
int feed_visible(const struct client *client, const struct reach *reach);
int feed_same_rights(const struct gct_principal *a, const struct gct_principal *b);

/* collect.c: a reader's work. Drafts are on the heap, in order; those that cannot be read any more are left
 * out. */
enum gct_status feed_collect(struct gct_db *db, const struct gct_directory *directory,
                             const struct gct_effect *effects, size_t count, struct frame_draft **drafts,
                             size_t *draft_count, struct gct_error *err);

/* client.c. What a console says: a ping, or where somebody is. 0: it is neither. */
struct feed_word {
    int64_t ticket;    /* 0: a ping */
    const char *state; /* of the presence */
};
int feed_word_read(struct gct_slice text, struct feed_word *word);

void feed_client_send(struct client *client, struct gct_blob *blob);
void feed_client_hello(struct client *client);
void feed_client_replay(struct client *client);

/* presence.c */
void feed_presence_tell(struct client *client, int64_t ticket, const char *state);
void feed_presence_leave(struct client *client);

#endif
