#include "plugin/manifest.h"

#include <string.h>

#include "base/json.h"
#include "base/slice.h"
#include "plugin/load/elf.h"

#define NAME_BYTES 64u
#define TEXT_BYTES 1024u

#define MEMBER_TABLE(X) X("id") X("name") X("version") X("abi") X("summary") X("requires") X("options")
#define OPTION_MEMBER_TABLE(X)                                                                               \
    X("name") X("scope") X("type") X("required") X("default") X("min") X("max") X("choices") X("help")
#define AS_TEXT(text) text,

static const char *const members[] = { MEMBER_TABLE(AS_TEXT) };
static const char *const option_members[] = { OPTION_MEMBER_TABLE(AS_TEXT) };

/* Everything one reading needs. */
struct reading {
    struct gct_arena *arena;
    struct gct_error *err;
};

/* A copy in the arena. */
static enum gct_status keep(const struct reading *reading, struct gct_slice text, struct gct_slice *out)
{
    *out = gct_arena_copy(reading->arena, text);
    return out->len == text.len ? GCT_OK
                                : gct_error_set(reading->err, GCT_LIMIT, "manifest: no room to keep it");
}

/* A word of lower-case letters, digits and '_' (and '-' where dash is 1) that begins with a letter. */
static int is_word(struct gct_slice text, int dash)
{
    int ok = text.len != 0 && text.len <= NAME_BYTES && text.ptr[0] >= 'a' && text.ptr[0] <= 'z';
    for (size_t i = 0; ok && i < text.len; i++) {
        char c = text.ptr[i];
        ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (dash && c == '-');
    }
    return ok;
}

static enum gct_status check_members(const struct reading *reading, const struct gct_json *object,
                                     const char *const *known, size_t known_count, const char *where)
{
    for (size_t i = 0; i < gct_json_count(object); i++) {
        struct gct_slice name = GCT_EMPTY;
        size_t k = 0;
        (void)gct_json_member(object, i, &name);
        while (k < known_count && !gct_slice_is(name, known[k])) {
            k++;
        }
        if (k == known_count) {
            return gct_error_set(reading->err, GCT_INVALID,
                                 "manifest: %s has a member %.*s, which is not known", where,
                                 (int)(name.len < NAME_BYTES ? name.len : NAME_BYTES), name.ptr);
        }
    }
    return GCT_OK;
}

/* Member name of object as a string of at most limit bytes; empty when it is absent and not needed. */
static enum gct_status read_text(const struct reading *reading, const struct gct_json *object,
                                 const char *name, int needed, size_t limit, struct gct_slice *out)
{
    const struct gct_json *value = gct_json_get(object, name);
    struct gct_slice text = gct_json_text(value);
    if (value == NULL && !needed) {
        *out = GCT_EMPTY;
        return GCT_OK;
    }
    if (gct_json_type(value) != GCT_JSON_IS_STRING || (needed && text.len == 0)) {
        return gct_error_set(reading->err, GCT_INVALID, "manifest: %s must be a text", name);
    }
    if (text.len > limit) {
        return gct_error_set(reading->err, GCT_INVALID, "manifest: %s has %zu bytes, at most %zu are taken",
                             name, text.len, limit);
    }
    return keep(reading, text, out);
}

static enum gct_status read_flag(const struct reading *reading, const struct gct_json *object,
                                 const char *name, int *out)
{
    const struct gct_json *value = gct_json_get(object, name);
    *out = gct_json_truth(value);
    return value == NULL || gct_json_type(value) == GCT_JSON_IS_BOOLEAN
               ? GCT_OK
               : gct_error_set(reading->err, GCT_INVALID, "manifest: %s must be true or false", name);
}

static enum gct_status read_list(const struct reading *reading, const struct gct_json *object,
                                 const char *name, const struct gct_slice **out, size_t *count)
{
    enum gct_status st = GCT_OK;
    const struct gct_json *list = gct_json_get(object, name);
    struct gct_slice *texts = NULL;
    *count = gct_json_count(list);
    if (list != NULL && (gct_json_type(list) != GCT_JSON_IS_ARRAY || *count > GCT_MANIFEST_CHOICES)) {
        return gct_error_set(reading->err, GCT_INVALID, "manifest: %s must be a list of at most %u texts",
                             name, GCT_MANIFEST_CHOICES);
    }
    texts = GCT_ARENA_ARRAY(reading->arena, struct gct_slice, *count);
    for (size_t i = 0; texts != NULL && i < *count && st == GCT_OK; i++) {
        struct gct_slice text = gct_json_text(gct_json_at(list, i));
        st = text.len == 0 || text.len > NAME_BYTES
                 ? gct_error_set(reading->err, GCT_INVALID,
                                 "manifest: each of %s must be a text of 1 to %u bytes", name, NAME_BYTES)
                 : keep(reading, text, &texts[i]);
    }
    *out = texts;
    return st;
}

static enum gct_status read_abi(const struct reading *reading, const struct gct_json *root, uint32_t *out)
{
    struct gct_slice text = gct_json_text(gct_json_get(root, "abi"));
    struct gct_slice major = GCT_EMPTY;
    struct gct_slice minor = text;
    int64_t numbers[2] = { 0, 0 };
    int split = gct_slice_split(&minor, '.', &major);
    if (!split || gct_slice_integer(major, 0, UINT16_MAX, &numbers[0]) != GCT_OK ||
        gct_slice_integer(minor, 0, UINT16_MAX, &numbers[1]) != GCT_OK) {
        return gct_error_set(reading->err, GCT_INVALID, "manifest: abi must be two numbers like \"%u.%u\"",
                             GCT_ABI_MAJOR, GCT_ABI_MINOR);
    }
    *out = GCT_ABI(numbers[0], numbers[1]);
    if (numbers[0] != GCT_ABI_MAJOR || numbers[1] > GCT_ABI_MINOR) {
        return gct_error_set(reading->err, GCT_INCOMPATIBLE,
                             "manifest: needs ABI %u.%u, this Guichet speaks %u.%u", (unsigned)numbers[0],
                             (unsigned)numbers[1], GCT_ABI_MAJOR, GCT_ABI_MINOR);
    }
    return GCT_OK;
}

/* ---- options ---- */

#define TYPE_NAME(name, text) [GCT_##name] = text,
static const char *const type_names[] = { GCT_OPTION_TYPE_TABLE(TYPE_NAME) };

const char *gct_option_type_name(enum gct_option_type type)
{
    return (size_t)type < GCT_COUNT(type_names) ? type_names[type] : "unknown";
}

static enum gct_status read_type(const struct reading *reading, const struct gct_json *object,
                                 struct gct_manifest_option *option)
{
    struct gct_slice type = gct_json_text(gct_json_get(object, "type"));
    struct gct_slice scope = gct_json_text(gct_json_get(object, "scope"));
    size_t i = 0;
    while (i < GCT_COUNT(type_names) && !gct_slice_is(type, type_names[i])) {
        i++;
    }
    if (i == GCT_COUNT(type_names)) {
        return gct_error_set(reading->err, GCT_INVALID, "manifest: option %.*s has a type that is not known",
                             GCT_ARG(option->name));
    }
    option->type = (enum gct_option_type)i;
    option->per_account = gct_slice_is(scope, "account");
    if (!option->per_account && !gct_slice_is(scope, "channel")) {
        return gct_error_set(reading->err, GCT_INVALID,
                             "manifest: scope of option %.*s must be channel or account",
                             GCT_ARG(option->name));
    }
    return GCT_OK;
}

/* The default, which may be written as text, number or truth, as text. */
static enum gct_status read_default(const struct reading *reading, const struct gct_json *object,
                                    struct gct_manifest_option *option)
{
    const struct gct_json *value = gct_json_get(object, "default");
    int64_t number = 0;
    switch (gct_json_type(value)) {
    case GCT_JSON_IS_NONE: return GCT_OK;
    case GCT_JSON_IS_BOOLEAN:
        option->fallback = gct_json_truth(value) ? GCT_LIT("true") : GCT_LIT("false");
        break;
    case GCT_JSON_IS_INTEGER:
        option->fallback = gct_arena_format(reading->arena, "%lld", (long long)gct_json_integer(value, 0));
        break;
    case GCT_JSON_IS_STRING: option->fallback = gct_arena_copy(reading->arena, gct_json_text(value)); break;
    case GCT_JSON_IS_NULL:
    case GCT_JSON_IS_REAL:
    case GCT_JSON_IS_ARRAY:
    case GCT_JSON_IS_OBJECT: break;
    }
    if (option->fallback.len == 0 || option->required || option->type == GCT_OPTION_SECRET ||
        option->type == GCT_OPTION_SECRET_LIST) {
        return gct_error_set(reading->err, GCT_INVALID,
                             "manifest: option %.*s (%s%s) cannot have this default", GCT_ARG(option->name),
                             option->required ? "required " : "", gct_option_type_name(option->type));
    }
    if (gct_manifest_value(option, option->fallback, &number, reading->err) != GCT_OK) {
        return gct_error_prefix(reading->err, "manifest: default");
    }
    return GCT_OK;
}

static enum gct_status read_option(const struct reading *reading, const struct gct_json *object,
                                   struct gct_manifest_option *option)
{
    enum gct_status st =
        check_members(reading, object, option_members, GCT_COUNT(option_members), "an option");
    if (st == GCT_OK) {
        st = read_text(reading, object, "name", 1, NAME_BYTES, &option->name);
    }
    if (st == GCT_OK && !is_word(option->name, 0)) {
        st = gct_error_set(reading->err, GCT_INVALID, "manifest: \"%.*s\" is no name for an option",
                           GCT_ARG(option->name));
    }
    if (st == GCT_OK) {
        st = read_type(reading, object, option);
    }
    if (st == GCT_OK) {
        st = read_text(reading, object, "help", 0, TEXT_BYTES, &option->help);
    }
    if (st == GCT_OK) {
        st = read_flag(reading, object, "required", &option->required);
    }
    if (st == GCT_OK) {
        st = read_list(reading, object, "choices", &option->choices, &option->choice_count);
    }
    if (st == GCT_OK && (option->type == GCT_OPTION_CHOICE) != (option->choice_count != 0)) {
        st = gct_error_set(reading->err, GCT_INVALID, "manifest: option %.*s of type %s has %zu choices",
                           GCT_ARG(option->name), gct_option_type_name(option->type), option->choice_count);
    }
    if (st == GCT_OK) {
        option->min = gct_json_integer(gct_json_get(object, "min"),
                                       gct_json_get(object, "max") == NULL ? 0 : INT64_MIN);
        option->max = gct_json_integer(gct_json_get(object, "max"),
                                       gct_json_get(object, "min") == NULL ? 0 : INT64_MAX);
        st = option->min > option->max
                 ? gct_error_set(reading->err, GCT_INVALID,
                                 "manifest: option %.*s: min %lld is above max %lld", GCT_ARG(option->name),
                                 (long long)option->min, (long long)option->max)
                 : read_default(reading, object, option);
    }
    return st;
}

static enum gct_status read_options(const struct reading *reading, const struct gct_json *root,
                                    struct gct_manifest *out)
{
    enum gct_status st = GCT_OK;
    const struct gct_json *list = gct_json_get(root, "options");
    struct gct_manifest_option *options = NULL;
    size_t count = gct_json_count(list);
    if (list != NULL && (gct_json_type(list) != GCT_JSON_IS_ARRAY || count > GCT_MANIFEST_OPTIONS)) {
        return gct_error_set(reading->err, GCT_INVALID, "manifest: options must be a list of at most %u",
                             GCT_MANIFEST_OPTIONS);
    }
    options = GCT_ARENA_ARRAY(reading->arena, struct gct_manifest_option, count);
    if (options == NULL) {
        return gct_error_set(reading->err, GCT_LIMIT, "manifest: no room to keep it");
    }
    for (size_t i = 0; i < count && st == GCT_OK; i++) {
        st = read_option(reading, gct_json_at(list, i), &options[i]);
        for (size_t k = 0; k < i && st == GCT_OK; k++) {
            if (gct_slice_eq(options[k].name, options[i].name) &&
                options[k].per_account == options[i].per_account) {
                st = gct_error_set(reading->err, GCT_INVALID, "manifest: option %.*s stands twice",
                                   GCT_ARG(options[i].name));
            }
        }
    }
    out->options = options;
    out->option_count = count;
    return st;
}

enum gct_status gct_manifest_parse(struct gct_slice text, struct gct_arena *arena, struct gct_manifest *out,
                                   struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    struct gct_error local;
    const struct reading reading = { arena, err == NULL ? &local : err };
    struct gct_json *root = NULL;
    memset(out, 0, sizeof *out);
    if (text.len > GCT_MANIFEST_BYTES) {
        return gct_error_set(reading.err, GCT_INVALID, "manifest: %zu bytes, at most %zu are read", text.len,
                             GCT_MANIFEST_BYTES);
    }
    root = gct_json_parse(text, reading.err);
    if (root == NULL) {
        return gct_error_prefix(reading.err, "manifest");
    }
    if (gct_json_type(root) != GCT_JSON_IS_OBJECT) {
        st = gct_error_set(reading.err, GCT_INVALID, "manifest: not a JSON object");
        goto out;
    }
    if ((st = read_abi(&reading, root, &out->abi)) != GCT_OK ||
        (st = check_members(&reading, root, members, GCT_COUNT(members), "it")) != GCT_OK ||
        (st = read_text(&reading, root, "id", 1, NAME_BYTES, &out->id)) != GCT_OK ||
        (st = read_text(&reading, root, "name", 1, TEXT_BYTES, &out->name)) != GCT_OK ||
        (st = read_text(&reading, root, "version", 1, NAME_BYTES, &out->version)) != GCT_OK ||
        (st = read_text(&reading, root, "summary", 0, TEXT_BYTES, &out->summary)) != GCT_OK ||
        (st = read_list(&reading, root, "requires", &out->requires_ext, &out->requires_count)) != GCT_OK ||
        (st = read_options(&reading, root, out)) != GCT_OK) {
        goto out;
    }
    if (!is_word(out->id, 1)) {
        st = gct_error_set(reading.err, GCT_INVALID, "manifest: \"%.*s\" is no id", GCT_ARG(out->id));
    }
out:
    gct_json_free(&root);
    return st;
}

enum gct_status gct_manifest_read(struct gct_slice file, struct gct_arena *arena, struct gct_manifest *out,
                                  struct gct_error *err)
{
    struct gct_slice text = GCT_EMPTY;
    enum gct_status st = gct_elf_section(file, GCT_MANIFEST_SECTION, &text, err);
    memset(out, 0, sizeof *out);
    if (st == GCT_NOT_FOUND) {
        return gct_error_set(err, GCT_INVALID, "no manifest: the file has no section %s (see GCT_MANIFEST)",
                             GCT_MANIFEST_SECTION);
    }
    if (st != GCT_OK) {
        return st;
    }
    while (text.len != 0 && text.ptr[text.len - 1u] == '\0') {
        text.len--;
    }
    return gct_manifest_parse(text, arena, out, err);
}
