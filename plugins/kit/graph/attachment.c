#include "kit/graph/attachment.h"

#include "kit/reader.h"
#include "kit/text.h"

/* More than any client can send; the core takes no more of one event, nor does a list hold more. */
#define ATTACHMENTS 256u

struct gct_kit_attachments gct_kit_attachments(struct gct_kit *kit, size_t room)
{
    struct gct_kit_attachments attachments = { NULL, 0 };

    kit->oversized = kit->oversized || room > ATTACHMENTS;
    if (room > 0 && room <= ATTACHMENTS)
        attachments.list = gct_kit_alloc(kit, room * sizeof(*attachments.list));
    return attachments;
}

const struct gct_attachment *const *gct_kit_attachments_of(const struct gct_kit_attachments *attachments)
{
    /* C sees no way from T ** to const T *const *, although nothing can go wrong on it. */
    return attachments->count > 0 ? (const struct gct_attachment *const *)attachments->list : NULL;
}

struct gct_attachment *gct_kit_attach(struct gct_kit *kit, struct gct_kit_attachments *to,
                                      enum gct_attachment_kind kind)
{
    struct gct_attachment *attachment = to->list ? gct_kit_alloc(kit, sizeof(*attachment)) : NULL;

    if (attachment) {
        *attachment = (struct gct_attachment){
            .size = sizeof(*attachment), .kind = kind, .bytes = -1, .duration_ms = -1
        };
        to->list[to->count++] = attachment;
    }
    return attachment;
}

static const struct gct_kit_attachment_type *find(const struct gct_kit_attachment_type *types, size_t count,
                                                  struct gct_slice name)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (gct_kit_is(name, types[i].type))
            return &types[i];
    }
    return NULL;
}

/* Nothing by which it could be seen or found. */
static bool is_blank(const struct gct_attachment *attachment)
{
    return attachment->url.len == 0 && attachment->remote_id.len == 0 &&
           attachment->kind != GCT_ATTACHMENT_LOCATION;
}

struct gct_attachment *gct_kit_attachment_read(struct gct_kit *kit,
                                               const struct gct_kit_attachment_type *types, size_t count,
                                               const struct gct_json_value *value,
                                               struct gct_kit_attachments *to)
{
    const struct gct_json_value *payload = gct_kit_get(kit, value, "payload");
    struct gct_slice name = gct_kit_text(kit, value, "type");
    const struct gct_kit_attachment_type *type = find(types, count, name);
    struct gct_attachment *attachment =
        gct_kit_attach(kit, to, type ? type->kind : GCT_ATTACHMENT_UNSUPPORTED);

    if (!attachment)
        return NULL;
    attachment->url = gct_kit_either(gct_kit_line(kit, payload, "url"), gct_kit_line(kit, value, "url"));
    attachment->name = gct_kit_either(gct_kit_text(kit, payload, "title"), gct_kit_text(kit, value, "title"));
    if (!type) {
        attachment->name = name;
    } else {
        if (type->id)
            attachment->remote_id = gct_kit_id(kit, payload, type->id);
        if (type->refine)
            type->refine(kit, value, attachment);
    }
    if (!type || type->keep_raw || attachment->kind == GCT_ATTACHMENT_UNSUPPORTED || is_blank(attachment))
        attachment->raw = gct_kit_raw(kit, value);
    return attachment;
}

void gct_kit_refine_link(struct gct_kit *kit, const struct gct_json_value *value,
                         struct gct_attachment *attachment)
{
    if (attachment->url.len > 0)
        return;
    attachment->kind = GCT_ATTACHMENT_UNSUPPORTED;
    attachment->name = gct_kit_either(attachment->name, gct_kit_text(kit, value, "type"));
}

void gct_kit_refine_location(struct gct_kit *kit, const struct gct_json_value *value,
                             struct gct_attachment *attachment)
{
    enum { SCALE = 10000000 };
    const struct gct_json_value *place = gct_kit_get(kit, gct_kit_get(kit, value, "payload"), "coordinates");
    int64_t latitude = kit->json->number(gct_kit_get(kit, place, "lat"), SCALE, INT64_MAX);
    int64_t longitude = kit->json->number(gct_kit_get(kit, place, "long"), SCALE, INT64_MAX);

    if (latitude >= -90 * (int64_t)SCALE && latitude <= 90 * (int64_t)SCALE &&
        longitude >= -180 * (int64_t)SCALE && longitude <= 180 * (int64_t)SCALE) {
        attachment->latitude_e7 = (int32_t)latitude;
        attachment->longitude_e7 = (int32_t)longitude;
    } else {
        attachment->kind = GCT_ATTACHMENT_UNSUPPORTED;
    }
}

void gct_kit_refine_template(struct gct_kit *kit, const struct gct_json_value *value,
                             struct gct_attachment *attachment)
{
    const struct gct_json_value *payload = gct_kit_get(kit, value, "payload");
    const struct gct_json_value *product = gct_kit_get(kit, payload, "product");
    const struct gct_json_value *elements = gct_kit_get(kit, product ? product : payload, "elements");
    const struct gct_json_value *first = gct_kit_at(kit, elements, 0);

    attachment->name = gct_kit_either(attachment->name, gct_kit_text(kit, payload, "text"));
    attachment->name = gct_kit_either(attachment->name, gct_kit_text(kit, first, "title"));
    attachment->url = gct_kit_either(attachment->url, gct_kit_line(kit, first, "image_url"));
    attachment->url = gct_kit_either(attachment->url, gct_kit_line(kit, first, "url"));
    attachment->remote_id =
        gct_kit_either(gct_kit_id(kit, first, "id"), gct_kit_id(kit, first, "attachment_id"));
}
