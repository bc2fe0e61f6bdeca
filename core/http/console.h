/* The console's files, read whole at start and served from memory: nothing on the loop touches a disk. */
#ifndef GUICHET_CORE_HTTP_CONSOLE_H
#define GUICHET_CORE_HTTP_CONSOLE_H

#include "http/web.h"

struct gct_console;

/* Everything below folder (the result of `npm run build`): at most 1,000 files, 32 MiB. Without an index.html
 * there is no console, and GCT_NOT_FOUND says so. May block: before the loop runs. */
GCT_NODISCARD enum gct_status gct_console_load(const char *folder, struct gct_console **out,
                                               struct gct_error *err);
void gct_console_free(struct gct_console **console);

/* Content of build.txt, or empty. */
struct gct_slice gct_console_build(const struct gct_console *console);

/* Answers a GET or HEAD: a file, index.html for a page of the console, or 404. */
void gct_console_handle(const struct gct_web *web, struct gct_exchange *exchange);

#endif
