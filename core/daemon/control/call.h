/* One command while it runs. Only for the files that have commands in them. */
#ifndef GUICHET_CORE_DAEMON_CONTROL_CALL_H
#define GUICHET_CORE_DAEMON_CONTROL_CALL_H

#include "daemon/control/command.h"

/* In the audit trail. */
#define GCT_COMMAND_ACTOR GCT_LIT("cli")

struct gct_command_call {
    const struct gct_command_context *context;
    const struct gct_command *command;
    struct gct_json *request;                    /* holds the values */
    struct gct_slice values[GCT_ARGUMENT_COUNT]; /* empty when not given */
    struct gct_json *answer;
    struct gct_json *items; /* of the answer */
};

/* Reads a request into an empty call: a command of the table with all it needs and nothing else, each a text.
 * GCT_INVALID with a sentence. The call is freed with command_call_free either way. */
GCT_NODISCARD enum gct_status command_call_read(struct gct_command_call *call, struct gct_slice request,
                                                struct gct_error *err);
void command_call_free(struct gct_command_call *call);

/* What was done, as a sentence for a person. */
void command_say(struct gct_command_call *call, const char *format, ...) GCT_PRINTF(2, 3);

/* The argument ID as a number. */
GCT_NODISCARD enum gct_status command_id(const struct gct_command_call *call, int64_t *id,
                                         struct gct_error *err);

/* The commands: each gives GCT_OK and has filled the answer, or a status and a sentence. */
#define GCT_COMMAND_DECLARE(id, words, argument, options, columns, help)                                     \
    enum gct_status command_##id(struct gct_command_call *call, struct gct_error *err);
#define GCT_COMMAND_NOTHING(id, words, argument, options, columns, help)
GCT_COMMAND_TABLE(GCT_COMMAND_DECLARE, GCT_COMMAND_NOTHING)
#undef GCT_COMMAND_DECLARE
#undef GCT_COMMAND_NOTHING

#endif
