/* What a plugin gave, in the words of the SDK's tables: the canonical form of the second file of each vector.
 */
#ifndef GUICHET_TESTS_PLUGINS_RENDER_H
#define GUICHET_TESTS_PLUGINS_RENDER_H

#include <guichet/guichet.h>

#include "printer.h"

void render_event(struct printer *printer, const struct gct_event *event);
void render_request(struct printer *printer, const struct gct_http_request *request);
/* With the name "verdict". */
void render_verdict(struct printer *printer, const struct gct_verdict *verdict);
/* With the name "profile". */
void render_profile(struct printer *printer, const struct gct_profile_reply *profile);

/* The last lines of every second file: status and, when it is not OK, why; then the end. */
void render_end(struct printer *printer, uint32_t status, struct gct_slice reason);

/* "OK", "UNSUPPORTED", …; "?" for a number that is no status. */
const char *render_status(uint32_t status);

#endif
