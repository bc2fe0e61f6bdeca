/* What can be seen of a plugin without running it: its ELF tables. */
#ifndef GUICHET_TESTS_PLUGINS_PLUGIN_FILE_H
#define GUICHET_TESTS_PLUGINS_PLUGIN_FILE_H

#include "tap.h"

/* Exports gct_plugin_entry alone, imports only what may be imported, has no data that changes, no executable
 * stack and carries a manifest. */
void plugin_file_check(struct tap *tap, const char *path);

#endif
