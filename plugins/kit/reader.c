#include "kit/reader.h"

#include "kit/text.h"

/* Most bytes of a text in an event. */
#define TEXT_BYTES ((size_t)64u << 10)

static struct gct_slice within_limit(struct gct_kit *kit, struct gct_slice text)
{
    if (text.len <= TEXT_BYTES)
        return text;
    kit->oversized = true;
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

struct gct_slice gct_kit_join_text(struct gct_kit *kit, const struct gct_slice *parts, size_t count,
                                   struct gct_slice between)
{
    return within_limit(kit, gct_kit_join(kit, parts, count, between));
}

/* ---- raw JSON ---- */

static bool is_secret(const struct gct_kit *kit, struct gct_slice name)
{
    const char *const *secret = kit->secrets;

    while (*secret && !gct_kit_is(name, *secret)) {
        secret++;
    }
    return *secret != NULL;
}

/* Child number at of an object or an array; *name is its name, empty in an array. */
static const struct gct_json_value *child(const struct gct_kit *kit, const struct gct_json_value *value,
                                          size_t at, struct gct_slice *name)
{
    *name = (struct gct_slice){ NULL, 0 };
    return gct_kit_is_object(kit, value) ? kit->json->member(value, at, name) : kit->json->at(value, at);
}

static bool holds_secret(const struct gct_kit *kit, const struct gct_json_value *value)
{
    size_t count = kit->json->count(value);
    bool found = false;
    size_t i;

    for (i = 0; i < count && !found; i++) {
        struct gct_slice name;
        const struct gct_json_value *inner = child(kit, value, i, &name);

        found = is_secret(kit, name) || holds_secret(kit, inner);
    }
    return found;
}

/* Text of known room under construction. */
struct draft {
    char *room;
    size_t size;
    size_t len;
};

static void put(struct draft *draft, struct gct_slice text)
{
    size_t i;

    for (i = 0; i < text.len && draft->len < draft->size; i++) {
        draft->room[draft->len++] = text.ptr[i];
    }
}

static void put_name(struct gct_kit *kit, struct draft *draft, struct gct_slice name)
{
    const struct gct_json_value *text = kit->json->new_string(kit->call, name);

    if (!text)
        gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("the memory of the call is used up"));
    put(draft, gct_kit_write(kit, text));
    put(draft, GCT_KIT_SLICE(":"));
}

/* The value without its secrets, and what is below it. */
static void put_value(struct gct_kit *kit, struct draft *draft, const struct gct_json_value *value)
{
    bool object = gct_kit_is_object(kit, value);
    size_t count = kit->json->count(value);
    struct gct_slice comma = { NULL, 0 };
    size_t i;

    if (!object && !gct_kit_is_array(kit, value)) {
        put(draft, gct_kit_write(kit, value));
        return;
    }
    put(draft, object ? GCT_KIT_SLICE("{") : GCT_KIT_SLICE("["));
    for (i = 0; i < count && kit->status == GCT_OK; i++) {
        struct gct_slice name;
        const struct gct_json_value *inner = child(kit, value, i, &name);

        if (is_secret(kit, name))
            continue;
        put(draft, comma);
        if (object)
            put_name(kit, draft, name);
        put_value(kit, draft, inner);
        comma = GCT_KIT_SLICE(",");
    }
    put(draft, object ? GCT_KIT_SLICE("}") : GCT_KIT_SLICE("]"));
}

struct gct_slice gct_kit_raw(struct gct_kit *kit, const struct gct_json_value *value)
{
    struct gct_slice raw = gct_kit_write(kit, value);
    struct draft draft = { NULL, raw.len, 0 };

    if (raw.len <= TEXT_BYTES && holds_secret(kit, value)) {
        draft.room = gct_kit_alloc(kit, draft.size);
        if (draft.room)
            put_value(kit, &draft, value);
        raw = (struct gct_slice){ draft.room, draft.len };
    }
    return raw.len <= TEXT_BYTES && kit->status == GCT_OK ? raw : (struct gct_slice){ NULL, 0 };
}
