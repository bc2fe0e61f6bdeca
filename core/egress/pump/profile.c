/* Learning who writes: gct.profile/1. One question after the other, a few a second, and only while the
 * account's platform is well and has room: replies go before. What could not be learnt is tried a few times
 * and then left to the next start. */
#include <stdlib.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "egress/inside.h"
#include "plugin/places.h"

#define ANSWER_BYTES ((size_t)2u << 20)
#define MISSING_BYTES ((size_t)4u << 20)
#define ATTEMPTS 4u
/* Attempts begin where those of replies are after a few: nobody waits for a name. */
#define PATIENT_ATTEMPTS 5u
#define BUSY_MS (2 * GCT_SECOND_MS)

/* One person who is to be asked about. */
struct want {
    struct want *prev, *next;
    int64_t account, contact;
    uint32_t attempts;
    int64_t due_ms;
};

/* The question that is being asked. */
struct profile_ask {
    struct gct_sender *sender;
    struct want *want; /* NULL: none is */
    struct gct_directory *directory;
    const struct gct_directory_account *account;
    struct gct_arena *arena;
    struct gct_slice customer; /* empty: nothing to ask */
    struct gct_translation translation;
    struct client_call call;
    int calling;
    struct gct_read read;
    struct gct_write write;
    struct gct_post post;
    enum gct_status status;
    struct gct_profile profile;
    int64_t retry_ms; /* the platform's own wish; 0: none */
};

struct profiles {
    struct want *wants;
    size_t count;
    int64_t next_ms; /* the pace of questions */
    struct profile_ask ask;
    /* Those who were not asked about before the process ended. */
    struct gct_read missing;
    struct gct_post missing_post;
    struct gct_arena *missing_arena;
    struct want *missing_wants; /* array */
    size_t missing_count;
    int missing_state; /* 0: to be read, 1: at the store, 2: done */
};

struct profiles *profiles_new(struct gct_sender *sender)
{
    struct profiles *profiles = gct_heap_new(sizeof *profiles);
    profiles->ask.sender = sender;
    return profiles;
}

void profiles_free(struct profiles **profiles)
{
    struct profiles *gone = *profiles;
    *profiles = NULL;
    while (gone != NULL && gone->wants != NULL) {
        struct want *want = gone->wants;
        DL_DELETE(gone->wants, want);
        free(want);
    }
    free(gone);
}

int profiles_busy(const struct profiles *profiles)
{
    return profiles->ask.want != NULL || profiles->missing_state == 1;
}

void profiles_want(struct gct_sender *sender, int64_t account, int64_t contact)
{
    struct profiles *profiles = sender->profiles;
    if (profiles->count >= sender->options.limits.profile_queue) {
        SENDER_COUNT(sender, profiles_missed);
        return;
    }
    struct want *want = gct_heap_new(sizeof *want);
    want->account = account;
    want->contact = contact;
    profiles->count++;
    DL_APPEND(profiles->wants, want);
}

/* ---- the end of a question ---- */

static void end(struct profile_ask *ask)
{
    free(ask->want);
    ask->want = NULL;
    gct_arena_free(&ask->arena);
    gct_directory_free(&ask->directory);
}

static void again(struct profile_ask *ask)
{
    struct profiles *profiles = ask->sender->profiles;
    struct want *want = ask->want;
    want->attempts++;
    if (want->attempts >= ATTEMPTS || ask->sender->stopping) {
        SENDER_COUNT(ask->sender, profiles_missed);
        end(ask);
        return;
    }
    int64_t delay_ms = ask->retry_ms > 0 ? pace_clamp_ms(ask->retry_ms)
                                         : retry_delay_ms(want->attempts + PATIENT_ATTEMPTS, sender_random());
    want->due_ms = gct_clock_mono_ms() + delay_ms;
    ask->want = NULL;
    profiles->count++;
    DL_APPEND(profiles->wants, want);
    end(ask);
}

static enum gct_status keep_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct profile_ask *ask = GCT_STRUCT_OF(write, profile_ask, write);
    return gct_contact_set_profile(tx, ask->want->contact, &ask->profile, err);
}

static void keep_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct profile_ask *ask = GCT_STRUCT_OF(write, profile_ask, write);
    ask->status = status;
    if (status != GCT_OK) {
        gct_log_error("egress.profile", err);
    }
    gct_mailbox_put(ask->sender->box, &ask->post);
}

static void kept(struct gct_post *post)
{
    struct profile_ask *ask = GCT_STRUCT_OF(post, profile_ask, post);
    if (ask->status != GCT_OK) {
        again(ask);
        return;
    }
    if (ask->profile.name.len != 0) {
        SENDER_COUNT(ask->sender, profiles);
    }
    end(ask);
}

/* That it was asked for is kept, too, when nothing was learnt. */
static void keep(struct profile_ask *ask)
{
    ask->write = (struct gct_write){ .run = keep_run, .done = keep_done };
    ask->post.run = kept;
    if (gct_store_write(ask->sender->options.store, &ask->write) != GCT_OK) {
        again(ask);
    }
}

/* ---- the answer ---- */

static void was_read(struct gct_post *post)
{
    struct gct_translation *translation = GCT_STRUCT_OF(post, gct_translation, post);
    struct profile_ask *ask = GCT_STRUCT_OF(translation, profile_ask, translation);
    const struct gct_profile_reply *reply = &translation->profile;
    if (translation->status != GCT_OK || reply->outcome == GCT_PROFILE_LATER) {
        ask->retry_ms = translation->status == GCT_OK ? reply->retry_after_ms : 0;
        again(ask);
        return;
    }
    if (reply->outcome == GCT_PROFILE_ANSWERED) {
        ask->profile = (struct gct_profile){ reply->name, reply->handle, reply->avatar_url, reply->lang };
    }
    keep(ask);
}

static void was_translated(struct gct_translation *translation)
{
    struct profile_ask *ask = GCT_STRUCT_OF(translation, profile_ask, translation);
    gct_mailbox_put(ask->sender->box, &translation->post);
}

static void translate(struct profile_ask *ask, enum gct_translation_kind kind,
                      void (*next)(struct gct_post *post))
{
    ask->translation = (struct gct_translation){ .kind = kind,
                                                 .now_ms = gct_clock_wall_ms(),
                                                 .seed = sender_random(),
                                                 .reply = &ask->call.response,
                                                 .account = ask->account->remote_id,
                                                 .customer = ask->customer,
                                                 .arena = ask->arena,
                                                 .done = was_translated,
                                                 .post.run = next };
    if (gct_translate(ask->account->channel->instance, &ask->translation) != GCT_OK) {
        again(ask);
    }
}

static void was_answered(struct client_call *call)
{
    struct profile_ask *ask = GCT_STRUCT_OF(call, profile_ask, call);
    ask->calling = 0;
    if (call->end == CLIENT_ANSWERED) {
        call->response.account = ask->account->remote_id;
        translate(ask, GCT_PROFILE_READ, was_read);
    } else {
        again(ask);
    }
}

/* ---- the question ---- */

static void was_written(struct gct_post *post)
{
    struct gct_translation *translation = GCT_STRUCT_OF(post, gct_translation, post);
    struct profile_ask *ask = GCT_STRUCT_OF(translation, profile_ask, translation);
    struct gct_sender *sender = ask->sender;
    if (translation->status == GCT_UNSUPPORTED) { /* this channel has no profiles */
        keep(ask);
        return;
    }
    if (translation->status != GCT_OK || sender->stopping) {
        again(ask);
        return;
    }
    const struct gct_http_request *request = translation->requests[0];
    ask->call = (struct client_call){ .arena = ask->arena, .done = was_answered };
    ask->calling = sender_call(sender, ask->account, request, &ask->call, NULL) == GCT_OK;
    if (ask->calling) {
        pace_take(&lane_of(sender, ask->want->account)->pace, 0, 0, gct_clock_mono_ms());
    } else {
        again(ask);
    }
}

static enum gct_status customer_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct profile_ask *ask = GCT_STRUCT_OF(read, profile_ask, read);
    struct gct_rows *rows = NULL;
    enum gct_status st =
        gct_db_query(db, GCT_SQL_profile_customer,
                     GCT_BIND(GCT_V_INT(ask->want->account), GCT_V_INT(ask->want->contact)), &rows, err);
    if (st == GCT_OK) {
        st = gct_rows_next(rows, err);
    }
    if (st == GCT_OK) {
        ask->customer = gct_arena_copy(ask->arena, gct_rows_bytes(rows, 0));
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

static void customer_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    struct profile_ask *ask = GCT_STRUCT_OF(read, profile_ask, read);
    (void)err;
    ask->status = status;
    gct_mailbox_put(ask->sender->box, &ask->post);
}

static void was_found(struct gct_post *post)
{
    struct profile_ask *ask = GCT_STRUCT_OF(post, profile_ask, post);
    if (ask->status != GCT_OK) {
        again(ask);
    } else if (ask->customer.len == 0) {
        end(ask); /* known by now, or gone */
    } else {
        translate(ask, GCT_PROFILE_REQUEST, was_written);
    }
}

static void begin(struct profile_ask *ask, struct want *want, struct gct_directory *directory,
                  const struct gct_directory_account *account)
{
    ask->want = want;
    ask->directory = gct_directory_share(directory);
    ask->account = account;
    ask->arena = gct_arena_new(ANSWER_BYTES);
    ask->customer = GCT_EMPTY;
    ask->profile = (struct gct_profile){ .name = GCT_EMPTY };
    ask->retry_ms = 0;
    ask->read.run = customer_run;
    ask->read.done = customer_done;
    ask->post.run = was_found;
    if (gct_store_read(ask->sender->options.store, &ask->read) != GCT_OK) {
        again(ask);
    }
}

/* ---- those of earlier processes ---- */

static enum gct_status missing_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct profiles *profiles = GCT_STRUCT_OF(read, profiles, missing);
    const struct gct_sender *sender = profiles->ask.sender;
    size_t most = sender->options.limits.profile_queue;
    struct gct_rows *rows = NULL;
    profiles->missing_count = 0;
    profiles->missing_wants = GCT_ARENA_ARRAY(profiles->missing_arena, struct want, most);
    if (profiles->missing_wants == NULL) {
        return gct_error_set(err, GCT_LIMIT, "no memory for %zu profiles", most);
    }
    enum gct_status st = gct_db_query(db, GCT_SQL_profile_missing, GCT_BIND(GCT_V_INT(most)), &rows, err);
    while (st == GCT_OK && profiles->missing_count < most) {
        st = gct_rows_next(rows, err);
        if (st == GCT_OK) {
            struct want *want = &profiles->missing_wants[profiles->missing_count++];
            want->account = gct_rows_integer(rows, 0);
            want->contact = gct_rows_integer(rows, 1);
        }
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

static void missing_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    struct profiles *profiles = GCT_STRUCT_OF(read, profiles, missing);
    if (status != GCT_OK) {
        gct_log_error("egress.profiles", err);
    }
    gct_mailbox_put(profiles->ask.sender->box, &profiles->missing_post);
}

static void was_missing(struct gct_post *post)
{
    struct profiles *profiles = GCT_STRUCT_OF(post, profiles, missing_post);
    for (size_t i = 0; i < profiles->missing_count; i++) {
        profiles_want(profiles->ask.sender, profiles->missing_wants[i].account,
                      profiles->missing_wants[i].contact);
    }
    gct_arena_free(&profiles->missing_arena);
    profiles->missing_state = 2;
}

static void read_missing(struct gct_sender *sender)
{
    struct profiles *profiles = sender->profiles;
    profiles->missing.run = missing_run;
    profiles->missing.done = missing_done;
    profiles->missing_post.run = was_missing;
    profiles->missing_arena = gct_arena_new(MISSING_BYTES);
    profiles->missing_state = 1;
    if (gct_store_read(sender->options.store, &profiles->missing) != GCT_OK) {
        gct_arena_free(&profiles->missing_arena);
        profiles->missing_state = 0;
    }
}

/* ---- when ---- */

/* The account's settings, when its platform may be asked now. */
static const struct gct_directory_account *may_ask(struct gct_sender *sender, struct gct_directory *directory,
                                                   struct want *want, int64_t now_ms)
{
    const struct gct_directory_account *account = gct_directory_account(directory, want->account);
    struct lane *lane = lane_of(sender, want->account);
    int busy = lane->pace.failures != 0 || lane->due_ms <= now_ms ||
               pace_room(&lane->pace, now_ms) <= lane->uncalled;
    if (account == NULL || account->channel->instance == NULL || busy) {
        want->due_ms = now_ms + BUSY_MS;
        return NULL;
    }
    return account;
}

int64_t profiles_pump(struct gct_sender *sender, int64_t now_ms)
{
    struct profiles *profiles = sender->profiles;
    struct want *want = NULL;
    int64_t next_ms = PACE_NEVER;
    if (profiles->missing_state == 0) {
        read_missing(sender);
    }
    if (profiles->ask.want != NULL || profiles->wants == NULL) {
        return PACE_NEVER;
    }
    if (profiles->next_ms > now_ms) {
        return profiles->next_ms;
    }
    DL_FOREACH (profiles->wants, want) {
        if (want->due_ms <= now_ms) {
            break;
        }
        next_ms = want->due_ms < next_ms ? want->due_ms : next_ms;
    }
    if (want == NULL) {
        return next_ms;
    }
    struct gct_directory *directory = gct_directory_get(sender->options.directory);
    const struct gct_directory_account *account = may_ask(sender, directory, want, now_ms);
    DL_DELETE(profiles->wants, want);
    profiles->next_ms = now_ms + GCT_SECOND_MS / sender->options.limits.profiles_per_second;
    if (account != NULL) {
        profiles->count--;
        begin(&profiles->ask, want, directory, account);
    } else {
        DL_APPEND(profiles->wants, want);
    }
    gct_directory_free(&directory);
    return profiles->next_ms;
}

void profiles_hurry(struct gct_sender *sender)
{
    struct profile_ask *ask = &sender->profiles->ask;
    if (ask->calling) {
        client_cancel(sender->client, &ask->call);
    }
}
