#include "kit/graph/request.h"

#include <string.h>

#include "kit/reader.h"
#include "kit/text.h"

bool gct_kit_path_safe(struct gct_slice id)
{
    size_t i;

    for (i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!plain && c != '_' && c != '-' && (c != '.' || i == 0))
            return false;
    }
    return id.len > 0;
}

void gct_kit_graph_post(struct gct_kit *kit, struct gct_slice version, struct gct_slice account,
                        const char *edge, const struct gct_json_value *body, uint32_t flags)
{
    const struct gct_slice parts[] = { { NULL, 0 }, version, account, { edge, strlen(edge) } };
    const struct gct_header headers[] = {
        { { GCT_TEXT("Authorization") }, { GCT_TEXT("Bearer {token}") } },
        { { GCT_TEXT("Content-Type") }, { GCT_TEXT("application/json") } },
    };
    struct gct_http_request request = {
        .size = sizeof(request),
        .flags = flags,
        .method = GCT_KIT_SLICE("POST"),
        .path = gct_kit_join(kit, parts, GCT_KIT_ELEMENTS(parts), GCT_KIT_SLICE("/")),
        .query = GCT_KIT_SLICE("appsecret_proof={appsecret_proof}"),
        .headers = headers,
        .header_count = GCT_KIT_ELEMENTS(headers),
        .body = gct_kit_write(kit, body),
    };
    uint32_t status;

    if (kit->status != GCT_OK)
        return;
    status = kit->call->emit_request(kit->call, &request);
    if (status != GCT_OK)
        gct_kit_fail(kit, status, GCT_KIT_SLICE("the core did not take a request"));
}

static void used_up(struct gct_kit *kit)
{
    gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("the memory of the call is used up"));
}

struct gct_json_value *gct_kit_new_object(struct gct_kit *kit)
{
    struct gct_json_value *object = kit->json->new_object(kit->call);

    if (!object)
        used_up(kit);
    return object;
}

void gct_kit_set(struct gct_kit *kit, struct gct_json_value *object, const char *name,
                 struct gct_json_value *child)
{
    if (!object || !child || kit->json->set(object, name, child) != GCT_OK)
        used_up(kit);
}

void gct_kit_set_text(struct gct_kit *kit, struct gct_json_value *object, const char *name,
                      struct gct_slice text)
{
    if (text.len > 0)
        gct_kit_set(kit, object, name, kit->json->new_string(kit->call, text));
}

void gct_kit_append(struct gct_kit *kit, struct gct_json_value *array, struct gct_json_value *child)
{
    if (!array || !child || kit->json->append(array, child) != GCT_OK)
        used_up(kit);
}
