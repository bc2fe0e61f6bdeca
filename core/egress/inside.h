/* The sender as the files of this folder see it. All of it belongs to the sender's thread, but for the
 * mailbox, the lock and what stands below it. */
#ifndef GUICHET_CORE_EGRESS_INSIDE_H
#define GUICHET_CORE_EGRESS_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/mailbox.h"
#include "egress/http/client.h"
#include "egress/rule/pace.h"
#include "egress/rule/retry.h"
#include "egress/sender.h"
#include "router/delivery.h"

/* Why the sender does not work; the first that stands is said. */
enum sender_trouble { TROUBLE_STARTING, TROUBLE_STORE, TROUBLE_STOPPED, TROUBLE_COUNT };

/* One account with something to send; kept for the life of the sender, with what its platform told. */
struct lane {
    struct lane *next;
    int64_t account;
    struct pace pace;
    size_t replies;   /* in hand */
    size_t uncalled;  /* of these, before their first request */
    size_t unwritten; /* of these, whose fate the store did not take yet: until then nothing is claimed */
    int claiming;     /* a claim is at the store */
    int64_t due_ms;   /* when to claim; PACE_NEVER: nothing is known to be due */
    unsigned empty;   /* claims in a row that gave nothing */
    unsigned epoch;   /* grows when the platform halts the account: what was claimed before goes back */
    int noted;        /* the store says that the platform cannot be reached */
};

/* Replies that were claimed together: they share their memory and the directory they point into. */
struct batch {
    struct gct_write write;
    struct gct_post post;
    enum gct_status status;
    struct gct_sender *sender;
    struct lane *lane;
    unsigned epoch;
    struct gct_directory *directory;
    struct gct_arena *arena;
    size_t limit;
    struct gct_outgoing *out;
    size_t count;
    size_t users; /* replies that are not done */
};

enum reply_step {
    REPLY_ENCODE,   /* at the plugin */
    REPLY_PARTS,    /* at the store: how many requests there are */
    REPLY_WAIT,     /* for the pace, until wake_ms */
    REPLY_CALL,     /* at the platform */
    REPLY_CLASSIFY, /* at the plugin, or waiting for it until wake_ms */
    REPLY_SETTLE    /* its fate is at the store, or waits for it until wake_ms */
};

/* What the admin is to see of the account. */
enum account_note { NOTE_NONE, NOTE_UNREACHABLE, NOTE_REACHED };

/* One reply on its way. */
struct reply {
    struct reply *prev, *next;
    struct gct_sender *sender;
    struct lane *lane;
    struct batch *batch;
    const struct gct_outgoing *out;
    enum reply_step step;
    int64_t wake_ms;    /* PACE_NEVER: somebody else has it */
    int64_t give_up_ms; /* waiting for the plugin's judgement */
    int64_t began_ms;   /* the present request */
    uint32_t part, parts;
    int called;    /* a request was begun */
    int unwritten; /* counted in the lane's */
    enum account_note note;

    struct gct_arena *requests; /* what encode gave */
    struct gct_arena *answer;   /* of the present request */
    struct gct_translation translation;
    struct gct_translation judgement;
    struct client_call call;

    struct gct_write write;
    struct gct_post post;
    enum gct_status written;
    struct fate fate;
    int64_t at_ms;    /* when a fate that comes again does so, UTC */
    int64_t pause_ms; /* until when the account pauses, UTC; 0: not */
    int settled;
};

/* Reads and writes of the sender's own, one at a time each. */
struct accounts_read {
    struct gct_read read;
    struct gct_post post;
    enum gct_status status;
    struct gct_sender *sender;
    struct gct_arena *arena;
    struct gct_outbox_account *accounts;
    size_t count;
    int busy;
    int64_t due_ms;
};

struct recovery {
    struct gct_write write;
    struct gct_post post;
    enum gct_status status;
    struct gct_sender *sender;
    struct gct_directory *directory;
    size_t count;
    int busy;
    int done;   /* it was done once */
    int revive; /* accounts that were halted are to be tried again */
    int64_t due_ms;
};

struct profiles;

struct gct_sender {
    uint32_t magic;
    struct gct_sender_options options;
    struct gct_mailbox *box;
    struct client *client;
    struct gct_arena *secrets; /* requests with their places filled, for a moment */
    struct lane *lanes;
    struct reply *replies;
    size_t reply_count;
    size_t batches; /* that are at the store or have replies */
    struct accounts_read accounts;
    struct recovery recovery;
    struct profiles *profiles;
    int64_t stop_ms;    /* when what is on its way is cut off; PACE_NEVER: not stopping */
    int64_t abandon_ms; /* when fates that the store does not take are left to the next start */
    int stopping;

    pthread_t thread;
    int started;
    atomic_int asked_to_stop;
    atomic_int reloaded;
    atomic_int missed; /* effects that found the mailbox full */

    pthread_mutex_t lock;
    struct gct_sender_stats stats;
    int troubles[TROUBLE_COUNT];
    char trouble_texts[TROUBLE_COUNT][sizeof(((struct gct_sender_stats *)NULL)->reason)];
};

#define SENDER_COUNT(sender, name)                                                                           \
    do {                                                                                                     \
        (void)pthread_mutex_lock(&(sender)->lock);                                                           \
        (sender)->stats.name++;                                                                              \
        (void)pthread_mutex_unlock(&(sender)->lock);                                                         \
    } while (0)

/* sender.c */
void sender_trouble(struct gct_sender *sender, enum sender_trouble trouble, const char *why);
void sender_fine(struct gct_sender *sender, enum sender_trouble trouble);
uint64_t sender_random(void);

/* pump/lane.c: which accounts have something to send, and taking it. */
struct lane *lane_of(struct gct_sender *sender, int64_t account);
void lane_due(struct lane *lane, int64_t at_ms);
/* What is due is claimed; gives when to look again. */
int64_t lane_pump(struct gct_sender *sender, int64_t now_ms);
void lane_free_all(struct gct_sender *sender);

/* pump/accounts.c: the sender's list of accounts, from the store. */
void accounts_want(struct gct_sender *sender, int64_t at_ms);
int64_t accounts_pump(struct gct_sender *sender, int64_t now_ms);

/* pump/recover.c: what an earlier process left on its way, and accounts that wait for an admin. */
int64_t recovery_pump(struct gct_sender *sender, int64_t now_ms);

/* One user of the batch less; it goes with the last. */
void batch_release(struct batch *batch);

/* pump/reply.c: one reply from the claim to its end. */
void reply_new(struct batch *batch, const struct gct_outgoing *out);
/* What waits for the clock goes on; gives when to look again. */
int64_t reply_pump(struct gct_sender *sender, int64_t now_ms);
/* The present request, when pace allows it. */
void reply_next(struct reply *reply);
void reply_end(struct reply *reply);
struct retry_case reply_case(const struct reply *reply);

/* pump/profile.c: learning who writes. */
struct profiles *profiles_new(struct gct_sender *sender);
void profiles_free(struct profiles **profiles);
void profiles_want(struct gct_sender *sender, int64_t account, int64_t contact);
int64_t profiles_pump(struct gct_sender *sender, int64_t now_ms);
int profiles_busy(const struct profiles *profiles);
/* The sender stops: nobody waits for a name. */
void profiles_hurry(struct gct_sender *sender);

/* pump/call.c: one request of a reply; and any request, its secrets put in at the last moment and wiped at
 * once. */
GCT_NODISCARD enum gct_status sender_call(struct gct_sender *sender,
                                          const struct gct_directory_account *account,
                                          const struct gct_http_request *request, struct client_call *call,
                                          struct gct_error *err);
void reply_call(struct reply *reply, int64_t now_ms);
void reply_classify(struct reply *reply, int64_t now_ms);

/* pump/settle.c: writing down what became of it. */
void reply_settle(struct reply *reply, const struct fate *fate);
void reply_settle_again(struct reply *reply);
void reply_put_back(struct reply *reply, int64_t delay_ms);

#endif
