#include "direct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "plugin/guard/guard.h"

#define COPIES_BYTES ((size_t)64u << 20)

static struct direct *of_call(const struct gct_call *call)
{
    return call->self;
}

static void breach(struct direct *direct, const char *what)
{
    if (direct->breach[0] == '\0')
        (void)snprintf(direct->breach, sizeof(direct->breach), "%s", what);
}

/* ---- memory ---- */

/* One more allocation; 0 when it is to fail. */
static int may_allocate(struct direct *direct)
{
    size_t number = ++direct->allocations;

    return (direct->fail_from == 0 || number < direct->fail_from) && number != direct->fail_at;
}

static void *alloc(const struct gct_call *call, size_t bytes, size_t align)
{
    struct direct *direct = of_call(call);

    if (align == 0 || align > 64 || (align & (align - 1)) != 0)
        breach(direct, "alloc: align is no power of two");
    if (!may_allocate(direct))
        return NULL;
    return gct_arena_alloc(direct->opening ? direct->instances : direct->arena, bytes, align);
}

/* ---- gct.json/1 ---- */

static struct gct_json *inside(const struct gct_json_value *value)
{
    return (struct gct_json *)(uintptr_t)value;
}

/* Keeps a value until the call ends. */
static struct gct_json_value *keep(struct direct *direct, struct gct_json *json)
{
    if (json && direct->value_count == DIRECT_VALUES)
        gct_json_free(&json);
    if (json)
        direct->values[direct->value_count++] = json;
    return (struct gct_json_value *)(void *)json;
}

static const struct gct_json_value *json_parse(const struct gct_call *call, struct gct_slice text)
{
    struct gct_error err = { GCT_OK, "" };

    return may_allocate(of_call(call)) ? keep(of_call(call), gct_json_parse(text, &err)) : NULL;
}

static uint32_t json_type(const struct gct_json_value *value)
{
    return (uint32_t)gct_json_type(inside(value));
}

static const struct gct_json_value *json_get(const struct gct_json_value *object, const char *name)
{
    return (const struct gct_json_value *)(const void *)gct_json_get(inside(object), name);
}

static size_t json_count(const struct gct_json_value *value)
{
    return gct_json_count(inside(value));
}

static const struct gct_json_value *json_at(const struct gct_json_value *array, size_t index)
{
    return (const struct gct_json_value *)(const void *)gct_json_at(inside(array), index);
}

static const struct gct_json_value *json_member(const struct gct_json_value *object, size_t index,
                                                struct gct_slice *name)
{
    return (const struct gct_json_value *)(const void *)gct_json_member(inside(object), index, name);
}

static struct gct_slice json_string(const struct gct_json_value *value)
{
    return gct_json_text(inside(value));
}

static int64_t json_integer(const struct gct_json_value *value, int64_t fallback)
{
    double real = gct_json_real(inside(value), 0);

    if (gct_json_type(inside(value)) != GCT_JSON_IS_REAL)
        return gct_json_integer(inside(value), fallback);
    return real > -9.2e18 && real < 9.2e18 ? (int64_t)real : fallback;
}

static uint32_t json_boolean(const struct gct_json_value *value)
{
    return gct_json_truth(inside(value)) ? 1 : 0;
}

static int64_t json_number(const struct gct_json_value *value, int64_t scale, int64_t fallback)
{
    enum gct_json_type type = gct_json_type(inside(value));
    double real = type == GCT_JSON_IS_INTEGER ? (double)gct_json_integer(inside(value), 0)
                                              : gct_json_real(inside(value), 0);
    double scaled = real * (double)scale;

    if ((type != GCT_JSON_IS_INTEGER && type != GCT_JSON_IS_REAL) || !(scaled > -9e18 && scaled < 9e18))
        return fallback;
    return (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

static struct gct_slice json_id(const struct gct_call *call, const struct gct_json_value *value)
{
    struct direct *direct = of_call(call);

    if (json_type(value) == GCT_JSON_STRING)
        return json_string(value);
    if (json_type(value) != GCT_JSON_INTEGER || !may_allocate(direct))
        return GCT_EMPTY;
    return gct_arena_format(direct->arena, "%lld", (long long)gct_json_integer(inside(value), 0));
}

static struct gct_slice json_write(const struct gct_call *call, const struct gct_json_value *value)
{
    struct direct *direct = of_call(call);
    struct gct_buffer buffer = { 0 };
    struct gct_slice text = GCT_EMPTY;

    if (may_allocate(direct)) {
        gct_json_write(inside(value), &buffer);
        text = gct_arena_copy(direct->arena, gct_buffer_slice(&buffer));
    }
    gct_buffer_free(&buffer);
    return text;
}

#define NEW(call, made) (may_allocate(of_call(call)) ? keep(of_call(call), (made)) : NULL)

static struct gct_json_value *json_new_object(const struct gct_call *call)
{
    return NEW(call, gct_json_object());
}

static struct gct_json_value *json_new_array(const struct gct_call *call)
{
    return NEW(call, gct_json_array());
}

static struct gct_json_value *json_new_string(const struct gct_call *call, struct gct_slice text)
{
    if (!gct_utf8_valid(text))
        breach(of_call(call), "new_string: not UTF-8");
    return NEW(call, gct_json_string(text));
}

static struct gct_json_value *json_new_integer(const struct gct_call *call, int64_t number)
{
    return NEW(call, gct_json_number(number));
}

static struct gct_json_value *json_new_boolean(const struct gct_call *call, uint32_t truth)
{
    return NEW(call, gct_json_boolean(truth != 0));
}

static uint32_t json_set(struct gct_json_value *object, const char *name, struct gct_json_value *child)
{
    if (child)
        gct_json_set(inside(object), name, gct_json_share(inside(child)));
    return GCT_OK;
}

static uint32_t json_append(struct gct_json_value *array, struct gct_json_value *child)
{
    if (child)
        gct_json_push(inside(array), gct_json_share(inside(child)));
    return GCT_OK;
}

static const struct gct_ext_json ext_json = {
    .size = sizeof(ext_json),
    .parse = json_parse,
    .type = json_type,
    .get = json_get,
    .count = json_count,
    .at = json_at,
    .member = json_member,
    .string = json_string,
    .integer = json_integer,
    .boolean = json_boolean,
    .number = json_number,
    .id = json_id,
    .write = json_write,
    .new_object = json_new_object,
    .new_array = json_new_array,
    .new_string = json_new_string,
    .new_integer = json_new_integer,
    .new_boolean = json_new_boolean,
    .set = json_set,
    .append = json_append,
};

/* ---- gct.config/1: struct gct_config is the channel's object in channel.json ---- */

static const struct gct_json *options_of(const struct gct_config *config)
{
    return gct_json_get((const struct gct_json *)(const void *)config, "options");
}

static const struct gct_json *accounts_of(const struct gct_config *config)
{
    return gct_json_get((const struct gct_json *)(const void *)config, "accounts");
}

static struct gct_slice config_text(const struct gct_config *config, const char *option)
{
    return gct_json_text(gct_json_get(options_of(config), option));
}

static int64_t config_number(const struct gct_config *config, const char *option)
{
    return gct_json_integer(gct_json_get(options_of(config), option), 0);
}

static uint32_t config_flag(const struct gct_config *config, const char *option)
{
    return gct_json_truth(gct_json_get(options_of(config), option)) ? 1 : 0;
}

static uint32_t config_secret_set(const struct gct_config *config, const char *option)
{
    return gct_json_get(options_of(config), option) != NULL;
}

static size_t config_account_count(const struct gct_config *config)
{
    return gct_json_count(accounts_of(config));
}

static struct gct_slice config_account_id(const struct gct_config *config, size_t index)
{
    return gct_json_text(gct_json_get(gct_json_at(accounts_of(config), index), "id"));
}

static struct gct_slice config_account_text(const struct gct_config *config, size_t index, const char *option)
{
    const struct gct_json *account = gct_json_at(accounts_of(config), index);

    return gct_json_text(gct_json_get(gct_json_get(account, "options"), option));
}

static const struct gct_ext_config ext_config = {
    .size = sizeof(ext_config),
    .text = config_text,
    .number = config_number,
    .flag = config_flag,
    .secret_set = config_secret_set,
    .account_count = config_account_count,
    .account_id = config_account_id,
    .account_text = config_account_text,
};

static const void *get_extension(const struct gct_host *host, const char *id)
{
    const struct direct *direct = host->self;
    const void *extension = NULL;

    if (!direct->bare && strcmp(id, GCT_EXT_JSON) == 0)
        extension = &ext_json;
    if (!direct->bare && strcmp(id, GCT_EXT_CONFIG) == 0)
        extension = &ext_config;
    return extension;
}

static void log_line(const struct gct_host *host, uint32_t severity, struct gct_slice line)
{
    struct direct *direct = host->self;

    if (severity < GCT_LOG_DEBUG || severity > GCT_LOG_ERROR)
        breach(direct, "log: a severity that is not its own");
    if (!gct_utf8_valid(line))
        breach(direct, "log: not UTF-8");
}

/* ---- results ---- */

/* What the core's guard would refuse as a breach of the contract. Its arena is this call's, beside the
 * budget. */
static void guarded(struct direct *direct, enum gct_status status, const struct gct_error *err)
{
    if (status == GCT_PROTOCOL)
        breach(direct, err->text);
}

static uint32_t emit_event(const struct gct_call *call, const struct gct_event *event)
{
    struct direct *direct = of_call(call);
    struct gct_error err = { GCT_OK, "" };
    const struct gct_event *copy = NULL;

    if (direct->results == GCT_DECODE_EVENTS)
        return GCT_LIMIT;
    /* The account is given as the text it must occur in: where a hook writes an id with escapes, it does not.
     */
    guarded(direct, guard_event(event, event->account, direct->copies, &copy, &err), &err);
    if (!copy)
        return err.status;
    direct->results++;
    render_event(&direct->printer, copy);
    return GCT_OK;
}

static uint32_t emit_request(const struct gct_call *call, const struct gct_http_request *request)
{
    struct direct *direct = of_call(call);
    struct gct_error err = { GCT_OK, "" };
    const struct gct_http_request *copy = NULL;

    if (direct->results == GCT_ENCODE_REQUESTS)
        return GCT_LIMIT;
    guarded(direct, guard_request(request, direct->copies, &copy, &err), &err);
    if (!copy)
        return err.status;
    direct->results++;
    render_request(&direct->printer, copy);
    return GCT_OK;
}

static void explain(const struct gct_call *call, struct gct_slice reason)
{
    struct direct *direct = of_call(call);

    if (!gct_utf8_valid(reason))
        breach(direct, "explain: not UTF-8");
    (void)snprintf(direct->explanation, sizeof(direct->explanation), "%.*s", GCT_ARG(reason));
}

/* ---- calls ---- */

struct direct *direct_new(void)
{
    struct direct *direct = calloc(1, sizeof(*direct));

    GCT_CHECK(direct != NULL);
    direct->values = calloc(DIRECT_VALUES, sizeof(struct gct_json *));
    GCT_CHECK(direct->values != NULL);
    direct->arena = gct_arena_new(GCT_CALL_ARENA);
    direct->copies = gct_arena_new(COPIES_BYTES);
    direct->instances = gct_arena_new(GCT_CALL_ARENA);
    direct->host = (struct gct_host){ .size = sizeof(struct gct_host),
                                      .abi = GCT_ABI_CURRENT,
                                      .self = direct,
                                      .get_extension = get_extension,
                                      .log = log_line };
    direct->call = (struct gct_call){ .size = sizeof(struct gct_call),
                                      .host = &direct->host,
                                      .self = direct,
                                      .seed = 1,
                                      .alloc = alloc,
                                      .emit_event = emit_event,
                                      .emit_request = emit_request,
                                      .explain = explain };
    return direct;
}

void direct_free(struct direct **direct)
{
    if (!*direct)
        return;
    while ((*direct)->value_count > 0) {
        gct_json_free(&(*direct)->values[--(*direct)->value_count]);
    }
    gct_arena_free(&(*direct)->arena);
    gct_arena_free(&(*direct)->copies);
    gct_arena_free(&(*direct)->instances);
    gct_buffer_free(&(*direct)->out);
    free((*direct)->values);
    free(*direct);
    *direct = NULL;
}

static void begin(struct direct *direct)
{
    while (direct->value_count > 0) {
        gct_json_free(&direct->values[--direct->value_count]);
    }
    gct_arena_reset(direct->arena);
    gct_arena_reset(direct->copies);
    gct_buffer_free(&direct->out);
    direct->printer = (struct printer){ .out = &direct->out };
    direct->allocations = 0;
    direct->results = 0;
    direct->explanation[0] = '\0';
}

enum gct_status direct_open(struct direct *direct, const struct gct_plugin_entry *entry,
                            const struct gct_json *channel, struct gct_plugin **plugin)
{
    enum gct_status status;

    begin(direct);
    direct->opening = 1;
    *plugin = NULL;
    status =
        (enum gct_status)entry->open(&direct->call, (const struct gct_config *)(const void *)channel, plugin);
    direct->opening = 0;
    if (status == GCT_OK && !*plugin)
        breach(direct, "open: success without an instance");
    return status;
}

/* decode, encode or a question of gct.profile/1: a list of results. */
static uint32_t call_for_list(struct direct *direct, const struct gct_plugin *plugin,
                              const struct vector *vector)
{
    const struct gct_ext_profile *profile = plugin->get_extension(plugin, GCT_EXT_PROFILE);
    uint32_t status = GCT_UNSUPPORTED;

    printer_open(&direct->printer, vector->kind == VECTOR_HOOK ? "events" : "requests", '[');
    if (vector->kind == VECTOR_HOOK)
        status = plugin->decode(plugin, &direct->call, &vector->hook);
    else if (vector->kind == VECTOR_MESSAGE)
        status = plugin->encode(plugin, &direct->call, &vector->message);
    else if (profile)
        status = profile->request(plugin, &direct->call, vector->account, vector->customer);
    printer_close(&direct->printer, ']');
    return status;
}

static uint32_t call_for_verdict(struct direct *direct, const struct gct_plugin *plugin,
                                 const struct vector *vector)
{
    struct gct_verdict verdict = { .size = sizeof(verdict) };
    struct gct_error err = { GCT_OK, "" };
    uint32_t status = plugin->classify(plugin, &direct->call, &vector->reply, &verdict);

    if (status == GCT_OK)
        guarded(direct, guard_verdict(&verdict, direct->copies, &verdict, &err), &err);
    render_verdict(&direct->printer, &verdict);
    return status;
}

static uint32_t call_for_profile(struct direct *direct, const struct gct_plugin *plugin,
                                 const struct vector *vector)
{
    const struct gct_ext_profile *ext = plugin->get_extension(plugin, GCT_EXT_PROFILE);
    struct gct_profile_reply profile = { .size = sizeof(profile) };
    struct gct_error err = { GCT_OK, "" };
    uint32_t status = ext ? ext->read(plugin, &direct->call, &vector->reply, &profile) : GCT_UNSUPPORTED;

    if (status == GCT_OK)
        guarded(direct, guard_profile(&profile, direct->copies, &profile, &err), &err);
    render_profile(&direct->printer, &profile);
    return status;
}

enum gct_status direct_call(struct direct *direct, const struct gct_plugin *plugin,
                            const struct vector *vector)
{
    uint32_t status = GCT_OK;

    begin(direct);
    direct->call.now_ms = vector->now_ms;
    printer_open(&direct->printer, NULL, '{');
    switch (vector->kind) {
    case VECTOR_REPLY: status = call_for_verdict(direct, plugin, vector); break;
    case VECTOR_ANSWER: status = call_for_profile(direct, plugin, vector); break;
    default: status = call_for_list(direct, plugin, vector); break;
    }
    render_end(&direct->printer, status, gct_slice_of(direct->explanation));
    if (status >= GCT_STATUS_COUNT)
        breach(direct, "result: no status");
    if (status != GCT_OK && direct->explanation[0] == '\0')
        breach(direct, "result: nothing explained");
    return (enum gct_status)status;
}
