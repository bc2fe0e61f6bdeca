#include "kit/graph/referral.h"

#include "kit/reader.h"
#include "kit/text.h"

/* The platform's word for the source and ours. An unknown word is an ad when the object names one, else a
 * link. */
static const struct {
    const char *source;
    enum gct_context_kind kind;
} sources[] = {
    { "ADS", GCT_CONTEXT_AD },
    { "SHORTLINK", GCT_CONTEXT_LINK },
    { "MESSENGER_CODE", GCT_CONTEXT_QR },
    { "CUSTOMER_CHAT_PLUGIN", GCT_CONTEXT_PLUGIN },
    { "DISCOVER_TAB", GCT_CONTEXT_SEARCH },
};

static enum gct_context_kind kind_of(const struct gct_context *context, bool from_ad)
{
    size_t i;

    for (i = 0; i < GCT_KIT_ELEMENTS(sources); i++) {
        if (gct_kit_is(context->source, sources[i].source))
            return sources[i].kind;
    }
    return from_ad ? GCT_CONTEXT_AD : GCT_CONTEXT_LINK;
}

struct gct_context *gct_kit_context(struct gct_kit *kit, enum gct_context_kind kind)
{
    struct gct_context *context = gct_kit_alloc(kit, sizeof(*context));

    if (context) {
        context->size = sizeof(*context);
        context->kind = kind;
    }
    return context;
}

struct gct_context *gct_kit_referral(struct gct_kit *kit, const struct gct_json_value *value)
{
    const struct gct_json_value *ad = gct_kit_get(kit, value, "ads_context_data");
    struct gct_slice product = gct_kit_id(kit, gct_kit_get(kit, value, "product"), "id");
    struct gct_slice ad_id = gct_kit_id(kit, value, "ad_id");
    struct gct_context *context =
        gct_kit_is_object(kit, value) ? gct_kit_context(kit, GCT_CONTEXT_LINK) : NULL;

    if (!context)
        return NULL;
    context->ref = gct_kit_text(kit, value, "ref");
    context->source = gct_kit_text(kit, value, "source");
    context->title = gct_kit_text(kit, ad, "ad_title");
    context->url = gct_kit_either(gct_kit_line(kit, ad, "photo_url"), gct_kit_line(kit, ad, "video_url"));
    context->url = gct_kit_either(context->url, gct_kit_line(kit, value, "referer_uri"));
    context->remote_id = gct_kit_either(ad_id, gct_kit_id(kit, ad, "post_id"));
    context->remote_id = gct_kit_either(context->remote_id, gct_kit_id(kit, ad, "product_id"));
    context->kind = kind_of(context, ad_id.len > 0 || ad);
    if (product.len > 0) {
        context->kind = GCT_CONTEXT_PRODUCT;
        context->remote_id = product;
    }
    return context;
}
