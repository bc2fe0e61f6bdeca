#include "kit/reader.h"

#include "kit/text.h"

const struct gct_json_value *gct_kit_get(const struct gct_kit *kit, const struct gct_json_value *object,
                                         const char *name)
{
    return kit->json->get(object, name);
}

const struct gct_json_value *gct_kit_at(const struct gct_kit *kit, const struct gct_json_value *array,
                                        size_t index)
{
    return kit->json->at(array, index);
}

size_t gct_kit_count(const struct gct_kit *kit, const struct gct_json_value *value)
{
    return kit->json->count(value);
}

bool gct_kit_is_object(const struct gct_kit *kit, const struct gct_json_value *value)
{
    return kit->json->type(value) == GCT_JSON_OBJECT;
}

bool gct_kit_is_array(const struct gct_kit *kit, const struct gct_json_value *value)
{
    return kit->json->type(value) == GCT_JSON_ARRAY;
}

bool gct_kit_truth(const struct gct_kit *kit, const struct gct_json_value *object, const char *name)
{
    return kit->json->boolean(kit->json->get(object, name)) == 1;
}

struct gct_slice gct_kit_text(const struct gct_kit *kit, const struct gct_json_value *object,
                              const char *name)
{
    return kit->json->string(kit->json->get(object, name));
}

struct gct_slice gct_kit_id(struct gct_kit *kit, const struct gct_json_value *object, const char *name)
{
    const struct gct_json_value *value = kit->json->get(object, name);
    struct gct_slice id = kit->json->id(kit->call, value);

    /* A number always has digits: none means that there was no memory to write them to. */
    if (id.len == 0 && kit->json->type(value) == GCT_JSON_INTEGER)
        gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("the memory of the call is used up"));
    return id;
}

int64_t gct_kit_integer(const struct gct_kit *kit, const struct gct_json_value *object, const char *name,
                        int64_t fallback)
{
    const struct gct_json_value *value = kit->json->get(object, name);
    int64_t number = fallback;

    if (!gct_kit_parse_integer(kit->json->string(value), &number))
        number = kit->json->integer(value, fallback);
    return number;
}

struct gct_slice gct_kit_raw(struct gct_kit *kit, const struct gct_json_value *value)
{
    struct gct_slice raw = { NULL, 0 };

    if (value && kit->status == GCT_OK) {
        raw = kit->json->write(kit->call, value);
        if (raw.len == 0)
            gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("the memory of the call is used up"));
    }
    return raw;
}

static bool listed(const char *const *names, struct gct_slice name)
{
    while (*names && !gct_kit_is(name, *names)) {
        names++;
    }
    return *names != NULL;
}

/* A member's name as JSON text. */
static struct gct_slice quoted(struct gct_kit *kit, struct gct_slice name)
{
    const struct gct_json_value *text = kit->json->new_string(kit->call, name);

    if (!text)
        gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("the memory of the call is used up"));
    return gct_kit_raw(kit, text);
}

struct gct_slice gct_kit_raw_without(struct gct_kit *kit, const struct gct_json_value *object,
                                     const char *const *secrets)
{
    size_t count = kit->json->count(object);
    bool found = false;
    size_t kept = 0;
    size_t i;
    struct gct_slice name;
    struct gct_slice *members;
    struct gct_slice edges[] = { GCT_KIT_SLICE("{"), { NULL, 0 }, GCT_KIT_SLICE("}") };

    for (i = 0; gct_kit_is_object(kit, object) && i < count && !found; i++) {
        kit->json->member(object, i, &name);
        found = listed(secrets, name);
    }
    if (!found)
        return gct_kit_raw(kit, object);
    members = gct_kit_alloc(kit, count * sizeof(*members));
    for (i = 0; members && i < count; i++) {
        const struct gct_json_value *value = kit->json->member(object, i, &name);

        if (!listed(secrets, name)) {
            struct gct_slice pair[] = { quoted(kit, name), gct_kit_raw(kit, value) };

            members[kept++] = gct_kit_join(kit, pair, GCT_KIT_ELEMENTS(pair), GCT_KIT_SLICE(":"));
        }
    }
    if (members)
        edges[1] = gct_kit_join(kit, members, kept, GCT_KIT_SLICE(","));
    return gct_kit_join(kit, edges, GCT_KIT_ELEMENTS(edges), (struct gct_slice){ NULL, 0 });
}
