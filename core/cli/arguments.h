/* The command line of guichetctl, read against the table of commands. Pure; one thread. */
#ifndef GUICHET_CORE_CLI_ARGUMENTS_H
#define GUICHET_CORE_CLI_ARGUMENTS_H

#include "daemon/control/command.h"

#define CLI_CONFIG "/etc/guichet/guichet.conf"

enum cli_wish { CLI_RUN, CLI_HELP, CLI_VERSION };

/* Values are borrowed from argv. */
struct cli_arguments {
    enum cli_wish wish;
    const char *config;
    int json; /* --json */
    const struct gct_command *command;
    struct gct_slice values[GCT_ARGUMENT_COUNT];
    unsigned given; /* GCT_WITH(…); the password only as a promise that standard input has it */
};

/* GCT_INVALID with a sentence: usage. Options may stand anywhere; "--" ends them. */
GCT_NODISCARD enum gct_status cli_arguments_read(int argc, char **argv, struct cli_arguments *arguments,
                                                 struct gct_error *err);

/* The whole help, from the table. */
void cli_help(struct gct_buffer *out);

#endif
