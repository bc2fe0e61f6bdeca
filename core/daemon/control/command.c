#include "daemon/control/command.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/slice.h"
#include "daemon/control/call.h"

#define SENTENCE_BYTES 500

/* ---- the table ---- */

#define GATEWAY_ROW(id, words, argument, options, columns, help)                                             \
    { GCT_COMMAND_##id, words, GCT_ARGUMENT_##argument, options, columns, help, command_##id },
#define LOCAL_ROW(id, words, argument, options, columns, help)                                               \
    { GCT_COMMAND_##id, words, GCT_ARGUMENT_##argument, options, columns, help, NULL },
static const struct gct_command commands[] = { GCT_COMMAND_TABLE(GATEWAY_ROW, LOCAL_ROW) };

#define ARGUMENT_ROW(id, name, usage) { name, usage },
static const struct {
    const char *name;
    const char *usage;
} arguments[] = { GCT_ARGUMENT_TABLE(ARGUMENT_ROW) };

const struct gct_command *gct_command_at(enum gct_command_id id)
{
    GCT_CHECK(id < GCT_COMMAND_COUNT);
    return &commands[id];
}

const struct gct_command *gct_command_find(struct gct_slice words)
{
    for (size_t i = 0; i < GCT_COUNT(commands); i++) {
        if (gct_slice_is(words, commands[i].words)) {
            return &commands[i];
        }
    }
    return NULL;
}

unsigned gct_command_takes(const struct gct_command *command)
{
    return command->options | (command->argument == GCT_ARGUMENT_NONE ? 0u : 1u << command->argument);
}

unsigned gct_command_needs(const struct gct_command *command)
{
    return gct_command_takes(command) & ~GCT_SCOPE_OPTIONS;
}

const char *gct_argument_name(enum gct_argument argument)
{
    GCT_CHECK(argument < GCT_ARGUMENT_COUNT);
    return arguments[argument].name;
}

void gct_command_usage(const struct gct_command *command, struct gct_buffer *out)
{
    unsigned takes = gct_command_takes(command);
    gct_buffer_add(out, gct_slice_of(command->words));
    for (size_t i = 0; i < GCT_COUNT(arguments); i++) {
        if ((takes & 1u << i) != 0) {
            gct_buffer_add_format(out, " %s", arguments[i].usage);
        }
    }
}

/* ---- reading a request ---- */

struct reading {
    struct gct_command_call *call;
    unsigned allowed;
    unsigned given;
    int is_wrong;     /* a member does not belong there */
    char unknown[40]; /* the first of them */
};

static void note_unknown(struct reading *reading, struct gct_slice name)
{
    if (!reading->is_wrong) {
        reading->is_wrong = 1;
        struct gct_slice head = gct_utf8_head(name, sizeof reading->unknown - 1u);
        (void)snprintf(reading->unknown, sizeof reading->unknown, "%.*s", GCT_ARG(head));
    }
}

static void take_argument(void *arg, struct gct_slice name, struct gct_json *value)
{
    struct reading *reading = arg;
    for (size_t i = 0; i < GCT_COUNT(arguments); i++) {
        if ((reading->allowed & 1u << i) != 0 && gct_slice_is(name, arguments[i].name) &&
            gct_json_type(value) == GCT_JSON_IS_STRING) {
            reading->given |= 1u << i;
            reading->call->values[i] = gct_json_text(value);
            return;
        }
    }
    note_unknown(reading, name);
}

static void take_member(void *arg, struct gct_slice name, struct gct_json *value)
{
    struct reading *reading = arg;
    if (gct_slice_is(name, "arguments") && gct_json_type(value) == GCT_JSON_IS_OBJECT) {
        gct_json_each(value, take_argument, reading);
    } else if (!gct_slice_is(name, "command")) {
        note_unknown(reading, name);
    }
}

static enum gct_status check_needs(const struct reading *reading, const struct gct_command *command,
                                   struct gct_error *err)
{
    unsigned missing = gct_command_needs(command) & ~reading->given;
    if (reading->is_wrong) {
        return gct_error_set(err, GCT_INVALID, "%s does not take \"%s\"", command->words, reading->unknown);
    }
    for (size_t i = 0; i < GCT_COUNT(arguments); i++) {
        if ((missing & 1u << i) != 0) {
            return gct_error_set(err, GCT_INVALID, "%s lacks \"%s\"", command->words, arguments[i].name);
        }
    }
    return GCT_OK;
}

enum gct_status command_call_read(struct gct_command_call *call, struct gct_slice request,
                                  struct gct_error *err)
{
    struct reading reading = { .call = call };
    call->request = gct_json_parse(request, err);
    if (call->request == NULL) {
        return gct_error_prefix(err, "the request");
    }
    if (gct_json_type(call->request) != GCT_JSON_IS_OBJECT) {
        return gct_error_set(err, GCT_INVALID, "a request is a JSON object");
    }
    const struct gct_command *command =
        gct_command_find(gct_json_text(gct_json_get(call->request, "command")));
    if (command == NULL || command->run == NULL) {
        return gct_error_set(err, GCT_UNSUPPORTED, "the gateway does not know this command");
    }
    call->command = command;
    reading.allowed = gct_command_takes(command) | (command->columns[0] != '\0' ? GCT_WITH(AFTER) : 0u);
    gct_json_each(call->request, take_member, &reading);
    return check_needs(&reading, command, err);
}

void command_call_free(struct gct_command_call *call)
{
    gct_json_free(&call->request);
    gct_json_free(&call->answer);
    call->items = NULL;
}

/* ---- while it runs ---- */

void command_say(struct gct_command_call *call, const char *format, ...)
{
    char text[SENTENCE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    gct_json_set_text(call->answer, "sentence", gct_slice_of(text));
}

enum gct_status command_id(const struct gct_command_call *call, int64_t *id, struct gct_error *err)
{
    struct gct_slice text = call->values[GCT_ARGUMENT_ID];
    if (gct_slice_integer(text, 1, INT64_MAX, id) != GCT_OK) {
        return gct_error_set(err, GCT_INVALID, "an ID is a number from 1 on, not \"%.*s\"",
                             GCT_ARG(gct_utf8_head(text, 40u)));
    }
    return GCT_OK;
}

struct gct_json *gct_command_refusal(const struct gct_error *err)
{
    struct gct_json *answer = gct_json_object();
    const char *sentence = err->text[0] != '\0' ? err->text : gct_status_text(err->status);
    gct_json_set_text(answer, "status", GCT_LIT("refused"));
    gct_json_set_text(answer, "sentence", gct_slice_of(sentence));
    return answer;
}

struct gct_json *gct_command_answer(const struct gct_command_context *context, struct gct_slice request)
{
    struct gct_command_call call = { .context = context,
                                     .answer = gct_json_object(),
                                     .items = gct_json_array() };
    struct gct_error err = { 0 };
    struct gct_json *answer = NULL;
    gct_json_set_text(call.answer, "status", GCT_LIT("ok"));
    gct_json_set(call.answer, "items", call.items);
    enum gct_status st = command_call_read(&call, request, &err);
    if (st == GCT_OK) {
        GCT_CHECK(call.command != NULL && call.command->run != NULL);
        st = call.command->run(&call, &err);
        GCT_LOG(GCT_LEVEL_INFO, "control.command", GCT_F_CSTR("command", call.command->words),
                GCT_F_CSTR("status", gct_status_name(st)));
    }
    if (st == GCT_OK) {
        answer = gct_json_share(call.answer);
    } else {
        err.status = st;
        answer = gct_command_refusal(&err);
    }
    command_call_free(&call);
    return answer;
}
