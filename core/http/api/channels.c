/* Channels and plugins: their state, and pausing, resuming, reloading. */
#include "base/slice.h"
#include "http/api/handlers.h"
#include "http/view/channel.h"

GCT_VIEW(gct_api_channels)
{
    struct gct_json *items = gct_json_array();
    size_t limit = gct_api_limit(request);
    size_t count = gct_directory_count(request->directory);
    struct gct_slice next = GCT_EMPTY;
    enum gct_status st = GCT_OK;
    int64_t key = 0;
    int64_t from = 0;
    st = gct_api_cursor_read(request, &key, &from);
    for (size_t i = (size_t)from; st == GCT_OK && i < count; i++) {
        struct gct_json *channel = NULL;
        if (gct_json_count(items) == limit) {
            next = gct_api_cursor_write(request, 0, (int64_t)i);
            break;
        }
        st = gct_view_channel(db, gct_directory_at(request->directory, i), request->who, &channel, err);
        if (st == GCT_OK) {
            gct_json_push(items, channel);
        }
        st = st == GCT_NOT_FOUND ? GCT_OK : st; /* outside the scope */
    }
    if (st != GCT_OK) {
        gct_json_free(&items);
        return st;
    }
    request->result = gct_api_page(items, next);
    return GCT_OK;
}

static const struct gct_directory_channel *the_channel(const struct gct_api_request *request)
{
    return gct_directory_channel(request->directory, request->id_text);
}

/* A reload that a request waits for. */
struct reloading {
    struct gct_reload reload;
    struct gct_api_request *request;
    char actor[GCT_ACTOR_TEXT];
};

static enum gct_status show_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct gct_api_request *request = GCT_STRUCT_OF(write, gct_api_request, write);
    enum gct_status st = gct_api_keep_once(request, tx, err);
    return st == GCT_OK ? gct_api_channel(request, gct_tx_db(tx), err) : st;
}

static void show_finish(struct gct_post *post)
{
    struct gct_api_request *request = GCT_STRUCT_OF(post, gct_api_request, post);
    gct_api_finish(request, request->outcome);
}

static void show_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct gct_api_request *request = GCT_STRUCT_OF(write, gct_api_request, write);
    request->outcome = status;
    request->err = *err;
    request->post.run = show_finish;
    gct_mailbox_put(gct_loop_box(request->web->loop), &request->post);
}

/* The new configuration is in force, or was refused: show the channel as it is now. */
static void reloaded(struct gct_reload *reload)
{
    struct gct_api_request *request = GCT_STRUCT_OF(reload, reloading, reload)->request;
    enum gct_status st = GCT_OK;
    if (reload->status != GCT_OK) {
        gct_api_finish(request, gct_api_refuse(request, GCT_PROBLEM_RELOAD_REFUSED, reload->err.text));
        return;
    }
    gct_directory_free(&request->directory);
    request->directory = gct_directory_get(request->web->directory);
    request->write.run = show_run;
    request->write.done = show_done;
    st = the_channel(request) == NULL ? GCT_NOT_FOUND : gct_store_write(request->web->store, &request->write);
    if (st != GCT_OK) {
        gct_api_finish(request, st);
    }
}

/* A pause holds for the whole channel, and a reload for all of them: neither is for who sees a part. */
static enum gct_status check_share(struct gct_api_request *request, int reload)
{
    const struct gct_directory_channel *channel = the_channel(request);
    enum gct_channel_share share =
        channel == NULL ? GCT_CHANNEL_OUTSIDE : gct_view_channel_share(channel, request->who);
    if (share == GCT_CHANNEL_OUTSIDE) {
        return GCT_NOT_FOUND;
    }
    if (share == GCT_CHANNEL_PART || (reload && gct_access_limited(request->who))) {
        return gct_api_refuse(request, GCT_PROBLEM_FORBIDDEN,
                              reload ? "a reload concerns all channels, beyond the caller's scope"
                                     : "the channel has accounts or teams beyond the caller's scope");
    }
    return GCT_OK;
}

GCT_PREPARE(gct_api_channel_prepare)
{
    int reload = gct_slice_is(gct_json_text(gct_api_member(request, "action")), "reload");
    enum gct_status st = check_share(request, reload);
    if (st == GCT_OK && reload) {
        struct reloading *reloading = GCT_ARENA_NEW(request->arena, reloading);
        GCT_CHECK(reloading != NULL);
        reloading->request = request;
        gct_actor_write(&request->actor, reloading->actor);
        reloading->reload.actor = reloading->actor;
        reloading->reload.done = reloaded;
        request->deferred = 1;
        request->web->services.reload(request->web->services.arg, &reloading->reload);
    }
    return st;
}

GCT_ACT(gct_api_channel_act)
{
    int paused = gct_slice_is(gct_json_text(gct_api_member(request, "action")), "pause");
    return gct_action_channel_pause(tx, the_channel(request), &request->actor, paused, err);
}

GCT_VIEW(gct_api_channel)
{
    return gct_view_channel(db, the_channel(request), request->who, &request->result, err);
}

GCT_PREPARE(gct_api_plugins)
{
    struct gct_json *all = NULL;
    struct gct_json *items = NULL;
    struct gct_slice next = GCT_EMPTY;
    size_t limit = gct_api_limit(request);
    int64_t key = 0;
    int64_t from = 0;
    enum gct_status st = gct_api_cursor_read(request, &key, &from);
    if (st != GCT_OK) {
        return st;
    }
    all = request->web->services.plugins(request->web->services.arg);
    items = gct_json_array();
    for (size_t i = (size_t)from; i < gct_json_count(all); i++) {
        if (gct_json_count(items) == limit) {
            next = gct_api_cursor_write(request, 0, (int64_t)i);
            break;
        }
        gct_json_push(items, gct_json_share(gct_json_at(all, i)));
    }
    gct_json_free(&all);
    request->result = gct_api_page(items, next);
    return GCT_OK;
}
