#include "cli/run.h"

#include <string.h>

#include "auth/password.h"
#include "base/crypto.h"
#include "base/slice.h"
#include "base/version.gen.h"
#include "cli/arguments.h"
#include "cli/database.h"
#include "cli/gateway.h"
#include "cli/print.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

/* Of a line with a password: the longest one, four bytes a character, and room to see that it is too long. */
#define LINE_BYTES (4u * GCT_PASSWORD_MOST + 8u)

/* One run of the program. */
struct run {
    struct cli_arguments arguments;
    FILE *in;
    struct gct_buffer out; /* standard output, written at the end */
    struct cli_gateway *gateway;
    struct gct_json *items;
    char sentence[500];
    char phc[GCT_PHC_TEXT];
};

/* ---- the password ---- */

/* The first line of standard input, without its end. */
static struct gct_slice read_line(FILE *in, char line[LINE_BYTES])
{
    size_t len = 0;
    int c = 0;
    while (len < LINE_BYTES && (c = fgetc(in)) != EOF && c != '\n') {
        line[len++] = (char)c;
    }
    if (c == '\n' && len > 0 && line[len - 1u] == '\r') {
        len--;
    }
    return (struct gct_slice){ line, len };
}

/* Only the hash leaves this process. */
static enum gct_status hash_password(struct run *run, struct gct_error *err)
{
    char line[LINE_BYTES];
    struct gct_slice password = read_line(run->in, line);
    enum gct_status st = gct_password_acceptable(password, run->arguments.values[GCT_ARGUMENT_LOGIN], err);
    if (st == GCT_OK) {
        st = gct_password_hash(password, run->phc, err);
    }
    run->arguments.values[GCT_ARGUMENT_PASSWORD] = gct_slice_of(run->phc);
    gct_wipe(line, sizeof line);
    return st;
}

/* ---- commands of the gateway ---- */

static struct gct_json *request_json(const struct cli_arguments *arguments, struct gct_slice after)
{
    struct gct_json *request = gct_json_object();
    struct gct_json *values = gct_json_object();
    for (size_t i = 0; i < GCT_ARGUMENT_COUNT; i++) {
        if ((arguments->given & 1u << i) != 0) {
            gct_json_set(values, gct_argument_name((enum gct_argument)i),
                         gct_json_string(arguments->values[i]));
        }
    }
    if (after.len != 0) {
        gct_json_set(values, gct_argument_name(GCT_ARGUMENT_AFTER), gct_json_string(after));
    }
    gct_json_set_text(request, "command", gct_slice_of(arguments->command->words));
    gct_json_set(request, "arguments", values);
    return request;
}

/* A refusal becomes a status with its sentence. */
static enum gct_status read_answer(struct run *run, const struct gct_json *answer, struct gct_error *err)
{
    struct gct_slice sentence = gct_json_text(gct_json_get(answer, "sentence"));
    const struct gct_json *items = gct_json_get(answer, "items");
    if (!gct_slice_is(gct_json_text(gct_json_get(answer, "status")), "ok")) {
        return gct_error_set(err, GCT_DENIED, "%.*s", GCT_ARG(sentence));
    }
    for (size_t i = 0; i < gct_json_count(items); i++) {
        gct_json_push(run->items, gct_json_share(gct_json_at(items, i)));
    }
    (void)snprintf(run->sentence, sizeof run->sentence, "%.*s", GCT_ARG(sentence));
    return GCT_OK;
}

/* A long list comes in parts. */
static enum gct_status ask(struct run *run, struct gct_error *err)
{
    struct gct_json *answer = NULL;
    enum gct_status st = GCT_OK;
    do {
        struct gct_slice after = gct_json_text(gct_json_get(answer, "next"));
        struct gct_json *request = request_json(&run->arguments, after);
        gct_json_free(&answer);
        st = cli_gateway_ask(run->gateway, request, &answer, err);
        gct_json_free(&request);
        if (st == GCT_OK) {
            st = read_answer(run, answer, err);
        }
    } while (st == GCT_OK && gct_json_text(gct_json_get(answer, "next")).len != 0);
    gct_json_free(&answer);
    return st;
}

/* ---- commands of our own ---- */

static enum gct_status copy(struct run *run, struct gct_error *err)
{
    int64_t bytes = 0;
    const char *file = run->arguments.values[GCT_ARGUMENT_FILE].ptr;
    enum gct_status st = cli_database_copy(cli_gateway_store(run->gateway), file, &bytes, err);
    (void)snprintf(run->sentence, sizeof run->sentence, "%s holds the database, %lld bytes", file,
                   (long long)bytes);
    return st;
}

static enum gct_status check(struct run *run, size_t *faults, struct gct_error *err)
{
    return cli_database_check(cli_gateway_store(run->gateway), run->items, faults, err);
}

/* ---- all together ---- */

static void print(struct run *run)
{
    const struct gct_command *command = run->arguments.command;
    if (run->arguments.json) {
        cli_print_json(run->items, &run->out);
    } else if (command->id == GCT_COMMAND_token_create) {
        gct_buffer_add(&run->out, gct_json_text(gct_json_get(gct_json_at(run->items, 0), "token")));
        gct_buffer_add(&run->out, GCT_LIT("\n"));
    } else if (command->columns[0] != '\0') {
        cli_print_table(run->items, command->columns, &run->out);
    } else if (gct_json_count(run->items) != 0) {
        cli_print_item(gct_json_at(run->items, 0), &run->out);
    } else {
        cli_print_text(gct_slice_of(run->sentence), 0, &run->out);
        gct_buffer_add(&run->out, GCT_LIT("\n"));
    }
}

static enum gct_status run_command(struct run *run, struct gct_error *err)
{
    size_t faults = 0;
    enum gct_status st = GCT_OK;
    if ((run->arguments.given & GCT_WITH(PASSWORD)) != 0) {
        st = hash_password(run, err);
    }
    if (st == GCT_OK) {
        st = cli_gateway_open(run->arguments.config, &run->gateway, err);
    }
    if (st != GCT_OK) {
        return st;
    }
    switch (run->arguments.command->id) {
    case GCT_COMMAND_backup: st = copy(run, err); break;
    case GCT_COMMAND_check: st = check(run, &faults, err); break;
    default: st = ask(run, err); break;
    }
    if (st == GCT_OK) {
        print(run);
    }
    return faults == 0 ? st : gct_error_set(err, GCT_INVALID, "the database is damaged");
}

static int say(FILE *errors, const char *sentence, const char *more, int status)
{
    struct gct_buffer text = { 0 };
    cli_print_text(gct_slice_of(sentence), 0, &text);
    fprintf(errors, "guichetctl: %.*s%s\n", GCT_ARG(gct_buffer_slice(&text)), more);
    gct_buffer_free(&text);
    return status;
}

int cli_run(int argc, char **argv, FILE *in, FILE *out, FILE *errors)
{
    struct run run = { .in = in, .items = gct_json_array() };
    struct gct_error err = { 0 };
    int status = EXIT_DONE;
    if (cli_arguments_read(argc, argv, &run.arguments, &err) != GCT_OK) {
        status = say(errors, err.text, "; see guichetctl --help", EXIT_USAGE);
    } else if (run.arguments.wish == CLI_HELP) {
        cli_help(&run.out);
    } else if (run.arguments.wish == CLI_VERSION) {
        gct_buffer_add_format(&run.out, "guichetctl %s\n", GCT_VERSION);
    } else {
        enum gct_status st = run_command(&run, &err);
        status = st == GCT_OK
                     ? EXIT_DONE
                     : say(errors, err.text[0] != '\0' ? err.text : gct_status_text(st), "", EXIT_REFUSED);
    }
    struct gct_slice text = gct_buffer_slice(&run.out);
    if ((text.len != 0 && fwrite(text.ptr, 1u, text.len, out) != text.len) || fflush(out) != 0) {
        status = say(errors, "standard output cannot be written", "", EXIT_REFUSED);
    }
    if (run.out.len != 0) {
        gct_wipe(run.out.ptr, run.out.len);
    }
    gct_buffer_free(&run.out);
    gct_wipe(run.phc, sizeof run.phc);
    gct_json_free(&run.items);
    cli_gateway_free(&run.gateway);
    return status;
}
