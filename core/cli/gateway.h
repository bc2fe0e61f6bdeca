/* Whoever does what a command asks: the gateway that runs, over its control socket, or, when none does, this
 * process itself, which then holds the lock of the run folder and has the store open. One thread; may block.
 */
#ifndef GUICHET_CORE_CLI_GATEWAY_H
#define GUICHET_CORE_CLI_GATEWAY_H

#include "base/json.h"

struct cli_gateway;

/* Reads the configuration. Only the places of the store and the control socket are needed of it: what else is
 * wrong with it is for guichetd to refuse. GCT_INVALID with what stands in the way. */
GCT_NODISCARD enum gct_status cli_gateway_open(const char *config, struct cli_gateway **out,
                                               struct gct_error *err);

/* Ends what was opened and lets the lock go; *gateway becomes NULL. NULL is fine. */
void cli_gateway_free(struct cli_gateway **gateway);

/* The database file. */
const char *cli_gateway_store(const struct cli_gateway *gateway);

/* One request of daemon/control/command.h; *answer is the caller's. A refusal is an answer, too; any status
 * but GCT_OK means that nobody could be asked. */
GCT_NODISCARD enum gct_status cli_gateway_ask(struct cli_gateway *gateway, const struct gct_json *request,
                                              struct gct_json **answer, struct gct_error *err);

#endif
