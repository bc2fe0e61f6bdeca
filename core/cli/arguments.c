#include "cli/arguments.h"

#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "model/account.h"

#define WORDS_MOST 3 /* two of a command and what stands after them */

/* ---- reading
 * ----------------------------------------------------------------------------------------------------------
 */

/* Options with a value of their own: "--name VALUE" or "--name=VALUE". */
static const struct {
    const char *name;
    enum gct_argument argument; /* GCT_ARGUMENT_NONE: --config */
} valued[] = { { "--config", GCT_ARGUMENT_NONE },
               { "--role", GCT_ARGUMENT_ROLE },
               { "--name", GCT_ARGUMENT_NAME },
               { "--account", GCT_ARGUMENT_ACCOUNT },
               { "--team", GCT_ARGUMENT_TEAM } };

struct words {
    struct gct_slice items[WORDS_MOST];
    size_t count;
    int too_many;
};

/* What may be given several times, with commas between. A list without room is too long to be one. */
static void take_one_more(struct cli_arguments *arguments, enum gct_argument argument, const char *value)
{
    char *list = argument == GCT_ARGUMENT_ACCOUNT ? arguments->accounts : arguments->teams;
    size_t len = strlen(list);
    int again = (arguments->given & 1u << argument) != 0;
    int taken = snprintf(list + len, CLI_LIST_TEXT - len, "%s%s", again ? "," : "", value);
    arguments->too_long |= taken < 0 || (size_t)taken >= CLI_LIST_TEXT - len;
    arguments->values[argument] = gct_slice_of(list);
    arguments->given |= 1u << argument;
}

static void take_value(struct cli_arguments *arguments, enum gct_argument argument, const char *value)
{
    if (argument == GCT_ARGUMENT_NONE) {
        arguments->config = value;
    } else if ((GCT_SCOPE_OPTIONS & 1u << argument) != 0) {
        take_one_more(arguments, argument, value);
    } else {
        arguments->values[argument] = gct_slice_of(value);
        arguments->given |= 1u << argument;
    }
}

/* How many places of argv an option takes: 1 or 2; 0: it is none of ours, or lacks its value. */
static int take_option(struct cli_arguments *arguments, const char *word, const char *next)
{
    for (size_t i = 0; i < GCT_COUNT(valued); i++) {
        size_t len = strlen(valued[i].name);
        if (strncmp(word, valued[i].name, len) == 0 && word[len] == '=') {
            take_value(arguments, valued[i].argument, word + len + 1u);
            return 1;
        }
        if (strcmp(word, valued[i].name) == 0 && next != NULL) {
            take_value(arguments, valued[i].argument, next);
            return 2;
        }
    }
    if (strcmp(word, "--json") == 0) {
        arguments->json = 1;
    } else if (strcmp(word, "--password-stdin") == 0) {
        arguments->given |= GCT_WITH(PASSWORD);
    } else if (strcmp(word, "--help") == 0) {
        arguments->wish = CLI_HELP;
    } else if (strcmp(word, "--version") == 0) {
        arguments->wish = CLI_VERSION;
    } else {
        return 0;
    }
    return 1;
}

static void take_word(struct words *words, const char *word)
{
    if (words->count < WORDS_MOST) {
        words->items[words->count++] = gct_slice_of(word);
    } else {
        words->too_many = 1;
    }
}

/* The command of the first words; *used says how many it has. */
static const struct gct_command *find_command(const struct words *words, size_t *used)
{
    char text[64];
    struct gct_buffer joined = { .limit = sizeof text };
    const struct gct_command *found = NULL;
    for (size_t i = 0; found == NULL && i < words->count && i < 2u; i++) {
        gct_buffer_add(&joined, i == 0 ? GCT_EMPTY : GCT_LIT(" "));
        gct_buffer_add(&joined, words->items[i]);
        found = joined.overflowed ? NULL : gct_command_find(gct_buffer_slice(&joined));
        *used = i + 1u;
    }
    gct_buffer_free(&joined);
    return found;
}

static enum gct_status say_usage(const struct gct_command *command, struct gct_error *err)
{
    struct gct_buffer usage = { 0 };
    gct_command_usage(command, &usage);
    (void)gct_error_set(err, GCT_INVALID, "usage: guichetctl %.*s", GCT_ARG(gct_buffer_slice(&usage)));
    gct_buffer_free(&usage);
    return GCT_INVALID;
}

static enum gct_status take_command(struct cli_arguments *arguments, const struct words *words,
                                    struct gct_error *err)
{
    size_t used = 0;
    if (words->count == 0) {
        return gct_error_set(err, GCT_INVALID, "a command is needed");
    }
    arguments->command = find_command(words, &used);
    if (arguments->command == NULL) {
        return gct_error_set(err, GCT_INVALID, "there is no command %.60s%s%.60s", words->items[0].ptr,
                             words->count > 1u ? " " : "", words->count > 1u ? words->items[1].ptr : "");
    }
    if (arguments->command->argument != GCT_ARGUMENT_NONE && words->count > used) {
        arguments->values[arguments->command->argument] = words->items[used];
        arguments->given |= 1u << arguments->command->argument;
        used++;
    }
    enum gct_role role = GCT_ROLE_AGENT;
    if (words->too_many || arguments->too_long || words->count != used ||
        (gct_command_needs(arguments->command) & ~arguments->given) != 0 ||
        (arguments->given & ~gct_command_takes(arguments->command)) != 0 ||
        ((arguments->given & GCT_WITH(ROLE)) != 0 &&
         gct_role_read(arguments->values[GCT_ARGUMENT_ROLE], &role) != GCT_OK)) {
        return say_usage(arguments->command, err);
    }
    return GCT_OK;
}

enum gct_status cli_arguments_read(int argc, char **argv, struct cli_arguments *arguments,
                                   struct gct_error *err)
{
    struct words words = { .count = 0 };
    int only_words = 0;
    *arguments = (struct cli_arguments){ .config = CLI_CONFIG };
    for (int i = 1; i < argc;) {
        int taken = 1;
        if (only_words || argv[i][0] != '-' || argv[i][1] == '\0') {
            take_word(&words, argv[i]);
        } else if (strcmp(argv[i], "--") == 0) {
            only_words = 1;
        } else {
            taken = take_option(arguments, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
        }
        if (taken == 0) {
            return gct_error_set(err, GCT_INVALID, "the option %.60s is unknown or lacks its value", argv[i]);
        }
        i += taken;
    }
    return arguments->wish == CLI_RUN ? take_command(arguments, &words, err) : GCT_OK;
}

/* ---- help
 * -------------------------------------------------------------------------------------------------------------
 */

void cli_help(struct gct_buffer *out)
{
    gct_buffer_add(out, GCT_LIT("guichetctl: administration of a Guichet gateway, whether it runs or not.\n\n"
                                "  guichetctl [--config FILE] [--json] COMMAND\n\n"));
    for (size_t i = 0; i < GCT_COMMAND_COUNT; i++) {
        const struct gct_command *command = gct_command_at((enum gct_command_id)i);
        gct_buffer_add(out, GCT_LIT("  "));
        gct_command_usage(command, out);
        gct_buffer_add_format(out, "\n      %s\n", command->help);
    }
    gct_buffer_add(out,
                   GCT_LIT("\n  --config FILE    the gateway's configuration (" CLI_CONFIG ")\n"
                           "  --json           lists as JSON: {\"items\": [...]}\n"
                           "  --help, --version\n\n"
                           "Exit status: 0 done, 1 refused (one sentence on standard error), 2 usage.\n"));
}
