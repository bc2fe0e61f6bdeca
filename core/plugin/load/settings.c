#include "plugin/load/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/slice.h"

#define SECRET_VALUES 16u
#define ID_BYTES 512u
#define ENCODED_SECRET "whsec_"

/* What one reading needs: for sentences, and where copies go. */
struct reading {
    const struct gct_channel_settings *given;
    const struct gct_manifest *manifest;
    struct gct_arena *arena;
    struct gct_error *err;
};

/* ---- secrets ---- */

static enum gct_status secret_read(const struct reading *reading, struct gct_slice given, int keyed,
                                   struct plugin_secret *out)
{
    struct gct_slice key = given;
    size_t len = 0;
    char *memory = gct_heap_new(given.len);
    memcpy(memory, given.ptr, given.len);
    out->value = (struct gct_slice){ memory, given.len };
    gct_sha256(given, out->digest);
    if (gct_slice_starts(given, GCT_LIT(ENCODED_SECRET))) {
        unsigned char *decoded = gct_heap_new(given.len);
        struct gct_slice text = gct_slice_from(given, sizeof ENCODED_SECRET - 1u);
        enum gct_status st = gct_base64_decode(text, decoded, given.len, &len);
        if (st == GCT_OK && keyed) {
            out->hmac = gct_hmac_new((struct gct_slice){ (const char *)decoded, len });
        }
        gct_wipe(decoded, given.len);
        free(decoded);
        return st == GCT_OK && len != 0
                   ? GCT_OK
                   : gct_error_set(reading->err, GCT_INVALID,
                                   "a secret that begins with " ENCODED_SECRET " must go on in base64");
    }
    out->hmac = keyed ? gct_hmac_new(key) : NULL;
    return GCT_OK;
}

static void value_free(struct plugin_value *value)
{
    for (size_t i = 0; i < value->secret_count; i++) {
        struct plugin_secret *secret = &value->secrets[i];
        char *memory = (char *)(uintptr_t)secret->value.ptr;
        if (memory != NULL) {
            gct_wipe(memory, secret->value.len);
            free(memory);
        }
        gct_hmac_free(&secret->hmac);
        gct_wipe(secret->digest, sizeof secret->digest);
    }
    free(value->secrets);
    memset(value, 0, sizeof *value);
}

void plugin_settings_free(struct plugin_settings *settings)
{
    size_t options = settings->manifest == NULL ? 0 : settings->manifest->option_count;
    for (size_t i = 0; i < options && settings->values != NULL; i++) {
        value_free(&settings->values[i]);
    }
    for (size_t a = 0; a < settings->account_count; a++) {
        for (size_t i = 0; i < options && settings->accounts[a].values != NULL; i++) {
            value_free(&settings->accounts[a].values[i]);
        }
    }
    memset(settings, 0, sizeof *settings);
}

/* ---- values ---- */

static enum gct_status secrets_read(const struct reading *reading, const struct gct_manifest_option *option,
                                    const struct gct_option *given, struct plugin_value *out)
{
    enum gct_status st = GCT_OK;
    if (given->value_count > SECRET_VALUES) {
        return gct_error_set(reading->err, GCT_INVALID, "%.*s has %zu values, at most %u are taken",
                             GCT_ARG(option->name), given->value_count, SECRET_VALUES);
    }
    out->secrets = gct_heap_array(given->value_count, sizeof *out->secrets);
    out->secret_count = given->value_count;
    for (size_t i = 0; i < given->value_count && st == GCT_OK; i++) {
        st = secret_read(reading, given->values[i], !option->per_account, &out->secrets[i]);
    }
    return st;
}

static enum gct_status value_read(const struct reading *reading, const struct gct_manifest_option *option,
                                  const struct gct_option *given, struct plugin_value *out)
{
    enum gct_status st = GCT_OK;
    int is_secret = option->type == GCT_OPTION_SECRET || option->type == GCT_OPTION_SECRET_LIST;
    if (out->is_set) {
        st = gct_error_set(reading->err, GCT_INVALID, "%.*s stands twice", GCT_ARG(option->name));
        goto out;
    }
    if (given->value_count == 0 || (given->value_count != 1u && option->type != GCT_OPTION_SECRET_LIST)) {
        st = gct_error_set(reading->err, GCT_INVALID, "%.*s (%s) takes %s value, not %zu",
                           GCT_ARG(option->name), gct_option_type_name(option->type),
                           option->type == GCT_OPTION_SECRET_LIST ? "at least one" : "one",
                           given->value_count);
        goto out;
    }
    for (size_t i = 0; i < given->value_count; i++) {
        st = gct_manifest_value(option, given->values[i], &out->number, reading->err);
        if (st != GCT_OK) {
            goto out;
        }
    }
    out->is_set = 1;
    if (is_secret) {
        st = secrets_read(reading, option, given, out);
    } else {
        out->text = gct_arena_copy(reading->arena, given->values[0]);
    }
out:
    return st == GCT_OK ? GCT_OK : gct_error_prefix(reading->err, "%s:%d", given->file, given->line);
}

static const struct gct_manifest_option *find_option(const struct gct_manifest *manifest, int per_account,
                                                     struct gct_slice name)
{
    for (size_t i = 0; i < manifest->option_count; i++) {
        const struct gct_manifest_option *option = &manifest->options[i];
        if (option->per_account == per_account && gct_slice_eq(option->name, name)) {
            return option;
        }
    }
    return NULL;
}

/* The sentence for an option that the manifest does not have in this scope. */
static enum gct_status unknown_option(const struct reading *reading, int per_account,
                                      const struct gct_option *given)
{
    char known[200];
    size_t used = 0;
    for (size_t i = 0; i < reading->manifest->option_count; i++) {
        const struct gct_manifest_option *option = &reading->manifest->options[i];
        if (option->per_account == per_account && used + option->name.len + 2u < sizeof known) {
            known[used++] = ' ';
            memcpy(known + used, option->name.ptr, option->name.len);
            used += option->name.len;
        }
    }
    known[used] = '\0';
    return gct_error_set(reading->err, GCT_INVALID, "%s:%d: plugin %.*s has no option %.*s for %s; it has:%s",
                         given->file, given->line, GCT_ARG(reading->manifest->id),
                         GCT_ARG(gct_utf8_head(given->name, 64u)), per_account ? "an account" : "a channel",
                         used == 0 ? " none" : known);
}

/* Options of one section into values; afterwards defaults, and what is required. */
static enum gct_status section_read(const struct reading *reading, int per_account, struct gct_slice title,
                                    const struct gct_option *given, size_t count, struct plugin_value *values)
{
    const struct gct_manifest *manifest = reading->manifest;
    for (size_t i = 0; i < count; i++) {
        const struct gct_manifest_option *option = find_option(manifest, per_account, given[i].name);
        if (option == NULL) {
            return unknown_option(reading, per_account, &given[i]);
        }
        enum gct_status st = value_read(reading, option, &given[i], &values[option - manifest->options]);
        if (st != GCT_OK) {
            return st;
        }
    }
    for (size_t i = 0; i < manifest->option_count; i++) {
        const struct gct_manifest_option *option = &manifest->options[i];
        if (option->per_account != per_account || values[i].is_set) {
            continue;
        }
        if (option->required) {
            return gct_error_set(
                reading->err, GCT_INVALID, "%s:%d: %s \"%.*s\" has no %.*s, which plugin %.*s needs",
                reading->given->file, reading->given->line, per_account ? "account" : "channel",
                GCT_ARG(title), GCT_ARG(option->name), GCT_ARG(manifest->id));
        }
        if (option->fallback.ptr != NULL) {
            enum gct_status st =
                gct_manifest_value(option, option->fallback, &values[i].number, reading->err);
            GCT_CHECK_EQ(st, GCT_OK); /* the manifest was not accepted otherwise */
            values[i].text = option->fallback;
        }
    }
    return GCT_OK;
}

static enum gct_status account_read(const struct reading *reading, const struct gct_account_settings *given,
                                    struct plugin_settings *out)
{
    struct plugin_account *account = &out->accounts[out->account_count];
    int ok = given->id.len != 0 && given->id.len <= ID_BYTES && gct_utf8_valid(given->id);
    for (size_t i = 0; ok && i < given->id.len; i++) {
        ok = (unsigned char)given->id.ptr[i] > ' ' && given->id.ptr[i] != 0x7f;
    }
    if (!ok) {
        return gct_error_set(
            reading->err, GCT_INVALID,
            "%s:%d: channel \"%.*s\": the title of an account is its id on the platform: 1 to %u "
            "bytes without spaces",
            reading->given->file, reading->given->line, GCT_ARG(reading->given->name), ID_BYTES);
    }
    if (plugin_settings_account(out, given->id) != NULL) {
        return gct_error_set(reading->err, GCT_INVALID,
                             "%s:%d: channel \"%.*s\": account \"%.*s\" stands twice", reading->given->file,
                             reading->given->line, GCT_ARG(reading->given->name), GCT_ARG(given->id));
    }
    account->id = gct_arena_copy(reading->arena, given->id);
    account->values = GCT_ARENA_ARRAY(reading->arena, struct plugin_value, reading->manifest->option_count);
    out->account_count++;
    return section_read(reading, 1, account->id, given->options, given->option_count, account->values);
}

enum gct_status plugin_settings_read(const struct gct_channel_settings *given,
                                     const struct gct_manifest *manifest, struct gct_arena *arena,
                                     struct plugin_settings *out, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    struct gct_error local;
    const struct reading reading = { given, manifest, arena, err == NULL ? &local : err };
    memset(out, 0, sizeof *out);
    out->manifest = manifest;
    out->values = GCT_ARENA_ARRAY(arena, struct plugin_value, manifest->option_count);
    out->accounts = GCT_ARENA_ARRAY(arena, struct plugin_account, given->account_count);
    if (out->values == NULL || out->accounts == NULL) {
        st = gct_error_set(reading.err, GCT_LIMIT, "%s:%d: too many options", given->file, given->line);
        goto out;
    }
    st = section_read(&reading, 0, given->name, given->options, given->option_count, out->values);
    for (size_t i = 0; i < given->account_count && st == GCT_OK; i++) {
        st = account_read(&reading, &given->accounts[i], out);
    }
out:
    if (st != GCT_OK) {
        plugin_settings_free(out);
    }
    return st;
}

const struct gct_manifest_option *plugin_settings_option(const struct plugin_settings *settings,
                                                         int per_account, struct gct_slice name)
{
    return find_option(settings->manifest, per_account, name);
}

const struct plugin_value *plugin_settings_value(const struct plugin_settings *settings,
                                                 const struct plugin_account *account, const char *option)
{
    const struct gct_manifest_option *found =
        find_option(settings->manifest, account != NULL, gct_slice_of(option));
    const struct plugin_value *values = account == NULL ? settings->values : account->values;
    return found == NULL ? NULL : &values[found - settings->manifest->options];
}

const struct plugin_account *plugin_settings_account(const struct plugin_settings *settings,
                                                     struct gct_slice id)
{
    for (size_t i = 0; i < settings->account_count; i++) {
        if (gct_slice_eq(settings->accounts[i].id, id)) {
            return &settings->accounts[i];
        }
    }
    return NULL;
}
