/* The quarantine: what it holds, decoding again, dropping. */
#include <inttypes.h>
#include <stdio.h>

#include "auth/audit.h"
#include "base/slice.h"
#include "http/api/handlers.h"
#include "http/view/channel.h"
#include "router/ingest.h"

static struct gct_json *row_json(const struct gct_quarantine_row *row)
{
    struct gct_json *json = gct_json_object();
    char digest[2u * GCT_SHA256_BYTES + 1u];
    GCT_CHECK_EQ(row->digest.len, GCT_SHA256_BYTES);
    gct_hex_encode((const unsigned char *)row->digest.ptr, row->digest.len, digest);
    gct_json_set_id(json, "id", row->id);
    gct_json_set(json, "channel", gct_json_string(row->hook.channel));
    gct_json_set_time(json, "received_at", row->hook.arrived_ms);
    gct_json_set_number(json, "size", row->bytes);
    gct_json_set_text(json, "digest", gct_slice_of(digest));
    gct_json_set(json, "reason", gct_json_string(row->sentence));
    return json;
}

/* What was not read may hold anything of its channel: it is for who sees the channel whole, and what came
 * for a channel that is gone for who sees everything. */
static int is_visible(const struct gct_api_request *request, struct gct_slice name)
{
    const struct gct_directory_channel *channel = gct_directory_channel(request->directory, name);
    return !gct_access_limited(request->who) ||
           (channel != NULL && gct_view_channel_share(channel, request->who) == GCT_CHANNEL_WHOLE);
}

/* The channels to list, as a JSON array: the one that was asked for, or all; visible ones either way. Empty:
 * no limit. */
static struct gct_slice channels_json(struct gct_api_request *request)
{
    struct gct_slice asked = gct_api_query(request, "channel")->value;
    struct gct_json *names = gct_json_array();
    struct gct_buffer text = { 0 };
    if (asked.ptr == NULL && !gct_access_limited(request->who)) {
        gct_json_free(&names);
        return GCT_EMPTY;
    }
    if (asked.ptr != NULL && is_visible(request, asked)) {
        gct_json_push(names, gct_json_string(asked));
    }
    for (size_t i = 0; asked.ptr == NULL && i < gct_directory_count(request->directory); i++) {
        struct gct_slice name = gct_directory_at(request->directory, i)->name;
        if (is_visible(request, name)) {
            gct_json_push(names, gct_json_string(name));
        }
    }
    gct_json_write(names, &text);
    gct_json_free(&names);
    struct gct_slice copy = gct_arena_copy(request->arena, gct_buffer_slice(&text));
    gct_buffer_free(&text);
    return copy;
}

static enum gct_status see_quarantined(struct gct_api_request *request, struct gct_db *db,
                                       struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st =
        gct_db_query(db, GCT_SQL_quarantine_channel, GCT_BIND(GCT_V_INT(request->id)), &rows, err);
    if (st == GCT_OK) {
        st = gct_rows_next(rows, err);
    }
    if (st == GCT_OK && !is_visible(request, gct_rows_bytes(rows, 0))) {
        st = GCT_NOT_FOUND;
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}

GCT_VIEW(gct_api_quarantine)
{
    struct gct_quarantine_row *rows = NULL;
    size_t count = 0;
    size_t limit = gct_api_limit(request);
    int64_t key = 0;
    int64_t after = 0;
    enum gct_status st = gct_api_cursor_read(request, &key, &after);
    if (st == GCT_OK) {
        st = gct_quarantine_list(db, channels_json(request), after, limit + 1u, request->arena, &rows, &count,
                                 err);
    }
    if (st == GCT_OK) {
        struct gct_json *items = gct_json_array();
        struct gct_slice next = GCT_EMPTY;
        for (size_t i = 0; i < count && i < limit; i++) {
            gct_json_push(items, row_json(&rows[i]));
        }
        if (count > limit) {
            next = gct_api_cursor_write(request, 0, rows[limit - 1u].id);
        }
        request->result = gct_api_page(items, next);
    }
    return st;
}

static enum gct_status note(struct gct_tx *tx, const struct gct_api_request *request, const char *action,
                            int64_t id, struct gct_error *err)
{
    char actor[GCT_ACTOR_TEXT];
    char object[40];
    gct_actor_write(&request->actor, actor);
    (void)snprintf(object, sizeof object, "quarantine:%" PRId64, id);
    struct gct_audit entry = { gct_slice_of(actor), gct_slice_of(action), gct_slice_of(object), NULL };
    return gct_audit_write(tx, &entry, err);
}

GCT_ACT(gct_api_quarantine_drop)
{
    enum gct_status st = see_quarantined(request, gct_tx_db(tx), err);
    st = st == GCT_OK ? gct_quarantine_drop(tx, request->id, err) : st;
    return st == GCT_OK ? note(tx, request, "quarantine.drop", request->id, err) : st;
}

/* ---- decoding again: load (reader), translate (plugin), keep (store) ---- */

struct release {
    struct gct_api_request *request;
    struct gct_read read;
    struct gct_translation translation;
    struct gct_write write;
    struct gct_post post;
    struct gct_arena *arena;
    struct gct_quarantine_row row;
    enum gct_status status;
    struct gct_error err;
};

static void release_end(struct gct_post *post)
{
    struct release *release = GCT_STRUCT_OF(post, release, post);
    struct gct_api_request *request = release->request;
    enum gct_status st = release->status;
    if (st == GCT_INVALID) {
        st = gct_api_refuse(request, GCT_PROBLEM_STILL_UNREADABLE, release->err.text);
    }
    request->err = release->err;
    gct_arena_free(&release->arena);
    gct_api_finish(request, st);
}

static void release_stop(struct release *release, enum gct_status status)
{
    release->status = status;
    release->post.run = release_end;
    gct_mailbox_put(gct_loop_box(release->request->web->loop), &release->post);
}

static enum gct_status keep_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct release *release = GCT_STRUCT_OF(write, release, write);
    struct gct_ingest_counts counts = { 0 };
    enum gct_status st = gct_api_keep_once(release->request, tx, err);
    if (st == GCT_OK) {
        st = gct_quarantine_release(tx, release->request->directory, &release->row, &release->translation,
                                    &counts, err);
    }
    return st == GCT_OK ? note(tx, release->request, "quarantine.release", release->row.id, err) : st;
}

static void keep_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct release *release = GCT_STRUCT_OF(write, release, write);
    release->err = *err;
    release_stop(release, status);
}

static void translated(struct gct_translation *translation)
{
    struct release *release = GCT_STRUCT_OF(translation, release, translation);
    release->write.run = keep_run;
    release->write.done = keep_done;
    if (gct_store_write(release->request->web->store, &release->write) != GCT_OK) {
        release_stop(release, GCT_UNAVAILABLE);
    }
}

static enum gct_status load_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct release *release = GCT_STRUCT_OF(read, release, read);
    enum gct_status st = see_quarantined(release->request, db, err);
    return st == GCT_OK ? gct_quarantine_load(db, release->request->id, release->arena, &release->row, err)
                        : st;
}

static void load_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    struct release *release = GCT_STRUCT_OF(read, release, read);
    const struct gct_directory_channel *channel =
        status == GCT_OK ? gct_directory_channel(release->request->directory, release->row.hook.channel)
                         : NULL;
    release->err = *err;
    if (status != GCT_OK) {
        release_stop(release, status);
        return;
    }
    if (channel == NULL || channel->instance == NULL) {
        (void)gct_error_set(&release->err, GCT_INVALID, "no plugin runs for the channel %.*s",
                            GCT_ARG(release->row.hook.channel));
        release_stop(release, GCT_INVALID);
        return;
    }
    release->translation.kind = GCT_DECODE;
    release->translation.now_ms = release->row.hook.arrived_ms;
    release->translation.hook = release->row.hook.request;
    release->translation.arena = release->arena;
    release->translation.done = translated;
    enum gct_status st = gct_translate(channel->instance, &release->translation);
    if (st != GCT_OK) {
        release_stop(release, GCT_UNAVAILABLE);
    }
}

GCT_PREPARE(gct_api_quarantine_release)
{
    struct release *release = GCT_ARENA_NEW(request->arena, release);
    GCT_CHECK(release != NULL);
    release->request = request;
    release->arena = gct_arena_new((size_t)16u << 20);
    release->read.run = load_run;
    release->read.done = load_done;
    request->deferred = 1;
    if (gct_store_read(request->web->store, &release->read) != GCT_OK) {
        release_stop(release, GCT_UNAVAILABLE);
    }
    return GCT_OK;
}
