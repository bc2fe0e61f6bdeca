#include "plugin/places.h"

#include <string.h>

#include "base/crypto.h"
#include "base/slice.h"
#include "plugin/instance.h"

#define HEX_BYTES (2u * GCT_SHA256_BYTES + 1u)

struct filling {
    const struct gct_instance *instance;
    const struct plugin_account *account;
    struct gct_arena *arena;
    struct gct_error *err;
};

static enum gct_status spent(const struct filling *filling)
{
    return gct_error_set(filling->err, GCT_LIMIT, "the memory for a request is spent");
}

/* The value of an option of the account, else of the channel. */
static enum gct_status find_value(const struct filling *filling, const char *option, struct gct_slice *out,
                                  const struct plugin_secret **secret)
{
    const struct plugin_settings *settings = &filling->instance->settings;
    const struct plugin_value *values[2] = { plugin_settings_value(settings, filling->account, option),
                                             plugin_settings_value(settings, NULL, option) };
    *secret = NULL;
    for (size_t i = 0; i < GCT_COUNT(values); i++) {
        if (values[i] != NULL && values[i]->secret_count != 0) {
            *secret = &values[i]->secrets[0];
            *out = (*secret)->value;
            return GCT_OK;
        }
        if (values[i] != NULL && values[i]->text.len != 0) {
            *out = values[i]->text;
            return GCT_OK;
        }
    }
    return gct_error_set(filling->err, GCT_UNAVAILABLE, "account %.*s of channel \"%.*s\" has no %s",
                         GCT_ARG(filling->account->id), GCT_ARG(filling->instance->name), option);
}

/* Lower-case hex of the HMAC of text under the value of option key, NUL-terminated. */
static enum gct_status sign(const struct filling *filling, const char *key, struct gct_slice text, char *hex)
{
    struct gct_slice value = GCT_EMPTY;
    const struct plugin_secret *secret = NULL;
    unsigned char digest[GCT_SHA256_BYTES];
    enum gct_status st = find_value(filling, key, &value, &secret);
    if (st == GCT_OK) {
        const struct gct_hmac *kept = secret == NULL ? NULL : secret->hmac;
        struct gct_hmac *own = kept == NULL ? gct_hmac_new(value) : NULL;
        gct_hmac_sign(kept == NULL ? own : kept, &text, 1, digest);
        gct_hmac_free(&own);
        gct_hex_encode(digest, sizeof digest, hex);
    }
    return st;
}

/* What stands for {name}. hex is room for a digest. */
static enum gct_status place_value(const struct filling *filling, struct gct_slice name, char *hex,
                                   struct gct_slice *out)
{
    const struct gct_ext_places *places = filling->instance->tables.places;
    const struct gct_place *place = NULL;
    const struct plugin_secret *secret = NULL;
    for (size_t i = 0; places != NULL && i < places->place_count; i++) {
        place = gct_slice_is(name, places->places[i]->name) ? places->places[i] : place;
    }
    if (place == NULL) {
        return gct_error_set(filling->err, GCT_INVALID, "plugin %.*s describes no place {%.*s}",
                             GCT_ARG(filling->instance->plugin), GCT_ARG(gct_utf8_head(name, 64u)));
    }
    enum gct_status st = find_value(filling, place->option, out, &secret);
    if (st == GCT_OK && place->kind == GCT_PLACE_HMAC_SHA256_HEX) {
        st = sign(filling, place->key, *out, hex);
        *out = gct_slice_of(hex);
    }
    for (size_t i = 0; st == GCT_OK && i < out->len; i++) {
        unsigned char c = (unsigned char)out->ptr[i];
        if (c < 0x20 || c == 0x7f) {
            st = gct_error_set(filling->err, GCT_INVALID, "the value of %s holds control character 0x%02x",
                               place->option, c);
        }
    }
    return st;
}

/* Length of a place's name when text begins with {name}, else 0. */
static size_t place_length(struct gct_slice text)
{
    size_t i = 1;
    while (i < text.len && ((text.ptr[i] >= 'a' && text.ptr[i] <= 'z') ||
                            (text.ptr[i] >= '0' && text.ptr[i] <= '9') || text.ptr[i] == '_')) {
        i++;
    }
    return i > 1u && i < text.len && text.ptr[i] == '}' ? i - 1u : 0;
}

static int is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/* Writes value to at (NULL: only counts), percent-encoded or as it is; gives how many bytes it takes. */
static size_t put(char *at, struct gct_slice value, int encode)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t n = 0;
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (encode && !is_unreserved(c)) {
            if (at != NULL) {
                at[n] = '%';
                at[n + 1u] = digits[c >> 4];
                at[n + 2u] = digits[c & 15u];
            }
            n += 3u;
        } else {
            if (at != NULL) {
                at[n] = value.ptr[i];
            }
            n++;
        }
    }
    return n;
}

/* One walk over text: counts with at NULL, writes otherwise. */
static enum gct_status walk(const struct filling *filling, struct gct_slice text, int encode, char *at,
                            size_t *len)
{
    size_t i = 0;
    *len = 0;
    while (i < text.len) {
        size_t name = text.ptr[i] == '{' ? place_length(gct_slice_from(text, i)) : 0;
        struct gct_slice value = { text.ptr + i, 1u };
        char hex[HEX_BYTES];
        if (name != 0) {
            enum gct_status st =
                place_value(filling, (struct gct_slice){ text.ptr + i + 1u, name }, hex, &value);
            if (st != GCT_OK) {
                return st;
            }
        }
        *len += put(at == NULL ? NULL : at + *len, value, encode && name != 0);
        i += name == 0 ? 1u : name + 2u;
    }
    return GCT_OK;
}

static enum gct_status fill(const struct filling *filling, struct gct_slice text, int encode,
                            struct gct_slice *out)
{
    size_t len = 0;
    char *memory = NULL;
    enum gct_status st = walk(filling, text, encode, NULL, &len);
    *out = GCT_EMPTY;
    if (st == GCT_OK && len != 0) {
        memory = gct_arena_alloc(filling->arena, len, 1u);
        st = memory == NULL ? spent(filling) : walk(filling, text, encode, memory, &len);
        *out = (struct gct_slice){ memory, st == GCT_OK ? len : 0 };
    }
    return st;
}

enum gct_status gct_places_fill(const struct gct_instance *instance, struct gct_slice account,
                                const struct gct_http_request *request, struct gct_arena *arena,
                                const struct gct_http_request **filled, struct gct_error *err)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    const struct filling filling = { instance, plugin_settings_account(&instance->settings, account), arena,
                                     err };
    struct gct_http_request *copy = GCT_ARENA_NEW(arena, gct_http_request);
    struct gct_header *headers = GCT_ARENA_ARRAY(arena, struct gct_header, request->header_count);
    enum gct_status st = GCT_OK;
    *filled = NULL;
    if (filling.account == NULL) {
        st = gct_error_set(err, GCT_NOT_FOUND, "channel \"%.*s\" has no account %.*s",
                           GCT_ARG(instance->name), GCT_ARG(gct_utf8_head(account, 64u)));
        goto out;
    }
    if (copy == NULL || headers == NULL) {
        st = spent(&filling);
        goto out;
    }
    *copy = *request;
    copy->size = sizeof *copy;
    copy->headers = headers;
    st = fill(&filling, request->query, 1, &copy->query);
    for (size_t i = 0; st == GCT_OK && i < request->header_count; i++) {
        headers[i].name = request->headers[i].name;
        st = fill(&filling, request->headers[i].value, 0, &headers[i].value);
    }
    *filled = st == GCT_OK ? copy : NULL;
out:
    return st;
}
