/* Who writes: gct.profile/1 by the User Profile API. An empty object is a normal answer: the app may not read
 * this profile, or there is none. Facts: messenger.md section 6. */
#include "kit/graph/request.h"
#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/messenger.h"

#define AVATAR_BYTES 4096u

#define FIELDS "fields=id,name,first_name,last_name,profile_pic&appsecret_proof={appsecret_proof}"

static uint32_t profile_request(const struct gct_plugin *plugin, const struct gct_call *call,
                                struct gct_slice account, struct gct_slice customer)
{
    const struct messenger *self = plugin->self;
    struct gct_kit kit = gct_kit_begin(call, self->json);
    const struct gct_slice parts[] = { { NULL, 0 }, self->graph_version, customer };
    const struct gct_header header = { { GCT_TEXT("Authorization") }, { GCT_TEXT("Bearer {token}") } };
    struct gct_http_request request = {
        .size = sizeof(request),
        .flags = GCT_HTTP_REPEATABLE | GCT_HTTP_OPTIONAL,
        .method = GCT_KIT_SLICE("GET"),
        .query = GCT_KIT_SLICE(FIELDS),
        .headers = &header,
        .header_count = 1,
    };

    (void)account;
    if (!gct_kit_path_safe(customer))
        gct_kit_fail(&kit, GCT_UNSUPPORTED, GCT_KIT_SLICE("the customer has no id that can be asked about"));
    request.path = gct_kit_join(&kit, parts, GCT_KIT_ELEMENTS(parts), GCT_KIT_SLICE("/"));
    if (kit.status == GCT_OK)
        kit.status = call->emit_request(call, &request);
    return kit.status;
}

/* The errors of sending say the same of asking; what is final for a message is final here. */
static void refused(const struct gct_plugin *plugin, const struct gct_call *call,
                    const struct gct_http_response *reply, struct gct_profile_reply *profile)
{
    struct gct_verdict verdict = { .size = sizeof(verdict) };

    profile->outcome = GCT_PROFILE_LATER;
    if (messenger_classify(plugin, call, reply, &verdict) != GCT_OK)
        return;
    if (verdict.retry_after_ms > 0)
        profile->retry_after_ms = verdict.retry_after_ms;
    if (verdict.pause_ms > profile->retry_after_ms)
        profile->retry_after_ms = verdict.pause_ms;
    switch (verdict.outcome) {
    case GCT_OUTCOME_REFUSED:
    case GCT_OUTCOME_UNREACHABLE:
    case GCT_OUTCOME_NOT_OWNER: profile->outcome = GCT_PROFILE_REFUSED; break;
    default: break;
    }
}

static uint32_t profile_read(const struct gct_plugin *plugin, const struct gct_call *call,
                             const struct gct_http_response *reply, struct gct_profile_reply *profile)
{
    const struct messenger *self = plugin->self;
    struct gct_kit kit = gct_kit_begin(call, self->json);
    const struct gct_json_value *body = self->json->parse(call, reply->body);

    if (reply->status != 200 || !gct_kit_is_object(&kit, body) || gct_kit_get(&kit, body, "error")) {
        refused(plugin, call, reply, profile);
        return GCT_OK;
    }
    profile->outcome = GCT_PROFILE_ANSWERED;
    profile->name = gct_kit_id(&kit, body, "name");
    if (profile->name.len == 0) {
        struct gct_slice names[] = { gct_kit_id(&kit, body, "first_name"),
                                     gct_kit_id(&kit, body, "last_name") };
        size_t first = names[0].len > 0 ? 0 : 1;

        profile->name =
            gct_kit_join(&kit, names + first, names[1].len > 0 ? 2 - first : 1 - first, GCT_KIT_SLICE(" "));
        /* Each of them fits; both together may not. */
        if (profile->name.len > GCT_KIT_ID_BYTES)
            profile->name = names[first];
    }
    profile->avatar_url = gct_kit_line(&kit, body, "profile_pic");
    /* Longer than gct.profile/1 takes: better a contact without a picture than none. */
    if (profile->avatar_url.len > AVATAR_BYTES)
        profile->avatar_url = (struct gct_slice){ NULL, 0 };
    return kit.status;
}

const struct gct_ext_profile messenger_profile = {
    .size = sizeof(messenger_profile),
    .request = profile_request,
    .read = profile_read,
};
