/* What is asked of every plugin, beyond its own vectors: the same input twice gives the same, input stays as
 * it was, half an input and strange additions do no harm, and memory may run out at any moment.
 *
 *   conformance FILE.so VECTORS [--write] [--loose]
 *
 * --write writes the second file of each vector from what the plugin gives; --loose leaves out what a build
 * with sanitizers or coverage cannot hold (imports, data of the file). */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/slice.h"
#include "direct.h"
#include "plugin_file.h"
#include "tap.h"

#define VECTORS_BYTES ((size_t)256u << 20)
#define LARGE_BODY ((size_t)8u << 10)
#define BYTES_TRIED 256u

struct bench {
    struct tap tap;
    struct direct *direct;
    const struct gct_plugin_entry *entry;
    struct gct_arena *arena;
    struct gct_json *channels;
    struct vector *vectors;
    size_t count;
    struct gct_plugin **plugins; /* one for each vector: its channel's */
};

/* ---- reading ---- */

static int bench_load(struct bench *bench, const char *file, const char *folder)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_slice bytes = GCT_EMPTY;
    char path[4096];
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    enum gct_status status;

    if (!library) {
        (void)fprintf(stderr, "%s\n", dlerror());
        return 0;
    }
    bench->entry = dlsym(library, "gct_plugin_entry");
    (void)snprintf(path, sizeof(path), "%s/channel.json", folder);
    status = gct_file_read(path, VECTORS_BYTES, bench->arena, &bytes, &err);
    if (status == GCT_OK)
        bench->channels = gct_json_parse(bytes, &err);
    if (bench->channels)
        status = vector_read_all(folder, bench->arena, &bench->vectors, &bench->count, &err);
    if (!bench->entry || !bench->channels || status != GCT_OK) {
        (void)fprintf(stderr, "%s: %s\n", folder, err.text);
        return 0;
    }
    return 1;
}

static void bench_open(struct bench *bench)
{
    bench->plugins = GCT_ARENA_ARRAY(bench->arena, struct gct_plugin *, bench->count + 1);
    for (size_t i = 0; i < bench->count; i++) {
        const char *name = gct_arena_cstr(bench->arena, bench->vectors[i].channel);
        const struct gct_json *channel = gct_json_get(bench->channels, name);

        if (direct_open(bench->direct, bench->entry, channel, &bench->plugins[i]) != GCT_OK) {
            (void)fprintf(stderr, "channel %s: %s\n", name, bench->direct->explanation);
            exit(EXIT_FAILURE);
        }
    }
}

/* The result of the last call, kept until the arena goes. */
static struct gct_slice result(struct bench *bench)
{
    return gct_arena_copy(bench->arena, gct_buffer_slice(&bench->direct->out));
}

/* ---- cases about loading ---- */

static void check_entry(struct bench *bench)
{
    struct direct *direct = bench->direct;
    struct gct_plugin *plugin = bench->plugins[0];
    struct gct_plugin *none = NULL;
    const void *rules = plugin->get_extension(plugin, GCT_EXT_RULES);

    tap_case(&bench->tap, bench->entry->size >= sizeof(struct gct_plugin_entry), "",
             "entry: size is that of the ABI");
    tap_case(&bench->tap, bench->entry->abi >> 16 == GCT_ABI_MAJOR, "", "entry: ABI major is ours");
    direct->bare = 1;
    tap_case(&bench->tap,
             direct_open(direct, bench->entry, gct_json_get(bench->channels, "default"), &none) != GCT_OK &&
                 !none && direct->explanation[0] != '\0',
             "", "open: without extensions it refuses and says why");
    direct->bare = 0;
    tap_case(&bench->tap, !plugin->get_extension(plugin, "gct.no-such/1"), "", "extension: unknown is NULL");
    tap_case(&bench->tap, !plugin->get_extension(plugin, GCT_EXT_RULES "x"), "",
             "extension: trailing is NULL");
    tap_case(&bench->tap, rules && plugin->get_extension(plugin, GCT_EXT_RULES) == rules, "",
             "extension: rules are there and stay");
    for (size_t n = 1; n <= 8; n++) {
        direct->fail_from = n;
        (void)direct_open(direct, bench->entry, gct_json_get(bench->channels, "default"), &none);
    }
    direct->fail_from = 0;
    tap_case(&bench->tap, direct->breach[0] == '\0', direct->breach,
             "open: memory may run out at any moment");
}

/* ---- cases about every vector ---- */

static void check_golden(struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++) {
        struct vector *vector = &bench->vectors[i];

        (void)direct_call(bench->direct, bench->plugins[i], vector);
        tap_golden(&bench->tap, vector->wanted, gct_buffer_slice(&bench->direct->out), vector->name);
    }
}

static void check_repeats(struct bench *bench)
{
    char detail[200] = "";

    /* All once, then all again: what a call leaves behind would show in the second round. */
    for (size_t i = 0; i < bench->count; i++) {
        struct gct_slice first;

        (void)direct_call(bench->direct, bench->plugins[i], &bench->vectors[i]);
        first = result(bench);
        (void)direct_call(bench->direct, bench->plugins[(i + 1) % bench->count],
                          &bench->vectors[(i + 1) % bench->count]);
        (void)direct_call(bench->direct, bench->plugins[i], &bench->vectors[i]);
        if (!gct_slice_eq(first, gct_buffer_slice(&bench->direct->out)))
            (void)snprintf(detail, sizeof(detail), "# %.*s", GCT_ARG(bench->vectors[i].name));
    }
    tap_case(&bench->tap, detail[0] == '\0', detail, "the same input twice gives the same");
}

/* What a platform answered: read as far as it goes, and never refused. */
static int is_answer(const struct vector *vector)
{
    return vector->kind == VECTOR_REPLY || vector->kind == VECTOR_ANSWER;
}

static struct gct_slice *body_of(struct vector *vector)
{
    struct gct_slice *body = NULL;

    if (vector->kind == VECTOR_HOOK)
        body = &vector->hook.body;
    if (is_answer(vector))
        body = &vector->reply.body;
    return body;
}

/* The bytes of a vector's struct: pointers and lengths of what the plugin is given. */
static struct gct_slice bytes_of(const struct vector *vector)
{
    return (struct gct_slice){ (const char *)vector, sizeof(*vector) };
}

static void check_input_stays(struct bench *bench)
{
    char detail[200] = "";

    for (size_t i = 0; i < bench->count; i++) {
        struct vector *vector = &bench->vectors[i];
        struct gct_slice copy = gct_arena_copy(bench->arena, bytes_of(vector));
        struct gct_slice *body = body_of(vector);
        struct gct_slice before = body ? gct_arena_copy(bench->arena, *body) : GCT_EMPTY;

        (void)direct_call(bench->direct, bench->plugins[i], vector);
        if (!gct_slice_eq(copy, bytes_of(vector)) || (body && !gct_slice_eq(before, *body)))
            (void)snprintf(detail, sizeof(detail), "# %.*s", GCT_ARG(vector->name));
    }
    tap_case(&bench->tap, detail[0] == '\0', detail, "input is as it was");
}

/* Bodies in a heap block of their own length, so that a sanitizer sees a read past the end. */
static enum gct_status call_exact(struct bench *bench, size_t i, const char *bytes, size_t len)
{
    struct vector vector = bench->vectors[i];
    char *exact = malloc(len > 0 ? len : 1);
    enum gct_status status;

    GCT_CHECK(exact != NULL);
    memcpy(exact, bytes, len);
    *body_of(&vector) = (struct gct_slice){ len > 0 ? exact : NULL, len };
    status = direct_call(bench->direct, bench->plugins[i], &vector);
    free(exact);
    return status;
}

/* From one byte that is tried to the next: every byte counts, but of a large body only so many are tried. */
static size_t stride(const struct gct_slice *body)
{
    return body && body->len > LARGE_BODY ? body->len / BYTES_TRIED : 1;
}

static void check_truncated(struct bench *bench)
{
    char detail[200] = "";

    for (size_t i = 0; i < bench->count; i++) {
        struct gct_slice *body = body_of(&bench->vectors[i]);

        /* A hook that was cut is never taken for whole. */
        for (size_t len = 0; body && len < body->len; len += stride(body)) {
            enum gct_status status = call_exact(bench, i, body->ptr, len);

            if (bench->vectors[i].kind == VECTOR_HOOK && body->ptr[0] == '{' && status == GCT_OK)
                (void)snprintf(detail, sizeof(detail), "# %.*s at byte %zu", GCT_ARG(bench->vectors[i].name),
                               len);
        }
    }
    tap_case(&bench->tap, detail[0] == '\0', detail,
             "cut at every byte: refused or classified, nothing worse");
}

static void check_flipped(struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++) {
        struct gct_slice *body = body_of(&bench->vectors[i]);
        char *bytes = body ? GCT_ARENA_ARRAY(bench->arena, char, body->len + 1) : NULL;

        for (size_t at = 0; body && at < body->len; at += stride(body)) {
            memcpy(bytes, body->ptr, body->len);
            bytes[at] = (char)(bytes[at] ^ (1 << (at % 7)));
            (void)call_exact(bench, i, bytes, body->len);
        }
    }
    tap_case(&bench->tap, bench->direct->breach[0] == '\0', bench->direct->breach,
             "a bit changed at every byte");
}

/* Values that a platform never sends and a stranger might. Long texts stand in for texts only: they cost
 * time. */
static struct gct_json *strange_value(const struct gct_json *instead_of, struct gct_slice longest,
                                      unsigned which)
{
    int is_text = gct_json_type(instead_of) == GCT_JSON_IS_STRING;

    switch (which) {
    case 0: return gct_json_string(is_text ? longest : GCT_EMPTY);
    case 1: return gct_json_string(is_text ? gct_slice_from(longest, 1) : GCT_EMPTY);
    case 2: return gct_json_string(GCT_EMPTY);
    case 3: return gct_json_number(INT64_MAX);
    case 4: return gct_json_number(INT64_MIN);
    case 5: return gct_json_number(0);
    case 6: return gct_json_object();
    case 7: return gct_json_array();
    case 8: return gct_json_null();
    default: return NULL;
    }
}

/* Each member of each object below json replaced by each strange value, one at a time. */
static void call_replaced(struct bench *bench, size_t i, struct gct_json *root, struct gct_json *json,
                          struct gct_slice longest)
{
    int is_object = gct_json_type(json) == GCT_JSON_IS_OBJECT;

    for (size_t m = 0; m < gct_json_count(json); m++) {
        struct gct_slice name = GCT_EMPTY;
        struct gct_json *child = is_object ? gct_json_member(json, m, &name) : gct_json_at(json, m);
        struct gct_json *kept = gct_json_share(child);
        const char *key = gct_arena_cstr(bench->arena, name);
        struct gct_json *value;

        call_replaced(bench, i, root, child, longest);
        for (unsigned which = 0; is_object && (value = strange_value(kept, longest, which)) != NULL;
             which++) {
            struct gct_buffer buffer = { 0 };

            gct_json_set(json, key, value);
            gct_json_write(root, &buffer);
            (void)call_exact(bench, i, buffer.ptr, buffer.len);
            gct_buffer_free(&buffer);
        }
        if (is_object)
            gct_json_set(json, key, kept);
        else
            gct_json_free(&kept);
    }
}

static void check_strange_values(struct bench *bench)
{
    static char letters[(64u << 10) + 1];

    memset(letters, 'x', sizeof(letters));
    for (size_t i = 0; i < bench->count; i++) {
        struct gct_slice *body = body_of(&bench->vectors[i]);
        struct gct_error err = { GCT_OK, "" };
        struct gct_json *json = body ? gct_json_parse(*body, &err) : NULL;

        call_replaced(bench, i, json, json, (struct gct_slice){ letters, sizeof(letters) });
        gct_json_free(&json);
    }
    tap_case(&bench->tap, bench->direct->breach[0] == '\0', bench->direct->breach,
             "every value replaced by 64 KiB, by numbers at their limits, by other types");
}

/* Adds a member that nobody knows to every object inside messages and errors; results must not change.
 * Objects whose members are names of their own (an item's kinds, roles, questions) are left alone. */
static void add_unknown(struct gct_json *json, unsigned depth)
{
    for (size_t i = 0; i < gct_json_count(json); i++) {
        struct gct_slice name = GCT_EMPTY;
        struct gct_json *child = gct_json_type(json) == GCT_JSON_IS_OBJECT ? gct_json_member(json, i, &name)
                                                                           : gct_json_at(json, i);

        add_unknown(child, depth + 1);
    }
    if (gct_json_type(json) == GCT_JSON_IS_OBJECT)
        gct_json_set_number(json, "x_not_known", 1);
}

static int has(struct gct_slice text, const char *word)
{
    return memmem(text.ptr, text.len, word, strlen(word)) != NULL;
}

/* Whether the body's JSON or names of its members are results themselves: there an addition must show. */
static int passes_json_on(struct gct_slice body, struct gct_slice results)
{
    return has(results, "\"raw\": ") || has(results, "\"UNKNOWN\"") || has(body, "\"app_roles\"") ||
           has(body, "\"questions\"");
}

static void check_unknown_members(struct bench *bench)
{
    char detail[200] = "";
    size_t done = 0;

    for (size_t i = 0; i < bench->count; i++) {
        struct gct_slice *body = body_of(&bench->vectors[i]);
        struct gct_error err = { GCT_OK, "" };
        struct gct_json *json = body ? gct_json_parse(*body, &err) : NULL;
        struct gct_buffer buffer = { 0 };
        struct gct_slice before;

        (void)direct_call(bench->direct, bench->plugins[i], &bench->vectors[i]);
        before = result(bench);
        if (json && !passes_json_on(*body, before)) {
            add_unknown(json, 0);
            gct_json_write(json, &buffer);
            (void)call_exact(bench, i, buffer.ptr, buffer.len);
            done++;
            if (!gct_slice_eq(before, gct_buffer_slice(&bench->direct->out)))
                (void)snprintf(detail, sizeof(detail), "# %.*s", GCT_ARG(bench->vectors[i].name));
        }
        gct_buffer_free(&buffer);
        gct_json_free(&json);
    }
    tap_case(&bench->tap, detail[0] == '\0' && done > 0, detail,
             "unknown members change nothing (%zu vectors)", done);
}

/* Memory runs out at the n-th request, for all n: once for good, once for that request alone. */
static void check_memory(struct bench *bench)
{
    struct direct *direct = bench->direct;
    char detail[200] = "";

    for (size_t i = 0; i < bench->count; i++) {
        size_t needed;

        (void)direct_call(direct, bench->plugins[i], &bench->vectors[i]);
        needed = direct->allocations;
        for (size_t n = 1; n <= needed; n++) {
            direct->fail_from = n;
            (void)direct_call(direct, bench->plugins[i], &bench->vectors[i]);
            direct->fail_from = 0;
            direct->fail_at = n;
            if (direct_call(direct, bench->plugins[i], &bench->vectors[i]) == GCT_OK &&
                !is_answer(&bench->vectors[i]))
                (void)snprintf(detail, sizeof(detail), "# %.*s: taken for whole without allocation %zu",
                               GCT_ARG(bench->vectors[i].name), n);
            direct->fail_at = 0;
        }
    }
    tap_case(&bench->tap, detail[0] == '\0', detail, "memory may run out at any moment");
}

/* The first hook with the only element of its list times over, as providers batch. */
static enum gct_status call_batch(struct bench *bench, unsigned times)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *json = gct_json_parse(bench->vectors[0].hook.body, &err);
    struct gct_buffer buffer = { 0 };
    enum gct_status status = GCT_INTERNAL;

    for (size_t i = 0; i < gct_json_count(json); i++) {
        struct gct_slice name = GCT_EMPTY;
        struct gct_json *list = gct_json_member(json, i, &name);

        while (gct_json_type(list) == GCT_JSON_IS_ARRAY && gct_json_count(list) < times) {
            gct_json_push(list, gct_json_share(gct_json_at(list, 0)));
        }
    }
    gct_json_write(json, &buffer);
    status = call_exact(bench, 0, buffer.ptr, buffer.len);
    gct_buffer_free(&buffer);
    gct_json_free(&json);
    return status;
}

static void check_batches(struct bench *bench)
{
    tap_case(&bench->tap, call_batch(bench, 1000) == GCT_OK && bench->direct->results == 1000, "",
             "a thousand entries in one hook pass");
    tap_case(&bench->tap, call_batch(bench, 5000) == GCT_LIMIT, "", "five thousand meet the limit cleanly");
}

/* The answer of a status and a body, given to classify() and, where the plugin asks for profiles, to read().
 */
static void check_status(struct bench *bench, uint32_t status, const char *body, char *detail, size_t size)
{
    struct gct_plugin *plugin = bench->plugins[0];
    struct vector vector = { .kind = VECTOR_REPLY, .reply = { .size = sizeof(vector.reply) } };
    struct gct_slice out;

    vector.reply.status = status;
    vector.reply.body = gct_slice_of(body);
    (void)direct_call(bench->direct, plugin, &vector);
    out = gct_buffer_slice(&bench->direct->out);
    if (has(out, "\"?\"") || has(out, "_ms\": -") || has(out, "SENT"))
        (void)snprintf(detail, size, "# status %u: %.100s", status, out.ptr);
    if (!plugin->get_extension(plugin, GCT_EXT_PROFILE))
        return;
    vector.kind = VECTOR_ANSWER;
    (void)direct_call(bench->direct, plugin, &vector);
    out = gct_buffer_slice(&bench->direct->out);
    if (has(out, "\"?\"") || has(out, "_ms\": -") || has(out, "ANSWERED"))
        (void)snprintf(detail, size, "# profile, status %u: %.100s", status, out.ptr);
}

/* Every HTTP status with no body, a page and a half answer: an outcome, and no time before now. */
static void check_statuses(struct bench *bench)
{
    static const char *const bodies[] = { "", "<!DOCTYPE html><title>Bad Gateway</title>",
                                          "{\"error\":{\"cod" };
    char detail[200] = "";

    for (uint32_t status = 100; status <= 599; status++) {
        for (size_t i = 0; i < GCT_COUNT(bodies); i++) {
            check_status(bench, status, bodies[i], detail, sizeof(detail));
        }
    }
    tap_case(&bench->tap, detail[0] == '\0', detail,
             "answers: every status has an outcome, none of them SENT or a profile");
}

int main(int argc, char **argv)
{
    struct bench bench = { .direct = direct_new(), .arena = gct_arena_new(VECTORS_BYTES) };
    int loose = 0;
    int status = EXIT_FAILURE;

    for (int i = 3; i < argc; i++) {
        loose = loose || strcmp(argv[i], "--loose") == 0;
        bench.tap.write = bench.tap.write || strcmp(argv[i], "--write") == 0;
    }
    if (argc < 3) {
        (void)fprintf(stderr, "usage: %s FILE.so VECTORS [--write] [--loose]\n", argv[0]);
    } else if (bench_load(&bench, argv[1], argv[2])) {
        bench_open(&bench);
        if (!loose)
            plugin_file_check(&bench.tap, argv[1]);
        check_entry(&bench);
        check_golden(&bench);
        check_repeats(&bench);
        check_input_stays(&bench);
        check_truncated(&bench);
        check_flipped(&bench);
        check_strange_values(&bench);
        check_unknown_members(&bench);
        check_memory(&bench);
        check_batches(&bench);
        check_statuses(&bench);
        tap_case(&bench.tap, bench.direct->breach[0] == '\0', bench.direct->breach, "the ABI was kept");
        status = tap_end(&bench.tap);
    }
    gct_json_free(&bench.channels);
    gct_arena_free(&bench.arena);
    direct_free(&bench.direct);
    return status;
}
