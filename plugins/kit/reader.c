#include "kit/reader.h"

#include "kit/text.h"

/* Most bytes of a text in an event. */
#define TEXT_BYTES ((size_t)64u << 10)

static struct gct_slice within_limit(struct gct_kit *kit, struct gct_slice text)
{
    if (text.len <= TEXT_BYTES)
        return text;
    gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("a text is longer than 64 KiB"));
    return (struct gct_slice){ NULL, 0 };
}

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

struct gct_slice gct_kit_text(struct gct_kit *kit, const struct gct_json_value *object, const char *name)
{
    return within_limit(kit, kit->json->string(kit->json->get(object, name)));
}

struct gct_slice gct_kit_line(struct gct_kit *kit, const struct gct_json_value *object, const char *name)
{
    struct gct_slice text = gct_kit_text(kit, object, name);

    return gct_kit_is_line(text) ? text : (struct gct_slice){ NULL, 0 };
}

struct gct_slice gct_kit_id(struct gct_kit *kit, const struct gct_json_value *object, const char *name)
{
    const struct gct_json_value *value = kit->json->get(object, name);
    struct gct_slice id = kit->json->id(kit->call, value);

    /* A number always has digits: none means that there was no memory to write them to. */
    if (id.len == 0 && kit->json->type(value) == GCT_JSON_INTEGER)
        gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("the memory of the call is used up"));
    return id.len <= GCT_KIT_ID_BYTES && gct_kit_is_line(id) ? id : (struct gct_slice){ NULL, 0 };
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

struct gct_slice gct_kit_write(struct gct_kit *kit, const struct gct_json_value *value)
{
    struct gct_slice raw = { NULL, 0 };

    if (value && kit->status == GCT_OK) {
        raw = kit->json->write(kit->call, value);
        if (raw.len == 0)
            gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("the memory of the call is used up"));
    }
    return raw;
}

struct gct_slice gct_kit_raw(struct gct_kit *kit, const struct gct_json_value *value)
{
    return within_limit(kit, gct_kit_write(kit, value));
}

struct gct_slice gct_kit_join_text(struct gct_kit *kit, const struct gct_slice *parts, size_t count,
                                   struct gct_slice between)
{
    return within_limit(kit, gct_kit_join(kit, parts, count, between));
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
    return gct_kit_write(kit, text);
}

/* The members that are not listed, written one by one. */
static struct gct_slice write_others(struct gct_kit *kit, const struct gct_json_value *object,
                                     const char *const *secrets)
{
    size_t count = kit->json->count(object);
    struct gct_slice *members = gct_kit_alloc(kit, count * sizeof(*members));
    struct gct_slice edges[] = { GCT_KIT_SLICE("{"), { NULL, 0 }, GCT_KIT_SLICE("}") };
    size_t kept = 0;
    size_t i;

    for (i = 0; members && i < count; i++) {
        struct gct_slice name = { NULL, 0 };
        const struct gct_json_value *value = kit->json->member(object, i, &name);

        if (!listed(secrets, name)) {
            struct gct_slice pair[] = { quoted(kit, name), gct_kit_write(kit, value) };

            members[kept++] = gct_kit_join(kit, pair, GCT_KIT_ELEMENTS(pair), GCT_KIT_SLICE(":"));
        }
    }
    if (members)
        edges[1] = gct_kit_join(kit, members, kept, GCT_KIT_SLICE(","));
    return gct_kit_join(kit, edges, GCT_KIT_ELEMENTS(edges), (struct gct_slice){ NULL, 0 });
}

struct gct_slice gct_kit_raw_without(struct gct_kit *kit, const struct gct_json_value *value,
                                     const char *const *secrets)
{
    bool found = false;
    struct gct_slice raw;
    size_t i;

    for (i = 0; secrets[i] && !found; i++) {
        found = gct_kit_is_object(kit, value) && gct_kit_get(kit, value, secrets[i]);
    }
    raw = found ? write_others(kit, value, secrets) : gct_kit_write(kit, value);
    return raw.len <= TEXT_BYTES ? raw : (struct gct_slice){ NULL, 0 };
}
