/* From libconfuse's tree to struct gct_settings: values, ranges, secrets. Only for settings.c. */
#ifndef GUICHET_CORE_DAEMON_SETTINGS_READ_H
#define GUICHET_CORE_DAEMON_SETTINGS_READ_H

#include <confuse.h>

#include "daemon/settings.h"

/* Everything outside of the channel sections. */
void settings_read_top(struct gct_settings *settings, cfg_t *cfg, struct gct_problems *problems);

/* The channel sections, secrets read. */
void settings_read_channels(struct gct_settings *settings, cfg_t *cfg, struct gct_registry *registry,
                            struct gct_problems *problems);

/* The line on which an option of a section stands, while gct_settings_load runs. */
int settings_line(const cfg_t *section, const char *name);

#endif
