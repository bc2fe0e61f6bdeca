/* Commands about channels and plugins. */
#include <string.h>

#include "base/slice.h"
#include "daemon/control/call.h"
#include "http/view/channel.h"
#include "router/actions.h"

struct listing {
    struct gct_command_call *call;
    const struct gct_directory *directory;
};

/* A channel without a gateway is paused, or it does nothing; its plugin was not asked what it can. */
static enum gct_status say_stopped(struct gct_db *db, const struct gct_directory_channel *channel,
                                   struct gct_json *json, struct gct_error *err)
{
    int64_t paused = 0;
    enum gct_status st =
        gct_db_integer(db, GCT_SQL_channel_state, GCT_BIND(GCT_V_INT(channel->id)), 0, &paused, err);
    gct_json_set_text(json, "state", paused ? GCT_LIT("paused") : GCT_LIT("stopped"));
    gct_json_set(json, "capabilities", gct_json_null());
    return st;
}

static enum gct_status list_channels(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct listing *listing = arg;
    struct gct_command_call *call = listing->call;
    enum gct_status st = GCT_OK;
    for (size_t i = 0; st == GCT_OK && i < gct_directory_count(listing->directory); i++) {
        const struct gct_directory_channel *channel = gct_directory_at(listing->directory, i);
        struct gct_json *json = NULL;
        st = gct_view_channel(db, channel, NULL, &json, err);
        if (st == GCT_OK) {
            gct_json_push(call->items, json);
            st = call->context->reload == NULL ? say_stopped(db, channel, json, err) : GCT_OK;
        }
    }
    return st;
}

enum gct_status command_channel_list(struct gct_command_call *call, struct gct_error *err)
{
    struct gct_directory *directory = gct_directory_get(call->context->directory);
    struct listing listing = { call, directory };
    enum gct_status st = gct_store_read_wait(call->context->store, list_channels, &listing, err);
    gct_directory_free(&directory);
    return st;
}

struct pausing {
    const struct gct_directory_channel *channel;
    int paused;
};

static enum gct_status set_paused(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct pausing *pausing = arg;
    const struct gct_actor actor = { GCT_ACTOR_CLI, 0 };
    return gct_action_channel_pause(tx, pausing->channel, &actor, pausing->paused, err);
}

static enum gct_status pause_channel(struct gct_command_call *call, int paused, struct gct_error *err)
{
    struct gct_slice name = call->values[GCT_ARGUMENT_CHANNEL];
    struct gct_directory *directory = gct_directory_get(call->context->directory);
    struct pausing pausing = { gct_directory_channel(directory, name), paused };
    enum gct_status st = GCT_OK;
    if (pausing.channel == NULL) {
        st = gct_error_set(err, GCT_NOT_FOUND, "no channel \"%.*s\" is configured",
                           GCT_ARG(gct_utf8_head(name, 100u)));
        goto out;
    }
    st = gct_store_write_wait(call->context->store, set_paused, &pausing, err);
    if (st == GCT_OK) {
        command_say(call, "channel %.*s is %s", GCT_ARG(name), paused ? "paused" : "no longer paused");
    }
    if (st == GCT_OK && !paused && call->context->inbox_due != NULL) {
        call->context->inbox_due(call->context->arg);
    }
out:
    gct_directory_free(&directory);
    return st;
}

enum gct_status command_channel_pause(struct gct_command_call *call, struct gct_error *err)
{
    return pause_channel(call, 1, err);
}

enum gct_status command_channel_resume(struct gct_command_call *call, struct gct_error *err)
{
    return pause_channel(call, 0, err);
}

enum gct_status command_channel_reload(struct gct_command_call *call, struct gct_error *err)
{
    char changes[GCT_RELOAD_WAITING_TEXT] = "";
    enum gct_status st = GCT_OK;
    if (call->context->reload == NULL) {
        return gct_error_set(err, GCT_UNAVAILABLE,
                             "no gateway runs: it reads the configuration when it starts");
    }
    st = call->context->reload(call->context->arg, changes, err);
    if (st == GCT_OK) {
        command_say(call, "the configuration was read again and is in force%s%s",
                    changes[0] == '\0' ? "" : ", but for what takes effect at the next start: ", changes);
    }
    return st;
}

enum gct_status command_plugin_list(struct gct_command_call *call, struct gct_error *err)
{
    struct gct_json *plugins = call->context->plugins(call->context->arg);
    (void)err;
    for (size_t i = 0; i < gct_json_count(plugins); i++) {
        gct_json_push(call->items, gct_json_share(gct_json_at(plugins, i)));
    }
    gct_json_free(&plugins);
    return GCT_OK;
}
