/* The command line of guichetctl, read against the table of commands. Pure; one thread. */
#ifndef GUICHET_CORE_CLI_ARGUMENTS_H
#define GUICHET_CORE_CLI_ARGUMENTS_H

#include "daemon/control/command.h"

#define CLI_CONFIG "/etc/guichet/guichet.conf"

enum cli_wish { CLI_RUN, CLI_HELP, CLI_VERSION };

#define CLI_LIST_TEXT 1000u

/* Values are borrowed from argv, or from the lists here: a copy would point into the original. */
struct cli_arguments {
    enum cli_wish wish;
    const char *config;
    int json; /* --json */
    const struct gct_command *command;
    struct gct_slice values[GCT_ARGUMENT_COUNT];
    char accounts[CLI_LIST_TEXT]; /* --account, as often as it is given */
    char teams[CLI_LIST_TEXT];
    int too_long;   /* one of the lists */
    unsigned given; /* GCT_WITH(…); the password only as a promise that standard input has it */
};

/* GCT_INVALID with a sentence: usage. Options may stand anywhere; "--" ends them. */
GCT_NODISCARD enum gct_status cli_arguments_read(int argc, char **argv, struct cli_arguments *arguments,
                                                 struct gct_error *err);

/* The whole help, from the table. */
void cli_help(struct gct_buffer *out);

#endif
